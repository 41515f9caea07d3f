/**
 * Folders of migrations: the order they run in, and their way up without the way back. Tools keep the way back in files
 * of their own (`*.down.sql`, `U2__x.sql`) or below a marker in the same file; run as written it would drop everything again.
 */

import { byNumberedName } from '../model/index.js';

const wayBackFile = /(?:[._-]down\.sql$|(?:^|\/)down\.sql$|(?:^|\/)U\d[^/]*__[^/]*\.sql$|\.undo\.sql$)/i;
const wayBackMarker =
  /^[ \t]*--[ \t]*(?:\+(?:goose|migrate)[ \t]+down|migrate:down|rollback:|@undo|\/\/@undo)\b/im;
const wayUpMarker = /^[ \t]*--[ \t]*(?:\+(?:goose|migrate)[ \t]+up|migrate:up)\b/im;

/** True for files that only undo. */
export function isWayBack(file: string): boolean {
  return wayBackFile.test(file.replaceAll('\\', '/'));
}

/** What the file does on the way up; empty lines stand for what was left out, so that line numbers stay. */
export function upwardPart(file: string, text: string): string {
  if (isWayBack(file)) return '';
  const plain = text.replace(/^\uFEFF/, ' ');
  const back = wayBackMarker.exec(plain);
  if (!back) return plain;
  const upAgain = wayUpMarker.exec(plain.slice(back.index));
  if (!upAgain) return plain.slice(0, back.index);
  const skipped = plain.slice(back.index, back.index + upAgain.index);
  return (
    plain.slice(0, back.index) + skipped.replace(/[^\n]/g, ' ') + plain.slice(back.index + upAgain.index)
  );
}

/** Numbers within names count as numbers: `2_b.sql` runs before `10_a.sql`, `V2__` before `V10__`; repeatable `R__` files last. */
export function compareMigrations(left: string, right: string): number {
  return Number(isRepeatable(left)) - Number(isRepeatable(right)) || byNumberedName(left, right);
}

function isRepeatable(file: string): boolean {
  return /(?:^|[\\/])R__[^\\/]*$/.test(file);
}
