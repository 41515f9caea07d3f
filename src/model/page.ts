/**
 * What report.html carries for its script: numbers in columns, and names by their place in a list, so that 50,000 statements
 * stay small. Each part is a JSON text of its own, read when it is first asked for.
 */

import type { VerdictKind } from './verdict.js';

/** Read when the page opens. */
export interface PageHead {
  readonly shards: number;
  readonly weight: 'calls' | 'time' | 'rows';
  /** Of the plan, of all statements. */
  readonly cost: number;
  /** The command that answers the same question with a solver, but for its choice. */
  readonly command: string;
  /** In name order; a place in it stands for the table everywhere. */
  readonly tables: readonly PageTable[];
  /** Co-location groups of sharded tables, the busiest first. */
  readonly groups: readonly string[];
  readonly graph: PageGraph;
  readonly statements: PageStatements;
  /** False when the analysis was not asked for it. */
  readonly hasWhatIf: boolean;
  /** Statements in each part of statement texts. */
  readonly textsEach: number;
}

export interface PageTable {
  /** As it is printed. */
  readonly name: string;
  /** As commands take it. */
  readonly full: string;
  readonly placement: 'sharded' | 'global' | 'unsharded';
  /** `user_id`, `+user_id` for a key to be added, `global`, `unsharded`. */
  readonly choice: string;
  /** Place in `groups`; of sharded tables. */
  readonly group?: number;
  readonly calls: number;
  readonly callShare: number;
  readonly writeShare: number;
  readonly singleShardShare?: number;
  readonly rowCount?: number;
  readonly totalBytes?: number;
  readonly flags: readonly string[];
}

/** Columns of the same length: nodes are tables, an edge is at one place of all edge columns. */
export interface PageGraph {
  readonly nodes: readonly number[];
  readonly x: readonly number[];
  readonly y: readonly number[];
  readonly reads: readonly number[];
  readonly writes: readonly number[];
  readonly community: readonly number[];
  readonly from: readonly number[];
  readonly to: readonly number[];
  readonly calls: readonly number[];
  /** Joins of each edge. */
  readonly joins: readonly (readonly string[])[];
}

/** Columns of the same length, the heaviest statement first. */
export interface PageStatements {
  /** Places in `verdictKinds`. */
  readonly verdict: readonly number[];
  readonly weight: readonly number[];
  /** Absent when statements weigh by their calls. */
  readonly calls?: readonly number[];
  readonly tables: readonly (readonly number[])[];
}

/** What the list of statements shows when one is opened. */
export interface PageText {
  readonly id: string;
  readonly text: string;
  readonly because: readonly string[];
  readonly ms: number;
  readonly rows: number;
  /** `file:line`. */
  readonly source: string;
  readonly key?: string;
  readonly pairs?: string;
  readonly fix?: string;
  readonly rewritten?: string;
}

/** What a table's card shows, and the what-if of its candidates. */
export interface PageCard {
  readonly placement: string;
  /** Why it is placed so. */
  readonly reasons: readonly string[];
  readonly flags: readonly (readonly [code: string, message: string])[];
  readonly candidates: readonly PageCandidate[];
  readonly rejected: readonly (readonly [option: string, reason: string])[];
  readonly constraints: readonly string[];
}

export interface PageCandidate {
  readonly choice: string;
  /** What simulate's --set takes; absent for the plan's own, and where it would take another way to the same key. */
  readonly set?: string;
  readonly placement: string;
  readonly reasons: readonly string[];
  readonly singleShardShare: number;
  readonly flipCost: number;
  /** False: at most that. */
  readonly reoptimised: boolean;
  readonly anew?: PageOutcome;
  readonly kept?: PageOutcome;
}

export interface PageOutcome {
  readonly cost: number;
  readonly moved: readonly (readonly [table: number, choice: string])[];
  /** By verdict, the statements that have it then: the first place, and each next one's distance. */
  readonly changed: Readonly<Partial<Record<VerdictKind, readonly number[]>>>;
}
