/** How statements are resolved: what people vouch for, and a reader for the SQL that a schema carries, each text read once. */

import type { Config } from '../config/index.js';
import type { ResolveSettings } from '../sql/index.js';
import type { Reader } from '../syntax/index.js';

export function resolveSettings(reader: Reader, config: Config, assumeRls: boolean): ResolveSettings {
  return {
    readSql: remembered((text) => {
      const result = reader.read(text);
      return result.ok ? result.statement : undefined;
    }),
    readTriggerFunction: remembered(reader.readTriggerFunction),
    vouchedFunctions: new Set(config.assume.functions),
    assumeRls: assumeRls || config.assume.rls,
  };
}

function remembered<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { readonly value: T }>();
  return (text) => {
    const found = known.get(text) ?? { value: read(text) };
    known.set(text, found);
    return found.value;
  };
}
