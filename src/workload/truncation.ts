/**
 * Was a statement's text cut off? Monitoring tools cut at a fixed length, in silence or with dots.
 *
 * One text alone shows it when it ends inside a string, a comment or parentheses, or where a statement cannot end. Texts
 * together show it when several have the very same greatest length.
 */

/** What has to be known of each text to judge them together. */
export interface TextEnd {
  /** In characters. */
  readonly length: number;
  readonly unfinished: boolean;
  readonly terminated: boolean;
}

/** Lengths that tools cut at. */
const usualCuts = new Set([
  100, 200, 250, 255, 256, 300, 500, 512, 1000, 1023, 1024, 2000, 2047, 2048, 4000, 4095, 4096, 5000, 8000,
  8191, 8192, 10000, 16000, 16384, 32000, 32768, 65535, 65536,
]);

/** `open`: the text ends inside a quote, a comment or a parenthesis, or in dots. */
export function textEnd(text: string, open: boolean): TextEnd {
  const trimmed = text.trimEnd();
  const pairs = text.match(/[\ud800-\udbff]/g)?.length ?? 0;
  return {
    length: text.length - pairs,
    unfinished: open || endsDangling(trimmed),
    terminated: trimmed.endsWith(';'),
  };
}

/** The length that these texts were cut at, if they were. */
export function cutLength(ends: Iterable<TextEnd>): number | undefined {
  const longest = { length: 0, texts: 0, unfinished: 0 };
  for (const end of ends) {
    if (end.length > longest.length) Object.assign(longest, { length: end.length, texts: 0, unfinished: 0 });
    if (end.length < longest.length) continue;
    longest.texts += 1;
    if (end.unfinished) longest.unfinished += 1;
  }
  const cut = longest.texts >= 2 && (longest.unfinished > 0 || usualCuts.has(longest.length));
  return cut ? longest.length : undefined;
}

export function isTruncated(end: TextEnd, cutAt: number | undefined): boolean {
  return end.unfinished || (end.length === cutAt && !end.terminated);
}

/** The end of two texts that are one statement: it is that of a cut one only where both are. */
export function endOfBoth(a: TextEnd, b: TextEnd): TextEnd {
  if (a.unfinished) return b;
  if (b.unfinished) return a;
  // Texts of two lengths were not both cut at one.
  const terminated = a.terminated || b.terminated || a.length !== b.length;
  return { length: a.length, unfinished: false, terminated };
}

/** Words after which a statement goes on, unless they name a column (`AS from`). */
const neverLast =
  /(?<!\bas\s+)(?<![\w."$])(?:from|where|and|or|not|in|into|join|as|using|like|ilike|is|between|then|else|when|case|having|union|intersect|except|by|returning)$/i;

const neverLastCharacter = /[,=<>+|.]/;

function endsDangling(text: string): boolean {
  const last = text.at(-1) ?? '';
  const asksForMore = neverLastCharacter.test(last);
  if (!asksForMore && !/[a-z]/i.test(last)) return false;
  const lastLine = text.slice(text.lastIndexOf('\n') + 1);
  if (lastLine.includes('--')) return false;
  return asksForMore || neverLast.test(text.slice(-80));
}
