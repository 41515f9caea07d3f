/**
 * The cheapest assignment of one level, exactly and without a solver: tables are taken out one after the other, each leaving
 * behind what its best position costs for every combination of its neighbours (nonserial dynamic programming; Bertelè and
 * Brioschi, 1972). Fast when few tables are bound to each other at a time, as they are in most workloads.
 */

import { type Assignment, type Level, type Open, type Term, tablesOfTerm, termCost } from './assignment.js';

/** What each combination of positions of some tables costs: the last table's position moves fastest. */
interface Factor {
  readonly tables: readonly number[];
  readonly values: Float64Array;
}

/** A level spelt out for some open positions. */
export interface Tableau {
  readonly open: Open;
  readonly factors: readonly Factor[];
}

interface Step {
  readonly table: number;
  readonly neighbours: readonly number[];
}

export interface EliminationOrder {
  readonly steps: readonly Step[];
  /** Combinations that are looked at in all. */
  readonly work: number;
}

/**
 * The table with the fewest combinations goes first; of equals the one with the lowest number.
 * Undefined when there are more than `mostWork` combinations: then too many tables are bound to each other at a time.
 */
export function eliminationOrder(level: Level, open: Open, mostWork: number): EliminationOrder | undefined {
  const neighbours = new Map(open.map((_, table) => [table, new Set<number>()]));
  const connect = (tables: readonly number[]): void => {
    for (const one of tables) {
      for (const other of tables) if (one !== other) neighbours.get(one)?.add(other);
    }
  };
  for (const term of level.terms) connect(tablesOfTerm(term));
  const combinations = (table: number): number => countOf(open, [table, ...(neighbours.get(table) ?? [])]);
  const steps: Step[] = [];
  let work = 0;
  while (neighbours.size > 0) {
    let next = { table: -1, count: Number.POSITIVE_INFINITY };
    for (const table of neighbours.keys()) {
      const count = combinations(table);
      if (next.table < 0 || count < next.count) next = { table, count };
    }
    const left = [...(neighbours.get(next.table) ?? [])].sort((a, b) => a - b);
    steps.push({ table: next.table, neighbours: left });
    work += next.count;
    if (work > mostWork) return undefined;
    neighbours.delete(next.table);
    for (const other of left) neighbours.get(other)?.delete(next.table);
    connect(left);
  }
  return { steps, work };
}

export function tableauOf(level: Level, open: Open): Tableau {
  const charges = open.map(
    (positions, table): Factor => ({
      tables: [table],
      values: Float64Array.from(positions, (position) => level.linear[table]?.[position] ?? 0),
    }),
  );
  return { open, factors: [...factorsOf(level.terms, open), ...charges] };
}

/** Of the terms alone: those of the same tables are one. */
export function factorsOf(terms: readonly Term[], open: Open): readonly Factor[] {
  const byTables = new Map<string, Factor>();
  const assignment: number[] = [];
  for (const term of terms) {
    const tables = tablesOfTerm(term);
    const key = tables.join(' ');
    const factor = byTables.get(key) ?? { tables, values: new Float64Array(countOf(open, tables)) };
    byTables.set(key, factor);
    walk(tables, open, [], (at, picked) => {
      for (let slot = 0; slot < tables.length; slot += 1) {
        const table = tables[slot] as number;
        assignment[table] = positionAt(open, table, picked[slot]);
      }
      factor.values[at] = (factor.values[at] as number) + termCost(term, assignment);
    });
  }
  return [...byTables.values()];
}

/** The same for fewer open positions. */
export function narrowTableau(tableau: Tableau, open: Open): Tableau {
  const places = open.map((positions, table) =>
    positions.map((position) => (tableau.open[table] as readonly number[]).indexOf(position)),
  );
  const isNarrower = (table: number): boolean => sizeOf(open, table) < sizeOf(tableau.open, table);
  const factors = tableau.factors.map((factor): Factor => {
    const { tables } = factor;
    if (!tables.some(isNarrower)) return factor;
    const strides = stridesIn(factor, tables, tableau.open);
    const values = new Float64Array(countOf(open, tables));
    walk(tables, open, [], (at, picked) => {
      let from = 0;
      for (let slot = 0; slot < tables.length; slot += 1) {
        const place = places[tables[slot] as number] as readonly number[];
        from += (place[picked[slot] as number] as number) * (strides[slot] as number);
      }
      values[at] = factor.values[from] as number;
    });
    return { tables, values };
  });
  return { open, factors };
}

/** Of equally cheap assignments one that depends on the puzzle alone. Assumes that every table has an open position. */
export function eliminate({ open, factors }: Tableau, { steps }: EliminationOrder): Assignment {
  let left = factors;
  const choices: { readonly step: Step; readonly best: Uint16Array }[] = [];
  for (const step of steps) {
    const touching = left.filter(({ tables }) => tables.includes(step.table));
    const { best, remains } = takeOut(step, touching, open);
    choices.push({ step, best });
    left = [...left.filter((factor) => !touching.includes(factor)), remains];
  }
  const picked: number[] = open.map(() => 0);
  for (const { step, best } of choices.reverse()) {
    const at = step.neighbours.reduce(
      (place, table) => place * sizeOf(open, table) + (picked[table] as number),
      0,
    );
    picked[step.table] = best[at] as number;
  }
  return open.map((_, table) => positionAt(open, table, picked[table]));
}

function takeOut(
  { table, neighbours }: Step,
  touching: readonly Factor[],
  open: Open,
): { readonly best: Uint16Array; readonly remains: Factor } {
  const strides = touching.map((factor) => stridesIn(factor, neighbours, open));
  const own = touching.map((factor) => stridesIn(factor, [table], open)[0] as number);
  const count = countOf(open, neighbours);
  const values = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const best = new Uint16Array(count);
  const positions = sizeOf(open, table);
  walk(neighbours, open, strides, (at, _, places) => {
    for (let position = 0; position < positions; position += 1) {
      let cost = 0;
      for (let which = 0; which < touching.length; which += 1) {
        const place = (places[which] as number) + position * (own[which] as number);
        cost += (touching[which] as Factor).values[place] as number;
      }
      if (cost < (values[at] as number)) {
        values[at] = cost;
        best[at] = position;
      }
    }
  });
  return { best, remains: { tables: neighbours, values } };
}

// ── combinations of positions ────────────────────────────────────────────────────────────────────────────────────────

function sizeOf(open: Open, table: number): number {
  return (open[table] as readonly number[]).length;
}

function countOf(open: Open, tables: readonly number[]): number {
  return tables.reduce((count, table) => count * sizeOf(open, table), 1);
}

function positionAt(open: Open, table: number, picked: number | undefined): number {
  return (open[table] as readonly number[])[picked as number] as number;
}

/** By how much the place in a factor moves with each table of a scope. */
function stridesIn({ tables }: Factor, scope: readonly number[], open: Open): readonly number[] {
  return scope.map((table) => {
    const slot = tables.indexOf(table);
    return slot < 0 ? 0 : countOf(open, tables.slice(slot + 1));
  });
}

/** Every combination in order, with its place in factors that move by the given strides. What is handed out is used again. */
function walk(
  tables: readonly number[],
  open: Open,
  strides: readonly (readonly number[])[],
  visit: (at: number, picked: readonly number[], places: readonly number[]) => void,
): void {
  const picked = tables.map(() => 0);
  const places = strides.map(() => 0);
  const move = (slot: number, by: number): void => {
    picked[slot] = (picked[slot] as number) + by;
    for (let which = 0; which < strides.length; which += 1) {
      const stride = (strides[which] as readonly number[])[slot] as number;
      places[which] = (places[which] as number) + by * stride;
    }
  };
  const count = countOf(open, tables);
  for (let at = 0; at < count; at += 1) {
    visit(at, picked, places);
    let slot = tables.length - 1;
    while (slot >= 0 && (picked[slot] as number) + 1 === sizeOf(open, tables[slot] as number)) {
      move(slot, -(picked[slot] as number));
      slot -= 1;
    }
    if (slot >= 0) move(slot, 1);
  }
}
