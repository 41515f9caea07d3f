/** Orders of texts that are the same on every machine, whatever its locale. */

/** By code units, as `<` compares. */
export function byCodeUnit(left: string, right: string): number {
  return left < right ? -1 : Number(left > right);
}

/** By code units, but runs of digits count as numbers: `V2` before `V10`, `day-9` before `day-10`. */
export function byNumberedName(left: string, right: string): number {
  const [ours, theirs] = [piecesOf(left), piecesOf(right)];
  for (const [at, piece] of ours.entries()) {
    const order = byPiece(piece, theirs[at] ?? '');
    if (order !== 0) return order;
  }
  return ours.length - theirs.length || byCodeUnit(left, right);
}

function piecesOf(text: string): readonly string[] {
  return text.match(/\d+|\D+/g) ?? [];
}

function byPiece(left: string, right: string): number {
  if (!/^\d/.test(left) || !/^\d/.test(right)) return byCodeUnit(left, right);
  const difference = BigInt(left) - BigInt(right);
  return difference < 0n ? -1 : Number(difference > 0n);
}
