/**
 * Trees made from a pattern: a tree with placeholders for names. What holds no placeholder is the pattern's own in every tree
 * that is made; the rest is made anew each time.
 */
import type { OutputItem } from './tree.js';

/** What stands for the placeholders: names by their number, and the columns of the one list that has no fixed length. */
export interface Filling {
  readonly names: readonly string[];
  readonly columns: readonly OutputItem[];
}

type Stamp<T> = (filling: Filling) => T;

const namePrefix = 'shape name ';
export const columnsPlaceholder = 'shape columns';

export function namePlaceholder(number: number): string {
  return `${namePrefix}${number}`;
}

/** Undefined for a pattern with placeholders in a node that it holds in two places: the tree's could not be one node, too. */
export function stampOf<T>(pattern: T): Stamp<T> | undefined {
  const parts: Parts = { seen: new Set(), twice: false };
  const stamp = partOf(pattern, parts) ?? (() => pattern);
  return parts.twice ? undefined : (stamp as Stamp<T>);
}

interface Parts {
  readonly seen: Set<unknown>;
  twice: boolean;
}

/** Undefined where there is no placeholder. */
function partOf(node: unknown, parts: Parts): Stamp<unknown> | undefined {
  if (typeof node === 'string') return nameIn(node);
  if (typeof node !== 'object' || node === null) return undefined;
  if (Array.isArray(node) && isColumnList(node)) return ({ columns }) => columns;
  const made = Object.entries(node).flatMap(([field, value]): [string, Stamp<unknown>][] => {
    const part = partOf(value, parts);
    return part === undefined ? [] : [[field, part]];
  });
  if (made.length === 0) return undefined;
  if (parts.seen.has(node)) parts.twice = true;
  parts.seen.add(node);
  return Array.isArray(node) ? arrayWith(node, made) : objectWith(node as Fields, made);
}

function nameIn(text: string): Stamp<unknown> | undefined {
  if (!text.startsWith(namePrefix)) return undefined;
  const number = Number(text.slice(namePrefix.length));
  return ({ names }) => names[number];
}

function isColumnList(items: readonly unknown[]): boolean {
  const list: OutputItem = { expr: { kind: 'column', path: [columnsPlaceholder] } };
  return items.length === 1 && JSON.stringify(items[0]) === JSON.stringify(list);
}

type Fields = { readonly [field: string]: unknown };
type Made = readonly (readonly [field: string, stamp: Stamp<unknown>])[];

function arrayWith(items: readonly unknown[], made: Made): Stamp<readonly unknown[]> {
  const stamps = made.map(([index, stamp]) => [Number(index), stamp] as const);
  return (filling) => {
    const copy = items.slice();
    for (const [index, stamp] of stamps) copy[index] = stamp(filling);
    return copy;
  };
}

/** Most of a tree are nodes of a few kinds: these are made field by field, which is faster than copying. */
function objectWith(node: Fields, made: Made): Stamp<unknown> {
  const stamps = new Map(made);
  const part = (field: string): Stamp<unknown> => stamps.get(field) ?? (() => node[field]);
  const { kind } = node;
  switch (Object.keys(node).join(' ')) {
    case 'kind path': {
      const path = part('path');
      return (filling) => ({ kind, path: path(filling) });
    }
    case 'expr': {
      const expr = part('expr');
      return (filling) => ({ expr: expr(filling) });
    }
    case 'kind args': {
      const args = part('args');
      return (filling) => ({ kind, args: args(filling) });
    }
    case 'column value': {
      const [column, value] = [part('column'), part('value')];
      return (filling) => ({ column: column(filling), value: value(filling) });
    }
    case 'kind name left right': {
      const [left, right] = [part('left'), part('right')];
      return (filling) => ({
        kind,
        name: node.name,
        left: left(filling),
        right: right(filling),
      });
    }
    case 'name columns': {
      const [name, columns] = [part('name'), part('columns')];
      return (filling) => ({ name: name(filling), columns: columns(filling) });
    }
    case 'kind name only sampled': {
      const name = part('name');
      const { only, sampled } = node;
      return (filling) => ({ kind, name: name(filling), only, sampled });
    }
    case 'kind name alias only sampled': {
      const [name, alias] = [part('name'), part('alias')];
      const { only, sampled } = node;
      return (filling) => ({ kind, name: name(filling), alias: alias(filling), only, sampled });
    }
    case 'kind distinct distinctOn output from where windows': {
      const [distinctOn, output, from] = [part('distinctOn'), part('output'), part('from')];
      const [where, windows] = [part('where'), part('windows')];
      const { distinct } = node;
      return (filling) => ({
        kind,
        distinct,
        distinctOn: distinctOn(filling),
        output: output(filling),
        from: from(filling),
        where: where(filling),
        windows: windows(filling),
      });
    }
    case 'expr alias': {
      const [expr, alias] = [part('expr'), part('alias')];
      return (filling) => ({ expr: expr(filling), alias: alias(filling) });
    }
    case 'kind join left right on using natural': {
      const [left, right, on, using] = [part('left'), part('right'), part('on'), part('using')];
      const { join, natural } = node;
      return (filling) => ({
        kind,
        join,
        left: left(filling),
        right: right(filling),
        on: on(filling),
        using: using(filling),
        natural,
      });
    }
    case 'kind body orderBy limit withTies locking': {
      const [body, orderBy, limit, locking] = [part('body'), part('orderBy'), part('limit'), part('locking')];
      const { withTies } = node;
      return (filling) => ({
        kind,
        body: body(filling),
        orderBy: orderBy(filling),
        limit: limit(filling),
        withTies,
        locking: locking(filling),
      });
    }
    case 'kind body orderBy withTies locking': {
      const [body, orderBy, locking] = [part('body'), part('orderBy'), part('locking')];
      const { withTies } = node;
      return (filling) => ({
        kind,
        body: body(filling),
        orderBy: orderBy(filling),
        withTies,
        locking: locking(filling),
      });
    }
    default:
      return copyWith(node, made);
  }
}

function copyWith(node: Fields, made: Made): Stamp<unknown> {
  return (filling) => {
    const copy: Record<string, unknown> = { ...node };
    for (const [field, stamp] of made) copy[field] = stamp(filling);
    return copy;
  };
}
