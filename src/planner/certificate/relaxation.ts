/** The linear relaxation of a part, whose dual values are good multipliers. Nothing rests on its being right. */

import type { Assignment, Open } from '../assignment.js';
import type { MilpModel, MilpResult } from '../solver/milp.js';
import type { Multipliers, ProofScope } from './bound.js';
import { toNumber } from './exact.js';
import { MULTIPLIER_BITS } from './model.js';

/** Coefficients beyond this make a solver's tolerances bite. */
const LARGEST_COEFFICIENT = 1e7;

interface Row {
  readonly columns: readonly number[];
  readonly values: readonly number[];
  readonly lower: number;
  readonly upper: number;
}

export interface Relaxation {
  readonly model: MilpModel;
  readonly multipliers: (result: MilpResult) => Multipliers;
  /** The likeliest position of each table, and how sure the relaxation is of it, 0…1. */
  readonly leaning: (result: MilpResult) => ReadonlyMap<number, readonly [position: number, share: number]>;
}

export function relaxationOf(scope: ProofScope, open: Open, seconds: number): Relaxation {
  const { model, tables, terms, limits } = scope;
  const number = (value: bigint): number => toNumber(value, model.bits);
  const costs: number[] = [];
  const rows: Row[] = [];
  const prices: {
    readonly row: number;
    readonly term: number;
    readonly box: number;
    readonly table: number;
  }[] = [];
  const columns = new Map<number, ReadonlyMap<number, number>>();
  for (const table of tables) {
    const own = new Map<number, number>();
    for (const position of open[table] as readonly number[]) {
      own.set(position, costs.length);
      costs.push(number(model.linear[table]?.[position] ?? 0n));
    }
    columns.set(table, own);
    rows.push(
      row(
        [...own.values()],
        [...own.values()].map(() => 1),
        1,
        1,
      ),
    );
  }
  for (const [term, { boxes }] of terms.entries()) {
    const earned = boxes.map(({ gain }) => costs.push(-number(gain)) - 1);
    if (earned.length > 1)
      rows.push(
        row(
          earned,
          earned.map(() => 1),
          Number.NEGATIVE_INFINITY,
          1,
        ),
      );
    for (const [box, { allowed }] of boxes.entries()) {
      for (const [table, positions] of allowed) {
        const chosen = positions.flatMap((position) => columns.get(table)?.get(position) ?? []);
        prices.push({ row: rows.length, term, box, table });
        rows.push(
          row([...chosen, earned[box] as number], [...chosen.map(() => -1), 1], Number.NEGATIVE_INFINITY, 0),
        );
      }
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
    rows.push(
      row(
        heavy.map(([column]) => column),
        heavy.map(([, load]) => load),
        Number.NEGATIVE_INFINITY,
        toNumber(limit, loadBits),
      ),
    );
  }
  const largest = costs.reduce((most, cost) => Math.max(most, Math.abs(cost)), 0);
  const scale = largest > LARGEST_COEFFICIENT ? LARGEST_COEFFICIENT / largest : 1;
  const multiplier = (duals: Float64Array | undefined, at: number): bigint =>
    BigInt(Math.max(0, Math.round((-(duals?.[at] ?? 0) / scale) * 2 ** MULTIPLIER_BITS)) || 0);
  return {
    model: frozen(costs, rows, scale, seconds),
    multipliers: ({ rowDuals }) => ({
      prices: prices
        .map(({ row: at, ...price }) => ({ ...price, value: multiplier(rowDuals, at) }))
        .filter(({ value }) => value > 0n),
      tolls: limits.map((_, at) => multiplier(rowDuals, firstToll + at)),
    }),
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

export function assignmentOf(
  leaning: ReadonlyMap<number, readonly [position: number, share: number]>,
  others: Assignment,
): Assignment {
  return others.map((position, table) => leaning.get(table)?.[0] ?? position);
}

function row(columns: readonly number[], values: readonly number[], lower: number, upper: number): Row {
  return { columns, values, lower, upper };
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
