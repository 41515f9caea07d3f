/** A deployment on live servers. */

import {
  type DeployFinding,
  type Deployment,
  type DriftReport,
  type RolloutVerification,
  UserError,
} from '../model/index.js';
import {
  type Addresses,
  driftOf,
  type Servers,
  type StepEvent,
  serversAt,
  takeSteps,
  verifyRollout,
} from '../rollout/index.js';

/**
 * Takes the deployment's steps, or only looks at them.
 * @throws UserError for findings that the engine would refuse, and when a server refuses a step
 */
export async function rollOut(
  { steps, findings }: Deployment,
  addresses: Addresses,
  { dryRun, accepted }: { readonly dryRun: boolean; readonly accepted: readonly string[] },
  tell: (event: StepEvent) => Promise<void> | void,
): Promise<readonly StepEvent[]> {
  const inTheWay = findings.find(({ level, code }) => level === 'error' && !accepted.includes(code));
  if (!dryRun && inTheWay !== undefined) throw refused(inTheWay);
  return withServers(addresses, (servers) => takeSteps(servers, steps, dryRun, tell));
}

function refused({ message, fix, code }: DeployFinding): UserError {
  return new UserError('bad-input', message, `${fix} Where that is seen to: --accept ${code}.`);
}

/** What on the servers is not as the plan has it. Only reads. */
export function driftBetween(deployment: Deployment, addresses: Addresses): Promise<DriftReport> {
  return withServers(addresses, (servers) => driftOf(servers, deployment));
}

/** Statements are explained, never run. */
export function verifyDeployed(deployment: Deployment, addresses: Addresses): Promise<RolloutVerification> {
  return withServers(addresses, (servers) => verifyRollout(servers, deployment));
}

async function withServers<T>(addresses: Addresses, work: (servers: Servers) => Promise<T>): Promise<T> {
  const servers = serversAt(addresses);
  try {
    return await work(servers);
  } finally {
    await servers.close();
  }
}
