/** The linear relaxation of a part, whose dual values are good messages. Nothing rests on its being right. */

import type { Assignment, Open } from '../assignment.js';
import type { MilpModel, MilpResult } from '../solver/milp.js';
import type { Multipliers } from './bound.js';
import { toNumber } from './exact.js';
import type { Joint } from './joint.js';
import { multipliersOf } from './messages.js';
import type { ProofScope } from './scope.js';
import type { ProofTerm } from './terms.js';

/** Coefficients beyond this make a solver's tolerances bite. */
const LARGEST_COEFFICIENT = 1e7;

interface Row {
  readonly columns: readonly number[];
  readonly values: readonly number[];
  readonly lower: number;
  readonly upper: number;
}

/** Boxes of a term that allow a table no more than these positions: one of them at most is met, and only by these. */
interface Link {
  readonly row: number;
  readonly joint: number;
  readonly member: number;
  readonly positions: readonly number[];
}

export interface Relaxation {
  readonly model: MilpModel;
  readonly multipliers: (result: MilpResult) => Multipliers;
  /** The likeliest position of each table, and how sure the relaxation is of it, 0…1. */
  readonly leaning: (result: MilpResult) => ReadonlyMap<number, readonly [position: number, share: number]>;
}

/** Assumes that the scope is narrowed to the open positions. */
export function relaxationOf(scope: ProofScope, open: Open, seconds: number): Relaxation {
  const { model, tables, limits } = scope;
  const number = (value: bigint): number => toNumber(value, model.bits);
  const costs: number[] = [];
  const rows: Row[] = [];
  const links: Link[] = [];
  const columns = new Map<number, ReadonlyMap<number, number>>();
  for (const table of tables) {
    const own = new Map<number, number>();
    for (const position of open[table] as readonly number[]) {
      own.set(position, costs.length);
      costs.push(number(scope.linear[table]?.[position] ?? 0n));
    }
    columns.set(table, own);
    rows.push(sumOf([...own.values()], 1, 1));
  }
  for (const { term, joint } of scope.joints.flatMap((one, at) =>
    one.terms.map((term) => ({ term, joint: at })),
  )) {
    const earned = term.boxes.map(({ gain }) => costs.push(-number(gain)) - 1);
    if (earned.length > 1) rows.push(sumOf(earned, Number.NEGATIVE_INFINITY, 1));
    for (const link of linksOf(term)) {
      const chosen = link.positions.flatMap((position) => columns.get(link.table)?.get(position) ?? []);
      const boxes = link.boxes.map((box) => earned[box] as number);
      const member = (scope.joints[joint] as Joint).tables.indexOf(link.table);
      links.push({ row: rows.length, joint, member, positions: link.positions });
      rows.push({
        columns: [...chosen, ...boxes],
        values: [...chosen.map(() => -1), ...boxes.map(() => 1)],
        lower: Number.NEGATIVE_INFINITY,
        upper: 0,
      });
    }
  }
  const firstToll = rows.length;
  for (const { limit, loads, loadBits } of limits) {
    const entries = tables.flatMap((table) =>
      [...(columns.get(table) ?? [])].map(
        ([position, column]) => [column, toNumber(loads[table]?.[position] ?? 0n, loadBits)] as const,
      ),
    );
    const heavy = entries.filter(([, load]) => load !== 0);
    rows.push({
      columns: heavy.map(([column]) => column),
      values: heavy.map(([, load]) => load),
      lower: Number.NEGATIVE_INFINITY,
      upper: toNumber(limit, loadBits),
    });
  }
  const largest = costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0);
  const scale = largest > LARGEST_COEFFICIENT ? LARGEST_COEFFICIENT / largest : 1;
  const price = ({ rowDuals }: MilpResult, row: number): number =>
    Math.max(0, -(rowDuals?.[row] ?? 0) / scale);
  return {
    model: frozen(costs, rows, scale, seconds),
    multipliers: (result) => {
      const drafts = new Map<number, Map<number, number>[]>();
      for (const { row, joint, member, positions } of links) {
        const paid = price(result, row);
        if (paid === 0) continue;
        const draft = drafts.get(joint) ?? (scope.joints[joint] as Joint).tables.map(() => new Map());
        const list = draft[member] as Map<number, number>;
        for (const position of positions) list.set(position, (list.get(position) ?? 0) - paid);
        drafts.set(joint, draft);
      }
      return multipliersOf(
        scope,
        open,
        drafts,
        limits.map((_, at) => price(result, firstToll + at)),
      );
    },
    leaning: ({ values }) =>
      new Map(
        tables.map((table) => {
          const shares = [...(columns.get(table) ?? [])].map(
            ([position, column]) => [position, values?.[column] ?? 0] as const,
          );
          return [table, shares.reduce((best, one) => (one[1] > best[1] ? one : best))];
        }),
      ),
  };
}

/** A relaxation of the scope has no fewer rows. */
export function leastRows({ tables, joints }: ProofScope): number {
  const ofTerms = joints.flatMap(({ terms }) => terms.map((term) => term.tables.length));
  return tables.length + ofTerms.reduce((sum, count) => sum + count, 0);
}

/** One for each set of positions that some box allows a table: far closer than one a box. */
function linksOf({ tables, boxes }: ProofTerm) {
  return tables.flatMap((table) => {
    const sets = boxes.map(({ allowed }) => allowed.find(([at]) => at === table)?.[1]);
    const distinct = new Map(sets.flatMap((set) => (set === undefined ? [] : [[set.join(), set] as const])));
    return [...distinct.values()].map((positions) => ({
      table,
      positions,
      boxes: sets.flatMap((set, box) =>
        set?.every((position) => positions.includes(position)) === true ? [box] : [],
      ),
    }));
  });
}

export function assignmentOf(
  leaning: ReadonlyMap<number, readonly [position: number, share: number]>,
  others: Assignment,
): Assignment {
  return others.map((position, table) => leaning.get(table)?.[0] ?? position);
}

function sumOf(columns: readonly number[], lower: number, upper: number): Row {
  return { columns, values: columns.map(() => 1), lower, upper };
}

function frozen(costs: readonly number[], rows: readonly Row[], scale: number, seconds: number): MilpModel {
  const starts = new Int32Array(rows.length + 1);
  for (const [at, { columns }] of rows.entries()) starts[at + 1] = (starts[at] as number) + columns.length;
  return {
    columnCosts: Float64Array.from(costs, (cost) => cost * scale),
    integer: new Int32Array(0),
    rowLower: Float64Array.from(rows, ({ lower }) => lower),
    rowUpper: Float64Array.from(rows, ({ upper }) => upper),
    starts,
    indices: Int32Array.from(rows.flatMap(({ columns }) => columns)),
    values: Float64Array.from(rows.flatMap(({ values }) => values)),
    seconds,
  };
}
