/** Where the characters of a line stand on a terminal: wide characters take two columns, combining ones none. */

/** Ranges of characters that terminals and psql show two columns wide. */
const wide: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2e80, 0x303e],
  [0x3041, 0xa4cf],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe30, 0xfe6f],
  [0xff00, 0xff60],
  [0xffe0, 0xffe6],
  [0x1f300, 0x1f64f],
  [0x1f900, 0x1f9ff],
  [0x20000, 0x3fffd],
];
const combining = /\p{Mn}|\p{Me}|[\u200b-\u200f]/u;

/** One entry for each column: a character with its combining marks, or '' for the second half of a wide one. */
export function screenCells(line: string): string[] {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the ASCII range is meant, all of it.
  if (/^[\x00-\x7f]*$/.test(line)) return line.split('');
  const cells: string[] = [];
  for (const char of line) {
    if (combining.test(char) && cells.length > 0) cells[cells.length - 1] += char;
    else if (isWide(char.codePointAt(0) ?? 0)) cells.push(char, '');
    else cells.push(char);
  }
  return cells;
}

function isWide(code: number): boolean {
  return code >= 0x1100 && wide.some(([from, to]) => code >= from && code <= to);
}
