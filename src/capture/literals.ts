/**
 * Texts of statements without the literals that the server kept, as it keeps them in utilities: `COPY (… WHERE id = 7)`,
 * `CREATE ROLE … PASSWORD '…'`. Comments stay, for their tags say whose statement it is.
 */

import { type Piece, parametersAfter, piecesOf, treeOf, visitNodes } from './sql-pieces.js';

/** Equal literals become one parameter; where the grammar takes none, something empty. */
export function withoutLiterals(text: string): string {
  const pieces = piecesOf(text);
  if (!pieces.some(isLiteral)) return text;
  const tree = treeOf(text);
  const kept = tree === undefined ? new Set<number>() : meaningfulNumbers(tree, 0);
  const parameter = parametersAfter(pieces);
  const with_ = (replaced: (piece: Piece) => string): string =>
    pieces
      .map((piece) => (isLiteral(piece) && !kept.has(piece.start) ? replaced(piece) : piece.text))
      .join('');
  const withParameters = with_(({ text: literal }) => parameter(literal));
  if (tree === undefined || treeOf(withParameters) !== undefined) return withParameters;
  return with_(({ kind }) => (kind === 'number' ? '0' : "''"));
}

const literalKinds: ReadonlySet<Piece['kind']> = new Set(['string', 'bits', 'number']);

export function isLiteral({ kind }: Piece): boolean {
  return literalKinds.has(kind);
}

/** Lengths of types, and ordinals in ORDER BY and GROUP BY: by their place in the text. */
export function meaningfulNumbers(tree: unknown, offset: number): ReadonlySet<number> {
  const found = new Set<number>();
  const keep = (value: unknown): void => {
    const node = (value as { A_Const?: { ival?: unknown; location?: number } } | undefined)?.A_Const;
    if (node?.ival !== undefined) found.add((node.location ?? 0) - offset);
  };
  visitNodes(tree, (kind, body) => {
    if (kind === 'SortBy') keep(body.node);
    for (const list of [body.typmods, body.groupClause]) if (Array.isArray(list)) list.forEach(keep);
  });
  return found;
}
