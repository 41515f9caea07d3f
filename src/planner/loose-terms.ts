/**
 * Terms by themselves, as they are while a flat puzzle is made from another: narrowed to fewer positions, and joined where
 * several depend on the same tables. Of a joined term the dual knows what all of its statements cost together, so it bounds
 * closer with fewer messages.
 */

import { type Dense, startsOf, touchesOf } from './dense.js';

export interface LooseTerm {
  /** Tables of the members, ascending. */
  readonly tables: readonly number[];
  readonly widths: readonly number[];
  /** Of each box, cheapest first; the last one allows all. */
  readonly costs: readonly number[];
  /** Of each box, which positions it allows: 0 or 1, the members one after the other. */
  readonly rows: readonly (readonly number[])[];
  /** As long as a row. */
  readonly messages: readonly number[];
}

/** Terms with more combinations of positions stay as they are. */
const MOST_COMBINATIONS = 256;

/** Terms of the same tables made one. */
export function joinTerms(terms: readonly LooseTerm[]): readonly LooseTerm[] {
  const groups = new Map<string, LooseTerm[]>();
  for (const term of terms) {
    const name = term.tables.join(' ');
    const known = groups.get(name);
    if (known === undefined) groups.set(name, [term]);
    else known.push(term);
  }
  return [...groups.values()].flatMap((group) => {
    const widths = (group[0] as LooseTerm).widths;
    const combinations = widths.reduce((product, width) => product * width, 1);
    return group.length > 1 && combinations <= MOST_COMBINATIONS ? [joined(group)] : group;
  });
}

function joined(group: readonly LooseTerm[]): LooseTerm {
  const { tables, widths } = group[0] as LooseTerm;
  const values = combinationsOf(widths).map((picked) =>
    group.reduce((sum, term) => sum + costAt(term, picked), 0),
  );
  const most = values.reduce((largest, value) => Math.max(largest, value), Number.NEGATIVE_INFINITY);
  const alike = widths.map((_, slot) => alikePositions(widths, slot, values));
  const boxes = new Map<string, { readonly cost: number; readonly row: readonly number[] }>();
  for (const [at, picked] of combinationsOf(widths).entries()) {
    const cost = values[at] as number;
    const name = picked.map((rank, slot) => alike[slot]?.[rank]).join(' ');
    if (cost >= most || boxes.has(name)) continue;
    const row = widths.flatMap((width, slot) =>
      Array.from({ length: width }, (_, rank) =>
        Number(alike[slot]?.[rank] === alike[slot]?.[picked[slot] as number]),
      ),
    );
    boxes.set(name, { cost, row });
  }
  const sorted = [...boxes.values()].sort((a, b) => a.cost - b.cost);
  const length = widths.reduce((sum, width) => sum + width, 0);
  return {
    tables,
    widths,
    costs: [...sorted.map(({ cost }) => cost), most],
    rows: [...sorted.map(({ row }) => row), Array<number>(length).fill(1)],
    messages: Array.from({ length }, (_, cell) =>
      group.reduce((sum, term) => sum + (term.messages[cell] as number), 0),
    ),
  };
}

/** Every combination of ranks, the last one moving fastest. */
function combinationsOf(widths: readonly number[]): readonly (readonly number[])[] {
  let combinations: (readonly number[])[] = [[]];
  for (const width of widths)
    combinations = combinations.flatMap((head) =>
      Array.from({ length: width }, (_, rank) => [...head, rank]),
    );
  return combinations;
}

function costAt({ widths, rows, costs }: LooseTerm, picked: readonly number[]): number {
  const box = rows.findIndex((row) => {
    let offset = 0;
    for (const [slot, width] of widths.entries()) {
      if (row[offset + (picked[slot] as number)] !== 1) return false;
      offset += width;
    }
    return true;
  });
  return costs[box] as number;
}

/** Of each position of a member, the first one that costs the same whatever the others have. */
function alikePositions(
  widths: readonly number[],
  slot: number,
  values: readonly number[],
): readonly number[] {
  const stride = widths.slice(slot + 1).reduce((product, width) => product * width, 1);
  const width = widths[slot] as number;
  const names = Array.from({ length: width }, (_, rank) =>
    values.filter((_value, at) => Math.floor(at / stride) % width === rank).join(' '),
  );
  return names.map((name) => names.indexOf(name));
}

export function packTerms(
  terms: readonly LooseTerm[],
  tables: number,
): Pick<
  Dense,
  | 'memberStart'
  | 'memberTable'
  | 'memberOffset'
  | 'boxStart'
  | 'boxCost'
  | 'boxRow'
  | 'allows'
  | 'touchStart'
  | 'touchMember'
  | 'termOfMember'
> {
  const memberTable = Int32Array.from(terms.flatMap((term) => term.tables));
  const memberStart = startsOf(terms.map((term) => term.tables.length));
  const boxStart = startsOf(terms.map((term) => term.costs.length));
  const boxRow = startsOf(terms.flatMap((term) => term.rows.map((row) => row.length)));
  const allows = new Uint8Array(boxRow.at(-1) ?? 0);
  let cell = 0;
  for (const { rows } of terms) {
    for (const row of rows) {
      allows.set(row, cell);
      cell += row.length;
    }
  }
  return {
    memberTable,
    memberStart,
    memberOffset: startsOf(terms.flatMap((term) => term.widths)),
    boxStart,
    boxCost: Float64Array.from(terms.flatMap((term) => term.costs)),
    boxRow,
    allows,
    ...touchesOf(tables, memberStart, memberTable),
  };
}
