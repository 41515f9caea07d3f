/** What the design document is made from: the analysis under the plan, the schema, and what people want of the document. */

import type { AnalysisResult, ConstraintReport } from './analysis.js';
import type { Catalog, TableName } from './catalog.js';

export interface DocumentedPlan {
  readonly analysis: AnalysisResult;
  readonly catalog: Catalog;
  /** Those of the analysis, with the columns that they are about. */
  readonly constraints: readonly ConstraintToChange[];
  /** Buckets of the shard map. */
  readonly buckets: number;
  readonly intent?: DocumentIntent;
}

export interface ConstraintToChange extends ConstraintReport {
  readonly columns: readonly string[];
  /** Of a foreign key. */
  readonly target?: TableName;
  readonly change: 'composite-key' | 'uuid-or-snowflake' | 'lookup-table' | 'application-check';
}

/** What no export can tell: names, dates, prices. Nothing of it is made up where it is missing. */
export interface DocumentIntent {
  readonly title?: string;
  readonly owner?: string;
  /** YYYY-MM-DD: the first day of the first phase. */
  readonly start?: string;
  /** How long phases take, and who leads them, by name of the phase. */
  readonly phases: readonly {
    readonly phase: MigrationPhaseName;
    readonly days?: number;
    readonly owner?: string;
  }[];
  /** Cores of the server that the export is of. */
  readonly cores?: number;
  /** Bytes a second at which the backfill may copy. */
  readonly copyBytesPerSecond?: number;
  readonly nodeCost?: { readonly perMonth: number; readonly currency: string };
  /** Standbys of each shard. */
  readonly standbys?: number;
}

/** In the order in which they are walked. */
export const migrationPhaseNames = [
  'preflight',
  'schema',
  'stream',
  'backfill',
  'verify',
  'shadow',
  'canary',
  'cutover',
  'hold',
  'complete',
  'clean-up',
] as const;

export type MigrationPhaseName = (typeof migrationPhaseNames)[number];
