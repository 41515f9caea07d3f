/** What programs see of the pool: what they give, and what they get. Statements and results have the driver's own fields. */

import type { ShardMap } from '../model/index.js';
import type { Router } from '../router/index.js';

export interface Limits {
  /** Connections to each database. Default 10. */
  readonly connections: number;
  /** Statements that may wait for a connection to one database; more are turned away at once. Default 1,000. */
  readonly waiting: number;
  /** Milliseconds that a statement waits for a connection. Default 5,000. */
  readonly connectMs: number;
  /** Milliseconds that the server lets a statement run; 0 for ever. Default 0. */
  readonly statementMs: number;
  /** Milliseconds after which a connection that nobody uses is closed. Default 30,000. */
  readonly idleMs: number;
}

/** A shard by its number, or the unsharded database. */
export type Place = number | 'unsharded';

/** What `query` takes beside a text. */
export interface Statement {
  readonly text: string;
  readonly values?: readonly unknown[];
  /** The statement is prepared under this name on each connection that runs it, and kept. */
  readonly name?: string;
  readonly rowMode?: 'array';
  readonly types?: TypeParsers;
}

/** How values are read, by the OID of their type. */
export interface TypeParsers {
  readonly getTypeParser: (oid: number, format?: 'text' | 'binary') => (value: string) => unknown;
}

export interface Result<Row = Record<string, unknown>> {
  readonly rows: Row[];
  readonly fields: readonly Field[];
  /** Null where the server says none. */
  readonly rowCount: number | null;
  /** `SELECT`, `INSERT` … */
  readonly command: string;
}

export interface Field {
  readonly name: string;
  readonly dataTypeID: number;
}

/** A key's value, with its group where the plan has several; or the unsharded database. */
export type TransactionKey =
  | string
  | number
  | bigint
  | { readonly group: string; readonly key: string | number | bigint }
  | { readonly database: 'unsharded' };

export interface TransactionOptions {
  readonly isolation?: 'read committed' | 'repeatable read' | 'serializable';
  readonly readOnly?: boolean;
}

type Query = <Row = Record<string, unknown>>(
  statement: string | Statement,
  values?: readonly unknown[],
) => Promise<Result<Row>>;

export interface Transaction {
  /** Where it runs. */
  readonly place: Place;
  /** @throws ShardwrightRefusal for a statement of another shard; the transaction goes on, for nothing was sent */
  readonly query: Query;
}

export interface PoolRequest {
  readonly router: Router;
  /** Addresses by shard: `postgresql://user:password@host/database`. */
  readonly shards: readonly string[];
  /** Of the unsharded database; without it, statements that need it are refused. */
  readonly unsharded?: string;
  /** What completes the addresses, as PGPASSWORD. Default: nothing. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly limits?: Partial<Limits>;
}

export interface ShardedPool {
  /** @throws ShardwrightRefusal before any database is asked; DatabaseUnavailable; DatabaseUnfit; else what the driver throws */
  readonly query: Query;
  /** Runs `work` in a transaction on the key's shard: committed when it returns, rolled back when it throws. */
  readonly transaction: <T>(
    key: TransactionKey,
    work: (transaction: Transaction) => Promise<T>,
    options?: TransactionOptions,
  ) => Promise<T>;
  /**
   * From here on by this map; what is under way ends where it began.
   * @throws RangeError when the map has not as many shards as there are addresses
   */
  readonly reload: (changed: { readonly map: ShardMap }) => void;
  /** Ends two-phase writes of a process that is no more. Gives how many parts there were. */
  readonly settle: (olderThanSeconds?: number) => Promise<number>;
  /**
   * Looks at every database that can be reached, as the first statement on each connection does: settings, collations, hashes,
   * columns, and whether it holds its own rows.
   * @throws DatabaseUnfit; DatabaseUnavailable of one that refuses the login
   */
  readonly check: () => Promise<void>;
  /** Waits for what is under way, then closes all connections. */
  readonly end: () => Promise<void>;
}
