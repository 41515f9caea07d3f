/** What of a plan and its servers is not alike. Nothing is changed. */

import type { Deployment, Drift, DriftReport } from '../model/index.js';
import { citusDrift } from './citus-drift.js';
import { postgresDrift } from './postgres-drift.js';
import type { Servers } from './servers.js';

export async function driftOf(servers: Servers, deployment: Deployment): Promise<DriftReport> {
  const { engine, tables } = deployment;
  const differences: readonly Drift[] =
    engine === 'citus' ? await citusDrift(servers, deployment) : await postgresDrift(servers, deployment);
  return { engine, differences, looked: tables.length + deployment.servers.length };
}
