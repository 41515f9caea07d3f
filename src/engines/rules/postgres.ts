/**
 * Plain PostgreSQL with foreign partitions. PostgreSQL plans the whole statement, so reads are right whatever they need; what it
 * lacks are unique keys over foreign partitions, rows that move between them, and one commit for all servers.
 */

import { GUARD } from '../changes/guard.js';
import type { DeployInput, DeployStatement } from '../input.js';
import { type Ruling, refused, rowsAreGuarded, supported, withSettings, writes, wrong } from './rule.js';

export function underPostgres(input: DeployInput, statement: DeployStatement): Ruling {
  const { placements } = input;
  const { verdict, traits, query } = statement;
  const written = (query?.writes ?? []).filter(({ table }) => placements.get(table)?.placement === 'sharded');
  const touchesSharded = verdict.tables.some((table) => placements.get(table)?.placement === 'sharded');
  if (!touchesSharded && verdict.verdict !== 'unknown')
    return supported('local', 'Its tables are on the coordinator.');
  if (written.length > 0) {
    if (traits?.insert !== undefined && traits.insert.onConflict !== 'none') {
      return refused(
        'on-conflict',
        'There is no unique key over foreign partitions that ON CONFLICT could go by.',
        'Send it to the shard itself, or look first and then insert.',
      );
    }
    if (verdict.blocker === 'key-updated') return keyUpdated(input, statement);
    if (traits?.command === 'merge')
      return refused('merge', 'MERGE is not supported on foreign tables.', 'Write it as UPDATE and INSERT.');
    if (traits?.currentOf === true)
      return refused(
        'current-of',
        'WHERE CURRENT OF is not supported on foreign tables.',
        'Name the row by its key.',
      );
  }
  switch (verdict.verdict) {
    case 'single-shard':
      return supported('pruned', 'All partitions but one are pruned: one shard is asked.');
    case 'unknown':
      return withSettings(
        'not-judged',
        'PostgreSQL plans it by itself; how many shards it asks could not be told.',
        'Look at EXPLAIN.',
      );
    case 'conditional':
    case 'multi-shard':
    case 'scatter':
    case 'cross-shard':
    case 'cross-database':
      return writes(statement)
        ? withSettings(
            'several-commits',
            'Each shard commits by itself: a crash between two commits leaves one behind.',
            'Keep such writes idempotent, and repeat them.',
          )
        : withSettings(
            'append',
            'Rows of all shards it needs are fetched to the coordinator and put together there.',
            'Set enable_partitionwise_aggregate and enable_partitionwise_join, and async_capable on the servers.',
          );
    default:
      return supported('local', 'PostgreSQL plans it by itself.');
  }
}

/** PostgreSQL sends such an UPDATE to the shard as it is, and the row stays there: measured on 18. */
function keyUpdated(input: DeployInput, { verdict }: DeployStatement): Ruling {
  const remedy = 'Delete the row and insert it again.';
  return rowsAreGuarded(input, verdict.tables)
    ? refused(
        'key-updated',
        `A row does not move from one foreign partition to another; the constraint ${GUARD} on the shard refuses it.`,
        remedy,
      )
    : wrong(
        'key-updated',
        'A row does not move from one foreign partition to another: it stays, and nobody finds it under its new key.',
        remedy,
      );
}
