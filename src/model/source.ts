/** Where a thing was read from, for messages and reports. */
export interface SourceRef {
  /** Path as the user gave it, or `standard input`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
}

/** Something a reader noticed that the user should know: never an error, always shown. */
export interface Note {
  /** kebab-case, stable. */
  readonly code: string;
  readonly message: string;
  readonly source?: SourceRef;
}
