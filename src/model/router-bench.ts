/** The router beside other ways to the same tables, measured in one run. */

export interface RouterBenchRun {
  /** With one client: the median of a transaction, in ms. */
  readonly medianMs: number;
  /** With all clients: transactions a second. */
  readonly perSecond: number;
}

export interface RouterBenchWorkload {
  readonly name: 'select-only' | 'tpcb-like';
  /** Statements of a transaction: what the router adds, it adds to each. */
  readonly statements: number;
  readonly direct: RouterBenchRun;
  /** Left out where PgBouncer is not installed. */
  readonly pgbouncer?: RouterBenchRun;
  readonly router: RouterBenchRun;
}

export interface RouterBench {
  readonly mode: 'simple' | 'extended' | 'prepared';
  readonly shards: number;
  readonly clients: number;
  readonly seconds: number;
  readonly workloads: readonly RouterBenchWorkload[];
  /** Microseconds for a decision: of a text that is known, and of one that is read for the first time. */
  readonly knownDecisionMicros: number;
  readonly newDecisionMicros: number;
}
