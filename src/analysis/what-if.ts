/**
 * What each candidate of each table would do to the verdicts, judged by the classifier as `simulate` judges: everything else
 * planned anew, where the planner says how, and everything else as planned.
 */

import type {
  Candidate,
  ChangedVerdict,
  Placement,
  Placements,
  Query,
  StatementReport,
  TableName,
  TableOptions,
  TableReport,
  VerdictKind,
  WhatIf,
  WhatIfChoice,
  WhatIfOutcome,
} from '../model/index.js';
import { isSamePlacement } from '../planner/index.js';
import { classifyStatement } from '../routability/index.js';
import { canBeAdded, comesFrom } from './added-from.js';
import type { Resolved } from './judged.js';
import type { Groundwork, Planned } from './plan-under.js';

interface Field {
  readonly placements: Placements;
  /** Queries that name a table. */
  readonly naming: ReadonlyMap<TableName, readonly Known[]>;
  readonly planCost: number;
  readonly options: TableOptions;
}

interface Known {
  readonly query: Query;
  readonly verdict: VerdictKind;
  /** Positions of its statements among the reports. */
  readonly at: number[];
}

/** `statements` and `tables`: the reports of the same plan. */
export function whatIf(
  { application }: Groundwork,
  { plan, options }: Pick<Planned, 'plan' | 'options'>,
  tables: readonly TableReport[],
  statements: readonly StatementReport[],
): WhatIf {
  const field: Field = {
    placements: plan.tables,
    naming: byTable(application, statements),
    planCost: plan.certificate.cost,
    options: options.options,
  };
  return new Map(
    tables.map(({ name, placement, candidates }) => [
      name,
      candidates
        .filter((candidate) => !isSamePlacement(candidate.placement, placement))
        .map((candidate) => choiceOf(field, name, candidate)),
    ]),
  );
}

function byTable(
  application: readonly Resolved[],
  statements: readonly StatementReport[],
): ReadonlyMap<TableName, readonly Known[]> {
  const places = new Map(statements.map(({ id }, at) => [id, at]));
  const naming = new Map<TableName, Known[]>();
  const queries = new Map<Query, Known>();
  for (const { source, query } of application) {
    const at = places.get(source.id) as number;
    const same = queries.get(query);
    if (same !== undefined) {
      same.at.push(at);
      continue;
    }
    const known = { query, verdict: (statements[at] as StatementReport).verdict.verdict, at: [at] };
    queries.set(query, known);
    for (const table of query.tables) {
      const list = naming.get(table);
      if (list === undefined) naming.set(table, [known]);
      else list.push(known);
    }
  }
  return naming;
}

function choiceOf(field: Field, table: TableName, candidate: Candidate): WhatIfChoice {
  const { placement, reoptimised, costIfChosen, flipCostAlone, follows } = candidate;
  return {
    placement,
    isFirst: isFirstOfItsName(placement, field.options.get(table) ?? []),
    ...(reoptimised ? { anew: outcome(field, table, placement, costIfChosen, follows) } : {}),
    ...(canStandAlone(field.placements, table, placement)
      ? { kept: outcome(field, table, placement, field.planCost + flipCostAlone, new Map()) }
      : {}),
  };
}

/** A pin names a key, and means the first way to it. */
function isFirstOfItsName(placement: Placement, options: readonly Placement[]): boolean {
  if (placement.placement !== 'sharded') return true;
  const first = options.find((option) => option.placement === 'sharded' && option.key === placement.key);
  return isSamePlacement(placement, first);
}

/** A key that is added from this table may no longer be there to be added, nor this one's own. */
function canStandAlone(placements: Placements, table: TableName, placement: Placement): boolean {
  return canBeAdded(placement, placements) && !hasDependents(placements, table);
}

function hasDependents(placements: Placements, table: TableName): boolean {
  return [...placements.values()].some((placement) => comesFrom(placement, [table]));
}

function namingAny(naming: Field['naming'], tables: readonly TableName[]): ReadonlySet<Known> {
  return new Set(tables.flatMap((table) => naming.get(table) ?? []));
}

function outcome(
  { placements, naming }: Field,
  table: TableName,
  placement: Placement,
  cost: number,
  moved: Placements,
): WhatIfOutcome {
  const then: Placements = new Map([...placements, [table, placement], ...moved]);
  const changed: ChangedVerdict[] = [];
  for (const { query, verdict: before, at } of namingAny(naming, [table, ...moved.keys()])) {
    const { verdict } = classifyStatement(query, then);
    if (verdict === before) continue;
    for (const statement of at) changed.push({ statement, verdict });
  }
  return { cost, moved, changed: changed.sort((a, b) => a.statement - b.statement) };
}
