/** The result of a whole analysis: what reports are made from. Everything is sorted and ready to print; nothing is computed from it. */

import type { BlockedGroup, KeyChange, StatementFix } from './blocked.js';
import type { TableName } from './catalog.js';
import type { ProofFile } from './certificate.js';
import type { Curves } from './curves.js';
import type { DecisionReport } from './decision.js';
import type { LoadReport } from './load.js';
import type { Placement, Placements } from './placement.js';
import type { Candidate, Rejected, ShardPlan } from './plan.js';
import type { Note, SourceRef } from './source.js';
import type { TransactionReport } from './transactions.js';
import type { Verdict } from './verdict.js';
import type { WhatIf } from './what-if.js';
import type { Counters } from './workload.js';

export interface AnalysisResult {
  readonly plan: ShardPlan;
  /** Why no plan is cheaper, for verify-plan. */
  readonly proof: ProofFile;
  /** In name order. */
  readonly tables: readonly TableReport[];
  /** Application statements by weight, heaviest first, then id. */
  readonly statements: readonly StatementReport[];
  /** What keeps statements from one shard, the heaviest first. */
  readonly blocked: readonly BlockedGroup[];
  /** What the application has to change for the key columns that the plan adds, by table. */
  readonly keyChanges: readonly KeyChange[];
  /** Statements that are single-shard only because row-level security was taken to hold; undefined without --assume-rls. */
  readonly singleByPolicy?: { readonly statements: number; readonly share: number };
  readonly graph: CoAccessGraph;
  readonly coverage: Coverage;
  readonly window: WindowReport;
  /** Rows, bytes and load by shard, simulated. */
  readonly load: LoadReport;
  /** Shard or not: figures, levers and the rule. */
  readonly decision: DecisionReport;
  readonly constraints: readonly ConstraintReport[];
  /** Tables with another option that is just as cheap. */
  readonly ties: readonly TableName[];
  /** What the analysis rests on and what it could not see, in sentences. */
  readonly notes: readonly Note[];
  /** What the transactions of a log needed under the plan, with --log. */
  readonly transactions?: TransactionReport;
  /** What more room for global tables and new key columns buy; left out where it was not asked for and takes its time. */
  readonly curves?: Curves;
  /** What each table's other choices would do to the statements, where it was asked for. */
  readonly whatIf?: WhatIf;
  /** Where the two readers disagree, with --cross-check. */
  readonly crossCheck?: CrossCheckReport;
}

export interface TableReport {
  readonly name: TableName;
  readonly placement: Placement;
  /** Calls of statements that touch the table. */
  readonly calls: number;
  /** Share of the workload's weight that touches it, 0…1. */
  readonly callShare: number;
  /** Of that, the share that writes it. */
  readonly writeShare: number;
  /** Of that, without purely unsharded statements, the share that is single-shard by strict proof. Undefined when there is nothing. */
  readonly singleShardShare?: number;
  readonly rowCount?: number;
  readonly totalBytes?: number;
  /** Best first. */
  readonly candidates: readonly Candidate[];
  readonly rejected: readonly Rejected[];
  readonly flags: readonly Flag[];
}

export interface Flag {
  /** kebab-case, stable: 'global', 'unsharded', 'added-key', 'hot-key', 'low-cardinality', 'nullable-key', … */
  readonly code: string;
  readonly message: string;
}

export interface StatementReport {
  readonly id: string;
  readonly queryId?: string;
  readonly text: string;
  readonly counters: Counters;
  /** By the chosen weight. */
  readonly weight: number;
  readonly verdict: Verdict;
  readonly fix?: StatementFix;
  readonly source: SourceRef;
  readonly tags: Readonly<Record<string, string>>;
}

/** What was measured of the exports, and what was not readable: counted, never dropped. */
export interface Coverage {
  /** All rows of the export after merging, and their calls. */
  readonly statements: number;
  readonly calls: number;
  readonly totalExecMs: number;
  /** False when the export has no times: totalExecMs is 0 then because nobody told. */
  readonly timesKnown?: boolean;
  readonly readable: CoveragePart;
  readonly masked: CoveragePart;
  readonly truncated: CoveragePart;
  readonly unparsed: CoveragePart;
  readonly utility: CoveragePart;
  /** Catalog and monitoring queries, and the server's own foreign-key checks. */
  readonly catalog: CoveragePart;
  readonly nested: CoveragePart;
  /** Readable, but of no application table. */
  readonly tableless: CoveragePart;
  readonly otherDatabase: CoveragePart;
  readonly evicted: number | 'unknown';
  /** Statements that could not be read: where, and why. */
  readonly unreadable: readonly UnreadableStatement[];
  /** Parts of the schema that could not be read. */
  readonly schemaUnreadable: readonly { readonly reason: string; readonly source: SourceRef }[];
  /** Table names salvaged from text that could not be parsed, with the calls behind them. */
  readonly salvagedTables: readonly { readonly table: TableName; readonly calls: number }[];
}

export interface CoveragePart {
  readonly statements: number;
  readonly calls: number;
  readonly totalExecMs: number;
}

export interface UnreadableStatement {
  readonly id: string;
  readonly reason: string;
  readonly calls: number;
  readonly source: SourceRef;
}

export interface WindowReport {
  readonly from?: string;
  readonly to?: string;
  readonly snapshots: number;
  readonly restarted: number;
  /** `snapshots` exports were added; else they are snapshots of one server that were subtracted. */
  readonly summed?: boolean;
}

export interface ConstraintReport {
  readonly table: TableName;
  readonly kind: 'unique' | 'primary-key' | 'foreign-key' | 'exclusion' | 'sequence';
  readonly name: string;
  readonly message: string;
  readonly remedy: string;
}

export interface CoAccessGraph {
  /** Sorted by name. */
  readonly nodes: readonly GraphNode[];
  /** Sorted by source, then target; source < target. */
  readonly edges: readonly GraphEdge[];
}

/** The graph, and where its tables lie. */
export interface PlacedGraph {
  readonly graph: CoAccessGraph;
  readonly plan: { readonly tables: Placements };
}

export interface GraphNode {
  readonly table: TableName;
  readonly reads: number;
  readonly writes: number;
  /** Community number by Louvain, seeded; communities numbered by their first table's name. */
  readonly community: number;
}

export interface GraphEdge {
  readonly source: TableName;
  readonly target: TableName;
  /** Calls of statements that touch both. */
  readonly calls: number;
  /** Transactions of a log that touch both. */
  readonly transactions?: number;
  /** `orders.user_id = users.id`, sorted, unique. Empty when they only appear together. */
  readonly predicates: readonly string[];
}

export interface CrossCheckReport {
  readonly compared: number;
  /** Read by the one reader only. */
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly disagreements: readonly {
    readonly id: string;
    readonly differences: readonly string[];
    readonly source: SourceRef;
  }[];
}

/** Stages announce themselves; who listens decides what is shown. */
export type ProgressListener = (event: ProgressEvent) => void;

export interface ProgressEvent {
  readonly stage: 'read' | 'schema' | 'parse' | 'plan' | 'proof' | 'report' | 'log';
  readonly message: string;
  /** Said when people ask for everything. */
  readonly detail?: string;
  /** Something to be said whatever becomes of the run. */
  readonly note?: Note;
}

/** A statement handed to `route explain`. */
export interface ExplainInput {
  readonly id: string;
  readonly sql: string;
  readonly params?: readonly unknown[];
}

export interface ExplainedStatement {
  readonly id: string;
  readonly verdict: Verdict;
  readonly fix?: StatementFix;
  readonly shards?: readonly number[];
}
