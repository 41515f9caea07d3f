/** The application's statements in exports, with their calls: what a rehearsal runs. */

import { loadReader, type Reader } from '../syntax/index.js';
import { discoverInputs, kindOfStatement, openExport, readWorkload } from '../workload/index.js';
import type { TrafficStatement } from './bindings.js';

export interface Traffic {
  /** Those of most calls first. */
  readonly statements: readonly TrafficStatement[];
  readonly reader: Reader;
}

/** @throws UserError for inputs that cannot be read */
export async function readTraffic(inputs: readonly string[], database?: string): Promise<Traffic> {
  const found = await discoverInputs(inputs);
  const workload = await readWorkload(found.exports.map(openExport), {
    sum: false,
    ...(database === undefined ? {} : { database }),
  });
  const reader = await loadReader('libpg-query');
  const statements = workload.statements
    .filter(({ text, truncated }) => {
      if (truncated) return false;
      const read = reader.read(text);
      return read.ok && kindOfStatement(read.statement, text) === 'application';
    })
    .map(({ id, text, counters }) => ({ id, text, calls: counters.calls }))
    .sort((a, b) => b.calls - a.calls || (a.id < b.id ? -1 : 1));
  return { statements, reader };
}
