/** What a rule of an engine says of a statement. */

import type { OutcomeKind } from '../../model/index.js';
import { isGuarded } from '../changes/guard.js';
import { type DeployInput, type DeployStatement, isUnmoved, shardedTables } from '../input.js';
import { bareName } from '../sql-text.js';
import type { KeyComparison, Traits } from '../traits/index.js';

export interface Ruling {
  readonly outcome: OutcomeKind;
  readonly rule: string;
  readonly reason: string;
  readonly remedy?: string;
}

export const supported = (rule: string, reason: string): Ruling => ({ outcome: 'supported', rule, reason });
export const withSettings = (rule: string, reason: string, remedy: string): Ruling => ({
  outcome: 'with-settings',
  rule,
  reason,
  remedy,
});
export const refused = (rule: string, reason: string, remedy: string): Ruling => ({
  outcome: 'refused',
  rule,
  reason,
  remedy,
});
export const wrong = (rule: string, reason: string, remedy: string): Ruling => ({
  outcome: 'wrong',
  rule,
  reason,
  remedy,
});

/** Keys of sharded tables by the tables' bare names. */
export function keysByName({ placements }: DeployInput): ReadonlyMap<string, string> {
  return new Map(
    [...placements].flatMap(([name, placement]) =>
      placement.placement === 'sharded' ? [[bareName(name), placement.key] as const] : [],
    ),
  );
}

/** Comparisons of shard keys, as an engine that tells tables by name sees them. */
export function keyComparisons(input: DeployInput, traits: Traits): readonly KeyComparison[] {
  const keys = keysByName(input);
  return traits.comparisons.filter(({ table, column }) => table !== undefined && keys.get(table) === column);
}

/** The constants that decide by the verdict, spelt as traits spell them. */
export function decidingConstants({ verdict }: DeployStatement): ReadonlySet<string> {
  return new Set(
    (verdict.keyConstants ?? []).flatMap((constant) => {
      if (constant.kind === 'param') return [`$${constant.number}`];
      return constant.kind === 'literal' ? [`'${constant.text}`] : [];
    }),
  );
}

export function writes({ query }: DeployStatement): boolean {
  return (query?.writes.length ?? 0) > 0;
}

export const passOneKey =
  'Give the table the key in the statement, compared with = to the one value that is meant.';
export const changeStatement =
  'Change the statement or the plan: "shardwright explain" says what would help.';

/** Whether a constraint on the shards refuses rows of these tables that belong on another. */
export function rowsAreGuarded(input: DeployInput, tables: readonly string[]): boolean {
  if (!isUnmoved(input)) return false;
  return shardedTables(input).every((table) => !tables.includes(table.name) || isGuarded(table));
}

/** What makes the copies of a global table differ where each shard runs the write by itself; undefined where they stay alike. */
export function copiesDiffer({ query, traits }: DeployStatement): Ruling | undefined {
  const written = query?.writes ?? [];
  const hasTriggers = written.some(
    ({ hiddenWrites, triggerColumns }) =>
      hiddenWrites.length > 0 || triggerColumns === 'any' || triggerColumns.length > 0,
  );
  const why =
    traits === undefined
      ? 'it could not be read'
      : written.some(({ generatedColumns }) => generatedColumns.length > 0)
        ? 'the server makes values of its columns'
        : hasTriggers
          ? 'triggers run on each of them'
          : traits.madeAnew === undefined
            ? undefined
            : `${traits.madeAnew} may come out otherwise on each of them`;
  return why === undefined
    ? undefined
    : wrong(
        'copies-differ',
        `Every shard runs it by itself, and the copies may differ from then on: ${why}.`,
        'Make such values in the application and pass them as parameters.',
      );
}
