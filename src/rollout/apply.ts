/**
 * Steps on live servers, in order. What a step has done is asked of the server, never remembered: a run that was killed is taken up
 * where it ended, and a second run does nothing.
 */

import { type DeployStep, UserError } from '../model/index.js';
import type { Servers } from './servers.js';

export type StepState = 'done' | 'to-do' | 'not-wanted';

export interface StepEvent {
  readonly step: DeployStep;
  /** `done`: it was done before; `applied`: just now. */
  readonly state: StepState | 'applying' | 'applied';
}

/**
 * Looks at every step, and takes those that are to be taken unless it is a dry run. In a dry run what a step needs from the ones before it
 * may not be there yet: then it is to do.
 * @throws UserError when a server refuses a step
 */
export async function takeSteps(
  servers: Servers,
  steps: readonly DeployStep[],
  dryRun: boolean,
  tell: (event: StepEvent) => Promise<void> | void,
): Promise<readonly StepEvent[]> {
  // A server that is not there is known before the first step is taken on another.
  for (const on of new Set(steps.map((step) => step.on))) await servers.ask(on, 'connecting', 'SELECT 1');
  const events: StepEvent[] = [];
  for (const step of steps) {
    const state = await stateOf(servers, step, dryRun);
    if (dryRun || state !== 'to-do') {
      await tell({ step, state });
      events.push({ step, state });
      continue;
    }
    await tell({ step, state: 'applying' });
    await take(servers, step);
    if ((await stateOf(servers, step, false)) === 'to-do') throw notDone(step);
    await tell({ step, state: 'applied' });
    events.push({ step, state: 'applied' });
  }
  return events;
}

async function take(servers: Servers, { on, title, sql, outside }: DeployStep): Promise<void> {
  const where = on === 'coordinator' ? on : `shard ${on}`;
  try {
    await servers.run(on, `${where}: ${title}`, sql, outside !== true);
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { code, message, hint } = error;
    throw new UserError(code, message, `${hint} Steps before it are kept: run the command again afterwards.`);
  }
}

async function stateOf(servers: Servers, step: DeployStep, dryRun: boolean): Promise<StepState> {
  try {
    if (step.unless !== undefined && (await isTrue(servers, 'coordinator', step.title, step.unless)))
      return 'not-wanted';
    return (await isTrue(servers, step.on, step.title, step.done)) ? 'done' : 'to-do';
  } catch (error) {
    // A table, extension or catalog that an earlier step makes is not there yet.
    if (dryRun && error instanceof UserError && error.code === 'server-failed') return 'to-do';
    throw error;
  }
}

async function isTrue(servers: Servers, on: DeployStep['on'], what: string, sql: string): Promise<boolean> {
  const [row] = await servers.ask(on, what, sql);
  return Object.values(row ?? {})[0] === 't';
}

function notDone({ title, on }: DeployStep): UserError {
  return new UserError(
    'server-failed',
    `${title}: the ${on === 'coordinator' ? 'coordinator' : `server of shard ${on}`} took it, and still does not have it`,
    'Look at the server log; nothing after it was begun.',
  );
}
