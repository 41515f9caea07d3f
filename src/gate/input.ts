/** What the gate judges: a plan, the schema as it is now, and every statement with its verdict under the plan. */

import type {
  Baseline,
  Catalog,
  Coverage,
  FindingLevel,
  PlacedUse,
  Placements,
  Query,
  RuleId,
  Score,
  SourceRef,
  TableName,
  Verdict,
  Weight,
} from '../model/index.js';

export interface GateInput {
  readonly plan: {
    readonly file: string;
    readonly tables: Placements;
    readonly shards: number;
    /** What the plan claims. */
    readonly score?: Score;
  };
  readonly catalog: Catalog;
  readonly weight: Weight;
  /** All that touch a table, those that could not be read included. In any order. */
  readonly statements: readonly GateStatement[];
  readonly score: Score;
  /** Absent when only .sql files were read: then weights are no traffic, and nothing is concluded from shares. */
  readonly coverage?: Coverage;
  readonly constraints: readonly BrokenConstraint[];
  readonly load: PlacedUse;
  readonly baseline?: Baseline & { readonly file: string };
  readonly settings: GateSettings;
}

export interface GateStatement {
  readonly id: string;
  readonly fingerprint: string;
  readonly queryId?: string;
  readonly text: string;
  readonly label?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly calls: number;
  readonly weight: number;
  readonly source: SourceRef;
  readonly verdict: Verdict;
  /** What to do about the verdict. */
  readonly fix?: string;
  /** Absent for a statement that could not be read. */
  readonly query?: Query;
}

/** A constraint that no single shard can check under the plan. */
export interface BrokenConstraint {
  readonly table: TableName;
  readonly kind: 'unique' | 'foreign-key';
  readonly name: string;
  readonly columns: readonly string[];
  /** Of a foreign key. */
  readonly target?: TableName;
  /** Sentences. */
  readonly problem: string;
  readonly advice: string;
}

export interface GateWaiver {
  readonly rule: string;
  readonly tables?: readonly TableName[];
  readonly statement?: string;
  readonly reason: string;
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly expires?: string;
  readonly location: SourceRef;
}

export interface GateSettings {
  /** Share of the weight that may need more than one shard; no limit when undefined. */
  readonly maxCrossShard?: number;
  /** How much more may cross than before, as a share, until it counts as a regression. */
  readonly tolerance: number;
  /** Findings of these rules, and of these levels and worse, fail as well. */
  readonly failOn: readonly (RuleId | FindingLevel)[];
  /** Keep findings about statements that the baseline does not have, and no others. */
  readonly newOnly: boolean;
  readonly waivers: readonly GateWaiver[];
  /** YYYY-MM-DD. */
  readonly today: string;
}
