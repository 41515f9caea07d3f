/**
 * Texts that differ from one that was read in their literals alone, found without cutting them into tokens: what stands between
 * the literals is compared as it is. That is what the lexer would say: it reads from left to right and remembers nothing, so two
 * texts that are alike up to a literal are in the same place there; a literal of digits alone ends where a character comes that
 * no number has, and a plain string at a quote where no other follows.
 */

export interface Pattern {
  /** Before, between and behind the literals: one more than there are literals. */
  readonly fixed: readonly string[];
  readonly isString: readonly boolean[];
}

/** More digits might not fit a bigint. */
export const mostDigits = 18;

/** What ends a number and a string for certain, as the first character behind it. */
const endsLiteral = /^[\s),;]/;

/** A text is its own pattern, cut at its literals; undefined where what follows one of them might be read as part of it. */
export function patternOf(fixed: readonly string[], isString: readonly boolean[]): Pattern | undefined {
  const behind = fixed.slice(1);
  const last = behind.length - 1;
  const isCertain = behind.every((text, i) => endsLiteral.test(text) || (i === last && text === ''));
  return isCertain ? { fixed, isString } : undefined;
}

const quote = 39;
const zero = 48;
const nine = 57;

/** The values of the literals, in their order; undefined for a text of another kind. */
export function valuesBy({ fixed, isString }: Pattern, text: string): readonly string[] | undefined {
  const first = fixed[0] as string;
  if (!text.startsWith(first)) return undefined;
  const values: string[] = [];
  let at = first.length;
  for (let i = 0; i < isString.length; i += 1) {
    const isText = isString[i] === true;
    const end = isText ? endOfString(text, at) : endOfDigits(text, at);
    if (end < 0) return undefined;
    values.push(isText ? text.slice(at + 1, end - 1) : text.slice(at, end));
    const next = fixed[i + 1] as string;
    if (!text.startsWith(next, end)) return undefined;
    at = end + next.length;
  }
  return at === text.length ? values : undefined;
}

/** Behind the first quote that can end it, -1 where there is none; a doubled quote is not followed by what follows a literal. */
function endOfString(text: string, at: number): number {
  if (text.charCodeAt(at) !== quote) return -1;
  const close = text.indexOf("'", at + 1);
  return close < 0 ? -1 : close + 1;
}

/** -1 for none, for more than a bigint has, and for 007, which as text is "7". */
function endOfDigits(text: string, at: number): number {
  let end = at;
  for (let code = text.charCodeAt(end); code >= zero && code <= nine; code = text.charCodeAt(end)) end += 1;
  const digits = end - at;
  if (digits === 0 || digits > mostDigits) return -1;
  return digits > 1 && text.charCodeAt(at) === zero ? -1 : end;
}
