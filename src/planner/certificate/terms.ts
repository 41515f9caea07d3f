/**
 * Terms in exact numbers, and how they look when only some positions are open: boxes that nothing meets go, what one table
 * decides becomes its charge, terms that differ in prices alone become one.
 */

import type { Assignment, Open } from '../assignment.js';
import { heldOnce } from '../reduce.js';

export interface ProofTerm {
  readonly id: string;
  /** Ascending; at least two. */
  readonly tables: readonly number[];
  /** What the term costs when no box is met. */
  readonly base: bigint;
  /** Most gain first. */
  readonly boxes: readonly ProofBox[];
}

export interface ProofBox {
  /** What meeting the box saves against the base. */
  readonly gain: bigint;
  /** Ascending by table and position; never all of a table's open positions. */
  readonly allowed: readonly (readonly [table: number, positions: readonly number[]])[];
}

/** What plans cost, as far as it depends on some tables. */
export interface Costs {
  /** What every plan pays. */
  readonly constant: bigint;
  readonly terms: readonly ProofTerm[];
  /** By table and position. */
  readonly linear: readonly (readonly bigint[])[];
}

/** The same costs of all plans that keep to the open positions. Assumes that no table's positions are all closed. */
export function narrowCosts(
  costs: Omit<Costs, 'terms'> & { readonly terms: Iterable<ProofTerm> },
  open: Open,
): Costs {
  const narrowing = narrowingTo(open);
  const charged = { constant: costs.constant, linear: [...costs.linear] };
  const terms: ProofTerm[] = [];
  for (const original of costs.terms) {
    const term = withoutIdle(narrowTerm(original, narrowing));
    if (term.tables.length > 1) terms.push(term);
    else countAlone(charged, term, open);
  }
  return { ...charged, terms: mergeTerms(terms, narrowing) };
}

interface Charged {
  constant: bigint;
  readonly linear: (readonly bigint[])[];
}

/** Counts a term that one table decides, or none, among the charges. */
export function countAlone(charged: Charged, term: ProofTerm, open: Open): void {
  const { linear } = charged;
  const [only] = term.tables;
  charged.constant += term.base;
  if (only !== undefined) linear[only] = chargedAlone(linear[only] as readonly bigint[], term, only, open);
}

/** Terms that differ in prices alone become one. */
export function mergeTerms(terms: readonly ProofTerm[], { numberOf }: Narrowing): readonly ProofTerm[] {
  const merged = new Map<string, ProofTerm>();
  for (const term of terms) {
    const shape = term.boxes.map(({ allowed }) => numberOf(allowed)).join(' ');
    const same = merged.get(shape);
    merged.set(shape, same === undefined ? term : together(same, term));
  }
  return [...merged.values()];
}

/** Boxes that save nothing stay, as they do in the solve: its messages are about the tables that boxes name. */
export function narrowTerm(term: ProofTerm, { narrow }: Narrowing): ProofTerm {
  let { base } = term;
  const found: { readonly cost: bigint; readonly allowed: ProofBox['allowed'] }[] = [];
  for (const box of term.boxes) {
    const allowed = narrow(box.allowed);
    const cost = term.base - box.gain;
    if (allowed === undefined || found.some((other) => isWider(other, { allowed }))) continue;
    if (allowed.length === 0) {
      base = cost;
      break;
    }
    found.push({ cost, allowed });
  }
  const boxes = found.map(({ cost, allowed }) => ({ gain: base - cost, allowed }));
  return { id: term.id, tables: tablesOf(boxes), base, boxes };
}

function tablesOf(boxes: readonly ProofBox[]): readonly number[] {
  return [...new Set(boxes.flatMap(({ allowed }) => allowed.map(([table]) => table)))].sort((a, b) => a - b);
}

/** The same term without boxes that save nothing. */
function withoutIdle(term: ProofTerm): ProofTerm {
  const boxes = term.boxes.filter(({ gain }) => gain > 0n);
  return { ...term, tables: tablesOf(boxes), boxes };
}

type Allowed = ProofBox['allowed'];

interface Narrowing {
  /** Undefined when nothing open is allowed. */
  readonly narrow: (allowed: Allowed) => Allowed | undefined;
  /** Of what is left: equal ones have one number. */
  readonly numberOf: (allowed: Allowed) => number | undefined;
}

/** Terms share what their boxes allow: each is narrowed once, and equal ones are one and the same. */
export function narrowingTo(open: Open): Narrowing {
  const narrowed = new Map<Allowed, Allowed | undefined>();
  const byText = new Map<string, Allowed>();
  const lists = new Map<string, readonly number[]>();
  const numbers = new Map<Allowed, number>();
  const once = (allowed: Allowed): Allowed => {
    const text = allowed.map(([table, positions]) => `${table}:${positions}`).join(' ');
    const same = byText.get(text) ?? allowed;
    byText.set(text, same);
    if (!numbers.has(same)) numbers.set(same, numbers.size);
    return same;
  };
  const narrow = (allowed: Allowed): Allowed | undefined => {
    if (narrowed.has(allowed)) return narrowed.get(allowed);
    const left = narrowAllowed(allowed, open, lists);
    const result = left && once(left);
    narrowed.set(allowed, result);
    return result;
  };
  return { narrow, numberOf: (allowed) => numbers.get(allowed) };
}

/** Undefined when nothing open is allowed; a table whose open positions are all allowed is left out. */
function narrowAllowed(
  allowed: Allowed,
  open: Open,
  lists: Map<string, readonly number[]>,
): Allowed | undefined {
  const entries: (readonly [number, readonly number[]])[] = [];
  for (const [table, positions] of allowed) {
    const alive = open[table] as readonly number[];
    const left = alive.filter((position) => positions.includes(position));
    if (left.length === 0) return undefined;
    if (left.length < alive.length) entries.push([table, heldOnce(lists, left)]);
  }
  return entries.slice();
}

/** Whatever meets the box meets the other as well. */
function isWider(other: Pick<ProofBox, 'allowed'>, box: Pick<ProofBox, 'allowed'>): boolean {
  return other.allowed.every(([table, positions]) => {
    const own = box.allowed.find(([at]) => at === table);
    return own?.[1].every((position) => positions.includes(position)) === true;
  });
}

function chargedAlone(
  charges: readonly bigint[],
  { boxes }: ProofTerm,
  table: number,
  open: Open,
): readonly bigint[] {
  const list = [...charges];
  for (const position of open[table] as readonly number[]) {
    const met = boxes.find((box) => box.allowed[0]?.[1].includes(position));
    list[position] = (list[position] as bigint) - (met?.gain ?? 0n);
  }
  return list;
}

function together(one: ProofTerm, other: ProofTerm): ProofTerm {
  return {
    ...one,
    base: one.base + other.base,
    boxes: one.boxes.map((box, at) => ({
      ...box,
      gain: box.gain + (other.boxes[at] as ProofBox).gain,
    })),
  };
}

function isMet(box: ProofBox, assignment: Assignment): boolean {
  return box.allowed.every(([table, positions]) => positions.includes(assignment[table] as number));
}

export function termPrice(term: ProofTerm, assignment: Assignment): bigint {
  return term.base - (term.boxes.find((box) => isMet(box, assignment))?.gain ?? 0n);
}
