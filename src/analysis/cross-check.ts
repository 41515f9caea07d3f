/** The second reader reads everything the first one did, and must make the same Query of it. */

import type { Catalog, CrossCheckReport, Query, WorkloadStatement } from '../model/index.js';
import { type ResolveSettings, resolveStatement } from '../sql/index.js';
import { differences, type Reader } from '../syntax/index.js';
import { readStatements } from './read-statements.js';

/** Reads everything once more, statement by statement: the trees of the first reading are gone. */
export function crossCheck(
  statements: readonly WorkloadStatement[],
  [first, second]: readonly [Reader, Reader],
  catalog: Catalog,
  settings: ResolveSettings,
): CrossCheckReport {
  let compared = 0;
  let onlyFirst = 0;
  let onlySecond = 0;
  const disagreements: CrossCheckReport['disagreements'][number][] = [];
  for (const read of readStatements(statements, first)) {
    const { source } = read;
    if (read.kind === 'unparsed' && second.read(source.text).ok) onlySecond++;
    if (read.kind !== 'application') continue;
    const result = second.read(source.text);
    if (!result.ok) {
      onlyFirst++;
      continue;
    }
    compared++;
    const trees = differences(read.tree, result.statement);
    const queries = differentQueries(
      resolveStatement(read.tree, catalog, settings),
      resolveStatement(result.statement, catalog, settings),
    );
    const found = [...trees, ...queries];
    if (found.length > 0) disagreements.push({ id: source.id, differences: found, source: source.source });
  }
  return { compared, onlyFirst, onlySecond, disagreements };
}

/** Facts are plain data: equal facts print alike. */
function differentQueries(first: Query, second: Query): readonly string[] {
  const print = (query: Query) =>
    JSON.stringify(query, (_key, value) => (value instanceof Map ? [...value] : value));
  return print(first) === print(second) ? [] : ['the readers lead to different facts'];
}
