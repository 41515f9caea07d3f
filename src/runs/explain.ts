/** Why: a statement or a table with every step behind it. */

import { explain } from '../analysis/index.js';
import type { PlanFile } from '../contract/index.js';
import { type AnalysisRequest, readAll } from '../inputs/index.js';
import type { Explanation, ProgressListener } from '../model/index.js';
import { reportBest } from '../pipeline.js';
import { reportUnder } from './under-plan.js';

/**
 * A statement or a table of the workload with every step behind its verdict, under the best plan or a given one.
 * @throws UserError for inputs that cannot be read, and when nothing is called so
 */
export async function explainExports(
  request: AnalysisRequest,
  subject: string,
  given?: PlanFile,
  progress: ProgressListener = () => {},
): Promise<Explanation> {
  const read = await readAll(request, progress);
  const result =
    given === undefined
      ? await reportBest(request, read, progress)
      : await reportUnder(request, read, given, progress);
  return explain(
    subject,
    result,
    (id) => read.ground.application.find(({ source }) => source.id === id)?.query,
  );
}
