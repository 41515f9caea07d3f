/**
 * Equal parts of queries held once, and equal queries as well. The statements of a big export are much alike: as objects of
 * their own their facts would take ten times the memory, and what is computed of a query need be computed once.
 *
 * A thing is known by its print, in which everything that it consists of comes with its number or as text. There are a
 * dozen for each statement, so they are put together by hand.
 */

import type {
  Block,
  Flow,
  Instance,
  JoinPredicate,
  KeyConstant,
  NodeId,
  Query,
  RowsTogether,
  Source,
  Write,
} from '../model/index.js';
import { detached } from '../workload/index.js';

/** Gives a function that makes queries share their parts with all it was given before; equal ones become one object. */
export function sharing(): (query: Query) => Query {
  const columns = pool<Instance['columns']>((held) => held);
  const nodes = pool<readonly NodeId[]>((held) => held);
  const texts = pool<string>(detached);
  const instances = lists<Instance>(printedInstance, (one) => ({
    ...one,
    label: texts.held(one.label, one.label),
    columns: columns.held(printedColumns(one.columns), one.columns),
  }));
  const flows = lists<Flow>(printedFlow, ({ from, to, because }) => ({
    from: nodes.held(from.join(' '), from),
    to,
    because: texts.held(because, because),
  }));
  const sources = lists<Source>(printedSource);
  const blocks = lists<Block>(printedBlock);
  const writes = lists<Write>(JSON.stringify);
  const joins = lists<JoinPredicate>(printedJoin);
  const tables = lists<Query['tables'][number]>((name) => name);
  const queries = new Map<string, Query>();
  return (query) => {
    const parts: Record<Shared, number> = {
      instances: instances.number(query.instances),
      flows: flows.number(query.flows),
      sources: sources.number(query.sources),
      blocks: blocks.number(query.blocks),
      writes: writes.number(query.writes),
      joins: joins.number(query.joins),
      tables: tables.number(query.tables),
    };
    const { command, nodeCount, top, unseen, systemOnly } = query;
    const own: Record<Exclude<keyof Query, Shared>, Printable> = {
      command,
      nodeCount,
      top,
      systemOnly,
      unseen: printedTexts(unseen),
    };
    const print = printed(own) + printed(parts);
    const known = queries.get(print);
    if (known !== undefined) return known;
    const held: Query = {
      command,
      nodeCount,
      top,
      unseen,
      systemOnly,
      instances: instances.list(parts.instances),
      flows: flows.list(parts.flows),
      sources: sources.list(parts.sources),
      blocks: blocks.list(parts.blocks),
      writes: writes.list(parts.writes),
      joins: joins.list(parts.joins),
      tables: tables.list(parts.tables),
    };
    queries.set(print, held);
    return held;
  };
}

type Shared = 'instances' | 'flows' | 'sources' | 'blocks' | 'writes' | 'joins' | 'tables';

// ── what is held ─────────────────────────────────────────────────────────────────────────────────────────────────────

type Print = string | number;

/** The first of all things of a print. `settle`: what is kept of a thing that is new. */
function pool<T>(settle: (thing: T) => T) {
  const numbers = new Map<Print, number>();
  const things: T[] = [];
  const number = (print: Print, thing: T): number => {
    const known = numbers.get(print);
    if (known !== undefined) return known;
    numbers.set(print, things.length);
    return things.push(settle(thing)) - 1;
  };
  const at = (place: number): T => things[place] as T;
  return { number, at, held: (print: string, thing: T): T => at(number(print, thing)) };
}

/** Lists of things that print alike, the things held once as well. */
function lists<T>(print: (thing: T) => Print, settle: (thing: T) => T = (thing) => thing) {
  const members = pool<T>(settle);
  const known = new Map<Print, number>();
  const held: (readonly T[])[] = [];
  const number = (things: readonly T[]): number => {
    const places = things.map((thing) => members.number(print(thing), thing));
    const [first = 0] = places;
    const all = places.length === 1 ? first : places.join(' ');
    const same = known.get(all);
    if (same !== undefined) return same;
    known.set(all, held.length);
    return held.push(places.map(members.at)) - 1;
  };
  return { number, list: (place: number): readonly T[] => held[place] ?? [] };
}

// ── prints ───────────────────────────────────────────────────────────────────────────────────────────────────────────

type Printable = string | number | boolean | undefined;

/** Parts fields: it is in no text of a statement. */
const end = '\0';

/** Takes a record of every field, so that none is forgotten. */
function printed(fields: Readonly<Record<string, Printable>>): string {
  let text = '';
  for (const name in fields) text += `${fields[name]}${end}`;
  return text;
}

function printedInstance({ id, table, label, access, columns, vacuous, via }: Instance): string {
  const fields: Record<keyof Instance, Printable> = {
    id,
    table,
    label,
    access,
    vacuous,
    via,
    columns: printedColumns(columns),
  };
  return printed(fields);
}

function printedColumns(columns: Instance['columns']): string {
  let text = '';
  for (const [name, node] of columns) text += `${name}${end}${node} `;
  return text;
}

/** Most flows are a step without words, of which two numbers say all: as one number they are found sooner. */
function printedFlow({ from, to, because }: Flow): Print {
  const [only = 0] = from;
  if (because === '' && from.length === 1 && to < mostNodes) return only * mostNodes + to;
  return `${from.length === 1 ? from[0] : from.join(' ')}>${to} ${because}`;
}

const mostNodes = 1 << 16;

function printedSource(source: Source): string {
  if (source.kind === 'list') return JSON.stringify(source);
  return `${source.node} ${printedConstant(source.constant)}${end}${source.label}`;
}

function printedConstant(constant: KeyConstant): string {
  const isPlain = constant.kind === 'param' && constant.type === undefined;
  return isPlain ? `$${constant.number}` : JSON.stringify(constant);
}

function printedBlock(block: Block): string {
  const fields: Record<keyof Block, Printable> = {
    id: block.id,
    shape: block.shape,
    all: block.all,
    arms: block.arms.join(' '),
    preserved: block.preserved.map(printedLeaf).join(' '),
    groupingSets: block.groupingSets?.map(printedRows).join('|'),
    aggregates: block.aggregates,
    having: block.having,
    windows: block.windows.map(printedRows).join('|'),
    distinct: block.distinct,
    distinctOn: block.distinctOn === undefined ? undefined : printedRows(block.distinctOn),
    limited: block.limited,
    outputs: block.outputs.map((node) => node ?? '-').join(' '),
  };
  return printed(fields);
}

function printedLeaf(leaf: Block['preserved'][number]): string {
  return 'block' in leaf ? `b${leaf.block}` : `i${leaf.instance}`;
}

function printedRows({ columns, wholeRows }: RowsTogether): string {
  return `${columns.join(' ')}/${wholeRows.join(' ')}`;
}

function printedJoin({ left, right }: JoinPredicate): string {
  return [left.table, left.column, right.table, right.column].join(end);
}

/** A text may hold anything but the mark that ends it. */
function printedTexts(texts: readonly string[]): string {
  return texts.length === 0 ? '' : JSON.stringify(texts);
}
