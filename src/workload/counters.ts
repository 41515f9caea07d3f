/**
 * Counters that add up exactly, so that the order of rows changes no bit of a sum: whole numbers of any size, times in
 * nanoseconds. They become the model's doubles once, at the end.
 */
import type { AllCounters, Counters } from '../model/index.js';

/** A whole number: a plain one where that is exact, which is nearly always, and much faster. */
export type Exact = number | bigint;

export interface ExactCounters {
  readonly calls: Exact;
  readonly execNs: Exact;
  readonly rows: Exact;
  readonly walBytes: Exact;
  readonly blocksRead: Exact;
  readonly blocksHit: Exact;
  readonly tempBlocks: Exact;
  readonly planNs: Exact;
  readonly jitNs: Exact;
}

export const zero: ExactCounters = {
  calls: 0,
  execNs: 0,
  rows: 0,
  walBytes: 0,
  blocksRead: 0,
  blocksHit: 0,
  tempBlocks: 0,
  planNs: 0,
  jitNs: 0,
};

export function sum(a: ExactCounters, b: ExactCounters): ExactCounters {
  return combined(a, b, plus);
}

export function difference(later: ExactCounters, earlier: ExactCounters): ExactCounters {
  return combined(later, earlier, minus);
}

export function plus(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a + b)) return a + b;
  return exact(BigInt(a) + BigInt(b));
}

function minus(a: Exact, b: Exact): Exact {
  if (typeof a === 'number' && typeof b === 'number' && Number.isSafeInteger(a - b)) return a - b;
  return exact(BigInt(a) - BigInt(b));
}

function exact(value: Exact): Exact {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : BigInt(value);
}

/** Counters only grow: one that went down was started again. */
export function wentDown(later: ExactCounters, earlier: ExactCounters): boolean {
  return Object.values(difference(later, earlier)).some((change: Exact) => change < 0);
}

function combined(a: ExactCounters, b: ExactCounters, of: (x: Exact, y: Exact) => Exact): ExactCounters {
  return {
    calls: of(a.calls, b.calls),
    execNs: of(a.execNs, b.execNs),
    rows: of(a.rows, b.rows),
    walBytes: of(a.walBytes, b.walBytes),
    blocksRead: of(a.blocksRead, b.blocksRead),
    blocksHit: of(a.blocksHit, b.blocksHit),
    tempBlocks: of(a.tempBlocks, b.tempBlocks),
    planNs: of(a.planNs, b.planNs),
    jitNs: of(a.jitNs, b.jitNs),
  };
}

export function modelCounters(exact: ExactCounters): Counters {
  return {
    calls: Number(exact.calls),
    totalExecMs: Number(exact.execNs) / 1e6,
    rows: Number(exact.rows),
    walBytes: Number(exact.walBytes),
    blocksRead: Number(exact.blocksRead),
    blocksHit: Number(exact.blocksHit),
  };
}

export function allCounters(exact: ExactCounters): AllCounters {
  return {
    ...modelCounters(exact),
    tempBlocks: Number(exact.tempBlocks),
    planMs: Number(exact.planNs) / 1e6,
    jitMs: Number(exact.jitNs) / 1e6,
  };
}

/** `12`, `12.0`, `1.2e3`; undefined for a fraction, a negative number, or no number at all. */
export function wholeNumber(value: string): Exact | undefined {
  const text = value.trim();
  if (/^\d{1,15}$/.test(text)) return Number(text);
  if (/^\d{16,40}$/.test(text)) return exact(BigInt(text));
  const number = decimal(text);
  return number !== undefined && Number.isInteger(number) ? exact(number) : undefined;
}

/** Milliseconds as written to whole nanoseconds. */
export function nanoseconds(value: string): Exact | undefined {
  const number = decimal(value.trim());
  return number === undefined ? undefined : exact(Math.round(number * 1e6));
}

function decimal(text: string): number | undefined {
  if (!/^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number * 1e6) ? number : undefined;
}
