/**
 * `?` of other anonymisers and drivers → `$1`, `$2`, … in order of appearance.
 *
 * PostgreSQL takes `?` for a character of operators, and jsonb has the operators `?`, `?|`, `?&` and `@?`: so this is
 * only tried on text without `$n` that cannot be parsed as it is.
 */
import { nextToken, scannerAt, tokenText } from './lexer.js';

/** Undefined when the text has numbered parameters, or nothing to number. */
export function numberPlaceholders(text: string): string | undefined {
  const scanner = scannerAt(text);
  const parts: string[] = [];
  let numbered = 0;
  while (nextToken(scanner)) {
    if (scanner.kind === 'param') return undefined;
    const token = tokenText(scanner);
    if (scanner.kind !== 'operator' || !hasPlaceholder(token)) parts.push(token);
    else {
      parts.push(
        token.replace(/\?/g, () => {
          numbered += 1;
          return ` $${numbered} `;
        }),
      );
    }
  }
  return numbered === 0 ? undefined : parts.join('');
}

/** `=?` and `(?` hold a placeholder; the operators of jsonb do not. */
export function hasPlaceholder(operator: string): boolean {
  return operator.includes('?') && operator !== '?|' && operator !== '?&' && operator !== '@?';
}
