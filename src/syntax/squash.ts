/**
 * Lists that the server squashed: from PostgreSQL 18 on, pg_stat_statements writes a list of constants of any length as
 * `IN ($1 /*, ... *\/)` or `ARRAY[$1 /*, ... *\/]`. To a parser that is one element; only the comment tells.
 */
const squashMark = /\/\*\s*,\s*\.\.\.\s*\*\//;
const squashMarkAtEnd = /\/\*\s*,\s*\.\.\.\s*\*\/\s*$/;

/** Also tells of one comment whether it is the mark. */
export function mentionsSquashedList(text: string): boolean {
  return text.includes('...') && squashMark.test(text);
}

/**
 * Whether the list written between two offsets ends with the mark. Offsets count bytes of UTF-8, as PostgreSQL counts;
 * `end` is that of the closing bracket, which is not taken.
 */
export function isSquashedBetween(text: string, start: number | undefined, end: number | undefined): boolean {
  if (start === undefined || end === undefined || end <= start) return false;
  return squashMarkAtEnd.test(sliceBytes(text, start, end));
}

function sliceBytes(text: string, start: number, end: number): string {
  // Only a text with characters outside ASCII counts bytes and characters differently.
  const bytes = new TextEncoder().encode(text);
  if (bytes.length === text.length) return text.slice(start, end);
  return new TextDecoder().decode(bytes.subarray(start, end));
}
