/** A parser's complaint → a short reason that is fit to print: it names no literal of the statement, only syntax. */

/** Words that may be quoted: they are SQL's own and cannot be anybody's data. */
const syntaxWords = new Set(
  (
    'all analyze and any array as asc between by case cast check collate column conflict constraint create cross current default ' +
    'delete desc distinct do drop else end except exists explain false fetch filter first for from full group having in inner ' +
    'insert intersect into is join key lateral left like limit lock matched merge natural next not nothing null of offset on only ' +
    'or order outer over partition primary recursive references returning right rollup row rows select set share similar some ' +
    'table then to true truncate union unique update using values when where window with within'
  ).split(' '),
);

export function printableReason(complaint: string): string {
  const firstLine = complaint.split('\n', 1)[0] ?? '';
  if (firstLine.startsWith('memory exhausted')) return 'nested too deeply';
  return firstLine
    .replace(/ at or near "(.*)"?$/s, (near, token: string) => {
      const bare = token.replace(/"$/, '');
      return isSyntax(bare) ? ` at or near "${bare.toLowerCase()}"` : near && '';
    })
    .replace(/"([^"]*)"/g, (quoted, inner: string) => (isSyntax(inner) ? quoted : '…'))
    .replace(/'[^']*'/g, '…')
    .slice(0, 120);
}

function isSyntax(token: string): boolean {
  return syntaxWords.has(token.toLowerCase()) || /^[^\w\s'"$\\]{1,3}$/.test(token);
}
