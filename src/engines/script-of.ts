/** Steps as a file of SQL: each with its title above it. */

import type { DeployStep } from '../model/index.js';
import { remark } from './sql-text.js';

/** `about` are the lines at the head of the file. */
export function scriptOf(about: readonly string[], steps: readonly DeployStep[]): string {
  const head = about.map(remark).join('\n');
  const body = steps.map(({ title, sql }) => `${remark(title)}\n${sql}`).join('\n\n');
  return `${head}\n\n${body}${body === '' ? '' : '\n'}`;
}
