/**
 * WITH. A query CTE is read anew at each reference, because knowledge about one reference says nothing about another.
 * A data-modifying one runs once and learns nothing from outside. A recursive one keeps a column's value if its
 * recursive term hands it on; then what its base term knows holds for all of it.
 */

import type { Leaf } from '../model/index.js';
import type { Cte, FromItem, SelectStatement, WithClause } from '../syntax/index.js';
import {
  addFlow,
  emptyBlock,
  fillBlock,
  newNode,
  newOwner,
  nodeAt,
  noOwner,
  reserveBlock,
} from './builder.js';
import type { Context, CteBinding, Env } from './context.js';
import { derivedRelation, isNullExtended, nothingExported, type Resolved } from './outputs.js';
import { indexFlows, reach } from './reach.js';
import { type ColumnRef, type NamedColumn, opaqueColumn, type Relation, unknownColumns } from './scope.js';

type QueryCte = CteBinding & { kind: 'query' };

/** Runs `body` with the CTEs in scope. One that nobody reads is not run by PostgreSQL: its tables are named, no more. */
export function withCtes(
  context: Context,
  clause: WithClause | undefined,
  outer: Env,
  body: (env: Env) => Resolved,
): Resolved {
  if (clause === undefined) return body(outer);
  const ctes = new Map(outer.ctes);
  const own: QueryCte[] = [];
  const env: Env = { ...outer, ctes };
  for (const cte of clause.ctes) {
    const binding = bind(context, cte, clause.recursive, { ...env, ctes: new Map(ctes) }, env);
    if (binding.kind === 'query') own.push(binding);
    ctes.set(cte.name, binding);
  }
  const resolved = body(env);
  for (const binding of own) if (binding.used.count === 0) nameUnused(context, binding);
  return resolved;
}

function bind(context: Context, cte: Cte, recursive: boolean, before: Env, all: Env): CteBinding {
  // Locks of an outer FOR UPDATE do not reach into a CTE.
  const env: Env = { ...(recursive ? all : before), locks: false };
  if (cte.statement.kind !== 'select') {
    return {
      kind: 'once',
      resolved: context.resolveWrite(context, cte.statement, env),
      columns: cte.columns,
      used: { count: 0 },
    };
  }
  return {
    kind: 'query',
    name: cte.name,
    addsColumns: cte.addsColumns === true,
    recursive: recursive && mentions(cte.statement, cte.name),
    query: cte.statement,
    columns: cte.columns,
    env: () => env,
    used: { count: 0 },
  };
}

function nameUnused(context: Context, binding: QueryCte): void {
  const { instances } = context.builder;
  const before = instances.length;
  readCte(context, binding);
  for (const instance of instances.slice(before)) instance.vacuous = true;
}

export function openCte(
  context: Context,
  binding: CteBinding,
  alias: string,
  columnAliases: readonly string[],
): { relation: Relation; leaf?: Leaf } {
  if (binding.kind === 'self') return { relation: binding.open(alias, columnAliases) };
  const resolved = binding.kind === 'once' ? readOnce(context, binding) : readCte(context, binding);
  return {
    relation: derivedRelation(context.builder, resolved, alias, renamed(binding.columns, columnAliases)),
    leaf: { block: resolved.block },
  };
}

/** Names given at the reference go before those given at the CTE. */
function renamed(own: readonly string[], given: readonly string[]): readonly (string | undefined)[] {
  return Array.from({ length: Math.max(own.length, given.length) }, (_, index) => given[index] ?? own[index]);
}

/** Read twice, all its rows meet each other: then no shard can work on its own rows alone. */
function readOnce({ builder }: Context, { resolved, used }: CteBinding & { kind: 'once' }): Resolved {
  used.count++;
  const block = builder.blocks[resolved.block];
  if (used.count > 1 && block !== undefined) fillBlock(builder, { ...block, shape: 'other' });
  return resolved;
}

function readCte(context: Context, binding: QueryCte): Resolved {
  binding.used.count++;
  const env = binding.env();
  const resolved = binding.recursive
    ? resolveRecursive(context, binding, env)
    : context.resolveSelect(context, binding.query, env);
  if (!binding.addsColumns) return resolved;
  return { ...resolved, openStars: () => [...resolved.openStars(), unknownColumns] };
}

// ── recursion ────────────────────────────────────────────────────────────────────────────────────────────────────────

function resolveRecursive(context: Context, binding: QueryCte, outer: Env): Resolved {
  return withCtes(context, binding.query.with, outer, (env) => {
    const { body } = binding.query;
    if (body.kind !== 'setOperation') return context.resolveSelect(context, binding.query, env);
    const { builder } = context;
    const block = reserveBlock(builder);
    const base = context.resolveSelect(context, body.left, env);
    const self = selfRelation(context, binding, base);
    const inside: Env = {
      ...env,
      ctes: new Map(env.ctes).set(binding.name, { kind: 'self', open: self.open }),
    };
    const step = context.resolveSelect(context, body.right, inside);
    const limited = binding.query.limit !== undefined || binding.query.offset !== undefined;
    const owner = newOwner(builder);
    const positionsKnown = base.openStars().length === 0 && step.openStars().length === 0;
    const outputs = base.outputs().map((output, index): NamedColumn => {
      const label = output.name ?? '?';
      const made = positionsKnown
        ? keptColumn(context, base, step, self.nodes, index, owner, label)
        : opaqueColumn;
      return { ...output, column: () => made };
    });
    fillBlock(builder, emptyBlock(block));
    return {
      block,
      outputs: () => outputs,
      openStars: () => (positionsKnown ? [] : [unknownColumns]),
      allowsIn: () => !limited,
      nullExtends: () => false,
      exported: nothingExported,
    };
  });
}

/** The rows so far, as the recursive term reads them. Nothing is known of them yet. */
function selfRelation(context: Context, binding: QueryCte, base: Resolved) {
  const { builder } = context;
  const owner = newOwner(builder);
  const nodes = base.outputs().map(({ column, name }) => {
    const below = column().node;
    if (below === undefined) return undefined;
    return newNode(builder, {
      owner,
      family: nodeAt(builder, below).family,
      label: `${binding.name}.${name ?? '?'}`,
    });
  });
  const refs = nodes.map((node): ColumnRef => (node === undefined ? opaqueColumn : { node }));
  const open = (alias: string, aliases: readonly string[]): Relation => {
    const named = base.outputs().map((output, index): NamedColumn => {
      const name = aliases[index] ?? binding.columns[index] ?? output.name;
      const column = () => refs[index] ?? opaqueColumn;
      return name === undefined ? { column } : { name, column };
    });
    const complete =
      base.openStars().length === 0 && !binding.addsColumns && named.every(({ name }) => name !== undefined);
    return {
      alias,
      owner,
      complete,
      columns: () => named,
      lookup: (name) => {
        const found = named.find((output) => output.name === name);
        if (found !== undefined) return { found: 'yes', take: found.column };
        return complete ? { found: 'no' } : { found: 'maybe', take: () => opaqueColumn };
      },
    };
  };
  return { nodes, open };
}

/** A column that the recursive term hands on unchanged: the base's constants hold for every row. */
function keptColumn(
  context: Context,
  base: Resolved,
  step: Resolved,
  self: readonly (number | undefined)[],
  index: number,
  owner: number,
  name: string,
): ColumnRef {
  const { builder } = context;
  const first = base.outputs()[index]?.column().node;
  const next = step.outputs()[index]?.column().node;
  const own = self[index];
  if (first === undefined || next === undefined || own === undefined) return opaqueColumn;
  if (!reach(indexFlows(builder.flows), [own]).has(next)) return opaqueColumn;
  const nullExtended = isNullExtended(builder, base, first) || isNullExtended(builder, step, next);
  const node = newNode(builder, {
    owner,
    family: nodeAt(builder, first).family,
    label: name,
    ...(nullExtended ? { nullExtended } : {}),
  });
  addFlow(builder, [first], own);
  addFlow(builder, [first, next], node);
  // From outside only where a row's value fixes those of all rows that it came from: no step may mix rows of several.
  const steps = step.allowsIn(next) && reach(indexFlows(builder.flows), [next]).has(own);
  if (!steps) return { node };
  addFlow(builder, [node], own);
  if (nodeAt(builder, first).owner !== noOwner && base.allowsIn(first)) addFlow(builder, [node], first);
  return { node };
}

// ── does a query read this name? ─────────────────────────────────────────────────────────────────────────────────────

/** PostgreSQL lets a recursive reference stand in FROM of the recursive term only, so FROM is where to look. */
function mentions(statement: SelectStatement, name: string): boolean {
  const { body } = statement;
  if (body.kind === 'setOperation') return mentions(body.left, name) || mentions(body.right, name);
  return body.kind === 'core' && body.from.some((item) => itemMentions(item, name));
}

function itemMentions(item: FromItem, name: string): boolean {
  switch (item.kind) {
    case 'table':
      return item.name.length === 1 && item.name[0] === name;
    case 'derived':
      return mentions(item.query, name);
    case 'join':
      return itemMentions(item.left, name) || itemMentions(item.right, name);
    case 'function':
      return false;
  }
}
