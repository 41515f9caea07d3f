/**
 * One level of a part as flat arrays, for the loops that run over it thousands of times: climbing and message passing.
 *
 * Tables and positions are counted from 0 within the part. A term's *members* are its tables; each of its boxes is a row
 * of bytes that says which positions of which member it allows. The last box of a term is `otherwise`: it allows all.
 */

import { type Assignment, type Level, type LinearLimit, type Open, tablesOfTerm } from './assignment.js';

export interface Dense {
  readonly tables: readonly number[];
  /** Open positions of each table, in its order of liking. */
  readonly positions: readonly (readonly number[])[];
  /** Where a table's positions begin in `charges` and `loads`; one more than there are tables. */
  readonly tableStart: Int32Array;
  readonly charges: Float64Array;
  /** By limit, as `charges`. */
  readonly loads: readonly Float64Array[];
  /** What the tables of the part may weigh; what other tables weigh is taken off. */
  readonly limits: readonly number[];
  /** Members of each term. */
  readonly memberStart: Int32Array;
  readonly memberTable: Int32Array;
  /** Where a member's positions begin, counted over all members of all terms. */
  readonly memberOffset: Int32Array;
  readonly boxStart: Int32Array;
  readonly boxCost: Float64Array;
  /** Where a box's row begins in `allows`; a row is as wide as the term's members have positions. */
  readonly boxRow: Int32Array;
  readonly allows: Uint8Array;
  /** Members by table: the terms that the table is in. */
  readonly touchStart: Int32Array;
  readonly touchMember: Int32Array;
  readonly termOfMember: Int32Array;
  readonly constant: number;
}

export function denseOf(
  tables: readonly number[],
  open: Open,
  level: Level,
  limits: readonly LinearLimit[],
  others: Assignment,
): Dense {
  const local = new Map(tables.map((table, at) => [table, at]));
  const positions = tables.map((table) => open[table] as readonly number[]);
  const tableStart = startsOf(positions.map((list) => list.length));
  const spread = (of: readonly (readonly number[])[]): Float64Array =>
    Float64Array.from(
      positions.flatMap((list, at) => list.map((position) => of[tables[at] as number]?.[position] ?? 0)),
    );
  const memberships = level.terms.map((term) =>
    tablesOfTerm(term).map((table) => local.get(table) as number),
  );
  const memberTable = Int32Array.from(memberships.flat());
  const memberStart = startsOf(memberships.map((members) => members.length));
  const widthOf = (table: number): number => (positions[table] as readonly number[]).length;
  const memberOffset = startsOf(Array.from(memberTable, widthOf));
  return {
    tables,
    positions,
    tableStart,
    charges: spread(level.linear),
    loads: limits.map(({ loads }) => spread(loads)),
    limits: limits.map((limit) => limit.limit - takenByOthers(limit, local, others)),
    memberStart,
    memberTable,
    memberOffset,
    ...boxesOf(level, memberships, tables, positions),
    ...touchesOf(tables.length, memberStart, memberTable),
    constant: level.constant ?? 0,
  };
}

export function startsOf(counts: readonly number[]): Int32Array {
  const starts = new Int32Array(counts.length + 1);
  for (const [at, count] of counts.entries()) starts[at + 1] = (starts[at] as number) + count;
  return starts;
}

function takenByOthers(limit: LinearLimit, local: ReadonlyMap<number, number>, others: Assignment): number {
  let taken = 0;
  for (const [table, loads] of limit.loads.entries())
    if (!local.has(table)) taken += loads[others[table] as number] ?? 0;
  return taken;
}

function boxesOf(
  level: Level,
  memberships: readonly (readonly number[])[],
  tables: readonly number[],
  positions: readonly (readonly number[])[],
): Pick<Dense, 'boxStart' | 'boxCost' | 'boxRow' | 'allows'> {
  const widths = memberships.map((members) =>
    members.reduce((sum, table) => sum + (positions[table] as readonly number[]).length, 0),
  );
  const boxStart = startsOf(level.terms.map((term) => term.boxes.length + 1));
  const boxRow = startsOf(level.terms.flatMap((term, at) => Array(term.boxes.length + 1).fill(widths[at])));
  const boxCost = new Float64Array(boxRow.length - 1);
  const allows = new Uint8Array(boxRow.at(-1) ?? 0).fill(1);
  for (const [at, term] of level.terms.entries()) {
    const first = boxStart[at] as number;
    for (const [rank, box] of term.boxes.entries()) {
      boxCost[first + rank] = term.weight * box.cost;
      let cell = boxRow[first + rank] as number;
      for (const table of memberships[at] as readonly number[]) {
        const allowed = box.allowed.get(tables[table] as number);
        for (const position of positions[table] as readonly number[]) {
          if (allowed !== undefined && !allowed.includes(position)) allows[cell] = 0;
          cell += 1;
        }
      }
    }
    boxCost[first + term.boxes.length] = term.weight * term.otherwise;
  }
  return { boxStart, boxCost, boxRow, allows };
}

export function touchesOf(
  count: number,
  memberStart: Int32Array,
  memberTable: Int32Array,
): Pick<Dense, 'touchStart' | 'touchMember' | 'termOfMember'> {
  const counts = new Array<number>(count).fill(0);
  for (const table of memberTable) counts[table] = (counts[table] as number) + 1;
  const touchStart = startsOf(counts);
  const next = touchStart.slice();
  const touchMember = new Int32Array(memberTable.length);
  for (const [member, table] of memberTable.entries()) {
    touchMember[next[table] as number] = member;
    next[table] = (next[table] as number) + 1;
  }
  const termOfMember = new Int32Array(memberTable.length);
  for (let term = 0; term < memberStart.length - 1; term += 1)
    termOfMember.fill(term, memberStart[term], memberStart[term + 1]);
  return { touchStart, touchMember, termOfMember };
}

/** Ranks of an assignment's positions; a position that is closed counts as the most liked one. */
export function ranksOf(dense: Dense, assignment: Assignment): Int32Array {
  return Int32Array.from(dense.tables, (table, at) =>
    Math.max(0, (dense.positions[at] as readonly number[]).indexOf(assignment[table] as number)),
  );
}

export function assignmentOf(dense: Dense, ranks: Int32Array, others: Assignment): Assignment {
  const assignment = [...others];
  for (const [at, table] of dense.tables.entries())
    assignment[table] = dense.positions[at]?.[ranks[at] as number] as number;
  return assignment;
}
