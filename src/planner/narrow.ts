/** A flat puzzle for fewer open positions, with the messages of its dual: what is closed makes it smaller. */

import type { Dense } from './dense.js';
import { joinTerms, type LooseTerm, packTerms } from './loose-terms.js';

export interface Narrowed {
  readonly dense: Dense;
  readonly messages: Float64Array;
  /** By position as `dense.charges` was: where it is now, -1 when it is closed. */
  readonly placeOf: Int32Array;
}

/** `stays` says of each position, as `dense.charges`, whether it stays open: 1 or 0. Each table has to keep one. */
export function narrow(dense: Dense, messages: Float64Array, stays: Uint8Array): Narrowed {
  const { tableStart } = dense;
  const placeOf = new Int32Array(dense.charges.length).fill(-1);
  const starts = new Int32Array(tableStart.length);
  let next = 0;
  const positions = dense.positions.map((list, table) => {
    const left = list.filter((_, rank) => {
      const at = (tableStart[table] as number) + rank;
      if (stays[at] === 1) placeOf[at] = next++;
      return stays[at] === 1;
    });
    starts[table + 1] = next;
    return left.length === list.length ? list : left;
  });
  const pick = (figures: Float64Array): Float64Array => figures.filter((_, at) => stays[at] === 1);
  const charges = pick(dense.charges);
  let constant = dense.constant;
  const terms: LooseTerm[] = [];
  for (let term = 0; term < dense.boxStart.length - 1; term += 1) {
    const { tables, costs, rows } = narrowTerm(dense, term, stays, messages, terms);
    const [only] = tables;
    if (only === undefined) constant += costs[0] as number;
    else if (tables.length === 1) chargeOwn(charges, starts[only] as number, costs, rows);
  }
  const joined = joinTerms(terms);
  return {
    dense: {
      tables: dense.tables,
      positions,
      tableStart: starts,
      charges,
      loads: dense.loads.map(pick),
      limits: dense.limits,
      constant,
      ...packTerms(joined, dense.tables.length),
    },
    messages: Float64Array.from(joined.flatMap((term) => term.messages)),
    placeOf,
  };
}

/** What is left of a term; of two members or more it goes to the others, with its messages. */
function narrowTerm(
  dense: Dense,
  term: number,
  stays: Uint8Array,
  messages: Float64Array,
  found: LooseTerm[],
): Pick<LooseTerm, 'tables' | 'costs' | 'rows'> {
  const boxes = boxesThatCanBeMet(dense, term, stays);
  const members = membersThatMatter(dense, term, stays, boxes);
  const { memberTable, memberOffset, memberStart, boxRow, boxCost, allows } = dense;
  const base = memberOffset[memberStart[term] as number] as number;
  const open = members.map((member) => openCells(dense, member, stays));
  const cells = open.flat();
  const costs: number[] = [];
  const rows: number[][] = [];
  for (const box of boxes) {
    const shift = (boxRow[box] as number) - base;
    const row = cells.map((cell) => allows[shift + cell] as number);
    if (rows.some((wider) => row.every((allowed, at) => allowed <= (wider[at] as number)))) continue;
    costs.push(boxCost[box] as number);
    rows.push(row);
  }
  const tables = members.map((member) => memberTable[member] as number);
  if (tables.length > 1) {
    const own = cells.map((cell) => messages[cell] as number);
    found.push({ tables, widths: open.map((list) => list.length), costs, rows, messages: own });
  }
  return { tables, costs, rows };
}

/** Places of a member's open positions among the messages. */
function openCells({ memberTable, memberOffset, tableStart }: Dense, member: number, stays: Uint8Array) {
  const from = memberOffset[member] as number;
  const start = tableStart[memberTable[member] as number] as number;
  const cells: number[] = [];
  for (let cell = from; cell < (memberOffset[member + 1] as number); cell += 1)
    if (stays[start + cell - from] === 1) cells.push(cell);
  return cells;
}

/** Boxes of which every member has an open position, up to the first that any plan meets. */
function boxesThatCanBeMet(dense: Dense, term: number, stays: Uint8Array): readonly number[] {
  const boxes: number[] = [];
  for (let box = dense.boxStart[term] as number; box < (dense.boxStart[term + 1] as number); box += 1) {
    const met = howMet(dense, term, box, stays);
    if (met !== 'never') boxes.push(box);
    if (met === 'always') break;
  }
  return boxes;
}

function howMet(dense: Dense, term: number, box: number, stays: Uint8Array): 'always' | 'maybe' | 'never' {
  const { memberStart, memberTable, memberOffset, tableStart, boxRow, allows } = dense;
  const first = memberStart[term] as number;
  const shift = (boxRow[box] as number) - (memberOffset[first] as number);
  let isAlways = true;
  for (let member = first; member < (memberStart[term + 1] as number); member += 1) {
    const from = memberOffset[member] as number;
    const start = tableStart[memberTable[member] as number] as number;
    let isAllowed = false;
    for (let cell = from; cell < (memberOffset[member + 1] as number); cell += 1) {
      if (stays[start + cell - from] !== 1) continue;
      if (allows[shift + cell] === 1) isAllowed = true;
      else isAlways = false;
    }
    if (!isAllowed) return 'never';
  }
  return isAlways ? 'always' : 'maybe';
}

/** Members of which some box forbids an open position. */
function membersThatMatter(
  dense: Dense,
  term: number,
  stays: Uint8Array,
  boxes: readonly number[],
): readonly number[] {
  const { memberStart, memberTable, memberOffset, tableStart, boxRow, allows } = dense;
  const first = memberStart[term] as number;
  const base = memberOffset[first] as number;
  const members: number[] = [];
  for (let member = first; member < (memberStart[term + 1] as number); member += 1) {
    const from = memberOffset[member] as number;
    const start = tableStart[memberTable[member] as number] as number;
    const forbids = (box: number): boolean => {
      const shift = (boxRow[box] as number) - base;
      for (let cell = from; cell < (memberOffset[member + 1] as number); cell += 1)
        if (stays[start + cell - from] === 1 && allows[shift + cell] !== 1) return true;
      return false;
    };
    if (boxes.some(forbids)) members.push(member);
  }
  return members;
}

/** A term that one table decides is a charge on its positions. */
function chargeOwn(
  charges: Float64Array,
  start: number,
  costs: readonly number[],
  rows: readonly (readonly number[])[],
): void {
  const width = rows[0]?.length ?? 0;
  for (let rank = 0; rank < width; rank += 1) {
    const box = rows.findIndex((row) => row[rank] === 1);
    charges[start + rank] = (charges[start + rank] as number) + (costs[box] as number);
  }
}

/**
 * Positions that are too heavy beside the lightest of all other tables are closed. Undefined when even the lightest are too
 * heavy together.
 */
export function withoutTooHeavy(dense: Dense): Uint8Array | undefined {
  const { tableStart, loads, limits } = dense;
  const stays = new Uint8Array(dense.charges.length).fill(1);
  for (const [at, limit] of limits.entries()) {
    const load = loads[at] as Float64Array;
    const lightest = dense.tables.map((_, table) =>
      load.subarray(tableStart[table], tableStart[table + 1]).reduce((least, one) => Math.min(least, one)),
    );
    const room = limit - lightest.reduce((sum, one) => sum + one, 0) + 1e-9 * Math.max(1, Math.abs(limit));
    if (room < 0) return undefined;
    for (const [table, least] of lightest.entries()) {
      for (let cell = tableStart[table] as number; cell < (tableStart[table + 1] as number); cell += 1)
        if ((load[cell] as number) - least > room) stays[cell] = 0;
    }
  }
  return leavesEach(dense, stays) ? stays : undefined;
}

/** Whether each table keeps a position. */
export function leavesEach({ tables, tableStart }: Dense, stays: Uint8Array): boolean {
  return tables.every((_, table) => stays.subarray(tableStart[table], tableStart[table + 1]).includes(1));
}
