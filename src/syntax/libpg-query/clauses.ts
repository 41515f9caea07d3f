/** What expressions, calls, relations and statements share: lists of expressions, sort keys, select lists, windows. */
import type { Node, ResTarget, WindowDef } from 'libpg-query';
import type { Expr, OutputItem, WindowSpec } from '../tree.js';
import { bodyOf, type Translation } from './nodes.js';

export function exprs(nodes: readonly Node[] | undefined, t: Translation): readonly Expr[] {
  return nodes === undefined ? [] : nodes.map((node) => t.expr(node, t));
}

export function optionalExpr(node: Node | undefined, t: Translation): Expr | undefined {
  return node === undefined ? undefined : t.expr(node, t);
}

/** ORDER BY elements, without their direction. */
export function sortKeys(nodes: readonly Node[] | undefined, t: Translation): readonly Expr[] {
  return nodes === undefined ? [] : nodes.map((node) => t.expr(bodyOf(node, 'SortBy')?.node ?? node, t));
}

export function outputItems(nodes: readonly Node[] | undefined, t: Translation): readonly OutputItem[] {
  return nodes === undefined ? [] : nodes.map((node) => outputItem(bodyOf(node, 'ResTarget') ?? {}, t));
}

function outputItem(target: ResTarget, t: Translation): OutputItem {
  const value = t.expr(target.val, t);
  return target.name === undefined ? { expr: value } : { expr: value, alias: target.name };
}

export function windowSpec(window: WindowDef, t: Translation): WindowSpec {
  const ref = window.refname ?? window.name;
  const bounds = [window.startOffset, window.endOffset].filter((bound) => bound !== undefined);
  const frame = exprs(bounds, t).filter((bound) => bound.kind !== 'literal' && bound.kind !== 'param');
  return {
    ...(ref === undefined ? {} : { ref }),
    partitionBy: exprs(window.partitionClause, t),
    // A frame bound that is more than a constant may hold a subquery: it is kept where order matters only.
    orderBy: [...sortKeys(window.orderClause, t), ...frame],
  };
}

/** Every expression and subquery anywhere below a node that has no translation of its own. */
export function hiddenParts(value: unknown, t: Translation): readonly Expr[] {
  if (Array.isArray(value)) return value.flatMap((element) => hiddenParts(element, t));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, below]) => {
    if (key === 'typeName' || key === 'output') return [];
    return t.isExpression(key) ? [t.expr({ [key]: below } as Node, t)] : hiddenParts(below, t);
  });
}
