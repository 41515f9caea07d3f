/**
 * Equal parts of queries held once, and equal queries as well. The statements of a big export are much alike: as objects of
 * their own their facts would take ten times the memory, and what is computed of a query need be computed once.
 *
 * A thing is known by its print: a list of numbers that stand for everything it consists of, texts and lists by theirs.
 * There are a dozen prints for each statement, so they are put together by hand.
 */

import type {
  Block,
  Flow,
  Instance,
  JoinPredicate,
  NodeId,
  Query,
  RowsTogether,
  Source,
  TableName,
  Write,
} from '../model/index.js';
import { detached } from '../workload/index.js';
import { numberedLists, numberedTexts } from './numbered.js';

/** Gives a function that makes queries share their parts with all it was given before; equal ones become one object. */
export function sharing(): (query: Query) => Query {
  const parts = partsOfQueries();
  const queries = pool<Parts>((of) => Object.values(of));
  const held: Query[] = [];
  return (query) => {
    const of = parts.numbers(query);
    const number = queries.number(of);
    held[number] ??= parts.query(query, of);
    return held[number];
  };
}

/** For each field its value, when that is a number, or the number that its value has among those held. */
type Parts = Readonly<Record<keyof Query, number>>;

function partsOfQueries() {
  const text = numberedTexts();
  const print = printing(text);
  const columns = pool<Instance['columns']>(print.columns);
  const nodes = pool<readonly NodeId[]>((numbers) => numbers);
  const texts = pool<string>((one) => [text(one)], detached);
  const instances = lists<Instance>(
    (one) => print.instance(one, columns.number(one.columns)),
    (one, numbers) => ({
      ...one,
      label: texts.held(one.label),
      columns: columns.at(numbers.at(-1) ?? absent),
    }),
  );
  const flows = lists<Flow>(print.flow, ({ from, to, because }) => ({
    from: nodes.held(from),
    to,
    because: texts.held(because),
  }));
  const sources = lists<Source>(print.source);
  const blocks = lists<Block>(print.block);
  const writes = lists<Write>(print.write);
  const joins = lists<JoinPredicate>(print.join);
  const tables = lists<TableName>((name) => [text(name)]);
  const reasons = lists<string>((reason) => [text(reason)]);

  const numbers = (query: Query): Parts => ({
    command: text(query.command),
    nodeCount: query.nodeCount,
    top: query.top,
    systemOnly: Number(query.systemOnly),
    unseen: reasons.number(query.unseen),
    instances: instances.number(query.instances),
    flows: flows.number(query.flows),
    sources: sources.number(query.sources),
    blocks: blocks.number(query.blocks),
    writes: writes.number(query.writes),
    joins: joins.number(query.joins),
    tables: tables.number(query.tables),
  });
  const query = ({ command, nodeCount, top, systemOnly }: Query, of: Parts): Query => ({
    command,
    nodeCount,
    top,
    systemOnly,
    unseen: reasons.at(of.unseen),
    instances: instances.at(of.instances),
    flows: flows.at(of.flows),
    sources: sources.at(of.sources),
    blocks: blocks.at(of.blocks),
    writes: writes.at(of.writes),
    joins: joins.at(of.joins),
    tables: tables.at(of.tables),
  });
  return { numbers, query };
}

// ── what is held ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Print<T> = (thing: T) => readonly number[];

/** What is kept of a thing that is new. */
type Settle<T> = (thing: T, print: readonly number[]) => T;

/** The first of all things of a print. */
function pool<T>(print: Print<T>, settle: Settle<T> = (thing) => thing) {
  const numberOf = numberedLists();
  const things: T[] = [];
  const number = (thing: T): number => {
    const numbers = print(thing);
    const own = numberOf(numbers);
    if (own === things.length) things.push(settle(thing, numbers));
    return own;
  };
  const at = (own: number): T => things[own] as T;
  return { number, at, held: (thing: T): T => at(number(thing)) };
}

/** Lists of things that print alike, the things held once as well. */
function lists<T>(print: Print<T>, settle?: Settle<T>) {
  const members = pool<T>(print, settle);
  const numberOf = numberedLists();
  const held: (readonly T[])[] = [];
  const nothing: readonly T[] = [];
  const number = (things: readonly T[]): number => {
    if (things.length === 0) return absent;
    const numbers = things.map(members.number);
    const own = numberOf(numbers);
    if (own === held.length) held.push(numbers.map(members.at));
    return own;
  };
  return { number, at: (own: number): readonly T[] => held[own] ?? nothing };
}

// ── prints ───────────────────────────────────────────────────────────────────────────────────────────────────────────

/** No text, list or node has this number. */
const absent = -1;
const unknown = -2;
const empty = -3;

/** Records name every field, so that none is forgotten; what has no fixed length comes last or is a list of its own. */
function printing(text: (text: string) => number) {
  const numberOf = numberedLists();
  /** Most are empty. */
  const list = (numbers: readonly number[]): number => (numbers.length === 0 ? empty : numberOf(numbers));
  const json = (thing: unknown): readonly number[] => [text(JSON.stringify(thing))];

  const columns = (of: Instance['columns']): readonly number[] => {
    const numbers: number[] = [];
    for (const [name, node] of of) numbers.push(text(name), node);
    return numbers;
  };
  const instance = (one: Instance, numberOfColumns: number): readonly number[] => {
    const fields: Record<keyof Instance, number> = {
      id: one.id,
      table: text(one.table),
      label: text(one.label),
      access: text(one.access),
      vacuous: Number(one.vacuous),
      via: one.via === undefined ? absent : text(one.via),
      columns: numberOfColumns,
    };
    return Object.values(fields);
  };
  const flow = ({ from, to, because }: Flow): readonly number[] =>
    from.length === 1 ? [to, text(because), from[0] ?? absent] : [to, text(because), ...from];
  const source = (one: Source): readonly number[] => {
    if (one.kind === 'list') return json(one);
    const { node, constant, label } = one;
    const isPlain = constant.kind === 'param' && constant.type === undefined;
    return [node, text(label), ...(isPlain ? [constant.number] : [absent, ...json(constant)])];
  };
  const rows = ({ columns: together, wholeRows }: RowsTogether): number =>
    list([list(together), list(wholeRows)]);
  const leaf = (one: Block['preserved'][number]): number =>
    'block' in one ? list([one.block]) : list([absent, one.instance]);
  const block = (one: Block): readonly number[] => {
    const fields: Record<keyof Block, number> = {
      id: one.id,
      shape: text(one.shape),
      all: Number(one.all),
      arms: list(one.arms),
      preserved: list(one.preserved.map(leaf)),
      groupingSets: one.groupingSets === undefined ? absent : list(one.groupingSets.map(rows)),
      aggregates: text(one.aggregates),
      having: Number(one.having),
      windows: list(one.windows.map(rows)),
      distinct: Number(one.distinct),
      distinctOn: one.distinctOn === undefined ? absent : rows(one.distinctOn),
      limited: Number(one.limited),
      outputs: list(one.outputs.map((node) => node ?? absent)),
    };
    return Object.values(fields);
  };
  const names = (all: readonly string[]): number => list(all.map(text));
  const write = (one: Write): readonly number[] => {
    const { givenColumns, arbiters, triggerColumns } = one;
    const fields: Record<keyof Write, number> = {
      instance: one.instance,
      table: text(one.table),
      kind: text(one.kind),
      setColumns: names(one.setColumns),
      givenColumns: givenColumns === undefined ? absent : names(givenColumns),
      generatedColumns: names(one.generatedColumns),
      arbiters:
        arbiters === undefined ? absent : arbiters === 'unknown' ? unknown : list(arbiters.map(names)),
      triggerColumns: triggerColumns === 'any' ? unknown : names(triggerColumns),
      hiddenWrites: names(one.hiddenWrites),
    };
    return Object.values(fields);
  };
  const join = ({ left, right }: JoinPredicate): readonly number[] =>
    [left.table, left.column, right.table, right.column].map(text);
  return { columns, instance, flow, source, block, write, join };
}
