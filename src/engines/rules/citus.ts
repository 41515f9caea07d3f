/**
 * Citus, by its planner (multi_router_planner.c, query_pushdown_planning.c, multi_logical_planner.c, recursive_planning.c): it plans
 * from PostgreSQL's own parse tree, so what it cannot do it refuses, and nothing is answered wrongly.
 */

import type { Blocker, Instance, Query } from '../../model/index.js';
import { indexFlows, reach } from '../../sql/index.js';
import type { DeployInput, DeployStatement } from '../input.js';
import { bareName } from '../sql-text.js';
import {
  changeStatement,
  keysByName,
  type Ruling,
  refused,
  supported,
  withSettings,
  writes,
} from './rule.js';

export function underCitus(input: DeployInput, statement: DeployStatement): Ruling {
  return refusedWrite(input, statement) ?? byVerdict(input, statement);
}

function byVerdict(input: DeployInput, statement: DeployStatement): Ruling {
  const { verdict, traits } = statement;
  switch (verdict.verdict) {
    case 'tableless':
      return supported('tableless', 'It needs no table.');
    case 'single-shard':
      return singleShard(input, statement);
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

/** What Citus refuses of writes to tables of its own, on however many shards. */
function refusedWrite({ placements, catalog }: DeployInput, statement: DeployStatement): Ruling | undefined {
  const { query, traits } = statement;
  const computed = traits?.computed;
  const ownWrites = (query?.writes ?? []).some(({ table }) => {
    const placement = placements.get(table)?.placement;
    return placement === 'sharded' || placement === 'global';
  });
  if (computed === undefined || !ownWrites) return undefined;
  if (computed.mergesValues)
    return refused(
      'merge-of-values',
      'The source of a MERGE has to be a table of Citus.',
      'Write it as INSERT … ON CONFLICT.',
    );
  if (computed.conflictOrReturning)
    return refused(
      'computed-on-conflict',
      'Functions that are not IMMUTABLE, now() among them, are refused in DO UPDATE SET and RETURNING.',
      'Pass the value as a parameter, or take it from excluded.',
    );
  const changing = computed.calls.find((name) => isVolatile(catalog, name));
  return changing === undefined
    ? undefined
    : refused(
        'volatile-in-write',
        `${changing}() is VOLATILE, which Citus refuses in SET and WHERE of a write.`,
        'Make the value in the application and pass it as a parameter.',
      );
}

const volatile =
  /^(?:random|gen_random_uuid|uuidv[47]|uuid_generate_v\w+|clock_timestamp|timeofday|nextval|setval|lastval|pg_\w+)$/;

function isVolatile({ functions }: DeployInput['catalog'], name: string): boolean {
  if (volatile.test(name)) return true;
  return [...functions].some(
    ([known, overloads]) =>
      bareName(known) === name && overloads.some(({ volatility }) => volatility === 'volatile'),
  );
}

/** On one shard by proof. Citus goes by what the statement itself says, and by less of it. */
function singleShard(input: DeployInput, statement: DeployStatement): Ruling {
  const { query, traits } = statement;
  if (query === undefined || traits === undefined || traits.insert?.rows === 1)
    return supported('router', 'The router planner sends it to one shard: Task Count 1.');
  const sharded = query.instances.filter(
    ({ table, vacuous, via }) =>
      !vacuous && via === undefined && input.placements.get(table)?.placement === 'sharded',
  );
  if (!sharded.every((instance) => isPinned(input, query, instance))) return keyNotStated(sharded.length);
  if (traits.recursive && sharded.length > 1)
    return refused(
      'recursive',
      'Every part of a recursive CTE has to compare the key with the value itself.',
      'Compare the key with the value in each part.',
    );
  const looseInside = traits.apart.some(({ tables, pinned }) =>
    tables.some((name) => {
      const key = keysByName(input).get(name);
      return key !== undefined && !pinned.some(({ column }) => column === key);
    }),
  );
  if (looseInside || traits.nullSafe)
    return withSettings(
      'key-not-seen',
      'The answer is right, but Citus does not see that one shard has it and asks all.',
      'Compare the key with the value, by =, inside the subquery as well.',
    );
  if (writes(statement) && sharded.length > 1 && (traits.writingCte || traits.insert !== undefined))
    return supported(
      'pulled',
      'One shard has the rows; Citus may pull them to the coordinator between its parts.',
    );
  if (traits.insert !== undefined)
    return supported('pulled', 'Citus pulls the rows to the coordinator and inserts them from there.');
  if (query.blocks.some(({ shape }) => shape === 'except'))
    return supported('recursive-planning', 'Citus computes the arms first and puts them together.');
  return supported('router', 'The router planner sends it to one shard: Task Count 1.');
}

/** Whether the statement's own equalities lead from one value to the instance's key. */
function isPinned({ placements }: DeployInput, query: Query, { table, columns }: Instance): boolean {
  const placement = placements.get(table);
  const node = placement?.placement === 'sharded' ? columns.get(placement.key) : undefined;
  if (node === undefined) return false;
  const index = indexFlows(query.flows);
  return query.sources.some((source) => source.kind === 'one' && reach(index, [source.node]).has(node));
}

function keyNotStated(tables: number): Ruling {
  const reason =
    'The plan proves by its references that one shard has it; the statement itself does not say so.';
  return tables === 1
    ? withSettings(
        'key-not-seen',
        `${reason} Citus asks all shards.`,
        'Compare the key with the value as well.',
      )
    : refused(
        'key-not-stated',
        `${reason} To Citus it is a join of tables that are not joined on their key.`,
        'Join on the key as well, as in "AND item.user_id = parent.user_id".',
      );
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
  'nullable-side',
  'join-off-key',
  'two-groups',
  'key-not-constant',
  'two-parameters',
  'no-key',
]);
const recursive: ReadonlySet<Blocker> = new Set([
  'aggregate-above-shards',
  'limit-below',
  'global-preserved',
]);

function across(statement: DeployStatement, blocker: Blocker | undefined): Ruling {
  const { traits } = statement;
  const readsOne = (statement.query?.instances.length ?? 0) <= 2;
  if (traits?.insert !== undefined && readsOne)
    return supported('pulled', 'The rows are pulled to the coordinator and inserted from there.');
  if (writes(statement)) {
    if (blocker === 'aggregate-above-shards' || traits?.writingCte === true)
      return supported('recursive-planning', 'The inner part is computed first and sent to the shards.');
    return refused(
      'write-across',
      'A write that joins tables which are not co-located is refused.',
      'Read the keys first, and write by them.',
    );
  }
  if (
    blocker !== undefined &&
    (recursive.has(blocker) || (blocker === 'nullable-side' && (traits?.apart.length ?? 0) > 0))
  ) {
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
