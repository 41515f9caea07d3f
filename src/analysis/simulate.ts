/**
 * What another choice costs, beside the plan. What is set becomes pins, as if the config had them, and everything else is
 * planned anew around it, or kept as planned. So the answer is the one that an analysis with those pins gives.
 */

import type {
  Change,
  ChangedStatement,
  Flag,
  MovedTable,
  Note,
  Pin,
  Placement,
  Placements,
  Simulation,
  TableName,
} from '../model/index.js';
import { byCodeUnit } from '../model/index.js';
import { flagsOf, isSamePlacement, type PlannerSettings, unenforceable } from '../planner/index.js';
import { comesFrom } from './added-from.js';
import { goneNotes } from './check-plan.js';
import { type Choice, pinsOfChoices } from './choices.js';
import { pinned, pinsOf } from './pins.js';
import { type Groundwork, type Planned, planUnder, weightedQueries } from './plan-under.js';
import { constraintReport } from './reports.js';

export interface Question {
  readonly choices: readonly Choice[];
  /** Keep all other tables as they are planned. */
  readonly keepRest: boolean;
  /** A plan to compare with, in place of the best one. */
  readonly given?: Placements;
}

/** @throws UserError bad-option for what is set; bad-config when it is impossible */
export async function simulate(
  ground: Groundwork,
  settings: PlannerSettings,
  question: Question,
): Promise<Simulation> {
  const { given, keepRest } = question;
  const best = await planUnder(ground, settings);
  const known = [...best.plan.tables.keys()];
  const set = pinsOfChoices(question.choices, ground.catalog, known, (table) =>
    addedKeysOf(best.options.options.get(table) ?? []),
  );
  const before =
    given === undefined ? best : await planUnder(ground, pinned(settings, pinsOf(given, new Set(known))));
  const kept = keepRest ? pinsOf(withoutDependents(before.plan.tables, set), new Set(known)) : new Map();
  const after = await planUnder(ground, pinned(settings, new Map([...kept, ...set])));
  return {
    set: [...set.keys()].map((table) => ({ table, placement: placed(after, table) })),
    rest: keepRest ? 'kept' : 'reoptimised',
    before: { origin: given === undefined ? 'best' : 'given', plan: before.plan },
    after: { plan: after.plan },
    tables: movedTables(before, after, set),
    statements: changedStatements(before, after),
    weight: after.judged.reduce((sum, { weight }) => sum + weight, 0),
    constraints: changeOf(constraintsOf(ground, before), constraintsOf(ground, after), (one) => one.message),
    flags: changeOf(allFlags(ground, before), allFlags(ground, after), flagIdentity),
    notes: given === undefined ? [] : notesOf(given, known),
  };
}

function addedKeysOf(options: readonly Placement[]): readonly string[] {
  return options.flatMap((option) =>
    option.placement === 'sharded' && option.addKey !== undefined ? [option.key] : [],
  );
}

/** A key that is added from a table which now lies elsewhere may no longer be there to be added. */
function withoutDependents(placements: Placements, set: ReadonlyMap<TableName, Pin>): Placements {
  return new Map([...placements].filter(([, placement]) => !comesFrom(placement, [...set.keys()])));
}

function placed({ plan }: Planned, table: TableName): Placement {
  return plan.tables.get(table) as Placement;
}

/** A table has a flag of a code once, but for assumptions. */
function flagIdentity({ table, code, message }: Flag & { readonly table: TableName }): string {
  return `${table} ${code} ${code === 'assumption' ? message : ''}`;
}

// ── the two plans side by side ───────────────────────────────────────────────────────────────────────────────────────

function movedTables(
  before: Planned,
  after: Planned,
  set: ReadonlyMap<TableName, Pin>,
): readonly MovedTable[] {
  return [...before.plan.tables]
    .filter(([table, placement]) => !isSamePlacement(placement, after.plan.tables.get(table)))
    .map(([table, placement]) => ({
      table,
      before: placement,
      after: placed(after, table),
      isSet: set.has(table),
    }))
    .sort((a, b) => Number(b.isSet) - Number(a.isSet) || byCodeUnit(a.table, b.table));
}

function changedStatements(before: Planned, after: Planned): readonly ChangedStatement[] {
  // Both judge the same statements in the same order.
  return after.judged
    .flatMap(({ source, weight, verdict }, at): readonly ChangedStatement[] => {
      const was = before.judged[at]?.verdict;
      if (was === undefined || was.verdict === verdict.verdict) return [];
      const { id, text, counters } = source;
      return [
        { id, text, calls: counters.calls, weight, source: source.source, before: was, after: verdict },
      ];
    })
    .sort((a, b) => b.weight - a.weight || byCodeUnit(a.id, b.id));
}

function changeOf<T>(before: readonly T[], after: readonly T[], keyOf: (one: T) => string): Change<T> {
  const [was, is] = [new Set(before.map(keyOf)), new Set(after.map(keyOf))];
  return {
    arising: after.filter((one) => !was.has(keyOf(one))),
    vanishing: before.filter((one) => !is.has(keyOf(one))),
  };
}

function constraintsOf({ catalog }: Groundwork, { plan }: Planned) {
  return unenforceable(catalog, plan.tables).map(constraintReport);
}

/** That a table is pinned is the question, not an answer. */
function allFlags(
  { catalog, application }: Groundwork,
  { options, plan, settings }: Planned,
): readonly (Flag & { readonly table: TableName })[] {
  const queries = weightedQueries(application);
  const flags = flagsOf({ catalog, queries, tables: options, placements: plan.tables, settings });
  return [...flags].flatMap(([table, list]) =>
    list.filter(({ code }) => code !== 'pinned').map((flag) => ({ table, ...flag })),
  );
}

function notesOf(given: Placements, known: readonly TableName[]): readonly Note[] {
  const fresh = known.filter((table) => !given.has(table));
  return [
    ...goneNotes(given, known),
    ...(fresh.length === 0
      ? []
      : [
          {
            code: 'table-without-placement',
            message: `The plan does not place these tables; they are placed as fits it best: ${fresh.join(', ')}.`,
          },
        ]),
  ];
}
