/**
 * Equal parts of queries held once. The statements of a big export are much alike: as objects of their own their facts would
 * take six times the memory.
 */

import type { Block, Flow, Instance, JoinPredicate, Query, Source, Write } from '../model/index.js';

/** Gives a function that makes queries share their parts with all it was given before. */
export function sharing(): (query: Query) => Query {
  const instances = pool<Instance>(printedInstance);
  const flows = pool<Flow>(({ from, to, because }) => `${from.join(' ')}>${to} ${because}`);
  const sources = pool<Source>(JSON.stringify);
  const blocks = pool<Block>(JSON.stringify);
  const writes = pool<Write>(JSON.stringify);
  const joins = pool<JoinPredicate>(JSON.stringify);
  const tables = pool<Query['tables']>((names) => names.join(' '));
  return (query) => ({
    ...query,
    instances: each(query.instances, instances),
    flows: each(query.flows, flows),
    sources: each(query.sources, sources),
    blocks: each(query.blocks, blocks),
    writes: each(query.writes, writes),
    joins: each(query.joins, joins),
    tables: tables(query.tables),
  });
}

function each<T>(things: readonly T[], held: (thing: T) => T): readonly T[] {
  return things.length === 0 ? nothing : things.map(held);
}

const nothing: readonly never[] = [];

/** The first of all things that print alike. */
function pool<T>(print: (thing: T) => string): (thing: T) => T {
  const known = new Map<string, T>();
  return (thing) => {
    const text = print(thing);
    const same = known.get(text);
    if (same !== undefined) return same;
    known.set(text, thing);
    return thing;
  };
}

function printedInstance({ columns, ...rest }: Instance): string {
  return `${JSON.stringify(rest)} ${JSON.stringify([...columns])}`;
}
