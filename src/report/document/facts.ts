/** What every section of a document reads: the plan's evidence, sorted into what sections ask for. */

import {
  type AnalysisResult,
  type Catalog,
  type ConstraintToChange,
  type DocumentedPlan,
  type DocumentIntent,
  isOnOneDatabase,
  namesAmong,
  type StatementReport,
  type TableName,
  type TableReport,
} from '../../model/index.js';
import { shardedWeight } from '../bounds.js';
import { code } from '../markdown-words.js';
import { isUntouched } from '../plan.js';
import { clean } from '../words.js';
import { type Derived, derivedOf } from './derived.js';
import { groupsOf, type KeyGroup } from './key-groups.js';

export interface Facts {
  readonly analysis: AnalysisResult;
  readonly catalog: Catalog;
  readonly constraints: readonly ConstraintToChange[];
  readonly buckets: number;
  readonly intent: DocumentIntent;
  readonly derived: Derived;
  /** Heaviest load first, then the order of names. */
  readonly groups: readonly KeyGroup[];
  readonly globals: readonly TableReport[];
  readonly unsharded: readonly TableReport[];
  /** That need more than one shard, or may: heaviest first. */
  readonly crossing: readonly StatementReport[];
  /** Of all that touches the sharded database. */
  readonly shareOf: (statement: StatementReport) => number;
  /** As code. */
  readonly name: (table: TableName) => string;
  /** As SQL and pictures spell it. */
  readonly bare: (table: TableName) => string;
}

export function factsOf({ analysis, catalog, constraints, buckets, intent }: DocumentedPlan): Facts {
  const short = namesAmong(analysis.plan.tables.keys());
  const bare = (table: TableName): string => clean(short(table));
  const whole = shardedWeight(analysis.statements);
  const groups = groupsOf(analysis);
  return {
    analysis,
    catalog,
    constraints,
    buckets,
    intent: intent ?? { phases: [] },
    derived: derivedOf(analysis, groups, intent),
    groups,
    globals: analysis.tables.filter(({ placement }) => placement.placement === 'global'),
    unsharded: analysis.tables.filter(({ placement }) => placement.placement === 'unsharded'),
    crossing: analysis.statements.filter(({ verdict }) => !isOnOneDatabase(verdict.verdict)),
    shareOf: ({ weight }) => (whole === 0 ? 0 : weight / whole),
    bare,
    name: (table) => code(bare(table)),
  };
}

/** Of tables that no statement names, there is little to say. */
export function touched<T extends TableReport>(tables: readonly T[]): readonly T[] {
  return tables.filter((table) => !isUntouched(table));
}

/** Below so many statement shapes a plan says little: a decision would rest on nothing. */
const FEW_STATEMENTS = 20;

export function isTiny({ analysis }: Pick<Facts, 'analysis'>): boolean {
  return analysis.statements.length < FEW_STATEMENTS;
}
