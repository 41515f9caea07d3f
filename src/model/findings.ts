/** What the gate finds, and what it was compared with: what every reporter of `check` is made from. */

import type { Coverage } from './analysis.js';
import type { TableName } from './catalog.js';
import type { Score, Weight } from './plan.js';
import type { SourceRef } from './source.js';
import type { VerdictKind } from './verdict.js';

/** In the order in which findings are reported. */
export const ruleIds = [
  'plan-out-of-date',
  'key-type-mismatch',
  'table-without-placement',
  'missing-key-column',
  'new-cross-shard-statement',
  'insert-without-key',
  'key-updated',
  'baseline-regression',
  'budget-exceeded',
  'global-write-heavy',
  'global-too-big',
  'unsharded-overload',
  'unreadable-statement',
  'coverage-dropped',
  'unenforceable-unique',
  'unenforceable-foreign-key',
  'key-nullable',
  'unused-waiver',
] as const;

export type RuleId = (typeof ruleIds)[number];

/** From worst to mildest. */
export const findingLevels = ['error', 'warning', 'note'] as const;

export type FindingLevel = (typeof findingLevels)[number];

export interface RuleInfo {
  readonly id: RuleId;
  /** One sentence: what a finding of it says. */
  readonly summary: string;
  /** Without a baseline, or of a finding that a baseline knows. */
  readonly level: FindingLevel;
  /** Of a finding that a baseline does not know. */
  readonly levelWhenNew: FindingLevel;
  /** A baseline may take its findings for known, so that they do not fail. */
  readonly canBeKnown: boolean;
  /** The page about it, from the root of the package. */
  readonly page: string;
}

export interface Finding {
  readonly rule: RuleId;
  readonly level: FindingLevel;
  /** What happened: sentences. */
  readonly message: string;
  /** What to do about it. */
  readonly fix: string;
  /** Stable over runs, order, formatting, aliases and counts: 16 hexadecimal digits. */
  readonly fingerprint: string;
  /** Sorted. */
  readonly tables: readonly TableName[];
  /** Absent for findings about tables, waivers and the whole. */
  readonly statement?: FindingStatement;
  /** Of all weight, 0…1. Absent where no weight is behind it. */
  readonly share?: number;
  readonly location: SourceRef;
  /** The baseline has it. */
  readonly known: boolean;
  /** It makes the check fail. */
  readonly fails: boolean;
}

export interface FindingStatement {
  readonly id: string;
  /** Survives formatting, comments, aliases, numbers of parameters, lengths of lists, schema qualification. */
  readonly fingerprint: string;
  readonly queryId?: string;
  /** Normalised: no literal is in it. */
  readonly text: string;
  /** `-- name:` of a file of queries. */
  readonly label?: string;
  readonly verdict: VerdictKind;
  readonly because: readonly string[];
  readonly calls: number;
  /** sqlcommenter's; print those that tagsJson lets through. */
  readonly tags: Readonly<Record<string, string>>;
}

/** A finding that a waiver of the config silences. */
export interface WaivedFinding {
  readonly finding: Finding;
  readonly reason: string;
  /** YYYY-MM-DD. */
  readonly expires?: string;
}

/** The state that findings are compared with. */
export interface Baseline {
  readonly weight: Weight;
  readonly score: Score;
  /** Share of all calls that were readable, masked, …; absent when it was made of .sql files. */
  readonly coverage?: { readonly calls: number; readonly judgedShare: number };
  /** By fingerprint. */
  readonly statements: ReadonlyMap<string, BaselineStatement>;
  /** Fingerprints of findings that are known. */
  readonly findings: ReadonlySet<string>;
}

export interface BaselineStatement {
  readonly fingerprint: string;
  /** The worst, when several texts share the fingerprint. */
  readonly verdict: VerdictKind;
  readonly weight: number;
  readonly tables: readonly TableName[];
  /** To be recognised by; the start of a long one. */
  readonly text: string;
}

export interface CheckComparison {
  /** baseline: a file of statements. plan: only the score that the plan claims. */
  readonly origin: 'baseline' | 'plan';
  readonly file: string;
  readonly before: Score;
  readonly after: Score;
  /** Share of all calls that could be judged; undefined where nobody counted. */
  readonly judgedBefore?: number;
  readonly judgedAfter?: number;
  /** How much more may cross before it counts, 0…1. */
  readonly tolerance: number;
  /** Statements by fingerprint; only with a baseline. */
  readonly statements?: { readonly known: number; readonly added: number; readonly gone: number };
}

export interface CheckSummary {
  /** Judged statements, and their weight. */
  readonly statements: number;
  readonly weight: number;
  readonly score: Score;
  /** Weight that may need more than one shard: 1 − singleShardShare. */
  readonly crossShardShare: number;
  readonly maxCrossShard?: number;
  /** Findings by level, those that the baseline knows left out. */
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly known: number;
  readonly waived: number;
  /** Findings that make the check fail. */
  readonly failing: number;
}

export interface CheckResult {
  readonly plan: { readonly file: string; readonly shards: number; readonly weight: Weight };
  /** By rule, then weight, then place. */
  readonly findings: readonly Finding[];
  readonly waived: readonly WaivedFinding[];
  /** All rules, in order. */
  readonly rules: readonly RuleInfo[];
  readonly summary: CheckSummary;
  readonly comparison?: CheckComparison;
  /** Absent when only .sql files were read. */
  readonly coverage?: Coverage;
}
