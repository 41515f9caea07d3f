/**
 * What each candidate of each table would do to the verdicts, judged by the classifier as `simulate` judges: everything else
 * planned anew, where the planner says how, and everything else as planned.
 */

import type {
  Candidate,
  ChangedVerdict,
  Placement,
  Placements,
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
  /** Statements that name a table. */
  readonly naming: ReadonlyMap<TableName, readonly Known[]>;
  readonly planCost: number;
  readonly options: TableOptions;
}

interface Known extends Resolved {
  /** Position among the reports. */
  readonly at: number;
  readonly verdict: VerdictKind;
}

/** `statements` and `tables`: the reports of the same plan. */
export function whatIf(
  { application }: Groundwork,
  { plan, options }: Planned,
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
  for (const resolved of application) {
    const at = places.get(resolved.source.id) as number;
    const known = { ...resolved, at, verdict: (statements[at] as StatementReport).verdict.verdict };
    for (const table of resolved.query.tables) {
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

function outcome(
  { placements, naming }: Field,
  table: TableName,
  placement: Placement,
  cost: number,
  moved: Placements,
): WhatIfOutcome {
  const then: Placements = new Map([...placements, [table, placement], ...moved]);
  const changed = new Map<number, ChangedVerdict>();
  for (const name of [table, ...moved.keys()]) {
    for (const { at, query, verdict: before } of naming.get(name) ?? []) {
      if (changed.has(at)) continue;
      const { verdict } = classifyStatement(query, then);
      if (verdict !== before) changed.set(at, { statement: at, verdict });
    }
  }
  return { cost, moved, changed: [...changed.values()].sort((a, b) => a.statement - b.statement) };
}
