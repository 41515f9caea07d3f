/** A rollout held against the plan: what the engine itself says of each statement, or where the rows lie. */

import type { Deployment, RolloutVerification } from '../model/index.js';
import { citusChecks } from './citus-checks.js';
import { citusPlacement } from './citus-placement.js';
import { postgresChecks } from './postgres-checks.js';
import type { Servers } from './servers.js';

export async function verifyRollout(servers: Servers, deployment: Deployment): Promise<RolloutVerification> {
  const { engine } = deployment;
  const checks =
    engine === 'citus'
      ? [...(await citusChecks(servers, deployment)), ...(await citusPlacement(servers, deployment))]
      : await postgresChecks(servers, deployment);
  const differs = checks.some(({ outcome }) => outcome === 'differs');
  const checked = checks.some(({ outcome }) => outcome !== 'not-checked');
  return { engine, holds: checked && !differs, checks };
}
