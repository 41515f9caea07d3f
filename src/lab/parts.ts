/** What a lab is made of. */

/** The addresses of one database, as URLs that hold the password. */
export interface LabDatabase {
  /** Of the role that owns the database and everything in it: what an application connects as. */
  readonly dsn: string;
  /** Of the superuser. */
  readonly adminDsn: string;
}

export interface Parts<T> {
  readonly monolith: T;
  readonly shards: readonly T[];
  /** Undefined when there is none. */
  readonly unsharded?: T;
}
