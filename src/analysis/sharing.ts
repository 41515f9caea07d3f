/**
 * Equal parts of queries held once, and equal queries as well. The statements of a big export are much alike: as objects of
 * their own their facts would take ten times the memory, and what is computed of a query need be computed once.
 */

import type {
  Block,
  Flow,
  Instance,
  JoinPredicate,
  NodeId,
  Query,
  Source,
  TableName,
  Write,
} from '../model/index.js';
import { detached } from '../workload/index.js';

/** Gives a function that makes queries share their parts with all it was given before; equal ones become one object. */
export function sharing(): (query: Query) => Query {
  const columns = pool<Instance['columns']>();
  const nodes = pool<readonly NodeId[]>();
  const texts = pool<string>();
  const text = (one: string) => texts(one, () => detached(one)).thing;
  const instances = lists<Instance>(printedInstance, (one) => ({
    ...one,
    table: text(one.table),
    label: text(one.label),
    columns: columns(printed(one.columns), () => one.columns).thing,
  }));
  const flows = lists<Flow>(
    ({ from, to, because }) => `${from.join(' ')}>${to} ${because}`,
    ({ from, to, because }) => ({
      from: nodes(from.join(' '), () => from).thing,
      to,
      because: text(because),
    }),
  );
  const sources = lists<Source>(JSON.stringify);
  const blocks = lists<Block>(JSON.stringify);
  const writes = lists<Write>(JSON.stringify);
  const joins = lists<JoinPredicate>(JSON.stringify);
  const tables = lists<TableName>((name) => name, text);
  const queries = pool<Query>();
  return (query) => {
    const held = {
      instances: instances(query.instances),
      flows: flows(query.flows),
      sources: sources(query.sources),
      blocks: blocks(query.blocks),
      writes: writes(query.writes),
      joins: joins(query.joins),
      tables: tables(query.tables),
    };
    const { command, nodeCount, top, unseen, systemOnly } = query;
    const rest = [command, nodeCount, top, unseen, systemOnly];
    const name = `${JSON.stringify(rest)} ${Object.values(held).map(({ number }) => number)}`;
    return queries(name, () => ({
      command,
      nodeCount,
      top,
      unseen,
      systemOnly,
      instances: held.instances.thing,
      flows: held.flows.thing,
      sources: held.sources.thing,
      blocks: held.blocks.thing,
      writes: held.writes.thing,
      joins: held.joins.thing,
      tables: held.tables.thing,
    })).thing;
  };
}

interface Held<T> {
  readonly thing: T;
  readonly number: number;
}

/** The first of all things of a name, with its number. */
function pool<T>(): (name: string, make: () => T) => Held<T> {
  const known = new Map<string, Held<T>>();
  return (name, make) => {
    const same = known.get(name);
    if (same !== undefined) return same;
    const held = { thing: make(), number: known.size };
    known.set(name, held);
    return held;
  };
}

/** Lists of things that print alike, the things held once as well. `settle`: what is kept of a thing that is new. */
function lists<T>(
  print: (thing: T) => string,
  settle: (thing: T) => T = (thing) => thing,
): (things: readonly T[]) => Held<readonly T[]> {
  const members = pool<T>();
  const known = pool<readonly T[]>();
  return (things) => {
    const held = things.map((thing) => members(print(thing), () => settle(thing)));
    return known(held.map(({ number }) => number).join(' '), () => held.map(({ thing }) => thing));
  };
}

function printedInstance({ columns, ...rest }: Instance): string {
  return `${JSON.stringify(rest)} ${printed(columns)}`;
}

function printed(columns: Instance['columns']): string {
  return JSON.stringify([...columns]);
}
