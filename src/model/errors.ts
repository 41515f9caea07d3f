/** Errors that a user can mend: they say what happened, where, and what to do. Everything else that is thrown is a bug and keeps its stack. */

export type UserErrorCode =
  | 'file-not-found'
  | 'file-unreadable'
  | 'file-empty'
  | 'not-text'
  | 'unknown-format'
  | 'missing-columns'
  | 'broken-csv'
  | 'bad-number'
  | 'bad-json'
  | 'snapshots-differ'
  | 'nothing-to-analyse'
  | 'bad-map'
  | 'bad-plan'
  | 'bad-certificate'
  | 'bad-baseline'
  | 'newer-version'
  | 'bad-config'
  | 'bad-option'
  | 'bad-input'
  | 'not-a-log'
  | 'write-failed'
  | 'would-overwrite'
  | 'bad-dsn'
  | 'connection-failed'
  | 'not-allowed'
  | 'server-failed'
  | 'no-browser'
  | 'browser-failed'
  | 'no-server-programs'
  | 'lab-exists'
  | 'schema-refused'
  | 'database-not-empty'
  | 'no-lab';

export interface ErrorPlace {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
}

/** @throws never; is thrown. Exit code 2 at the shell. */
export class UserError extends Error {
  override readonly name = 'UserError';
  readonly code: UserErrorCode;
  /** What to do about it, one sentence. */
  readonly hint: string;
  readonly file?: string;
  readonly line?: number;

  constructor(code: UserErrorCode, message: string, hint: string, place: ErrorPlace = {}) {
    super(message);
    this.code = code;
    this.hint = hint;
    if (place.file !== undefined) this.file = place.file;
    if (place.line !== undefined) this.line = place.line;
  }
}
