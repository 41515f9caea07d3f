/** A wire router's life: started from its files, reloaded when they change or on SIGHUP, stopped on SIGTERM and SIGINT. */

import { type FSWatcher, watch } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type Config,
  listenForMaps,
  openRouter,
  parseDsn,
  parseUsers,
  type RunningRouter,
  readMapFile,
  readPlanFile,
  startRouter,
} from '../index.js';
import { UserError } from '../model/index.js';

export interface Serving {
  readonly plan: string;
  readonly map?: string;
  readonly schema: readonly string[];
  readonly config: Config;
  readonly shardDsn: readonly string[];
  readonly unshardedDsn?: string;
  readonly mapDsn?: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly metricsListen?: { readonly host: string; readonly port: number };
  readonly authFile?: string;
  readonly tlsCert?: string;
  readonly tlsKey?: string;
  readonly requireTls?: true;
  readonly poolSize: number;
  readonly poolWait: number;
  readonly maxClients: number;
  readonly maxMessageBytes: number;
  readonly mergeBytes: number;
  readonly idleTimeout: number;
  readonly drainTimeout: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly say: (line: string) => void;
}

const second = 1000;

/** @throws UserError */
export async function serveUntilStopped(serving: Serving): Promise<void> {
  const { say } = serving;
  const running = await start(serving);
  say(`listening on ${serving.listen.host}:${running.port}`);
  if (serving.authFile === undefined) say('without --auth-file everybody on this machine is let in');
  if (running.metricsPort !== undefined)
    say(`metrics on ${serving.metricsListen?.host}:${running.metricsPort}`);
  const stopWatching = keepFresh(serving, running);
  await stopSignal();
  say('stopping: transactions may finish');
  stopWatching();
  await running.stop();
  say('stopped');
}

async function start(serving: Serving): Promise<RunningRouter> {
  const address = (dsn: string) => parseDsn(dsn, serving.environment);
  const plan = await readPlanFile(serving.plan);
  const router = await openRouter({
    plan,
    schema: serving.schema,
    config: serving.config,
    shards: serving.shardDsn.length,
    ...(serving.map === undefined ? {} : { map: await readMapFile(serving.map) }),
  });
  return startRouter({
    router,
    shards: serving.shardDsn.map(address),
    unsharded: serving.unshardedDsn === undefined ? undefined : address(serving.unshardedDsn),
    listen: serving.listen,
    metricsListen: serving.metricsListen,
    door: await doorOf(serving),
    pool: { most: serving.poolSize, waitMs: second * serving.poolWait, idleMs: 600 * second },
    limits: {
      mostClients: serving.maxClients,
      messageBytes: serving.maxMessageBytes,
      idleMs: second * serving.idleTimeout,
      startMs: 15 * second,
    },
    mergeBytes: serving.mergeBytes,
    drainMs: second * serving.drainTimeout,
    say: serving.say,
    // The stack is of the router's own code: no statement and no value is in it.
    onBug: (error) => serving.say(`bug: ${error instanceof Error ? (error.stack ?? error.name) : 'unknown'}`),
  });
}

async function doorOf({ authFile, tlsCert, tlsKey, requireTls }: Serving) {
  const users = authFile === undefined ? undefined : parseUsers(await textOf(authFile), authFile);
  const tls =
    tlsCert === undefined || tlsKey === undefined
      ? undefined
      : { cert: await textOf(tlsCert), key: await textOf(tlsKey) };
  return { users, tls, requireTls: requireTls === true };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      isMissing ? 'file-not-found' : 'file-unreadable',
      `${file} ${isMissing ? 'is not there' : 'cannot be read'}`,
      'Check the path.',
      { file },
    );
  }
}

// ── while it runs ────────────────────────────────────────────────────────────────────────────────────────────────────

/** What cannot be read leaves everything as it was. Gives what ends the watching. */
function keepFresh(serving: Serving, running: RunningRouter): () => void {
  const reloadMap = async (): Promise<void> => {
    if (serving.map === undefined) return;
    running.useMap(await readMapFile(serving.map));
    serving.say('the map was read anew');
  };
  const reload = (what: () => Promise<void>) => (): void => {
    what().catch((error: unknown) => {
      running.reloadFailed();
      serving.say(`not reloaded: ${error instanceof UserError ? error.message : 'a file cannot be read'}`);
    });
  };
  const hangUp = reload(async () => {
    await reloadMap();
    running.useDoor(await doorOf(serving));
    serving.say('users and certificate were read anew');
  });
  process.on('SIGHUP', hangUp);
  const watcher = serving.map === undefined ? undefined : watchFile(serving.map, reload(reloadMap));
  const { mapDsn, environment, say } = serving;
  const news = mapDsn === undefined ? undefined : listenForMaps(mapDsn, environment, reload(reloadMap), say);
  return () => {
    process.off('SIGHUP', hangUp);
    watcher?.close();
    news?.stop();
  };
}

/** The folder is watched: a file that is replaced as a whole is another one afterwards. */
function watchFile(file: string, changed: () => void): FSWatcher {
  let timer: NodeJS.Timeout | undefined;
  const name = path.basename(file);
  return watch(path.dirname(path.resolve(file)), (_event, which) => {
    if (which !== name) return;
    clearTimeout(timer);
    timer = setTimeout(changed, 200);
  });
}

function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve()).once('SIGINT', () => resolve());
  });
}
