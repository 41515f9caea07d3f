/** A deployment on live servers. */

import { type DeployFinding, type Deployment, UserError } from '../model/index.js';
import { type Addresses, type StepEvent, serversAt, takeSteps } from '../rollout/index.js';

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
  const servers = serversAt(addresses);
  try {
    return await takeSteps(servers, steps, dryRun, tell);
  } finally {
    await servers.close();
  }
}

function refused({ message, fix, code }: DeployFinding): UserError {
  return new UserError('bad-input', message, `${fix} Where that is seen to: --accept ${code}.`);
}
