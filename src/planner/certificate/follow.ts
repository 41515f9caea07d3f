/**
 * Follows a written proof over a puzzle that was made anew, and says which bound it proves, or where it breaks.
 *
 * Nothing in the file is believed: tables, options, statements, boxes and budgets have to be there, every table in one part
 * at most, no statement in two parts, and the branches of a split are made here, so that nothing can be left out of them.
 */

import type { ProofMultipliers, ProofNode, ProofPart, TableName } from '../../model/index.js';
import type { Open } from '../assignment.js';
import { atLeast, boundOf, boundWith, lower, type Multipliers, noMultipliers } from './bound.js';
import type { Joint } from './joint.js';
import { MULTIPLIER_BITS, type ProofModel } from './model.js';
import { leastAlone } from './parts.js';
import { MOST_TRIED, narrowScope, type ProofScope, plansLeft, scopeOf, tryAll } from './scope.js';

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
    const followed = followNode(part.proof, {
      where,
      open: model.open,
      base: scope,
      above: noMultipliers(scope),
      floor: undefined,
    });
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

/** Where the proof is: in the file, for people, and in the puzzle. */
interface Place {
  readonly where: string;
  readonly open: Open;
  /** As the node above leaves it; what multipliers are about is this, narrowed to what is open. */
  readonly base: ProofScope;
  /** Of the nearest node above that has its own. */
  readonly above: Multipliers;
  /** No plan with what is open above costs less, so none does here. */
  readonly floor: bigint | undefined;
}

function followNode(node: ProofNode, place: Place): NodeBound | Broken {
  const { open, above, where } = place;
  if (node.kind === 'tried') {
    const left = plansLeft(above.scope, open);
    if (left > MOST_TRIED)
      return { broken: `${where} says that ${left} plans were tried: too many to check` };
    return { bound: tryAll(above.scope, open) };
  }
  if (node.kind === 'bounded' && node.multipliers === undefined) {
    return { bound: atLeast(boundOf(above, open), place.floor) };
  }
  const base = narrowScope(place.base, open);
  let now = above;
  if (node.multipliers !== undefined) {
    const multipliers = readMultipliers(base, node.multipliers, where);
    if ('broken' in multipliers) return multipliers;
    now = multipliers;
  }
  switch (node.kind) {
    case 'bounded':
      return { bound: atLeast(boundOf(now, open), place.floor) };
    case 'closing':
      return followClosing(node, { ...place, base, above: now });
    case 'split':
      return followSplit(node, { ...place, base, above: now });
  }
}

/** A plan has one of the closed options, and costs what the multipliers say of these, or it has none. */
function followClosing(
  { closed, rest }: Extract<ProofNode, { readonly kind: 'closing' }>,
  { where, open, base, above, floor }: Place,
): NodeBound | Broken {
  const closing = new Map<number, readonly number[]>();
  let left = open;
  for (const [name, options] of Object.entries(closed)) {
    const chosen = choiceOf(above.scope, name, options, open, where, 'closes');
    if ('broken' in chosen) return chosen;
    closing.set(chosen.table, chosen.chosen);
    left = left.with(chosen.table, chosen.others);
  }
  const isEmpty = left.some((positions) => positions.length === 0);
  if (isEmpty !== (rest === undefined)) {
    return {
      broken: `${where} closes ${isEmpty ? 'everything, and goes on' : 'some options, and does not go on'}`,
    };
  }
  const whole = boundOf(above, open);
  if (whole === undefined) return { bound: undefined };
  const known = atLeast(whole, floor);
  const dear = atLeast(boundWith(above, open, closing), known);
  if (rest === undefined) return { bound: dear };
  const under = followNode(rest, { where: `${where}, closed`, open: left, base, above, floor: known });
  if ('broken' in under) return under;
  return { bound: lower(under.bound, dear) };
}

function followSplit(
  { table, options, branches }: Extract<ProofNode, { readonly kind: 'split' }>,
  { where, open, base, above, floor }: Place,
): NodeBound | Broken {
  const choice = choiceOf(above.scope, table, options, open, where, 'splits');
  if ('broken' in choice) return choice;
  if (choice.others.length === 0) return { broken: `${where} splits ${table} so that one branch is empty` };
  const under = (branch: ProofNode, left: readonly number[], name: string): NodeBound | Broken =>
    followNode(branch, {
      where: `${where}, ${name}`,
      open: open.with(choice.table, left),
      base,
      above,
      floor,
    });
  const first = under(branches[0], choice.chosen, table);
  if ('broken' in first) return first;
  const second = under(branches[1], choice.others, `not ${table}`);
  if ('broken' in second) return second;
  return { bound: lower(first.bound, second.bound) };
}

interface Choice {
  readonly table: number;
  readonly chosen: readonly number[];
  readonly others: readonly number[];
}

/** Both sets are made here, so that nothing is left out. */
function choiceOf(
  { model, tables }: ProofScope,
  name: TableName,
  options: readonly string[],
  open: Open,
  where: string,
  does: 'closes' | 'splits',
): Choice | Broken {
  const table = tables.find((at) => model.names[at] === name);
  if (table === undefined) return { broken: `${where} ${does} ${name}, which is no table of the part` };
  const labels = model.labels[table] as readonly string[];
  const left = open[table] as readonly number[];
  const chosen = left.filter((position) => options.includes(labels[position] as string));
  const others = left.filter((position) => !chosen.includes(position));
  const unknown = options.find((label) => !chosen.some((position) => labels[position] === label));
  if (unknown !== undefined) {
    return { broken: `${where} ${does} ${name} at an option that is not open there: ${unknown}` };
  }
  if (chosen.length === 0) return { broken: `${where} ${does} no option of ${name}` };
  return { table, chosen, others };
}

function readMultipliers(scope: ProofScope, file: ProofMultipliers, where: string): Multipliers | Broken {
  const { model } = scope;
  const { bits } = file;
  if (!Number.isInteger(bits) || bits < 0 || bits > MULTIPLIER_BITS) {
    return { broken: `${where} has messages in units of 2^-${bits}: 0 to ${MULTIPLIER_BITS} there may be` };
  }
  const joints = new Map(scope.joints.map(({ id }, at) => [id, at]));
  const messages = new Map<number, readonly (readonly number[])[]>();
  for (const [id, byTable] of Object.entries(file.statements)) {
    const at = joints.get(id);
    if (at === undefined)
      return { broken: `${where} has messages of ${id}, no statement that is left there` };
    const { tables } = scope.joints[at] as Joint;
    const lists = tables.map((): readonly number[] => []);
    for (const [name, list] of Object.entries(byTable)) {
      const member = tables.findIndex((table) => model.names[table] === name);
      if (member < 0) {
        return {
          broken: `${where} has messages of ${id} to ${name}: the statement does not depend on it there`,
        };
      }
      const options = model.labels[tables[member] as number] as readonly string[];
      if (list.length > options.length || !list.every(Number.isSafeInteger)) {
        return {
          broken: `${where} has messages of ${id} to ${name} that are no whole numbers, one an option`,
        };
      }
      lists[member] = list;
    }
    messages.set(at, lists);
  }
  const tolls = scope.limits.map(() => 0n);
  for (const [name, price] of Object.entries(file.budgets)) {
    const limit = scope.limits.findIndex((one) => one.name === name);
    if (limit < 0)
      return { broken: `${where} has a multiplier of the budget "${name}", which it does not have` };
    const value = tollOf(price);
    if (value === undefined) {
      const why = price < 0 ? 'is negative' : 'is no multiple of 2^-20';
      return { broken: `${where}: the multiplier of the budget "${name}" ${why}` };
    }
    tolls[limit] = value;
  }
  return { scope, bits, messages, tolls };
}

/** Undefined for what is negative, no number, or finer than tolls are. */
function tollOf(value: number): bigint | undefined {
  const units = value * 2 ** MULTIPLIER_BITS;
  return Number.isInteger(units) && units >= 0 ? BigInt(units) : undefined;
}
