/** What a capture took from a server, in numbers, and what it could not see. */

export interface CaptureSummary {
  readonly database: string;
  readonly serverVersion: string;
  /** As the server prints it. */
  readonly capturedAt: string;
  readonly statements: number;
  readonly calls: number;
  readonly tables: number;
  readonly views: number;
  readonly functions: number;
  /** What the role was not allowed to see, and what to do. */
  readonly notes: readonly string[];
  /** Names were replaced; what could not be for sure was left out, by kind. */
  readonly dropped?: Readonly<Record<string, number>>;
}
