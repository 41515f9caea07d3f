/** Steps on servers that are not all there. */

import { expect, it } from 'vitest';
import { type DeployStep, UserError } from '../../src/model/index.js';
import { type Servers, takeSteps } from '../../src/rollout/index.js';

const step = (on: DeployStep['on']): DeployStep => ({
  id: `step-${on}`,
  on,
  title: 'a step',
  sql: 'SELECT 1',
  done: 'SELECT false',
});

function recording(fail: (on: DeployStep['on'], sql: string) => UserError | undefined) {
  const ran: DeployStep['on'][] = [];
  const servers: Servers = {
    ask: async (on, _, sql) => {
      const error = fail(on, sql);
      if (error !== undefined) throw error;
      return [{ done: ran.includes(on) ? 't' : 'f' }];
    },
    run: async (on, what) => {
      const error = fail(on, what);
      if (error !== undefined) throw error;
      ran.push(on);
    },
    close: async () => {},
  };
  return { ran, servers };
}

const steps = [step(0), step('coordinator'), step(1)];

it('takes no step before every server that has one was reached', async () => {
  const { ran, servers } = recording((on) =>
    on === 1 ? new UserError('connection-failed', 'cannot be reached', '') : undefined,
  );
  await expect(takeSteps(servers, steps, false, () => {})).rejects.toThrow('cannot be reached');
  expect(ran).toEqual([]);
});

it('says on which server a step failed, and that it can be taken up again', async () => {
  const { ran, servers } = recording((_, what) =>
    what === 'coordinator: a step' ? new UserError('server-failed', `${what} failed`, 'Look.') : undefined,
  );
  await expect(takeSteps(servers, steps, false, () => {})).rejects.toMatchObject({
    message: 'coordinator: a step failed',
    hint: 'Look. Steps before it are kept: run the command again afterwards.',
  });
  expect(ran).toEqual([0]);
});
