/**
 * Small constructors of the neutral tree that both readers share, so that the same syntax becomes the same node:
 * flattened AND and OR, folded signs, grouping sets written out.
 */
import type { CallExpr, Expr, GroupBy, NamePath, OtherExpr } from './tree.js';

/** ROLLUP and CUBE grow exponentially; beyond this many sets only the coarsest and the finest one are kept. */
const maximumGroupingSets = 64;

export const defaultValue: OtherExpr = { kind: 'other', what: 'default', args: [] };

export function other(what: string, args: readonly Expr[]): OtherExpr {
  return { kind: 'other', what, args };
}

export function call(name: string, args: readonly Expr[]): CallExpr {
  return { kind: 'call', name: [name], args, star: false, distinct: false, orderBy: [] };
}

/** AND or OR of the arguments; an argument of the same kind gives its own arguments instead. */
export function logic(kind: 'and' | 'or', args: readonly Expr[]): Expr {
  if (args.length === 1 && args[0] !== undefined) return args[0];
  if (!args.some((arg) => arg.kind === kind)) return { kind, args };
  return { kind, args: args.flatMap((arg) => (arg.kind === kind ? arg.args : [arg])) };
}

/** A prefix operator; a sign before a number becomes part of the number: `-1`, also in `-1::int`. */
export function prefixOperator(name: string, right: Expr): Expr {
  return signed(name, right) ?? { kind: 'operator', name, right };
}

function signed(sign: string, expr: Expr): Expr | undefined {
  if (expr.kind === 'cast') {
    const arg = signed(sign, expr.arg);
    return arg === undefined ? undefined : { ...expr, arg };
  }
  if (expr.kind !== 'literal' || expr.type !== 'number') return undefined;
  if (sign === '+') return expr;
  if (sign !== '-') return undefined;
  const text = expr.text.startsWith('-') ? expr.text.slice(1) : `-${expr.text}`;
  return { kind: 'literal', type: 'number', text: text === '-0' ? '0' : text };
}

/** A built-in function has the same name with and without its schema. */
export function withoutCatalog(path: NamePath): NamePath {
  return path.length > 1 && path[0] === 'pg_catalog' ? path.slice(1) : path;
}

/** One element of GROUP BY: an expression, a list in parentheses, or grouping sets. */
export type GroupingElement =
  | { readonly kind: 'expressions'; readonly exprs: readonly Expr[] }
  | { readonly kind: 'rollup' | 'cube' | 'sets'; readonly elements: readonly GroupingElement[] };

type Sets = readonly (readonly Expr[])[];

/** GROUP BY a, ROLLUP (b, c) → the sets [a, b, c], [a, b], [a]. */
export function groupBy(elements: readonly GroupingElement[]): GroupBy {
  const sets = elements.reduce<Sets | undefined>(
    (product, element) => combine(product, setsOf(element)),
    [[]],
  );
  // Too many to write out: whatever must hold for every set is decided by the whole list and by the empty set.
  return { sets: sets ?? [elements.flatMap(expressionsOf), []] };
}

function combine(left: Sets | undefined, right: Sets | undefined): Sets | undefined {
  if (left === undefined || right === undefined) return undefined;
  if (left.length * right.length > maximumGroupingSets) return undefined;
  return left.flatMap((a) => right.map((b) => [...a, ...b]));
}

function setsOf(element: GroupingElement): Sets | undefined {
  switch (element.kind) {
    case 'expressions':
      return [element.exprs];
    case 'rollup':
      return withinLimit(rollupSets(element.elements.map(expressionsOf)));
    case 'cube':
      return element.elements.length > 6 ? undefined : cubeSets(element.elements.map(expressionsOf));
    case 'sets':
      return unionOf(element.elements.map(setsOf));
  }
}

function rollupSets(parts: Sets): Sets {
  return Array.from({ length: parts.length + 1 }, (_, dropped) =>
    parts.slice(0, parts.length - dropped).flat(),
  );
}

function cubeSets(parts: Sets): Sets {
  const [first, ...rest] = parts;
  if (first === undefined) return [[]];
  const without = cubeSets(rest);
  return [...without.map((set) => [...first, ...set]), ...without];
}

function unionOf(all: readonly (Sets | undefined)[]): Sets | undefined {
  if (all.includes(undefined)) return undefined;
  return withinLimit(all.flatMap((sets) => sets ?? []));
}

function withinLimit(sets: Sets): Sets | undefined {
  return sets.length > maximumGroupingSets ? undefined : sets;
}

function expressionsOf(element: GroupingElement): readonly Expr[] {
  return element.kind === 'expressions' ? element.exprs : element.elements.flatMap(expressionsOf);
}
