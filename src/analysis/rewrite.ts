/**
 * What a statement would say if the application did its part: the shard key in the WHERE, in the join, in the INSERT, one
 * parameter in place of two. A rewritten text is given only when it is proven: it reads, it differs from the old text by the
 * addition alone, it touches the same table instances, and the same classifier calls it better.
 *
 * Keys that the plan adds are judged as columns that exist: nothing is taken from their path.
 */

import {
  type Catalog,
  type ForeignKey,
  type Placements,
  type Query,
  type Verdict,
  verdictKinds,
} from '../model/index.js';
import {
  classifyStatement,
  type OpenKeys,
  openKeys,
  type Sharded,
  withColumnsAdded,
} from '../routability/index.js';
import { type ResolveSettings, resolveStatement } from '../sql/index.js';
import {
  addsColumn,
  conditionPlaces,
  type Expr,
  type Owner,
  ownerOfAdded,
  quotedName,
  type Reader,
  restrictable,
  type Statement,
  unitesParameters,
  withCondition,
  withInsertedColumn,
  withParameter,
} from '../syntax/index.js';

/** Where statements are judged once the plan's key columns are there. */
export interface Rewriting {
  readonly judge: (text: string) => JudgedText | undefined;
  readonly condition: (text: string) => Expr | undefined;
  readonly catalog: Catalog;
  readonly placements: Placements;
}

interface JudgedText {
  readonly text: string;
  readonly tree: Statement;
  readonly query: Query;
  readonly verdict: Verdict;
  readonly keys: OpenKeys;
}

/** No statement is worth more additions than this. */
const mostAdditions = 6;

export function rewriting(
  reader: Reader,
  declared: Catalog,
  plan: Placements,
  settings: ResolveSettings,
): Rewriting {
  const placements = withColumnsAdded(plan);
  const catalog = withKeyColumns(declared, plan);
  const judge = (text: string): JudgedText | undefined => {
    const read = reader.read(text);
    if (!read.ok) return undefined;
    const query = resolveStatement(read.statement, catalog, settings);
    const verdict = classifyStatement(query, placements);
    return { text, tree: read.statement, query, verdict, keys: openKeys(query, placements) };
  };
  const condition = (text: string): Expr | undefined => {
    const read = reader.read(`SELECT 1 WHERE ${text}`);
    return read.ok && read.statement.kind === 'select' && read.statement.body.kind === 'core'
      ? read.statement.body.where
      : undefined;
  };
  return { judge, condition, catalog, placements };
}

function withKeyColumns(catalog: Catalog, plan: Placements): Catalog {
  const tables = new Map(catalog.tables);
  for (const [name, placement] of plan) {
    const table = tables.get(name);
    if (table === undefined || placement.placement !== 'sharded' || placement.addKey === undefined) continue;
    const { key, keyType } = placement;
    if (table.columns.some((column) => column.name === key)) continue;
    const column = {
      name: key,
      ...(keyType === undefined ? {} : { type: keyType }),
      modified: false,
      array: false,
      nullable: false,
    };
    tables.set(name, { ...table, columns: [...table.columns, column] });
  }
  return { ...catalog, tables };
}

export interface Rewritten {
  readonly text: string;
  readonly verdict: Verdict;
}

/** The statement with its key said, when that is proven to be better than `before`; undefined otherwise. */
export function rewrite(world: Rewriting, text: string, before: Verdict): Rewritten | undefined {
  const original = world.judge(text);
  if (original === undefined) return undefined;
  let current = original;
  for (let added = 0; added < mostAdditions && current.verdict.verdict !== 'single-shard'; added += 1) {
    const next = addition(world, current);
    if (next === undefined) break;
    current = next;
  }
  const isBetter = rank(current.verdict) < rank(before) && current.text !== text;
  return isBetter && sameInstances(original.query, current.query)
    ? { text: current.text, verdict: current.verdict }
    : undefined;
}

/** How the statement stands once the new columns are there and nobody has changed it. */
export function unchanged(world: Rewriting, text: string): Verdict | undefined {
  return world.judge(text)?.verdict;
}

function rank({ verdict }: Verdict): number {
  return verdictKinds.indexOf(verdict);
}

function sameInstances(a: Query, b: Query): boolean {
  const names = ({ instances }: Query) =>
    JSON.stringify(instances.map(({ table, label, access }) => [table, label, access]).sort());
  return names(a) === names(b);
}

function addition(world: Rewriting, current: JudgedText): JudgedText | undefined {
  switch (current.verdict.blocker) {
    case 'insert-without-key':
      return insertKey(world, current);
    case 'two-parameters':
      return uniteParameters(world, current);
    case 'no-key':
    case 'join-off-key':
    case 'nullable-side':
    case 'limit-below':
    case 'global-preserved':
    case 'aggregate-above-shards':
    case 'list-of-keys':
      return sayKey(world, current);
    default:
      return undefined;
  }
}

// ── one parameter in place of two ────────────────────────────────────────────────────────────────────────────────────

function uniteParameters(world: Rewriting, current: JudgedText): JudgedText | undefined {
  const [to, from] = (current.verdict.pairs?.[0] ?? []).map((label) => Number(label.slice(1)));
  if (to === undefined || from === undefined || !(to > 0 && from > 0)) return undefined;
  const next = world.judge(withParameter(current.text, from, to));
  return next !== undefined && unitesParameters(current.tree, next.tree, from, to) ? next : undefined;
}

// ── the key in an INSERT ─────────────────────────────────────────────────────────────────────────────────────────────

function insertKey(world: Rewriting, current: JudgedText): JudgedText | undefined {
  const write = current.query.writes.find(({ kind, table, givenColumns }) => {
    const placement = world.placements.get(table);
    return (
      kind === 'insert' &&
      placement?.placement === 'sharded' &&
      givenColumns?.includes(placement.key) === false
    );
  });
  const placement = write === undefined ? undefined : world.placements.get(write.table);
  if (placement?.placement !== 'sharded') return undefined;
  const { held, open, parameter } = current.keys;
  const sources = [...held, ...open].filter(({ instance }) => instance.id !== write?.instance);
  const values = [
    ...sources.map(({ instance, placement: { key } }) => `${quotedName(instance.label)}.${quotedName(key)}`),
    ...(parameter === undefined ? [] : [`$${parameter}`]),
    `$${highestParameter(current.text) + 1}`,
  ];
  return firstOf(values, (value) => {
    const text = withInsertedColumn(current.text, quotedName(placement.key), value);
    const next = text === undefined ? undefined : world.judge(text);
    const isAddition = next !== undefined && addsColumn(current.tree, next.tree, placement.key);
    return isAddition && rank(next.verdict) < rank(current.verdict) ? next : undefined;
  });
}

// ── the key in a condition ───────────────────────────────────────────────────────────────────────────────────────────

/** A condition that says an instance's key. `labels`: the instances that it names, the one whose key it says first. */
interface KeyCondition {
  readonly text: string;
  readonly labels: readonly string[];
}

function sayKey(world: Rewriting, current: JudgedText): JudgedText | undefined {
  const { open, held, given } = current.keys;
  const conditions = open.flatMap((one, index) => {
    if (held.length > 0) return held.flatMap((other) => tie(world, current.query, one, other));
    return isNamed(world, one, given[index] ?? [])
      ? [{ text: `${columnOf(one)} = $${highestParameter(current.text) + 1}`, labels: [one.instance.label] }]
      : [];
  });
  return firstOf(conditions, (condition) => placed(world, current, condition));
}

/** `payments.user_id = orders.user_id`, where the two are joined as parent and child. */
function tie(world: Rewriting, query: Query, one: Sharded, other: Sharded): readonly KeyCondition[] {
  const isOneGroup = one.placement.group === other.placement.group;
  if (!isOneGroup || !belongTogether(world, query, one, other)) return [];
  return [
    {
      text: `${columnOf(one)} = ${columnOf(other)}`,
      labels: [one.instance.label, other.instance.label],
    },
  ];
}

function columnOf({ instance, placement }: Sharded): string {
  return `${quotedName(instance.label)}.${quotedName(placement.key)}`;
}

function placed(world: Rewriting, current: JudgedText, condition: KeyCondition): JudgedText | undefined {
  const expr = world.condition(condition.text);
  if (expr === undefined) return undefined;
  const places = conditionPlaces(current.text);
  const inWhere = places.filter(({ clause }) => clause === 'where');
  const inOn = places.filter(({ clause }) => clause === 'on');
  const inOrder = condition.labels.length > 1 ? [...inOn, ...inWhere] : [...inWhere, ...inOn];
  return firstOf(inOrder, (place) => {
    const next = world.judge(withCondition(current.text, place, condition.text));
    if (next === undefined) return undefined;
    const owner = ownerOfAdded(current.tree, next.tree, expr);
    return owner !== undefined && isHarmless(owner, condition) && isProgress(current, next)
      ? next
      : undefined;
  });
}

/** It takes no row away but by the key that it says: NULLs that an outer join put there would not pass a WHERE. */
function isHarmless(owner: Owner, { labels }: KeyCondition): boolean {
  const kept = restrictable(owner);
  const [label, ...others] = labels;
  if (label === undefined || !kept.includes(label)) return false;
  return owner.kind === 'join' || others.every((other) => kept.includes(other));
}

function isProgress(current: JudgedText, next: JudgedText): boolean {
  return rank(next.verdict) < rank(current.verdict) || next.keys.held.length > current.keys.held.length;
}

/** A row whose unique key is given has one shard key, and so have the rows of one parent that lies with them: the application can know it. */
function isNamed(world: Rewriting, { instance, placement }: Sharded, given: readonly string[]): boolean {
  const { catalog } = world;
  const table = catalog.tables.get(instance.table);
  if (given.length === 0) return false;
  // Without a schema a name is all there is to go by.
  if (table === undefined || catalog.origin !== 'schema')
    return given.some((column) => /^(id|uuid)$/i.test(column));
  return (
    table.uniqueKeys.some(
      ({ columns, expressions, partial }) => !expressions && !partial && isAllOf(columns, given),
    ) || table.foreignKeys.some((key) => isAllOf(key.columns, given) && parentHasKey(world, placement, key))
  );
}

/**
 * The row that is referred to lies with those that refer to it, under a key of its own. A reference to the parent's very
 * key names another thing of the domain: those who follow a user are not that user.
 */
function parentHasKey(
  { placements }: Rewriting,
  { key, group }: Sharded['placement'],
  { columns, target, targetColumns }: ForeignKey,
): boolean {
  const parent = placements.get(target);
  if (parent?.placement !== 'sharded' || parent.group !== group) return false;
  return !targetColumns.includes(parent.key) || columns.includes(key);
}

function isAllOf(columns: readonly string[], given: readonly string[]): boolean {
  return columns.length > 0 && columns.every((column) => given.includes(column));
}

/** They are joined as parent and child, the child by the parent's own name: one key for both is what co-location means. */
function belongTogether(world: Rewriting, query: Query, one: Sharded, other: Sharded): boolean {
  const [a, b] = [one.instance.table, other.instance.table];
  return query.joins.some(
    ({ left, right }) =>
      (left.table === a && right.table === b && refer(world, left, right)) ||
      (left.table === b && right.table === a && refer(world, left, right)),
  );
}

type End = Query['joins'][number]['left'];

function refer(world: Rewriting, left: End, right: End): boolean {
  if (world.catalog.origin !== 'schema') return true;
  return refersTo(world, left, right) || refersTo(world, right, left);
}

function refersTo(world: Rewriting, from: End, to: End): boolean {
  const placement = world.placements.get(from.table);
  const keys = world.catalog.tables.get(from.table)?.foreignKeys ?? [];
  return keys.some((key) => {
    const { columns, target, targetColumns } = key;
    const isThisJoin = columns.some(
      (column, at) => column === from.column && targetColumns[at] === to.column,
    );
    return (
      target === to.table &&
      isThisJoin &&
      placement?.placement === 'sharded' &&
      parentHasKey(world, placement, key)
    );
  });
}

function highestParameter(text: string): number {
  return Math.max(0, ...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
}

function firstOf<T, R>(items: readonly T[], find: (item: T, index: number) => R | undefined): R | undefined {
  for (const [index, item] of items.entries()) {
    const found = find(item, index);
    if (found !== undefined) return found;
  }
  return undefined;
}
