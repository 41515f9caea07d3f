/**
 * Looks for the proof that a plan is cheapest: for each part a tree whose leaves are all bounded at the plan's cost.
 *
 * What the solve found about a part comes first. A node that it leaves open is bounded by the multipliers above it, else by
 * trying what is left when that is little, else by the relaxation's own multipliers, else it is split at the table of which
 * the relaxation is least sure. How many relaxations may be solved is counted; what stays open leaves an honest bound below
 * the cost.
 */

import type { ProofMultipliers } from '../../model/index.js';
import type { Assignment, Open } from '../assignment.js';
import type { DualState, Evidence, EvidenceNode } from '../evidence.js';
import type { Solver } from '../solver/milp.js';
import { atLeast, boundOf, boundWith, lower, type Multipliers, noMultipliers } from './bound.js';
import { multipliersFrom } from './messages.js';
import { keepsLimit, MULTIPLIER_BITS } from './model.js';
import { assignmentOf, leastRows, relaxationOf } from './relaxation.js';
import { MOST_TRIED, narrowScope, type ProofScope, plansLeft, priceIn, tryAll } from './scope.js';
import { tuned } from './tune.js';
import { writeMultipliers } from './write-multipliers.js';

export type Tree =
  | { readonly kind: 'bounded'; readonly multipliers?: ProofMultipliers }
  | { readonly kind: 'tried' }
  /** The multipliers show what is closed to be too dear. */
  | {
      readonly kind: 'closing';
      readonly multipliers: ProofMultipliers;
      readonly closed: ReadonlyMap<number, readonly number[]>;
      /** Absent when all options of a table are closed. */
      readonly rest?: Tree;
    }
  | {
      readonly kind: 'split';
      readonly multipliers?: ProofMultipliers;
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
/** Of one of many: a second. */
const MOST_ROWS = 20_000;
/** Where the solve's dual left a gap, a relaxation closes it only when all other gaps close as well: it has to be cheap. */
const MOST_ROWS_BESIDE_DUAL = 5000;

interface Search {
  readonly assignment: Assignment;
  /** What the plan costs. */
  readonly target: bigint;
  /** What there is to prove: of a large part with a gap no more than the solve found. */
  readonly enough: bigint;
  readonly effort: Effort;
  readonly hasDual: boolean;
  relaxationsLeft: number;
  /** Without its budgets the part has a cheaper plan: no bound will reach the target. */
  beaten: boolean;
}

interface Found {
  readonly tree: Tree;
  /** Undefined: no plan is left. */
  readonly bound: bigint | undefined;
}

interface Node {
  readonly open: Open;
  /** As the node above leaves it: narrowed there, not yet here. */
  readonly base: ProofScope;
  /** Of the nearest node above that has its own. */
  readonly above: Multipliers;
  /** No plan with what is open above costs less, so none does here. */
  readonly floor: bigint | undefined;
}

export async function provePart(
  scope: ProofScope,
  assignment: Assignment,
  effort: Effort,
  evidence?: Evidence,
): Promise<ProvenPart> {
  const target = priceIn(scope, assignment);
  const search: Search = {
    assignment,
    target,
    enough: target - gapLeft(scope, evidence),
    effort,
    hasDual: evidence !== undefined,
    relaxationsLeft: MOST_RELAXATIONS,
    beaten: false,
  };
  const root: Node = { open: scope.model.open, base: scope, above: noMultipliers(scope), floor: undefined };
  const { tree, bound } = await adopt(search, root, evidence?.tree ?? { kind: 'open' });
  return { scope, tree, bound: bound ?? target };
}

/**
 * What the solve left open of a part that is too large for a relaxation: smaller ones would close some of many gaps, for a
 * thread and its memory, and a proof as long as the whole search. In the model's units; by what rounding adds, less is proven.
 */
function gapLeft(scope: ProofScope, evidence: Evidence | undefined): bigint {
  if (evidence === undefined || leastRows(scope) <= MOST_ROWS_BESIDE_DUAL) return 0n;
  const units = BigInt(Math.ceil(evidence.gap * 2 ** MULTIPLIER_BITS));
  return units << BigInt(scope.model.bits - MULTIPLIER_BITS);
}

// ── what the solve found ─────────────────────────────────────────────────────────────────────────────────────────────

/** As far as it proves something. */
async function adopt(search: Search, node: Node, evidence: EvidenceNode): Promise<Found> {
  const known = search.enough < search.target ? leafAbove(node) : undefined;
  if (known !== undefined && isEnough(known, search.enough)) return found(known);
  switch (evidence.kind) {
    case 'open':
      return proveNode(search, node);
    case 'bounded':
      return proveNode(search, node, adopted(search, node, evidence.dual));
    case 'closing': {
      const multipliers = adopted(search, node, evidence.dual, evidence.open);
      const closed = closedBetween(multipliers.scope, node.open, evidence.open);
      if (closed.size === 0) {
        const { rest } = evidence;
        return rest.kind === 'open' ? proveNode(search, node, multipliers) : adopt(search, node, rest);
      }
      const whole = boundOf(multipliers, node.open);
      if (isEnough({ bound: whole }, search.enough)) return found({ bound: whole, multipliers });
      const floor = atLeast(whole, node.floor);
      const emptied = multipliers.scope.tables.find((table) => evidence.open[table]?.length === 0);
      if (emptied !== undefined) {
        const all = new Map([[emptied, node.open[emptied] as readonly number[]]]);
        const bound = atLeast(boundWith(multipliers, node.open, all), floor);
        return { tree: { kind: 'closing', multipliers: writeMultipliers(multipliers), closed: all }, bound };
      }
      const under = { open: evidence.open, base: multipliers.scope, above: multipliers, floor };
      const rest = await adopt(search, under, evidence.rest);
      const dear = atLeast(boundWith(multipliers, node.open, closed), floor);
      return {
        tree: { kind: 'closing', multipliers: writeMultipliers(multipliers), closed, rest: rest.tree },
        bound: lower(rest.bound, dear),
      };
    }
    case 'split':
      return adoptSplit(search, node, evidence);
  }
}

/** As they come, or, where that proves too little, fitted to the proof's own terms. */
function adopted(search: Search, node: Node, dual: DualState | undefined, after?: Open): Multipliers {
  const { open, base } = node;
  const scope = narrowScope(base, open);
  if (dual === undefined) return noMultipliers(scope);
  const plain = multipliersFrom(scope, open, dual);
  const proves = (multipliers: Multipliers): bigint | undefined => {
    const closed = after === undefined ? undefined : closedBetween(scope, open, after);
    return closed === undefined || closed.size === 0
      ? boundOf(multipliers, open)
      : boundWith(multipliers, open, closed);
  };
  const bound = proves(plain);
  if (bound === undefined || bound >= search.enough) return plain;
  const fitted = tuned(plain, open);
  const better = proves(fitted);
  return better === undefined || better > bound ? fitted : plain;
}

function closedBetween(
  { tables }: ProofScope,
  before: Open,
  after: Open,
): ReadonlyMap<number, readonly number[]> {
  return new Map(
    tables.flatMap((table) => {
      const left = after[table] as readonly number[];
      const closed = (before[table] as readonly number[]).filter((position) => !left.includes(position));
      return closed.length === 0 ? [] : [[table, closed] as const];
    }),
  );
}

async function adoptSplit(
  search: Search,
  node: Node,
  { table, positions, branches }: Extract<EvidenceNode, { readonly kind: 'split' }>,
): Promise<Found> {
  const open = node.open[table] as readonly number[];
  const chosen = open.filter((position) => positions.includes(position));
  const others = open.filter((position) => !positions.includes(position));
  if (others.length === 0) return adopt(search, node, branches[0]);
  if (chosen.length === 0) return adopt(search, node, branches[1]);
  const base = narrowScope(node.base, node.open);
  const first = await adopt(search, { ...node, base, open: node.open.with(table, chosen) }, branches[0]);
  const second = await adopt(search, { ...node, base, open: node.open.with(table, others) }, branches[1]);
  return {
    tree: { kind: 'split', table, positions: chosen, branches: [first.tree, second.tree] },
    bound: lower(first.bound, second.bound),
  };
}

// ── what it left open ────────────────────────────────────────────────────────────────────────────────────────────────

async function proveNode(search: Search, node: Node, given?: Multipliers): Promise<Found> {
  const { open, base, above, floor } = node;
  const { target, enough } = search;
  let leaf = leafAbove(node);
  if (given !== undefined) leaf = better(leaf, given, open);
  if (isEnough(leaf, enough)) return found(leaf);
  if (plansLeft(above.scope, open) <= MOST_TRIED) {
    return { tree: { kind: 'tried' }, bound: tryAll(above.scope, open) };
  }
  const scope = given?.scope ?? narrowScope(base, open);
  const relaxed = await relax(search, scope, open);
  if (relaxed === undefined) return found(leaf);
  leaf = better(leaf, relaxed.multipliers, open);
  if (isEnough(leaf, enough)) return found(leaf);
  const likeliest = assignmentOf(relaxed.leaning, search.assignment);
  const isAllowed = scope.limits.every((limit) => keepsLimit(limit, scope.tables, likeliest));
  if (isAllowed && priceIn(scope, likeliest) < target) search.beaten = true;
  const table = leastSure(relaxed.leaning, open);
  if (search.beaten || table === undefined) return found(leaf);
  const positions = [relaxed.leaning.get(table)?.[0] as number];
  const others = (open[table] as readonly number[]).filter((position) => !positions.includes(position));
  const next = leaf.multipliers ?? above;
  const under = (left: readonly number[]): Node => ({
    open: open.with(table, left),
    base: scope,
    above: next,
    floor,
  });
  const first = await proveNode(search, under(positions));
  const second = await proveNode(search, under(others));
  return {
    tree: { ...found(leaf).tree, kind: 'split', table, positions, branches: [first.tree, second.tree] },
    bound: lower(first.bound, second.bound),
  };
}

/** The best that is known without looking further; with its own multipliers where those above prove less. */
interface Leaf {
  readonly bound: bigint | undefined;
  readonly multipliers?: Multipliers;
}

function leafAbove({ above, open, floor }: Node): Leaf {
  return { bound: atLeast(boundOf(above, open), floor) };
}

function better(known: Leaf, multipliers: Multipliers, open: Open): Leaf {
  const bound = boundOf(multipliers, open);
  if (known.bound === undefined || bound === undefined || bound <= known.bound) return known;
  return { bound, multipliers };
}

function isEnough({ bound }: Leaf, enough: bigint): boolean {
  return bound === undefined || bound >= enough;
}

function found({ bound, multipliers }: Leaf): Found {
  return {
    tree: {
      kind: 'bounded',
      ...(multipliers === undefined ? {} : { multipliers: writeMultipliers(multipliers) }),
    },
    bound,
  };
}

async function relax(search: Search, scope: ProofScope, open: Open) {
  const { effort, enough, target } = search;
  if (enough < target || search.beaten || search.relaxationsLeft <= 0 || effort.secondsLeft <= 0)
    return undefined;
  const relaxation = relaxationOf(scope, open, effort.secondsLeft);
  const rows = relaxation.model.rowLower.length;
  if (rows > mostRows(search)) return undefined;
  search.relaxationsLeft -= 1;
  effort.rowsLeft -= rows;
  const result = await effort.solver.run(relaxation.model);
  effort.secondsLeft -= result.seconds;
  if (result.status !== 'optimal' || result.rowDuals === undefined) return undefined;
  return { multipliers: relaxation.multipliers(result), leaning: relaxation.leaning(result) };
}

/** The first one is worth more than all that follow, unless the solve's own dual stands already. */
function mostRows({ effort, hasDual, relaxationsLeft }: Search): number {
  if (hasDual) return Math.min(effort.rowsLeft, MOST_ROWS_BESIDE_DUAL);
  return relaxationsLeft === MOST_RELAXATIONS
    ? Number.POSITIVE_INFINITY
    : Math.min(effort.rowsLeft, MOST_ROWS);
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
