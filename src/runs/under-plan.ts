/** All that an analysis says, of a plan that people have. Nothing is planned anew. */

import { checkPlan, claimNotes, goneNotes, planAsGiven } from '../analysis/index.js';
import type { PlanFile } from '../contract/index.js';
import { type AnalysisRequest, type ReadInputs, settingsOf } from '../inputs/index.js';
import type { AnalysisResult, ProgressListener } from '../model/index.js';
import { reportOn } from '../pipeline.js';

/** @throws UserError for a plan that is out of date with the inputs */
export async function reportUnder(
  request: AnalysisRequest,
  read: ReadInputs,
  given: PlanFile,
  progress: ProgressListener,
): Promise<AnalysisResult> {
  progress({ stage: 'plan', message: 'judging the plan' });
  checkPlan(given.tables, read.catalog);
  const solver = given.certificate?.solver ?? 'given';
  const take = async () => planAsGiven(read.ground, settingsOf(request), given.tables, solver);
  const result = await reportOn(request, read, take, progress);
  const { notes, plan } = result;
  return {
    ...result,
    notes: [...notes, ...goneNotes(given.tables, [...plan.tables.keys()]), ...claimNotes(given, plan)],
  };
}
