/** What if: another choice beside the plan. */

import { type Question, simulate } from '../analysis/index.js';
import { type AnalysisRequest, noteUnreadLogs, readAll, settingsOf } from '../inputs/index.js';
import type { ProgressListener, Simulation } from '../model/index.js';

/**
 * Another choice beside the plan: what is set becomes pins, and everything else is planned anew around it.
 * @throws UserError for inputs that cannot be read, choices that name nothing or are impossible
 */
export async function simulateExports(
  request: AnalysisRequest,
  question: Question,
  progress: ProgressListener = () => {},
): Promise<Simulation> {
  noteUnreadLogs(request, progress);
  const { ground } = await readAll(request, progress);
  progress({ stage: 'plan', message: 'computing the plans' });
  return simulate(ground, settingsOf(request), question);
}
