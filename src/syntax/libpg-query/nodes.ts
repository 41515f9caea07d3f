/**
 * PostgreSQL's parse tree as libpg-query gives it: every node an object with one key, its type's name.
 * Fields that hold a zero, an empty text or nothing are left out of it.
 */
import type { Node, SelectStmt } from 'libpg-query';
import type { Expr, SelectStatement } from '../tree.js';

export type NodeTag = Node extends infer Each ? (Each extends object ? keyof Each : never) : never;
export type NodeBody<Tag extends NodeTag> =
  Extract<Node, Record<Tag, unknown>> extends Record<Tag, infer Body> ? Body : never;

/**
 * The context of one statement's translation. It carries the two functions that everything below calls back into,
 * because expressions hold selects and selects hold expressions.
 */
export interface Translation {
  readonly expr: (node: Node | undefined, t: Translation) => Expr;
  readonly select: (select: SelectStmt, t: Translation) => SelectStatement;
  /** Whether nodes of this type are expressions (or subqueries) with a translation. */
  readonly isExpression: (tag: string) => boolean;
  readonly text: string;
  /** The text holds the server's mark of a squashed list somewhere. */
  readonly hasSquashedLists: boolean;
  /** Names given to the old and new row by RETURNING WITH (OLD AS o, NEW AS n), while its list is translated. */
  rowAliases: ReadonlyMap<string, string>;
  /** The row or subquery that the columns of one (a, b) = … share. */
  sharedSource: Expr | undefined;
}

/** The type's name of a node; empty for the empty node that stands for a missing list element. */
export function tagOf(node: Node): NodeTag | '' {
  for (const tag in node) return tag as NodeTag;
  return '';
}

export function bodyOf<Tag extends NodeTag>(node: Node, tag: Tag): NodeBody<Tag> | undefined {
  return (node as Partial<Record<Tag, NodeBody<Tag>>>)[tag];
}

/** The text of a String node. */
export function stringOf(node: Node | undefined): string {
  return node === undefined ? '' : (bodyOf(node, 'String')?.sval ?? '');
}

export function strings(nodes: readonly Node[] | undefined): readonly string[] {
  return nodes === undefined ? [] : nodes.map(stringOf);
}

export function itemsOf(node: Node | undefined): readonly Node[] {
  return node === undefined ? [] : (bodyOf(node, 'List')?.items ?? []);
}

/** PostgreSQL's grammar produced something that this translation has no place for; the statement is unreadable. */
export class UntranslatableError extends Error {
  override readonly name = 'UntranslatableError';
}
