/** A transaction while it runs: what its executions reached so far. Holds a few keys, however long the transaction is. */

import type { TableName, TransactionOutcome } from '../../model/index.js';
import type { LoggedStatement } from './logged-statements.js';
import type { Reach, ReachedKey } from './reach.js';

export interface Running {
  /** Ids in order of first appearance. */
  readonly statements: Set<string>;
  readonly repeated: Set<string>;
  readonly tables: Set<TableName>;
  /** Executions that touch tables. */
  touching: number;
  firstKey: ReachedKey | undefined;
  readonly shards: Set<number>;
  keysDiffer: boolean;
  keyed: number;
  unnamed: number;
  anyShard: boolean;
  unsharded: boolean;
  several: boolean;
  unknown: boolean;
  /** The statement that took it to a second shard or database. */
  blamed: string | undefined;
}

export function startRunning(): Running {
  return {
    statements: new Set(),
    repeated: new Set(),
    tables: new Set(),
    touching: 0,
    firstKey: undefined,
    shards: new Set(),
    keysDiffer: false,
    keyed: 0,
    unnamed: 0,
    anyShard: false,
    unsharded: false,
    several: false,
    unknown: false,
    blamed: undefined,
  };
}

export function takeExecution(running: Running, statement: LoggedStatement, reach: Reach): void {
  if (reach.kind === 'nothing') return;
  running.touching += 1;
  if (running.statements.has(statement.id)) running.repeated.add(statement.id);
  running.statements.add(statement.id);
  for (const table of statement.tables) running.tables.add(table);
  const crossedBefore = crosses(running);
  takeReach(running, reach);
  if (!crossedBefore && crosses(running)) running.blamed = statement.id;
}

function takeReach(running: Running, reach: Exclude<Reach, { kind: 'nothing' }>): void {
  switch (reach.kind) {
    case 'keys':
      running.keyed += 1;
      for (const key of reach.keys) takeKey(running, key);
      break;
    case 'unnamedKey':
      running.keyed += 1;
      running.unnamed += 1;
      break;
    case 'anyShard':
    case 'unsharded':
    case 'several':
    case 'unknown':
      running[reach.kind] = true;
      break;
  }
}

function takeKey(running: Running, key: ReachedKey): void {
  running.shards.add(key.shard);
  running.firstKey ??= key;
  const { group, key: first } = running.firstKey;
  if (key.group !== group || key.key !== first) running.keysDiffer = true;
}

function crosses({ several, unsharded, keyed, shards }: Running): boolean {
  return several || shards.size > 1 || (unsharded && keyed > 0);
}

export function outcomeOf(running: Running): TransactionOutcome {
  if (crosses(running)) return 'crosses';
  if (running.unknown) return 'unknown';
  // One execution on one key needs no value; that two are on the same key has to be seen.
  if (running.unnamed > 0 && running.keyed > 1) return 'unknown';
  if (running.keyed > 0) return running.keysDiffer ? 'oneShardByMap' : 'oneKey';
  if (running.unsharded) return 'unsharded';
  return running.anyShard ? 'anyShard' : 'noTable';
}
