/**
 * A schema and rows into a monolith, and from there onto shards as a plan says. The monolith keeps everything, so that whatever
 * goes to the shards can be compared with it.
 */

import type { Client } from 'pg';
import { loadTextFiles, readSchema, readStatistics, schemaStatements } from '../catalog/index.js';
import { type Placements, type ShardMap, UserError } from '../model/index.js';
import type { Environment } from '../postgres/index.js';
import { initialMap } from '../topology/index.js';
import { discoverInputs } from '../workload/index.js';
import { describeTables, inForeignKeyOrder, type LabTable } from './describe.js';
import { distributeRows, type TableRows } from './distribute.js';
import { generateRows } from './generate.js';
import type { LabDatabase } from './parts.js';
import { applySchema } from './schema.js';
import { alignShardSequences } from './sequences.js';
import { withClients } from './session.js';
import { reshapeSchema } from './shard-schema.js';

export interface LoadRequest {
  /** Folders and files as for an analysis: schema and statistics are taken from them. */
  readonly inputs: readonly string[];
  readonly placements: Placements;
  /** Default: the map of as many shards as there are, before anything has moved. */
  readonly map?: ShardMap;
  /** 1, the default, is about 10,000 rows on the monolith. */
  readonly scale?: number;
  readonly seed?: string;
  /** Completes addresses as libpq does. */
  readonly environment?: Environment;
  readonly progress?: (message: string) => void;
}

export interface Loaded {
  /** In the order of foreign keys. */
  readonly tables: readonly TableRows[];
  readonly notes: readonly string[];
}

export interface LoadTarget {
  readonly monolith: LabDatabase;
  readonly shards: readonly LabDatabase[];
  readonly unsharded?: LabDatabase;
  /** Who owns what is made; undefined: whoever connects. */
  readonly role?: string;
}

/** @throws UserError database-not-empty, schema-refused, and for inputs that cannot be read */
export async function loadLab(target: LoadTarget, request: LoadRequest): Promise<Loaded> {
  const { placements, scale = 1, seed = 'lab', progress = () => {} } = request;
  const { statements, catalog } = await readLabInputs(request.inputs);
  const map = request.map ?? initialMap(Math.max(1, target.shards.length));
  refuseUnplaceable(target, placements, map);
  return withClients(target, request.environment, async (clients) => {
    const all = [clients.monolith, ...clients.shards, ...(clients.unsharded ? [clients.unsharded] : [])];
    for (const client of all) await refuseNonEmpty(client);
    progress('loading the schema');
    const [notes = []] = await Promise.all(all.map((client) => applySchema(client, statements, target.role)));
    const tables = inForeignKeyOrder(await describeTables(clients.monolith));
    await Promise.all([
      ...clients.shards.map((client) => reshapeSchema(client, 'shard', tables, catalog, placements)),
      ...(clients.unsharded
        ? [reshapeSchema(clients.unsharded, 'unsharded', tables, catalog, placements)]
        : []),
    ]);
    progress('making rows');
    const empty = await generateRows(clients.monolith, { tables, catalog, scale, seed });
    progress('routing rows to the shards');
    const counted = await distributeRows(clients, tables, placements, map);
    await alignShardSequences(clients, tables, placements);
    return { tables: counted, notes: [...notes, ...unplaced(tables, placements), ...empty] };
  });
}

/** What a lab is made from. @throws UserError when there is no schema, or one that cannot be read */
export async function readLabInputs(inputs: readonly string[]) {
  const found = await discoverInputs(inputs);
  const files = await loadTextFiles(found.schemas);
  if (files.length === 0) {
    throw new UserError(
      'file-not-found',
      `There is no schema in ${inputs.join(', ')}`,
      'Give a folder with schema.sql or catalog.json, or the file itself.',
    );
  }
  const declared = await readSchema(files);
  const { catalog } = readStatistics(await loadTextFiles(found.statistics), declared);
  return { statements: schemaStatements(files), catalog };
}

function unplaced(tables: readonly LabTable[], placements: Placements): readonly string[] {
  return tables
    .filter(({ name }) => !placements.has(name))
    .map(({ name }) => `${name} is not in the plan and stays in the unsharded database`);
}

function refuseUnplaceable({ shards, unsharded }: LoadTarget, placements: Placements, map: ShardMap): void {
  if (shards.length > 0 && map.shards !== shards.length) {
    throw new UserError(
      'bad-map',
      `The map has ${map.shards} shards and there are ${shards.length}`,
      'Give a map of as many shards, or none.',
    );
  }
  const needs = [...placements.values()].some(({ placement }) => placement === 'unsharded');
  if (shards.length > 0 && unsharded === undefined && needs) {
    throw new UserError(
      'bad-option',
      'The plan has unsharded tables, and there is no database for them',
      'Give --unsharded-dsn.',
    );
  }
}

/** Rows and tables of somebody else's would get between, or worse. */
async function refuseNonEmpty(client: Client): Promise<void> {
  if ((await describeTables(client)).length === 0) return;
  throw new UserError(
    'database-not-empty',
    `The database ${client.database ?? ''} at ${client.host}:${client.port} has tables already`,
    'Give the lab a database that was just created; it never writes into one that holds anything.',
  );
}
