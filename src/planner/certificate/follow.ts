/**
 * Follows a written proof over a puzzle that was made anew, and says which bound it proves, or where it breaks.
 *
 * Nothing in the file is believed: tables, options, statements, boxes and budgets have to be there, every table in one part
 * at most, no statement in two parts, and the branches of a split are made here, so that nothing can be left out of them.
 */

import type { ProofMultipliers, ProofNode, ProofPart } from '../../model/index.js';
import type { Open } from '../assignment.js';
import {
  boundOf,
  lower,
  MOST_TRIED,
  type Multipliers,
  noMultipliers,
  type Priced,
  type ProofScope,
  plansLeft,
  priced,
  scopeOf,
  tryAll,
} from './bound.js';
import { MULTIPLIER_BITS, type ProofModel } from './model.js';
import { leastAlone } from './parts.js';

/** A proof that breaks off, with where and why. */
export interface Broken {
  readonly broken: string;
}

export interface Followed {
  /** Of cost and charges: no plan has less. */
  readonly bound: bigint;
  /** In the order of the file; undefined where a part has no plan at all within its budgets. */
  readonly parts: readonly { readonly bound: bigint | undefined; readonly unit: bigint }[];
}

export function followProof(model: ProofModel, parts: readonly ProofPart[]): Followed | Broken {
  const index = new Map(model.names.map((name, at) => [name, at]));
  const inParts = new Set<number>();
  const found: { readonly bound: bigint | undefined; readonly unit: bigint }[] = [];
  let bound = model.constant;
  for (const [at, part] of parts.entries()) {
    const where = `part ${at + 1}`;
    const tables: number[] = [];
    for (const name of part.tables) {
      const table = index.get(name);
      if (table === undefined) return { broken: `${where} names ${name}, which is no table of this puzzle` };
      if (inParts.has(table)) return { broken: `${where} has ${name}, which is in a part already` };
      inParts.add(table);
      tables.push(table);
    }
    const scope = scopeIn(model, part, tables, where);
    if ('broken' in scope) return scope;
    const followed = followNode(scope, part.proof, model.open, priced(scope, noMultipliers), where);
    if ('broken' in followed) return followed;
    found.push({ bound: followed.bound, unit: scope.unit });
    bound += followed.bound ?? 0n;
  }
  const loose = model.terms.find(({ tables }) => tables.some((table) => !inParts.has(table)));
  if (loose !== undefined) {
    const tables = loose.tables.map((table) => model.names[table]).join(', ');
    return { broken: `no part has the statement ${loose.id} with its tables ${tables}: a part is missing` };
  }
  return { bound: bound + leastAlone(model, inParts), parts: found };
}

function scopeIn(
  model: ProofModel,
  part: ProofPart,
  tables: readonly number[],
  where: string,
): ProofScope | Broken {
  const limits = model.limits.filter(({ name }) => part.budgets.includes(name));
  if (limits.length !== part.budgets.length) {
    return { broken: `${where} counts on a budget that this puzzle does not have` };
  }
  const scope = scopeOf(model, tables, limits);
  const members = new Set(tables);
  const torn = model.terms.find(
    (term) =>
      term.tables.some((table) => members.has(table)) && !term.tables.every((table) => members.has(table)),
  );
  if (torn !== undefined)
    return { broken: `${where} has some but not all tables of the statement ${torn.id}` };
  return scope;
}

interface NodeBound {
  readonly bound: bigint | undefined;
}

function followNode(
  scope: ProofScope,
  node: ProofNode,
  open: Open,
  above: Priced,
  where: string,
): NodeBound | Broken {
  if (node.kind === 'tried') {
    const left = plansLeft(scope, open);
    if (left > MOST_TRIED)
      return { broken: `${where} says that ${left} plans were tried: too many to check` };
    return { bound: tryAll(scope, open) };
  }
  let now = above;
  if (node.multipliers !== undefined) {
    const multipliers = readMultipliers(scope, node.multipliers, where);
    if ('broken' in multipliers) return multipliers;
    now = priced(scope, multipliers);
  }
  if (node.kind === 'bounded') return { bound: boundOf(scope, now, open) };
  const branches = branchesOf(scope, node, open, where);
  if ('broken' in branches) return branches;
  const first = followNode(scope, node.branches[0], branches[0], now, `${where}, ${node.table}`);
  if ('broken' in first) return first;
  const second = followNode(scope, node.branches[1], branches[1], now, `${where}, not ${node.table}`);
  if ('broken' in second) return second;
  return { bound: lower(first.bound, second.bound) };
}

function branchesOf(
  { model, tables }: ProofScope,
  node: Extract<ProofNode, { readonly kind: 'split' }>,
  open: Open,
  where: string,
): readonly [Open, Open] | Broken {
  const table = tables.find((at) => model.names[at] === node.table);
  if (table === undefined) return { broken: `${where} splits ${node.table}, which is no table of the part` };
  const labels = model.labels[table] as readonly string[];
  const left = open[table] as readonly number[];
  const chosen = left.filter((position) => node.options.includes(labels[position] as string));
  const others = left.filter((position) => !chosen.includes(position));
  const unknown = node.options.find((label) => !chosen.some((position) => labels[position] === label));
  if (unknown !== undefined) {
    return { broken: `${where} splits ${node.table} at an option that is not open there: ${unknown}` };
  }
  if (chosen.length === 0 || others.length === 0) {
    return { broken: `${where} splits ${node.table} so that one branch is empty` };
  }
  return [open.with(table, chosen), open.with(table, others)];
}

function readMultipliers(scope: ProofScope, file: ProofMultipliers, where: string): Multipliers | Broken {
  const { model } = scope;
  const terms = new Map(scope.terms.map((term, at) => [term.id, at]));
  const prices: Multipliers['prices'][number][] = [];
  for (const [id, boxes] of Object.entries(file.statements)) {
    const term = terms.get(id);
    if (term === undefined) return { broken: `${where} has multipliers of ${id}, no statement of this part` };
    for (const [number, tables] of Object.entries(boxes)) {
      const box = Number(number) - 1;
      const allowed = scope.terms[term]?.boxes[box]?.allowed;
      for (const [name, price] of Object.entries(tables)) {
        const table = allowed?.find(([at]) => model.names[at] === name)?.[0];
        if (table === undefined) {
          return {
            broken: `${where} has a multiplier of ${id}, box ${number}, ${name}: there is no such box`,
          };
        }
        const value = multiplierOf(price);
        if (value === undefined) return notAMultiplier(where, `${id}, box ${number}, ${name}`, price);
        prices.push({ term, box, table, value });
      }
    }
  }
  const tolls = scope.limits.map(() => 0n);
  for (const [name, price] of Object.entries(file.budgets)) {
    const limit = scope.limits.findIndex((one) => one.name === name);
    if (limit < 0)
      return { broken: `${where} has a multiplier of the budget "${name}", which it does not have` };
    const value = multiplierOf(price);
    if (value === undefined) return notAMultiplier(where, `the budget "${name}"`, price);
    tolls[limit] = value;
  }
  return { prices, tolls };
}

/** Undefined for what is negative, no number, or finer than multipliers are. */
function multiplierOf(value: number): bigint | undefined {
  const units = value * 2 ** MULTIPLIER_BITS;
  return Number.isInteger(units) && units >= 0 ? BigInt(units) : undefined;
}

function notAMultiplier(where: string, what: string, value: number): Broken {
  const why = value < 0 ? 'is negative' : 'is no multiple of 2^-20';
  return { broken: `${where}: the multiplier of ${what} ${why}` };
}
