/**
 * A statement that PostgreSQL's grammar does not read: cut off by a tool, or written by the server in words of its own. Every
 * word that is neither keyword nor brought by PostgreSQL is replaced; what the statement means is not known before nor after.
 */

import { joined, parametersAfter, piecesOf } from '../sql-pieces.js';
import { isBuiltinCall, nameOf, type Rewriting, squashMark } from './rewrite.js';
import { staysEverywhere } from './words.js';

export function rewriteUnread({ pseudonyms, words }: Rewriting, text: string): string | undefined {
  const pieces = piecesOf(text);
  const parameter = parametersAfter(pieces);
  const isCut = pieces.at(-1)?.cut === true;
  const replaced = pieces.map((piece, index) => {
    switch (piece.kind) {
      case 'blank':
        return ' ';
      case 'comment':
        return squashMark(piece.text);
      case 'string':
      case 'bits':
      case 'number':
        return parameter(piece.text);
      case 'quotedName':
        return piece.cut || !piece.text.startsWith('"') ? undefined : pseudonyms.name(nameOf(piece));
      case 'word': {
        const name = nameOf(piece);
        const stays =
          words.keywords.has(name) || staysEverywhere(words, name) || isBuiltinCall(words, pieces, index);
        return stays ? piece.text : pseudonyms.name(name);
      }
      default:
        return piece.text;
    }
  });
  if (replaced.includes(undefined)) return undefined;
  return `${joined(replaced as readonly string[])}${isCut ? ' ...' : ''}`;
}
