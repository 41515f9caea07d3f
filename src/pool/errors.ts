/** What the pool itself throws. A server's errors come through as the driver made them. */

import type { Refused, TableName, VerdictKind } from '../model/index.js';

/** A statement that was sent to no database: it would have given wrong rows, or nobody can tell where it belongs. */
export class ShardwrightRefusal extends Error {
  override readonly name = 'ShardwrightRefusal';
  /** SQLSTATE: `0A000` for what shards cannot answer, `42601` for what cannot be read. */
  readonly code: string;
  readonly verdict: VerdictKind;
  readonly tables: readonly TableName[];
  /** The evidence; literals as `?`. */
  readonly because: readonly string[];
  /** What to do about it, one sentence. */
  readonly fix: string;

  constructor({ sqlstate, verdict, tables, reason, because, fix }: Omit<Refused, 'kind' | 'isWrite'>) {
    super(`${verdict}: ${reason}; ${fix}`);
    this.code = sqlstate;
    this.verdict = verdict;
    this.tables = tables;
    this.because = because;
    this.fix = fix;
  }
}

/** A database that cannot be reached, or has no connection left in time. Statements for other databases go on. */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  /** SQLSTATE: `08006` when it is not there or went away, `53300` when too many wait for it. */
  readonly code: '08006' | '53300';
  readonly database: number | 'unsharded';
  /** The statement may have been executed: the connection broke while it ran. */
  readonly inDoubt: boolean;

  constructor(
    database: number | 'unsharded',
    code: '08006' | '53300',
    reason: string,
    { inDoubt = false, cause }: { readonly inDoubt?: boolean; readonly cause?: unknown } = {},
  ) {
    super(`${database === 'unsharded' ? 'the unsharded database' : `shard ${database}`} ${reason}`, {
      cause,
    });
    this.code = code;
    this.database = database;
    this.inDoubt = inDoubt;
  }
}
