/** Orders for names and places that are the same on every machine. */
import type { SourceRef } from '../model/index.js';
import { byCodeUnit } from './input.js';

/** Runs of digits count as numbers: `V2` before `V10`, `day-9` before `day-10`. */
export function byName(a: string, b: string): number {
  const left = a.match(/\d+|\D+/g) ?? [];
  const right = b.match(/\d+|\D+/g) ?? [];
  for (let i = 0; i < left.length && i < right.length; i++) {
    const order = byPart(left[i] ?? '', right[i] ?? '');
    if (order !== 0) return order;
  }
  return left.length - right.length || byCodeUnit(a, b);
}

function byPart(a: string, b: string): number {
  if (!/^\d/.test(a) || !/^\d/.test(b)) return byCodeUnit(a, b);
  const difference = BigInt(a) - BigInt(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function firstSource(a: SourceRef, b: SourceRef): SourceRef {
  return (byName(a.file, b.file) || a.line - b.line) <= 0 ? a : b;
}
