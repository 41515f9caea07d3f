/**
 * Terms that depend on the same tables, as one: what they cost together for every combination of positions. Of positions
 * that no box tells apart one counts for all. Bounds of terms taken together are closer than the sum of their own.
 */

import type { Open } from '../assignment.js';
import { least } from './exact.js';
import {
  type Costs,
  countAlone,
  mergeTerms,
  narrowingTo,
  narrowTerm,
  type ProofTerm,
  termPrice,
} from './terms.js';

export interface Joint {
  /** Of the first of its terms. */
  readonly id: string;
  readonly tables: readonly number[];
  readonly terms: readonly ProofTerm[];
  /** Absent where the combinations are too many: then there is one term, and its boxes say what it costs. */
  readonly spelt?: Spelt;
}

interface Spelt {
  /** For each table its open positions, those together that no box tells apart. */
  readonly classes: readonly (readonly (readonly number[])[])[];
  /** By class of each table, the last table's moves fastest. */
  readonly costs: readonly bigint[];
}

/** What a joint costs at least, messages taken off. */
export interface Reckoned {
  readonly least: bigint;
  /** With this position of one of its tables. */
  readonly with: (member: number, position: number) => bigint;
}

/** For each table, by position. */
export type Messages = readonly (readonly number[])[];

/** Combinations to spell out, of one joint. */
const MOST_COMBINATIONS = 65_536;

/** In the order of their first terms. */
export function jointsOf(terms: readonly ProofTerm[], open: Open): readonly Joint[] {
  return grouped(
    terms.map((term) => ({ id: term.id, tables: term.tables, terms: [term] })),
    open,
  );
}

export interface NarrowedJoints {
  readonly joints: readonly Joint[];
  readonly costs: Omit<Costs, 'terms'>;
}

/**
 * What fewer open positions leave of joints. Terms that were taken together stay together, even when none depends on all of
 * the tables any more, as in the solve; what one table decides goes into the costs.
 */
export function narrowJoints(
  joints: readonly Joint[],
  costs: Omit<Costs, 'terms'>,
  open: Open,
  isNarrower: (table: number) => boolean,
): NarrowedJoints {
  const narrowing = narrowingTo(open);
  const charged = { constant: costs.constant, linear: [...costs.linear] };
  const narrowed: Joint[] = [];
  for (const joint of joints) {
    if (!joint.tables.some(isNarrower)) {
      narrowed.push(joint);
      continue;
    }
    const terms = mergeTerms(
      joint.terms.map((term) => narrowTerm(term, narrowing)),
      narrowing,
    );
    const tables = [...new Set(terms.flatMap((term) => term.tables))].sort((a, b) => a - b);
    if (tables.length > 1) narrowed.push({ id: joint.id, tables, terms });
    else for (const term of terms) countAlone(charged, term, open);
  }
  return { joints: grouped(narrowed, open), costs: charged };
}

/** Those of the same tables become one; what is not spelt yet is. */
function grouped(joints: readonly Joint[], open: Open): readonly Joint[] {
  const byTables = new Map<string, Joint[]>();
  for (const joint of joints) {
    const key = joint.tables.join();
    const known = byTables.get(key);
    if (known === undefined) byTables.set(key, [joint]);
    else known.push(joint);
  }
  return [...byTables.values()].flatMap((list) => {
    const [first] = list as [Joint];
    if (list.length === 1 && first.spelt !== undefined) return list;
    return jointOf(
      first.tables,
      list.flatMap(({ terms }) => terms),
      open,
    );
  });
}

function jointOf(tables: readonly number[], terms: readonly ProofTerm[], open: Open): readonly Joint[] {
  const [{ id }] = terms as readonly [ProofTerm];
  const classes = tables.map((table) => classesOf(terms, table, open[table] as readonly number[]));
  const count = classes.reduce((product, { length }) => product * length, 1);
  if (count <= MOST_COMBINATIONS) return [{ id, tables, terms, spelt: spell(tables, terms, classes, count) }];
  if (terms.length > 1) return terms.flatMap((term) => jointOf(term.tables, [term], open));
  return [{ id, tables, terms }];
}

function classesOf(
  terms: readonly ProofTerm[],
  table: number,
  positions: readonly number[],
): readonly (readonly number[])[] {
  const allowed = terms.flatMap(({ boxes }) =>
    boxes.flatMap((box) => box.allowed.filter(([at]) => at === table).map(([, list]) => list)),
  );
  const classes = new Map<string, number[]>();
  for (const position of positions) {
    const key = allowed.map((list) => (list.includes(position) ? '1' : '0')).join('');
    const known = classes.get(key);
    if (known === undefined) classes.set(key, [position]);
    else known.push(position);
  }
  return [...classes.values()];
}

function spell(
  tables: readonly number[],
  terms: readonly ProofTerm[],
  classes: Spelt['classes'],
  count: number,
): Spelt {
  const assignment: number[] = [];
  const costs: bigint[] = [];
  // Few of them differ, and each would be an object of its own.
  const known = new Map<bigint, bigint>();
  for (let at = 0; at < count; at += 1) {
    let rest = at;
    for (let member = tables.length - 1; member >= 0; member -= 1) {
      const own = classes[member] as readonly (readonly number[])[];
      assignment[tables[member] as number] = own[rest % own.length]?.[0] as number;
      rest = Math.floor(rest / own.length);
    }
    const cost = terms.reduce((sum, term) => sum + termPrice(term, assignment), 0n);
    const same = known.get(cost) ?? cost;
    known.set(cost, same);
    costs.push(same);
  }
  return { classes, costs };
}

/** Messages are multiples of 2^raise. Assumes that every table has an open position. */
export function reckon(joint: Joint, messages: Messages | undefined, open: Open, raise: bigint): Reckoned {
  const messageOf = (member: number, position: number): bigint =>
    BigInt(messages?.[member]?.[position] ?? 0) << raise;
  return joint.spelt === undefined
    ? reckonBoxes(joint, messageOf, open)
    : reckonSpelt(joint.tables, joint.spelt, messageOf, open);
}

type MessageOf = (member: number, position: number) => bigint;

function reckonSpelt(
  tables: readonly number[],
  { classes, costs }: Spelt,
  messageOf: MessageOf,
  open: Open,
): Reckoned {
  const tops = classes.map((own, member) =>
    own.map((positions) =>
      topOf(positions, open[tables[member] as number] as readonly number[], member, messageOf),
    ),
  );
  const found = classes.map((own) => own.map((): bigint | undefined => undefined));
  const picked: number[] = [];
  const walk = (member: number, at: number, taken: bigint): void => {
    const own = tops[member];
    if (own === undefined) {
      const cost = (costs[at] as bigint) - taken;
      for (const [of, which] of picked.entries()) {
        const list = found[of] as (bigint | undefined)[];
        const known = list[which];
        if (known === undefined || cost < known) list[which] = cost;
      }
      return;
    }
    for (const [which, top] of own.entries()) {
      if (top === undefined) continue;
      picked[member] = which;
      walk(member + 1, at * own.length + which, taken + top);
    }
  };
  walk(0, 0, 0n);
  return {
    least: least((found[0] as readonly (bigint | undefined)[]).filter((cost) => cost !== undefined)),
    with: (member, position) => {
      const which = (classes[member] as Spelt['classes'][number]).findIndex((list) =>
        list.includes(position),
      );
      const cost = found[member]?.[which] as bigint;
      return cost + (tops[member]?.[which] as bigint) - messageOf(member, position);
    },
  };
}

/** Undefined when none of the positions is open. */
function topOf(
  positions: readonly number[],
  open: readonly number[],
  member: number,
  messageOf: MessageOf,
): bigint | undefined {
  let top: bigint | undefined;
  for (const position of positions) {
    if (!open.includes(position)) continue;
    const message = messageOf(member, position);
    if (top === undefined || message > top) top = message;
  }
  return top;
}

// ── too many combinations ────────────────────────────────────────────────────────────────────────────────────────────

function reckonBoxes({ tables, terms }: Joint, messageOf: MessageOf, open: Open): Reckoned {
  const [term] = terms as readonly [ProofTerm];
  const boxes = [...term.boxes, { gain: 0n, allowed: [] }].flatMap(({ gain, allowed }) => {
    const lists = tables.map(
      (table) => allowed.find(([at]) => at === table)?.[1] ?? (open[table] as readonly number[]),
    );
    const tops = lists.map((list, member) =>
      topOf(list, open[tables[member] as number] as readonly number[], member, messageOf),
    );
    if (!tops.every((top) => top !== undefined)) return [];
    return [{ lists, tops, cost: tops.reduce((cost, top) => cost - top, term.base - gain) }];
  });
  return {
    least: least(boxes.map(({ cost }) => cost)),
    with: (member, position) => {
      const allowing = boxes.filter(({ lists }) => lists[member]?.includes(position));
      return (
        least(allowing.map(({ cost, tops }) => cost + (tops[member] as bigint))) - messageOf(member, position)
      );
    },
  };
}
