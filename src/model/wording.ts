/** How shares, sizes and table names are spelled in sentences and tables alike: one spelling for the whole output. */

import type { TableName } from './catalog.js';

/** Never rounds a little to nothing, or nearly all to all. */
export function percent(share: number): string {
  if (share <= 0) return '0 %';
  if (share >= 1) return '100 %';
  if (share < 0.0005) return '<0.1 %';
  if (share >= 0.9995) return '>99.9 %';
  return tenths(Math.round(share * 1000));
}

/** For a lower bound: not above what it stands for. */
export function percentDownwards(share: number): string {
  return tenths(Math.max(0, Math.floor(share * 1000 + ROUNDING)));
}

/** For an upper bound: not below what it stands for. */
export function percentUpwards(share: number): string {
  return tenths(Math.max(0, Math.ceil(share * 1000 - ROUNDING)));
}

/** A share of exactly 0.942 is 942.0000000000001 thousandths. */
const ROUNDING = 1e-9;

function tenths(thousandths: number): string {
  if (thousandths === 0) return '0 %';
  return thousandths === 1000 ? '100 %' : `${(thousandths / 10).toFixed(1)} %`;
}

/** 2.3 MB; powers of 1024. */
export function bytes(value: number): string {
  const units = ['bytes', 'kB', 'MB', 'GB', 'TB', 'PB'];
  let at = 0;
  let left = value;
  while (left >= 1024 && at < units.length - 1) {
    left /= 1024;
    at += 1;
  }
  return `${Math.round(left * 10) / 10} ${units[at]}`;
}

export type NameOf = (table: TableName) => string;

/** `public.` goes without saying, unless another of the tables has the same name in another schema. */
export function namesAmong(tables: Iterable<TableName>): NameOf {
  const schemasOf = new Map<string, Set<TableName>>();
  for (const table of tables) {
    const bare = bareName(table);
    schemasOf.set(bare, (schemasOf.get(bare) ?? new Set()).add(table));
  }
  return (table) => {
    const isAlone = [...(schemasOf.get(bareName(table)) ?? [])].every((other) => other === table);
    return isAlone && table.startsWith('public.') ? bareName(table) : table;
  };
}

function bareName(table: TableName): string {
  return table.slice(table.indexOf('.') + 1);
}
