/**
 * Counters that add up exactly, so that the order of rows changes no bit of a sum: whole numbers of any size, times in
 * nanoseconds. They become the model's doubles once, at the end.
 */
import type { AllCounters, Counters } from '../model/index.js';

export interface ExactCounters {
  readonly calls: bigint;
  readonly execNs: bigint;
  readonly rows: bigint;
  readonly walBytes: bigint;
  readonly blocksRead: bigint;
  readonly blocksHit: bigint;
  readonly tempBlocks: bigint;
  readonly planNs: bigint;
  readonly jitNs: bigint;
}

export const zero: ExactCounters = {
  calls: 0n,
  execNs: 0n,
  rows: 0n,
  walBytes: 0n,
  blocksRead: 0n,
  blocksHit: 0n,
  tempBlocks: 0n,
  planNs: 0n,
  jitNs: 0n,
};

export function sum(a: ExactCounters, b: ExactCounters): ExactCounters {
  return combined(a, b, (x, y) => x + y);
}

export function difference(later: ExactCounters, earlier: ExactCounters): ExactCounters {
  return combined(later, earlier, (x, y) => x - y);
}

/** Counters only grow: one that went down was started again. */
export function wentDown(later: ExactCounters, earlier: ExactCounters): boolean {
  return Object.values(difference(later, earlier)).some((change: bigint) => change < 0n);
}

function combined(a: ExactCounters, b: ExactCounters, of: (x: bigint, y: bigint) => bigint): ExactCounters {
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
export function wholeNumber(value: string): bigint | undefined {
  const text = value.trim();
  if (/^\d{1,40}$/.test(text)) return BigInt(text);
  const number = decimal(text);
  return number !== undefined && Number.isInteger(number) ? BigInt(number) : undefined;
}

/** Milliseconds as written to whole nanoseconds. */
export function nanoseconds(value: string): bigint | undefined {
  const number = decimal(value.trim());
  return number === undefined ? undefined : BigInt(Math.round(number * 1e6));
}

function decimal(text: string): number | undefined {
  if (!/^\+?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d{1,3})?$/i.test(text)) return undefined;
  const number = Number(text);
  return Number.isFinite(number * 1e6) ? number : undefined;
}
