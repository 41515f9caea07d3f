/** One record of a server's log, as csvlog and jsonlog both have it. It holds values: nothing of it may be printed but times and places. */

import type { SourceRef } from '../../model/index.js';

export interface LogRecord {
  readonly source: SourceRef;
  /** As written. */
  readonly time: string;
  readonly database: string;
  readonly session: string;
  /** Rises within a session, from 1. */
  readonly sessionLine: number;
  /** `3/45`; `3/0` and '' outside of transactions. */
  readonly virtualTransaction: string;
  readonly severity: string;
  readonly message: string;
  readonly detail: string;
  /** The statement of an error. */
  readonly statement: string;
  /** '' before PostgreSQL 13. */
  readonly backendType: string;
}

export type LogItem =
  | { readonly kind: 'record'; readonly record: LogRecord }
  | { readonly kind: 'unreadable'; readonly source: SourceRef };
