/** What the design document is made of: the analysis under a plan, and what people want of the document. */

import { constraintReport } from '../analysis/index.js';
import type { PlanFile } from '../contract/index.js';
import { type AnalysisRequest, readInputs } from '../inputs/index.js';
import type { DocumentedPlan, ProgressListener } from '../model/index.js';
import { unenforceable } from '../planner/index.js';
import { initialMap } from '../topology/index.js';
import { reportUnder } from './under-plan.js';

/**
 * The same under a plan that people have: statements are judged under it, other options priced beside it, and its
 * certificate says what could be saved. Nothing is planned anew.
 * @throws UserError for inputs that cannot be read, and for a plan that is out of date with them
 */
export async function documentExports(
  request: AnalysisRequest,
  given: PlanFile,
  progress: ProgressListener = () => {},
): Promise<DocumentedPlan> {
  const read = await readInputs(request, progress, { mayBeEmpty: true });
  const { catalog } = read;
  const analysis = await reportUnder(request, read, given, progress);
  return {
    analysis,
    catalog,
    buckets: initialMap(request.shards).buckets,
    constraints: unenforceable(catalog, analysis.plan.tables).map((one) => ({
      ...constraintReport(one),
      columns: one.columns,
      change: one.remedy,
      ...(one.target === undefined ? {} : { target: one.target }),
    })),
    ...(request.config.document === undefined ? {} : { intent: request.config.document }),
  };
}
