/** The second reader reads everything the first one did, and must make the same Query of it. */

import type { Catalog, CrossCheckReport, Query } from '../model/index.js';
import { type ResolveSettings, resolveStatement } from '../sql/index.js';
import { differences, type Reader } from '../syntax/index.js';
import type { ReadStatements } from './read-statements.js';

export function crossCheck(
  read: ReadStatements,
  second: Reader,
  catalog: Catalog,
  settings: ResolveSettings,
): CrossCheckReport {
  let onlyFirst = 0;
  const disagreements: CrossCheckReport['disagreements'][number][] = [];
  for (const { source, tree } of read.application) {
    const result = second.read(source.text);
    if (!result.ok) {
      onlyFirst++;
      continue;
    }
    const trees = differences(tree, result.statement);
    const queries = differentQueries(
      resolveStatement(tree, catalog, settings),
      resolveStatement(result.statement, catalog, settings),
    );
    const found = [...trees, ...queries];
    if (found.length > 0) disagreements.push({ id: source.id, differences: found, source: source.source });
  }
  const onlySecond = read.unparsed.filter(({ source }) => second.read(source.text).ok).length;
  return { compared: read.application.length - onlyFirst, onlyFirst, onlySecond, disagreements };
}

/** Facts are plain data: equal facts print alike. */
function differentQueries(first: Query, second: Query): readonly string[] {
  const print = (query: Query) =>
    JSON.stringify(query, (_key, value) => (value instanceof Map ? [...value] : value));
  return print(first) === print(second) ? [] : ['the readers lead to different facts'];
}
