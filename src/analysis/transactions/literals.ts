/** The value that a literal of SQL text writes, where that is plain; undefined where escapes or settings decide. */

const dollarQuoted = /^(\$[^$]*\$)([\s\S]*)\1$/;

export function literalValue(literal: string): string | undefined {
  if (/^\d+$/.test(literal)) return literal;
  // A backslash means itself or an escape, by standard_conforming_strings.
  if (/^'(?:[^'\\]|'')*'$/.test(literal)) return literal.slice(1, -1).replaceAll("''", "'");
  return dollarQuoted.exec(literal)?.[2];
}
