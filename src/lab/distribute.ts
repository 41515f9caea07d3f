/**
 * The rows of the whole database → each where the map says: sharded rows on the shard of their key by the project's own hash,
 * global ones everywhere, unsharded ones in the unsharded database. Rows travel as the server's COPY text; only the key is read.
 */

import type { Client } from 'pg';
import { type CopyStreamQuery, from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { type Placements, type ShardedPlacement, type ShardMap, UserError } from '../model/index.js';
import { quoteIdentifier } from '../postgres/index.js';
import { canonicalKeyValue, type KeyFamily, type KeyValue, keyFamilyOf, shardOf } from '../topology/index.js';
import type { LabTable } from './describe.js';
import { withoutTriggers } from './generate.js';
import type { Parts } from './parts.js';
import { needsColumn, placementOf } from './shard-schema.js';

/** Rows of one table by where they are now. */
export interface TableRows {
  readonly table: string;
  readonly placement: 'sharded' | 'global' | 'unsharded';
  readonly monolith: number;
  readonly shards: readonly number[];
  readonly unsharded: number;
}

/** Tables in the order of their foreign keys. */
export async function distributeRows(
  clients: Parts<Client>,
  tables: readonly LabTable[],
  placements: Placements,
  map: ShardMap,
): Promise<readonly TableRows[]> {
  const counted: TableRows[] = [];
  for (const table of tables) counted.push(await distributeTable(clients, table, placements, map));
  await Promise.all([...clients.shards, clients.unsharded].map((client) => client?.query('ANALYZE')));
  return counted;
}

async function distributeTable(
  { monolith, shards, unsharded }: Parts<Client>,
  table: LabTable,
  placements: Placements,
  map: ShardMap,
): Promise<TableRows> {
  const placement = placementOf(placements, table);
  const others = unsharded === undefined ? [] : [unsharded];
  const targets = {
    sharded: shards,
    global: [...shards, ...others],
    unsharded: others,
  }[placement.placement];
  const route = placement.placement === 'sharded' ? routeOf(table, placement, map) : () => targets.keys();
  const source = placement.placement === 'sharded' ? keyedSource(table, placement) : plainSource(table);
  const counts = await copyRows(monolith, targets, table, source, route);
  const total = await rowCount(monolith, table);
  const ofShards = placement.placement === 'unsharded' ? shards.map(() => 0) : counts.slice(0, shards.length);
  return {
    table: table.name,
    placement: placement.placement,
    monolith: total,
    shards: ofShards,
    unsharded: placement.placement === 'sharded' ? 0 : (counts.at(-1) ?? 0),
  };
}

async function rowCount(client: Client, { sql }: LabTable): Promise<number> {
  const { rows } = await client.query<{ count: string }>(`SELECT count(*) FROM ${sql}`);
  return Number(rows[0]?.count ?? 0);
}

// ── what is read ─────────────────────────────────────────────────────────────────────────────────────────────────────

interface Source {
  /** Gives a key as text, then the columns. */
  readonly select: string;
  readonly columns: readonly string[];
}

const givenColumns = ({ columns }: LabTable): readonly string[] =>
  columns.filter(({ generated }) => !generated).map(({ name }) => quoteIdentifier(name));

function plainSource(table: LabTable): Source {
  const columns = givenColumns(table);
  return { select: `SELECT NULL, ${columns.join(', ')} FROM ${table.sql}`, columns };
}

/** An added key is read along its path, whose steps lead from row to row by keys that are unique. */
function keyedSource(table: LabTable, placement: ShardedPlacement): Source {
  const columns = givenColumns(table);
  const key = quoteIdentifier(placement.key);
  if (!needsColumn(table, placement)) {
    return { select: `SELECT ${key}::text, ${columns.join(', ')} FROM ${table.sql}`, columns };
  }
  const steps = (placement.addKey?.path ?? []).map(stepOf);
  const joins = steps.map(
    ({ column, target, targetColumn }, i) =>
      `JOIN ${target} AS s${i + 1} ON s${i + 1}.${targetColumn} = s${i}.${column}`,
  );
  const added = `s${steps.length}.${quoteIdentifier(placement.addKey?.targetKey ?? placement.key)}`;
  return {
    select: `SELECT ${added}::text, ${columns.map((column) => `s0.${column}`).join(', ')}, ${added}
      FROM ${table.sql} AS s0 ${joins.join(' ')} ORDER BY s0.ctid`,
    columns: [...columns, key],
  };
}

/** `order_id -> public.orders.id` */
function stepOf(step: string): {
  readonly column: string;
  readonly target: string;
  readonly targetColumn: string;
} {
  const [, column = '', schema = '', table = '', targetColumn = ''] =
    /^(.*) -> ([^.]*)\.(.*)\.([^.]*)$/.exec(step) ?? [];
  return {
    column: quoteIdentifier(column),
    target: quoteIdentifier(schema, table),
    targetColumn: quoteIdentifier(targetColumn),
  };
}

/** @throws UserError bad-plan when the key's type has no hash here */
function routeOf(
  table: LabTable,
  placement: ShardedPlacement,
  map: ShardMap,
): (key: string | null) => Iterable<number> {
  const type = keyTypeOf(table, placement);
  const family = type === undefined ? undefined : keyFamilyOf(type);
  if (type === undefined || family === undefined) {
    throw new UserError(
      'bad-plan',
      `${table.name} is sharded by ${placement.key}, whose type ${type ?? ''} has no shard here`,
      'Keys are smallint, integer, bigint, text, varchar, uuid or date.',
    );
  }
  return (key) => [shardOf(map, placement.group, key === null ? null : keyValue(table, family, type, key))];
}

function keyTypeOf({ columns }: LabTable, { key, keyType }: ShardedPlacement): string | undefined {
  return columns.find(({ name }) => name === key)?.baseType ?? keyType;
}

function keyValue({ name }: LabTable, family: KeyFamily, type: string, key: string): KeyValue {
  const value = canonicalKeyValue(family, type, key);
  if (value !== undefined) return value;
  throw new UserError(
    'bad-plan',
    `${name} has a key value whose shard is not certain`,
    'Dates from year 1 to 9999 and text without surrogates have one.',
  );
}

// ── COPY ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

const tab = 0x09;
const lineEnd = 0x0a;

/** @returns rows by target */
async function copyRows(
  from: Client,
  targets: readonly Client[],
  table: LabTable,
  { select, columns }: Source,
  route: (key: string | null) => Iterable<number>,
): Promise<readonly number[]> {
  const counts = targets.map(() => 0);
  const write = async (): Promise<void> => {
    const into = `COPY ${table.sql} (${columns.join(', ')}) FROM STDIN`;
    const sinks = targets.map((client) => sinkOf(client.query(copyFrom(into))));
    const rows = from.query(copyTo(`COPY (${select}) TO STDOUT`));
    try {
      for await (const line of linesOf(rows)) {
        const end = line.indexOf(tab);
        for (const target of route(unescaped(line.toString('utf8', 0, end)))) {
          counts[target] = (counts[target] ?? 0) + 1;
          await sinks[target]?.write(line.subarray(end + 1));
        }
      }
    } finally {
      await Promise.all(sinks.map((sink) => sink.end()));
    }
  };
  const asleep = targets.reduceRight<() => Promise<void>>(
    (work, client) => () => withoutTriggers(client, table, work),
    write,
  );
  await asleep();
  return counts;
}

interface Sink {
  readonly write: (line: Buffer) => Promise<void> | undefined;
  readonly end: () => Promise<void>;
}

const bufferBytes = 1 << 16;

function sinkOf(stream: CopyStreamQuery): Sink {
  let [pending, bytes]: [Buffer[], number] = [[], 0];
  const finished = new Promise<void>((resolve, reject) => {
    stream.once('finish', resolve).once('error', reject);
  });
  // Told by end().
  finished.catch(() => {});
  const flush = async (): Promise<void> => {
    const chunk = Buffer.concat(pending);
    [pending, bytes] = [[], 0];
    if (stream.destroyed || stream.write(chunk)) return;
    await Promise.race([new Promise((resolve) => stream.once('drain', resolve)), finished]);
  };
  return {
    write: (line) => {
      pending.push(line);
      bytes += line.length;
      return bytes < bufferBytes ? undefined : flush();
    },
    end: async () => {
      await flush();
      stream.end();
      await finished;
    },
  };
}

/** COPY text has no line end inside a row. */
async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = rest.length === 0 ? Buffer.from(chunk) : Buffer.concat([rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(lineEnd); end >= 0; end = bytes.indexOf(lineEnd, start)) {
      yield bytes.subarray(start, end + 1);
      start = end + 1;
    }
    rest = bytes.subarray(start);
  }
}

const escapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' };

/** A field of COPY's text format. */
function unescaped(field: string): string | null {
  if (field === '\\N') return null;
  return field.replace(/\\(.)/gs, (_, character: string) => escapes[character] ?? character);
}
