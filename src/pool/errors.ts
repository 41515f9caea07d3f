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

type DatabaseName = number | 'unsharded';

export function nameOf(database: DatabaseName): string {
  return database === 'unsharded' ? 'the unsharded database' : `shard ${database}`;
}

/**
 * A database that answers, and would make rows wrong in silence: it is set otherwise than the others, or its tables are not as
 * plan, map and schema have them. Nothing was sent to it; the next statement looks at it anew.
 */
export class DatabaseUnfit extends Error {
  override readonly name = 'DatabaseUnfit';
  readonly code = '08004';
  readonly database: DatabaseName;
  /** One sentence about "it". */
  readonly reason: string;
  /** What to do about it, one sentence. */
  readonly fix = 'set all servers alike (ALTER DATABASE … SET), and as plan, map and schema have them';

  constructor(database: DatabaseName, reason: string) {
    super(`${nameOf(database)} may not serve: ${reason}`);
    this.database = database;
    this.reason = reason;
  }
}

/**
 * A database that cannot be reached, does not let the pool in, or has no connection left in time. Statements for other databases
 * go on.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable';
  /**
   * SQLSTATE: `08006` when it is not there or went away, `53300` when too many wait for it; the server's own when it refuses the
   * login (`28P01` the password, `28000` the user from here, `3D000` there is no such database) or ends a transaction that does
   * nothing (`25P03`).
   */
  readonly code: string;
  readonly database: DatabaseName;
  /** The statement may have been executed: the connection broke while it ran. */
  readonly inDoubt: boolean;
  /** What to do about it, one sentence. */
  readonly fix: string;

  constructor(database: DatabaseName, { code, reason, fix, inDoubt = false, cause }: Unavailable) {
    super(`${nameOf(database)} ${reason}`, { cause });
    this.code = code;
    this.database = database;
    this.inDoubt = inDoubt;
    this.fix = fix;
  }
}

export interface Unavailable {
  readonly code: string;
  /** What follows the name of the database. */
  readonly reason: string;
  readonly fix: string;
  readonly inDoubt?: boolean;
  readonly cause?: unknown;
}
