/** What doctor found, as text: what is wrong first, with what to do; then what is fine. */

import type { DoctorCheck, DoctorReport } from '../model/index.js';
import { clean, wrap } from './words.js';

const order: readonly DoctorCheck['status'][] = ['fail', 'warn', 'ok'];

export function renderDoctorText({ subject, checks }: DoctorReport, width: number): string {
  const sorted = order.flatMap((status) => checks.filter((check) => check.status === status));
  const lines = [
    ...wrap(clean(subject), width, '', ''),
    ...sorted.flatMap(({ id, status, message, hint }) => [
      ...wrap(clean(`${status.padEnd(4)} ${id}: ${message}`), width, '  ', '       '),
      ...(hint === undefined ? [] : wrap(clean(`→ ${hint}`), width, '       ', '         ')),
    ]),
    '',
    verdict(checks),
  ];
  return `${lines.join('\n')}\n`;
}

function verdict(checks: readonly DoctorCheck[]): string {
  const count = (status: DoctorCheck['status']): number =>
    checks.filter((check) => check.status === status).length;
  const [fails, warns] = [count('fail'), count('warn')];
  if (fails > 0) return `${fails} to mend before a plan can be trusted, ${warns} to look at.`;
  return warns > 0 ? `Good enough to plan from; ${warns} to look at.` : 'Good to plan from.';
}
