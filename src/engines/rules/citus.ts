/**
 * Citus, by its planner (multi_router_planner.c, query_pushdown_planning.c, multi_logical_planner.c, recursive_planning.c): it plans
 * from PostgreSQL's own parse tree, so what it cannot do it refuses, and nothing is answered wrongly.
 */

import type { Blocker } from '../../model/index.js';
import type { DeployInput, DeployStatement } from '../input.js';
import { changeStatement, type Ruling, refused, supported, withSettings, writes } from './rule.js';

export function underCitus(_: DeployInput, statement: DeployStatement): Ruling {
  const { verdict, traits } = statement;
  switch (verdict.verdict) {
    case 'tableless':
      return supported('tableless', 'It needs no table.');
    case 'single-shard':
      return supported('router', 'The router planner sends it to one shard: Task Count 1.');
    case 'global-read':
      return supported('reference', 'Every node has these tables.');
    case 'unsharded':
      return supported('local', 'The tables are local to the coordinator.');
    case 'conditional':
      return withSettings(
        'router-if-equal',
        'With equal keys the router planner sends it to one shard; with others it is planned as a join between shards, or refused.',
        'Pass one value for both.',
      );
    case 'multi-shard':
      return limited(statement) ?? supported('several-shards', 'It goes to the shards of the values.');
    case 'scatter':
      return limited(statement) ?? supported('all-shards', 'Citus pushes it down to all shards and merges.');
    case 'global-write':
      return supported('reference-write', 'It is run on every node, in one two-phase commit.');
    case 'cross-shard':
      return limited(statement) ?? across(statement, verdict.blocker);
    case 'cross-database':
      return writes(statement)
        ? refused(
            'local-and-distributed',
            'A write that joins local and distributed tables is refused in most shapes.',
            changeStatement,
          )
        : withSettings(
            'local-join',
            'The local table, or the part of the distributed one that is needed, is copied over for each call.',
            'citus.local_table_join_policy is auto by default; make small local tables reference tables.',
          );
    case 'unroutable':
      return verdict.blocker === 'key-updated'
        ? refused(
            'key-updated',
            'Modifying the partition value of rows is not allowed.',
            'Delete the row and insert it again.',
          )
        : refused(
            'no-key',
            'An INSERT has to have a value of the distribution column, and ON CONFLICT a unique key with it.',
            'Give the key its value.',
          );
    case 'unknown':
      return refused(
        'not-judged',
        `What it needs could not be told${traits === undefined ? ': it could not be read' : ''}; Citus may refuse it.`,
        changeStatement,
      );
  }
}

/** What is refused as soon as several shards are needed. */
function limited({ traits }: DeployStatement): Ruling | undefined {
  if (traits?.locking === true)
    return refused(
      'locking',
      'FOR UPDATE and FOR SHARE are refused over several shards.',
      'Lock rows of one key at a time.',
    );
  if (traits?.groupingSets === true)
    return refused(
      'grouping-sets',
      'GROUPING SETS, CUBE and ROLLUP are refused over several shards.',
      'Ask for each grouping by itself.',
    );
  return traits?.recursive === true
    ? refused('recursive', 'A recursive CTE has to be on one shard.', changeStatement)
    : undefined;
}

const repartitioned: ReadonlySet<Blocker> = new Set([
  'join-off-key',
  'two-groups',
  'key-not-constant',
  'two-parameters',
  'no-key',
]);
const recursive: ReadonlySet<Blocker> = new Set([
  'aggregate-above-shards',
  'limit-below',
  'nullable-side',
  'global-preserved',
]);

function across(statement: DeployStatement, blocker: Blocker | undefined): Ruling {
  if (writes(statement)) {
    return refused(
      'write-across',
      'A write that joins tables which are not co-located is refused.',
      'Read the keys first, and write by them.',
    );
  }
  if (blocker !== undefined && recursive.has(blocker)) {
    return supported(
      'recursive-planning',
      'The inner part is computed first and sent to the shards as an intermediate result.',
    );
  }
  if (blocker !== undefined && repartitioned.has(blocker)) {
    return withSettings(
      'repartition',
      'Tables that are not co-located are joined by repartitioning, for inner joins by equality; correlated subqueries are refused.',
      'SET citus.enable_repartition_joins = on, and measure it.',
    );
  }
  return refused(
    'complex',
    'Complex joins are supported only when all tables are co-located and joined on the key.',
    changeStatement,
  );
}
