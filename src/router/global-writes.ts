/**
 * A global table has a copy on every database, and each copy runs the write by itself: they stay alike only when nothing in
 * it is made anew on each (the time, a sequence's next number, a random value, a trigger's work).
 */

import type { Given, Query } from '../model/index.js';
import { isByTheClock, madeAnew } from '../sql/index.js';
import type { JudgedText, RouterInput } from './input.js';

export function copiesProblem(
  { placements }: RouterInput,
  { statement, query }: JudgedText,
): { readonly reason: string; readonly fix: string } | undefined {
  if (statement === undefined || statement.kind === 'utility' || query === undefined) return undefined;
  const fedByOneShard = query.tables.some((table) => placements.get(table)?.placement === 'sharded');
  if (fedByOneShard)
    return {
      reason: 'what it writes to every copy is read on one shard',
      fix: 'read the rows first, then write the same values to every copy',
    };
  if (query.writes.some(({ generatedColumns }) => generatedColumns.length > 0))
    return differ(
      'the server makes values of its columns',
      'make these values in the application and give them',
    );
  if (query.writes.some(hasTriggers))
    return differ('triggers run on each copy', 'do in the application what the triggers do');
  const what = madeAnew(statement);
  return what === undefined ? undefined : ownValue(what);
}

/** A parameter that each copy would read by its own clock, as `now`. */
export function clockProblem({ values }: Given): ReturnType<typeof copiesProblem> {
  const at = values.findIndex((value) => typeof value === 'string' && isByTheClock(value));
  return at < 0 ? undefined : ownValue(`$${at + 1}, which reads as a time by the clock,`);
}

function ownValue(what: string) {
  return differ(
    `${what} may give each copy a value of its own`,
    'make the value in the application and pass it as a parameter',
  );
}

function differ(why: string, fix: string) {
  return { reason: `its copies on the shards would differ: ${why}`, fix };
}

function hasTriggers({ hiddenWrites, triggerColumns }: Query['writes'][number]): boolean {
  return hiddenWrites.length > 0 || triggerColumns === 'any' || triggerColumns.length > 0;
}
