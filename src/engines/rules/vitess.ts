/**
 * Vitess: vtgate plans from its own parse tree and refuses what it cannot do (VT12001), so nothing is answered wrongly. But it speaks
 * MySQL: what only PostgreSQL has is to be written anew first, and counts as refused.
 */

import type { DeployInput, DeployStatement } from '../input.js';
import { changeStatement, type Ruling, refused, supported, withSettings, writes } from './rule.js';

export function underVitess(_: DeployInput, statement: DeployStatement): Ruling {
  const { verdict, traits } = statement;
  const foreign = traits?.postgresOnly ?? [];
  if (traits === undefined || verdict.verdict === 'unknown') {
    return refused('not-judged', 'What it needs could not be told.', changeStatement);
  }
  if (foreign.length > 0) {
    return refused(
      'not-mysql',
      `MySQL does not have ${foreign.join(', ')}.`,
      'Write it anew in MySQL’s SQL.',
    );
  }
  switch (verdict.verdict) {
    case 'tableless':
    case 'unsharded':
    case 'global-read':
      return supported('one-keyspace', 'One keyspace answers it.');
    case 'single-shard':
      return supported('equal-unique', 'It goes to one shard by the primary vindex.');
    case 'multi-shard':
      return supported('in', 'It goes to the shards of the values.');
    case 'scatter':
      return traits.groupingSets || traits.recursive
        ? refused('scatter-limits', 'ROLLUP and recursive CTEs are not merged over shards.', changeStatement)
        : supported('scatter', 'vtgate asks all shards and merges.');
    case 'conditional':
    case 'cross-shard':
    case 'cross-database':
      return writes(statement)
        ? refused(
            'write-across',
            'A write that joins rows of several shards is refused.',
            'Read the keys first, and write by them.',
          )
        : withSettings(
            'join-in-vtgate',
            'vtgate joins the rows itself, asking for each row of the one side; correlated subqueries over shards are refused.',
            'Measure it, and raise max_memory_rows where it has to.',
          );
    case 'global-write':
      return supported(
        'reference-source',
        'It is written to the source of the reference table, and copied to the shards.',
      );
    case 'unroutable':
      return verdict.blocker === 'key-updated'
        ? refused(
            'key-updated',
            'Columns of the primary vindex cannot be updated.',
            'Delete the row and insert it again.',
          )
        : refused(
            'no-key',
            'An INSERT has to have a value of the primary vindex.',
            'Give the key its value.',
          );
  }
}
