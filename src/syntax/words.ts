/** A text's words, as far as they are names or keywords: numbers, strings, signs and comments are left out. */

import { nextToken, scannerAt, tokenText } from './lexer.js';

/** In their order: words in lower case, quoted names as they are meant. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  const scanner = scannerAt(text);
  while (nextToken(scanner)) {
    if (scanner.kind === 'word') words.push(tokenText(scanner).toLowerCase());
    else if (scanner.kind === 'quotedName') words.push(tokenText(scanner).slice(1, -1).replaceAll('""', '"'));
  }
  return words;
}
