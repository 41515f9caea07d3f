/** A lab as it is now, and what became of traffic that was sent to it. */

export interface LabPlace {
  /** `monolith`, `unsharded`, `shard-0`, … */
  readonly name: string;
  /** Without the password, unless it was asked for. */
  readonly dsn: string;
  readonly alive: boolean;
  /** Of the server; absent when it does not answer. */
  readonly version?: string;
  readonly bytes?: number;
  readonly tables?: number;
  readonly rows?: number;
}

export interface LabStatus {
  readonly name: string;
  readonly folder: string;
  readonly places: readonly LabPlace[];
}

export interface LabTraffic {
  readonly clients: number;
  readonly seconds: number;
  /** Statements with values that were drawn from. */
  readonly shapes: number;
  /** Statements of the exports that no values were found for. */
  readonly unfit: number;
  readonly sent: number;
  readonly failed: number;
  readonly perSecond: number;
  /** Of statements that did not fail; absent when there was none. */
  readonly latencyMs?: {
    readonly p50: number;
    readonly p95: number;
    readonly p99: number;
    readonly max: number;
  };
  /** By SQLSTATE, the most frequent first; `connection` when the server was gone. */
  readonly errors: readonly { readonly sqlState: string; readonly count: number }[];
}
