/** Steps that were taken once and do not hold any more: asked as they are before they are taken. */

import type { Deployment, Drift } from '../model/index.js';
import type { Servers } from './servers.js';

/** Of the steps whose names begin so, behind the shard's. */
export async function stepsUndone(
  servers: Servers,
  { steps }: Deployment,
  kinds: readonly string[],
): Promise<readonly Drift[]> {
  const found: Drift[] = [];
  for (const { id, on, title, done } of steps) {
    const [kind = '', subject = ''] = id.replace(/^shard-\d+:/, '').split(':');
    if (!kinds.includes(kind)) continue;
    const [row] = await servers.ask(on, title, done);
    if (Object.values(row ?? {})[0] === 't') continue;
    found.push({
      code: kind,
      subject: on === 'coordinator' ? subject : `${subject} on shard ${on}`,
      expected: title,
      found: 'not so',
    });
  }
  return found;
}
