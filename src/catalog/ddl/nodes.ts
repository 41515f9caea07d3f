/** Small readings of PostgreSQL's parse nodes: names, lists, walks. Zero, false and empty are left out of the tree by its writer. */

import type { Node } from 'libpg-query';

export function stringOf(node: Node | undefined): string {
  if (node === undefined) return '';
  if ('String' in node) return node.String.sval ?? '';
  if ('A_Const' in node) return node.A_Const.sval?.sval ?? '';
  return '';
}

/** `["public", "orders"]` from the several shapes in which the grammar hands over a dotted name. */
export function namePathOf(node: Node | readonly Node[] | undefined): readonly string[] {
  if (node === undefined) return [];
  if (Array.isArray(node)) return node.map(stringOf);
  const single = node as Node;
  if ('List' in single) return (single.List.items ?? []).map(stringOf);
  if ('TypeName' in single) return (single.TypeName.names ?? []).map(stringOf);
  if ('String' in single) return [stringOf(single)];
  if ('ObjectWithArgs' in single) return (single.ObjectWithArgs.objname ?? []).map(stringOf);
  return [];
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  if (node === undefined) return [];
  if ('List' in node) return node.List.items ?? [];
  return [node];
}

type Visit = (kind: string, body: Readonly<Record<string, unknown>>) => void;

/** Calls `visit` for every `{Kind: {...}}` below and including `node`. */
export function walk(node: unknown, visit: Visit): void {
  if (Array.isArray(node)) {
    for (const item of node) walk(item, visit);
    return;
  }
  if (node === null || typeof node !== 'object') return;
  for (const [key, value] of Object.entries(node)) {
    if (value === null || typeof value !== 'object') continue;
    const isKind = /^[A-Z]/.test(key) && !Array.isArray(value);
    if (isKind) visit(key, value as Readonly<Record<string, unknown>>);
    walk(value, visit);
  }
}

/** The first byte of anything below `node`, or undefined when no place is kept in it. */
export function firstLocation(node: unknown): number | undefined {
  let first: number | undefined;
  walk(node, (_kind, body) => {
    const place = body.location;
    if (typeof place === 'number' && place >= 0 && (first === undefined || place < first)) first = place;
  });
  return first;
}

/** Plain columns that an expression reads. */
/** Functions that are called, as written, each once; PostgreSQL's own without its schema. */
export function functionsCalled(node: unknown): readonly (readonly string[])[] {
  const found = new Map<string, readonly string[]>();
  walk(node, (kind, body) => {
    if (kind !== 'FuncCall') return;
    const path = namePathOf(body.funcname as Node[]);
    const name = path[0] === 'pg_catalog' ? path.slice(1) : path;
    found.set(name.join('.'), name);
  });
  return [...found.values()];
}

export function columnsRead(node: unknown): readonly string[] {
  const found = new Set<string>();
  walk(node, (kind, body) => {
    if (kind !== 'ColumnRef') return;
    const last = ((body.fields as Node[] | undefined) ?? []).at(-1);
    const name = stringOf(last);
    if (name !== '') found.add(name);
  });
  return [...found];
}
