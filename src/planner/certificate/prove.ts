/**
 * Looks for the proof that a plan is cheapest: for each part a tree whose leaves are all bounded at the plan's cost.
 *
 * A node is bounded by the multipliers above it, else by trying what is left when that is little, else by the relaxation's
 * own multipliers, else it is split at the table of which the relaxation is least sure. How many relaxations may be solved
 * is counted, not timed; what stays open leaves an honest bound below the cost.
 */

import type { Assignment, Open } from '../assignment.js';
import type { Solver } from '../solver/milp.js';
import {
  boundOf,
  lower,
  MOST_TRIED,
  type Multipliers,
  noMultipliers,
  type Priced,
  type ProofScope,
  plansLeft,
  priced,
  priceIn,
  scopeOf,
  tryAll,
} from './bound.js';
import { keepsLimit, type ProofModel } from './model.js';
import { linkedTables } from './parts.js';
import { assignmentOf, relaxationOf } from './relaxation.js';

export type Tree =
  | { readonly kind: 'bounded'; readonly multipliers?: Multipliers }
  | { readonly kind: 'tried' }
  | {
      readonly kind: 'split';
      readonly multipliers?: Multipliers;
      readonly table: number;
      readonly positions: readonly number[];
      readonly branches: readonly [Tree, Tree];
    };

export interface ProvenPart {
  readonly scope: ProofScope;
  readonly tree: Tree;
  readonly bound: bigint;
}

/** What may be spent on proofs. */
export interface Effort {
  readonly solver: Solver;
  secondsLeft: number;
  /** Rows of relaxations, all together. */
  rowsLeft: number;
}

/** Relaxations of one part. */
const MOST_RELAXATIONS = 400;

/**
 * Each part by itself first, without budgets. Parts that would be cheaper without them are proven together under them, and
 * with them all that takes of a budget.
 */
export async function provePlan(
  model: ProofModel,
  assignment: Assignment,
  effort: Effort,
): Promise<readonly ProvenPart[]> {
  const parts: ProvenPart[] = [];
  for (const tables of linkedTables(model)) {
    parts.push(await provePart(scopeOf(model, tables, []), assignment, effort));
  }
  const linked = new Set(parts.flatMap(({ scope }) => scope.tables));
  const alone = model.names.flatMap((_, table) => (linked.has(table) ? [] : [scopeOf(model, [table], [])]));
  const isDear = (scope: ProofScope, bound: bigint): boolean =>
    bound < priceIn(scope, assignment) && mayWeigh(model, scope.tables);
  const dearParts = parts.filter(({ scope, bound }) => isDear(scope, bound));
  const dearAlone = alone.filter((scope) => isDear(scope, cheapestAlone(scope)));
  if (dearParts.length + dearAlone.length === 0) return parts;
  const isContested = (scope: ProofScope): boolean => takesOfBudgets(model, scope.tables, assignment);
  const contested = [
    ...parts.filter((part) => dearParts.includes(part) || isContested(part.scope)).map(({ scope }) => scope),
    ...alone.filter((scope) => dearAlone.includes(scope) || isContested(scope)),
  ];
  const together = contested.flatMap(({ tables }) => tables).sort((a, b) => a - b);
  const scope = scopeOf(model, together, model.limits);
  const joint = await provePart(scope, assignment, effort, startOf(scope, parts));
  return [...parts.filter(({ scope }) => !contested.includes(scope)), joint];
}

function cheapestAlone(scope: ProofScope): bigint {
  return tryAll(scope, scope.model.open) ?? 0n;
}

function mayWeigh({ limits }: ProofModel, tables: readonly number[]): boolean {
  return limits.some(({ loads }) => tables.some((table) => (loads[table] ?? []).some((load) => load > 0n)));
}

function takesOfBudgets({ limits }: ProofModel, tables: readonly number[], assignment: Assignment): boolean {
  return limits.some(({ loads }) =>
    tables.some((table) => (loads[table]?.[assignment[table] as number] ?? 0n) > 0n),
  );
}

interface Search {
  readonly scope: ProofScope;
  readonly assignment: Assignment;
  readonly target: bigint;
  readonly effort: Effort;
  relaxationsLeft: number;
  /** Without its budgets the part has a cheaper plan: no bound will reach the target. */
  beaten: boolean;
}

interface Found {
  readonly tree: Tree;
  /** Undefined: no plan is left. */
  readonly bound: bigint | undefined;
}

/** What was found for parts by themselves, so that there is a bound when no relaxation of all together can be had. */
function startOf(scope: ProofScope, parts: readonly ProvenPart[]): Multipliers {
  const terms = new Map(scope.terms.map((term, at) => [term, at]));
  const prices = parts.flatMap(({ scope: own, tree }) =>
    (tree.kind === 'tried' ? [] : (tree.multipliers?.prices ?? [])).flatMap((price) => {
      const term = terms.get(own.terms[price.term] as ProofScope['terms'][number]);
      return term === undefined ? [] : [{ ...price, term }];
    }),
  );
  return { prices, tolls: [] };
}

async function provePart(
  scope: ProofScope,
  assignment: Assignment,
  effort: Effort,
  start: Multipliers = noMultipliers,
): Promise<ProvenPart> {
  const target = priceIn(scope, assignment);
  const search: Search = {
    scope,
    assignment,
    target,
    effort,
    relaxationsLeft: MOST_RELAXATIONS,
    beaten: false,
  };
  const { tree, bound } = await proveNode(search, scope.model.open, priced(scope, start));
  const isOwn = start === noMultipliers || tree.kind === 'tried' || tree.multipliers !== undefined;
  return { scope, tree: isOwn ? tree : { ...tree, multipliers: start }, bound: bound ?? target };
}

async function proveNode(search: Search, open: Open, above: Priced): Promise<Found> {
  const { scope, target } = search;
  const inherited = boundOf(scope, above, open);
  if (inherited === undefined || inherited >= target) return { tree: { kind: 'bounded' }, bound: inherited };
  if (plansLeft(scope, open) <= MOST_TRIED) return { tree: { kind: 'tried' }, bound: tryAll(scope, open) };
  const relaxed = await relax(search, open);
  if (relaxed === undefined) return { tree: { kind: 'bounded' }, bound: inherited };
  const here = priced(scope, relaxed.multipliers);
  const own = boundOf(scope, here, open) ?? inherited;
  const isBetter = own > inherited;
  const multipliers = isBetter ? { multipliers: relaxed.multipliers } : {};
  const leaf: Found = { tree: { kind: 'bounded', ...multipliers }, bound: isBetter ? own : inherited };
  if (own >= target) return leaf;
  const likeliest = assignmentOf(relaxed.leaning, search.assignment);
  const isAllowed = scope.limits.every((limit) => keepsLimit(limit, scope.tables, likeliest));
  if (isAllowed && priceIn(scope, likeliest) < target) search.beaten = true;
  const table = leastSure(relaxed.leaning, open);
  if (search.beaten || table === undefined) return leaf;
  const positions = [relaxed.leaning.get(table)?.[0] as number];
  const others = (open[table] as readonly number[]).filter((position) => !positions.includes(position));
  const next = isBetter ? here : above;
  const first = await proveNode(search, open.with(table, positions), next);
  const second = await proveNode(search, open.with(table, others), next);
  return {
    tree: { kind: 'split', ...multipliers, table, positions, branches: [first.tree, second.tree] },
    bound: lower(first.bound, second.bound),
  };
}

async function relax(search: Search, open: Open) {
  const { effort, scope } = search;
  if (search.beaten || search.relaxationsLeft <= 0 || effort.secondsLeft <= 0) return undefined;
  const relaxation = relaxationOf(scope, open, effort.secondsLeft);
  const rows = relaxation.model.rowLower.length;
  // The first one is worth more than all that follow.
  const isFirst = search.relaxationsLeft === MOST_RELAXATIONS;
  if (effort.rowsLeft < rows && !isFirst) return undefined;
  search.relaxationsLeft -= 1;
  effort.rowsLeft -= rows;
  const result = await effort.solver.run(relaxation.model);
  effort.secondsLeft -= result.seconds;
  if (result.status !== 'optimal' || result.rowDuals === undefined) return undefined;
  return { multipliers: relaxation.multipliers(result), leaning: relaxation.leaning(result) };
}

function leastSure(
  leaning: ReadonlyMap<number, readonly [position: number, share: number]>,
  open: Open,
): number | undefined {
  let found: number | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [table, [, share]] of leaning) {
    if ((open[table] as readonly number[]).length < 2 || share >= least) continue;
    [found, least] = [table, share];
  }
  return found;
}
