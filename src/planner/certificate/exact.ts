/**
 * Exact sums and products of doubles: every double is a whole number over a power of two, so all of a puzzle's numbers are
 * whole multiples of one such unit, and BigInt counts them. Assumes finite numbers.
 */

interface Dyadic {
  /** value = whole / 2^bits */
  readonly whole: number;
  readonly bits: number;
}

function dyadic(value: number): Dyadic {
  let whole = value;
  let bits = 0;
  while (!Number.isInteger(whole)) {
    if (!Number.isFinite(whole)) throw new Error('a number of the puzzle is not finite');
    whole *= 2;
    bits += 1;
  }
  return { whole, bits };
}

/** Binary digits that are enough to write the number without rounding: 0 for whole numbers, 1 for halves. */
export function fractionBits(value: number): number {
  return dyadic(value).bits;
}

/** The number in units of 2^-bits. Assumes that it has no more fraction bits. */
export function scaled(value: number, bits: number): bigint {
  const own = dyadic(value);
  return BigInt(own.whole) << BigInt(bits - own.bits);
}

/** As a double, for people to read: right to the last digits. */
export function toNumber(value: bigint, bits: number): number {
  const whole = value >> BigInt(bits);
  const rest = value - (whole << BigInt(bits));
  const dropped = Math.max(0, bits - 60);
  return Number(whole) + Number(rest >> BigInt(dropped)) / 2 ** (bits - dropped);
}

export function gcd(left: bigint, right: bigint): bigint {
  let [a, b] = [left < 0n ? -left : left, right < 0n ? -right : right];
  while (b !== 0n) [a, b] = [b, a % b];
  return a;
}

/** The least multiple of the unit that is not below the value. */
export function roundUp(value: bigint, unit: bigint): bigint {
  if (unit === 0n) return value;
  const rest = ((value % unit) + unit) % unit;
  return rest === 0n ? value : value - rest + unit;
}

/** Assumes at least one value. */
export function least(values: readonly bigint[]): bigint {
  return values.reduce((best, value) => {
    if (value < best) return value;
    return best;
  });
}

export function sum(values: readonly bigint[]): bigint {
  return values.reduce((a, b) => a + b, 0n);
}
