/** A step of a deployment as it is looked at, taken or passed over. */

import type { DeployStep } from '../../model/index.js';
import { clean } from '../words.js';

const marks = {
  done: 'done    ',
  'not-wanted': 'not now ',
  'to-do': 'to do   ',
  applying: 'taking  ',
  applied: 'taken   ',
} as const;

/** `withSql`: what the server is told stands below it. */
export function renderStepText(step: DeployStep, state: keyof typeof marks, withSql: boolean): string {
  const on = step.on === 'coordinator' ? 'coordinator' : `shard ${step.on}`;
  const line = `${marks[state]} ${on}: ${clean(step.title)}\n`;
  if (!withSql || state === 'applied') return line;
  const sql = (step.shown ?? step.sql)
    .split('\n')
    .map((one) => `           ${clean(one) === '' ? '' : one.replace(/[\p{Cc}\p{Cf}]/gu, ' ')}`);
  return `${line}${sql.join('\n')}\n`;
}
