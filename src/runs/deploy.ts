/** What an engine is given for a plan: its files, what it would refuse late, and what it makes of each statement. */

import { checkPlan, constraintReport, judgeAll } from '../analysis/index.js';
import { schemaStatements, type TextFile } from '../catalog/index.js';
import type { PlanFile } from '../contract/index.js';
import { type DeployInput, deployment, type ServerAddress, type Traits, traitsOf } from '../engines/index.js';
import { type AnalysisRequest, readInputs } from '../inputs/index.js';
import {
  type Deployment,
  type Engine,
  type ProgressListener,
  plural,
  type ShardMap,
  UserError,
} from '../model/index.js';
import { unenforceable } from '../planner/index.js';
import { type Environment, parseDsn } from '../postgres/index.js';
import { initialMap } from '../topology/index.js';

export interface DeployQuestion {
  readonly engine: Engine;
  /** As it is now; before anything has moved where none is given. */
  readonly map?: ShardMap;
  /** The database as it is, which becomes the coordinator. Without it files have names to be replaced. */
  readonly dsn?: string;
  /** Of the shards (workers of Citus), in order. */
  readonly shardDsns: readonly string[];
  readonly environment: Environment;
}

/** @throws UserError for inputs that cannot be read, and addresses that are none */
export async function deployExports(
  request: AnalysisRequest,
  plan: PlanFile,
  question: DeployQuestion,
  progress: ProgressListener = () => {},
): Promise<Deployment> {
  const { engine } = question;
  const shards = shardsOf(request, question);
  const traits = new Map<string, Traits>();
  const { ground, catalog, schemaFiles, notes } = await readInputs(request, progress, {
    mayTouchNothing: true,
    watch: (read) => {
      if (read.kind === 'application') traits.set(read.source.id, traitsOf(read.tree));
    },
  });
  if (catalog.origin === 'schema') checkPlan(plan.tables, catalog);
  const judging = { stage: 'plan', message: 'judging statements' } as const;
  progress(judging);
  // Those of skipped files were told while they were looked for.
  for (const note of notes) if (note.code !== 'file-skipped') progress({ ...judging, note });
  const input: DeployInput = {
    placements: plan.tables,
    shards,
    catalog,
    constraints: unenforceable(catalog, plan.tables).map((one) => ({
      ...constraintReport(one),
      columns: one.columns,
      change: one.remedy,
      ...(one.target === undefined ? {} : { target: one.target }),
    })),
    map: question.map ?? initialMap(shards),
    statements: judgeAll(ground, plan.tables).map(({ source, verdict, query }) => {
      const seen = traits.get(source.id);
      return {
        id: source.id,
        ...(source.queryId === undefined ? {} : { queryId: source.queryId }),
        text: source.text,
        calls: source.counters.calls,
        source: source.source,
        verdict,
        ...(query === undefined ? {} : { query }),
        ...(seen === undefined ? {} : { traits: seen }),
      };
    }),
    ...addresses(question, shards),
  };
  const schema = engine === 'postgres' ? schemaText(schemaFiles) : undefined;
  return deployment(engine, input, {
    ...(schema === undefined ? {} : { schema }),
    passwords: question.shardDsns.map((dsn) => parseDsn(dsn, question.environment).password),
  });
}

/** As many as addresses are given; workers of Citus may be more or fewer than shards. */
function shardsOf({ shards }: AnalysisRequest, { engine, map, shardDsns }: DeployQuestion): number {
  const wanted = map?.shards ?? shards;
  if (shardDsns.length === 0 || engine === 'citus' || shardDsns.length === wanted) return wanted;
  throw new UserError(
    'bad-option',
    `--shard-dsn names ${plural(shardDsns.length, 'shard')}, and the plan or its map has ${wanted}`,
    `Name every shard, in order, or give --shards ${shardDsns.length} where nothing lies on them yet.`,
  );
}

function addresses({ engine, dsn, shardDsns, environment }: DeployQuestion, shards: number) {
  const unnamed = (host: string): ServerAddress => ({ host, port: 5432, database: 'app', user: 'app' });
  const coordinator = dsn === undefined ? unnamed('coordinator') : addressOf(dsn, environment);
  const servers =
    shardDsns.length === 0
      ? Array.from({ length: shards }, (_, shard) =>
          unnamed(`${engine === 'citus' ? 'worker' : 'shard'}-${shard}`),
        )
      : shardDsns.map((one) => addressOf(one, environment));
  if (shardDsns.length > 0) refuseSameServers(engine, dsn === undefined ? undefined : coordinator, servers);
  return { coordinator, servers };
}

/** Two shards in one database would each take the other's rows for rows that do not belong. */
function refuseSameServers(
  engine: Engine,
  coordinator: ServerAddress | undefined,
  servers: readonly ServerAddress[],
): void {
  // Nodes of Citus have one database name between them, and the coordinator may be a worker too.
  const placeOf = ({ host, port, database }: ServerAddress): string =>
    engine === 'citus' ? `${host}:${port}` : `${host}:${port}/${database}`;
  const seen = new Map<string, string>();
  if (engine === 'postgres' && coordinator !== undefined) seen.set(placeOf(coordinator), '--dsn');
  for (const [shard, server] of servers.entries()) {
    const place = placeOf(server);
    const before = seen.get(place);
    if (before !== undefined) {
      throw new UserError(
        'bad-option',
        `${place} is named twice: as ${before} and as shard ${shard}`,
        'Each shard needs a database of its own; name them with --shard-dsn, in order.',
      );
    }
    seen.set(place, `shard ${shard}`);
  }
}

function addressOf(dsn: string, environment: Environment): ServerAddress {
  const { host, port, database, user } = parseDsn(dsn, environment);
  return { host, port, database, user };
}

/** Without what only psql understands. */
function schemaText(files: readonly TextFile[]): string | undefined {
  if (files.length === 0) return undefined;
  return schemaStatements(files)
    .map(({ text }) => `${text};\n`)
    .join('');
}
