/** How statements are resolved: what people vouch for, and a reader for the SQL that a schema carries, each text read once. */

import type { Config } from '../config/index.js';
import type { ResolveSettings } from '../sql/index.js';
import type { Reader, Statement } from '../syntax/index.js';

export function resolveSettings(reader: Reader, config: Config, assumeRls: boolean): ResolveSettings {
  return {
    readSql: remembered(reader),
    vouchedFunctions: new Set(config.assume.functions),
    assumeRls: assumeRls || config.assume.rls,
  };
}

function remembered(reader: Reader): (text: string) => Statement | undefined {
  const known = new Map<string, Statement | undefined>();
  return (text) => {
    if (known.has(text)) return known.get(text);
    const result = reader.read(text);
    const statement = result.ok ? result.statement : undefined;
    known.set(text, statement);
    return statement;
  };
}
