/**
 * Several clusters in one temporary folder, all gone after `stop` and when this process ends.
 */

import { randomBytes } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { copyCluster, makeCluster, type Server, type ServerSettings, startCluster } from './cluster.js';
import { openHome } from './home.js';
import { findPrograms, type Programs } from './programs.js';

export interface Clusters {
  readonly folder: string;
  readonly servers: readonly Server[];
  readonly stop: () => Promise<void>;
}

export interface ClustersRequest {
  /** One cluster each; also the names of their folders. */
  readonly names: readonly string[];
  readonly settings?: (programs: Programs) => ServerSettings;
  /** Default: a new one among the temporary files. */
  readonly folder?: string;
  readonly binDir?: string;
}

/** @throws UserError lab-exists, no-server-programs, server-failed */
export async function startClusters({
  names,
  settings = () => ({}),
  folder = newFolder(),
  binDir,
}: ClustersRequest): Promise<Clusters> {
  const home = await openHome(folder);
  try {
    const programs = findPrograms(folder, binDir);
    const [first = 'server', ...others] = names;
    const made = await makeCluster(programs, home, first);
    const all = [made, ...others.map((name) => copyCluster(made, programs, home, name))];
    const servers = await Promise.all(
      all.map((one) => startCluster(one, programs, home, settings(programs))),
    );
    return { folder, servers, stop: home.remove };
  } catch (error) {
    await home.remove();
    throw error;
  }
}

function newFolder(): string {
  return path.join(os.tmpdir(), `shardwright-${randomBytes(6).toString('hex')}`);
}

/** One server with nothing in it. */
export async function startPostgres(
  settings: ServerSettings = {},
): Promise<Server & { readonly stop: () => Promise<void> }> {
  const { servers, stop } = await startClusters({ names: ['server'], settings: () => settings });
  return { ...(servers[0] as Server), stop };
}
