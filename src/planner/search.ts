/**
 * The cheapest plan of a part by branch and bound (Land and Doig, 1960) over flat puzzles: each node is bounded by a dual that
 * starts from its parent's, loses what is too heavy or too dear, and is split at a table. At each node a plan is put together
 * from what the dual finds nearly cheapest; the better the best one is, the more is closed. Work is counted, not timed.
 */

import { type Ascent, ascend, pointedAt } from './ascend.js';
import { isLess, type Open } from './assignment.js';
import { chooseSplit } from './branching.js';
import { climb, costOf } from './climb.js';
import type { Dense } from './dense.js';
import { type Dual, noDual } from './dual.js';
import { fill } from './fill.js';
import { leavesEach, narrow, withoutTooHeavy } from './narrow.js';
import { cutIntoPieces } from './pieces.js';
import { priced } from './prices.js';
import { dualState, openOf, type Record, startRecord } from './record.js';

export interface Found {
  /** Of each table the chosen position; undefined when nothing within the limits was found. */
  readonly positions: readonly number[] | undefined;
  readonly cost: number;
  /** No plan within the limits costs less. */
  readonly bound: number;
  readonly record: Record;
  /** Positions that a plan as cheap as the one found may have. */
  readonly stays: Uint8Array;
}

interface Hunt {
  readonly open: Open;
  readonly isOver: () => boolean;
  positions: readonly number[] | undefined;
  cost: number;
  workLeft: number;
  /** The share of what hangs on a table by budgets that splitting at it brought. */
  trust: number;
}

interface Node {
  readonly dense: Dense;
  readonly ascent: Ascent;
  readonly bound: number;
  readonly record: Record;
}

/** Rounds until prices and bound have settled, made from nothing; then in what is left; then in each half of a split. */
const FIRST_ROUNDS = 50;
const SECOND_ROUNDS = 10;
const ROUNDS = 8;
/** Made even when time is over: a bound worth saying takes that many. */
const LEAST_ROUNDS = 5;
/** How much care is taken of budgets when plans are put together: now less, now more. */
const CARES = [0.1, 0.2, 0.3, 0.5];
/** Before the first split all of them are tried, this often at most, as long as plans get better. */
const FIRST_PLANS = 3;
/** What putting a plan together takes for each way of a piece, in messages. */
const WAY_WORK = 100;
/** Halves that are followed down before the one with the least bound is taken up again. */
const DEPTH = 6;
/** A gap that is good enough to stop at, once the work is worth more than a better one. */
const CLOSE = 1e-4;
/** Messages passed, all together: a million take about a second. */
const MOST_WORK = 45e6;
const WORK_WHEN_CLOSE = 10e6;
/** Besides its messages a node takes the work of this many. */
const NODE_WORK = 5000;
const FIRST_TRUST = 0.1;
const TRUST_CHANGES = 0.1;
/** Closing less than this share of what is open does not pay. */
const WORTH_CLOSING = 0.1;
/** Prices are a little off: what is cheapest under others, by a share, may fill the budgets better. */
const OFF_PRICES = [0, -0.05, 0.01, 0.03];
/** Swapping takes long, and only brings what is close closer. */
const WORTH_SWAPPING = 1.002;

export function search(
  whole: Dense,
  open: Open,
  starts: readonly Int32Array[],
  isOver: () => boolean,
): Found {
  const hunt: Hunt = {
    open,
    isOver,
    positions: undefined,
    cost: Number.POSITIVE_INFINITY,
    workLeft: MOST_WORK,
    trust: FIRST_TRUST,
  };
  for (const start of starts) if (hunt.positions === undefined || !isOver()) offer(hunt, whole, start, false);
  const record = startRecord();
  const all = new Uint8Array(whole.charges.length).fill(1);
  const root = enter(hunt, whole, noDual(whole), all, record, Number.NEGATIVE_INFINITY, {
    rounds: FIRST_ROUNDS,
    distance: 'far',
    isOver: overAfter(LEAST_ROUNDS, isOver),
  });
  if (root === undefined) return { ...hunt, bound: hunt.cost, record, stays: all };
  for (
    let round = 0, before = Number.POSITIVE_INFINITY;
    round < FIRST_PLANS && hunt.cost < before;
    round += 1
  ) {
    before = hunt.cost;
    for (const care of CARES) offerPieces(hunt, root, care);
  }
  const bound = isOver() ? root.bound : explore(hunt, again(hunt, root));
  return { ...hunt, bound: Math.max(root.bound, bound), record, stays: staysOf(hunt, whole, root) };
}

function overAfter(rounds: number, isOver: () => boolean): () => boolean {
  let made = 0;
  return () => {
    made += 1;
    return made >= rounds && isOver();
  };
}

/** Positions of the whole that a plan as cheap as the one found may have, by the first bound. */
function staysOf({ cost }: Hunt, whole: Dense, { dense, ascent }: Node): Uint8Array {
  const stays = new Uint8Array(whole.charges.length);
  const room = cost - ascent.bound + 1e-6 * Math.max(1, Math.abs(cost));
  for (const [table, list] of dense.positions.entries()) {
    for (const [rank, position] of list.entries()) {
      const was = (whole.positions[table] as readonly number[]).indexOf(position);
      const rise = ascent.rises[(dense.tableStart[table] as number) + rank] as number;
      if (rise <= room) stays[(whole.tableStart[table] as number) + was] = 1;
    }
  }
  return stays;
}

/** Only what stays of a puzzle, with what is too heavy beside it gone, bounded. Undefined when the budgets leave no plan. */
function enter(
  hunt: Hunt,
  from: Dense,
  start: Dual,
  stays: Uint8Array,
  record: Record,
  above: number,
  climbing: Pick<Parameters<typeof ascend>[2], 'rounds' | 'distance' | 'isOver'>,
): Node | undefined {
  let { dense, messages } = narrow(from, start.messages, stays);
  for (;;) {
    const light = withoutTooHeavy(dense);
    if (light === undefined) return undefined;
    if (!light.includes(0)) break;
    ({ dense, messages } = narrow(dense, messages, light));
    record.closings.push({ open: openOf(dense, hunt.open) });
  }
  hunt.workLeft -= NODE_WORK + climbing.rounds * messages.length;
  const ascent = ascend(dense, { messages, prices: start.prices }, { ...climbing, known: hunt.cost });
  record.dual = dualState(dense, ascent.dual);
  const node = { dense, ascent, bound: Math.max(above, ascent.bound), record };
  if (isHopeful(hunt, node)) offerAround(hunt, node);
  return node;
}

function isHopeful({ cost }: Hunt, { bound }: Pick<Node, 'bound'>): boolean {
  return bound < cost - slackOf(cost);
}

/** Finer than costs are told apart elsewhere: what is pruned has to be out of reach in exact arithmetic as well. */
function slackOf(cost: number): number {
  return 1e-10 * Math.max(1, Math.abs(cost));
}

/** The root with the better plan that was found since: most positions are too dear for it. */
function again(hunt: Hunt, root: Node): Node | undefined {
  if (!isHopeful(hunt, root)) return undefined;
  const closed = withoutTooDear(hunt, root);
  if (closed === undefined) return undefined;
  const { dense, ascent, record, bound } = closed;
  const all = new Uint8Array(dense.charges.length).fill(1);
  return enter(hunt, dense, ascent.dual, all, record, bound, {
    rounds: SECOND_ROUNDS,
    distance: 'near',
    isOver: hunt.isOver,
  });
}

/** Searches until nothing cheaper can be left, or work or time are used up; gives the bound of what is left. */
function explore(hunt: Hunt, root: Node | undefined): number {
  const open = root === undefined ? [] : [root];
  let deeper: Node | undefined;
  let depth = 0;
  for (let made = 0; mayGoOn(hunt, open); made += 1) {
    const goesOn = deeper !== undefined && depth < DEPTH;
    depth = goesOn ? depth + 1 : 0;
    const node = takeOut(open, goesOn ? (deeper as Node) : leastOf(open));
    if (node === undefined) break;
    offerPieces(hunt, node, CARES[made % CARES.length] as number);
    const halves = isHopeful(hunt, node) ? halvesOf(hunt, node) : [];
    open.push(...halves);
    deeper = leastOf(halves);
  }
  return boundOfOpen(hunt, open);
}

function mayGoOn(hunt: Hunt, open: readonly Node[]): boolean {
  if (hunt.workLeft <= 0 || hunt.isOver()) return false;
  if (hunt.workLeft > MOST_WORK - WORK_WHEN_CLOSE) return true;
  return boundOfOpen(hunt, open) < (1 - CLOSE) * hunt.cost;
}

function boundOfOpen({ cost }: Hunt, open: readonly Node[]): number {
  return open.reduce((least, { bound }) => Math.min(least, bound), cost);
}

function leastOf(nodes: readonly Node[]): Node | undefined {
  return nodes.reduce<Node | undefined>(
    (least, node) => (least === undefined || node.bound < least.bound ? node : least),
    undefined,
  );
}

function takeOut(nodes: Node[], node: Node | undefined): Node | undefined {
  return node === undefined ? undefined : nodes.splice(nodes.indexOf(node), 1)[0];
}

function halvesOf(hunt: Hunt, whole: Node): readonly Node[] {
  const node = withoutTooDear(hunt, whole);
  if (node === undefined) return [];
  const { dense, ascent, bound, record } = node;
  const split = chooseSplit(dense, ascent, hunt.cost - bound, hunt.trust);
  if (split === undefined) {
    // One plan is left and was offered; that its cost is above the bound can only be seen by trying it.
    record.dual = undefined;
    return [];
  }
  const { table, rank } = split;
  const branches = [startRecord(), startRecord()] as const;
  const positions = [(dense.positions[table] as readonly number[])[rank] as number];
  record.split = { table: dense.tables[table] as number, positions, branches };
  const at = (dense.tableStart[table] as number) + rank;
  const halves = branches.flatMap((own, half) => {
    const stays = new Uint8Array(dense.charges.length).fill(1);
    if (half === 0) stays.fill(0, dense.tableStart[table], dense.tableStart[table + 1]);
    stays[at] = half === 0 ? 1 : 0;
    const climbing = { rounds: ROUNDS, distance: 'near', isOver: hunt.isOver } as const;
    const node = enter(hunt, dense, ascent.dual, stays, own, bound, climbing);
    return node !== undefined && isHopeful(hunt, node) ? node : [];
  });
  if (split.weighs > 0) {
    const brought = halves.reduce((least, half) => Math.min(least, half.bound), hunt.cost) - bound;
    hunt.trust += TRUST_CHANGES * (Math.min(1, brought / split.weighs) - hunt.trust);
  }
  return halves;
}

/** Without the positions that raise the bound to the known cost, if they are many. Undefined when none are left of a table. */
function withoutTooDear(hunt: Hunt, node: Node): Node | undefined {
  const { dense, ascent, bound, record } = node;
  const room = hunt.cost - slackOf(hunt.cost) - ascent.bound;
  const stays = Uint8Array.from(ascent.rises, (rise) => Number(rise < room));
  const choices = dense.charges.length - dense.tables.length;
  const closed = stays.reduce((count, one) => count + 1 - one, 0);
  const isEmpty = !leavesEach(dense, stays);
  if (closed < WORTH_CLOSING * choices && !isEmpty) return node;
  const dual = dualState(dense, ascent.dual);
  if (isEmpty) {
    record.closings.push({ dual, open: openAfter(hunt, dense, stays) });
    return undefined;
  }
  const less = restrict(node, stays);
  record.closings.push({ dual, open: openOf(less.dense, hunt.open) });
  return { ...less, bound, record };
}

function openAfter({ open }: Hunt, dense: Dense, stays: Uint8Array): Open {
  const positions = dense.positions.map((list, table) =>
    list.filter((_, rank) => stays[(dense.tableStart[table] as number) + rank] === 1),
  );
  return openOf({ ...dense, positions }, open);
}

/** The same node with fewer positions; what is known of those that stay is kept. */
function restrict({ dense, ascent }: Node, stays: Uint8Array): Pick<Node, 'dense' | 'ascent'> {
  const less = narrow(dense, ascent.dual.messages, stays);
  const pick = (figures: Float64Array): Float64Array => figures.filter((_, at) => stays[at] === 1);
  const cheapest = ascent.cheapest.map((rank, table) => {
    const place = less.placeOf[(dense.tableStart[table] as number) + rank] as number;
    return Math.max(0, place - (less.dense.tableStart[table] as number));
  });
  return {
    dense: less.dense,
    ascent: {
      ...ascent,
      dual: { messages: less.messages, prices: ascent.dual.prices },
      rises: pick(ascent.rises),
      shares: pick(ascent.shares),
      cheapest,
    },
  };
}

// ── plans ────────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Puts a plan together from what is nearly cheapest under the node's prices. */
function offerPieces(hunt: Hunt, { dense, ascent, bound }: Node, care: number): void {
  if (hunt.isOver() || hunt.positions === undefined || !isHopeful(hunt, { bound })) return;
  const gap = hunt.cost - bound;
  const cut = cutIntoPieces(dense, ascent, hunt.positions, gap);
  hunt.workLeft -= WAY_WORK * cut.pieces.reduce((sum, { ways }) => sum + ways.length, 0);
  const ranks = fill(dense, ascent.dual.prices, cut, gap, care);
  if (ranks !== undefined) offer(hunt, dense, ranks, true);
}

/** Climbs from what is cheapest under prices like a node's. */
function offerAround(hunt: Hunt, { dense, ascent }: Node): void {
  let best: { readonly ranks: Int32Array; readonly cost: number } | undefined;
  for (const share of hunt.isOver() ? OFF_PRICES.slice(0, 1) : OFF_PRICES) {
    const prices = ascent.dual.prices.map((price) => price * (1 + share));
    const start = climb(priced(dense, prices), ascent.cheapest, false) ?? pointedAt(dense, ascent.rises);
    const ranks = climb(dense, start, false);
    if (ranks === undefined) continue;
    const cost = costOf(dense, ranks);
    if (best === undefined || cost < best.cost) best = { ranks, cost };
    if (dense.limits.length === 0) break;
  }
  if (best !== undefined) offer(hunt, dense, best.ranks, best.cost < WORTH_SWAPPING * hunt.cost);
}

function offer(hunt: Hunt, dense: Dense, start: Int32Array, withSwaps: boolean): void {
  const ranks = climb(dense, start, withSwaps);
  if (ranks === undefined) return;
  const cost = costOf(dense, ranks);
  if (hunt.positions !== undefined && !isLess(cost, hunt.cost)) return;
  hunt.cost = cost;
  hunt.positions = Array.from(ranks, (rank, table) => dense.positions[table]?.[rank] as number);
}
