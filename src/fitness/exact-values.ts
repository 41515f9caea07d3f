/**
 * Rows of several shards are sorted and grouped by their values' texts, read again. Values can be written so that reading them
 * gives others: floats with fewer digits, dates and times as SQL, POSTGRES and German write them.
 */

/** OIDs of types whose texts are exact whatever is set: whole numbers, numeric, texts, booleans, bytea, uuid, json. */
const exact: ReadonlySet<number> = new Set([
  16, 17, 18, 19, 20, 21, 23, 25, 26, 114, 705, 1042, 1043, 1700, 2950, 3802,
]);

export function alwaysExact(types: readonly number[]): boolean {
  return types.every((type) => exact.has(type));
}

/** Of extra_float_digits: `1`, or a SET that ends so. */
export function hasDigits(text: string): boolean {
  return /(?:^|[\s='])[123]'?\s*;?\s*$/.test(text);
}

/** Of DateStyle: its value, or a SET. */
export function isIso(text: string): boolean {
  return /(?:^|[\s='",])iso\b/i.test(text) && !/\b(?:sql|postgres|german)\b/i.test(text);
}
