/** Does the plan's certificate hold? */

import { claimsNothing, plannerSettings, verify } from '../analysis/index.js';
import type { PlanFile } from '../contract/index.js';
import { type AnalysisRequest, noteUnreadLogs, readAll } from '../inputs/index.js';
import type { ProgressListener, ProofFile, Verification } from '../model/index.js';

/**
 * A plan and its certificate, held against the same inputs as they were made from. No solver is asked.
 * @throws UserError for inputs that cannot be read, and for a plan that claims nothing
 */
export async function verifyExports(
  request: AnalysisRequest,
  plan: PlanFile,
  proof: ProofFile,
  progress: ProgressListener = () => {},
): Promise<Verification> {
  const { shards = request.shards, weight = request.weight, score, certificate } = plan;
  if (score === undefined || certificate === undefined) throw claimsNothing();
  noteUnreadLogs(request, progress);
  const { ground } = await readAll(request, progress);
  progress({ stage: 'plan', message: 'checking the plan and its proof' });
  const settings = plannerSettings(request.config, request.shards, undefined);
  return verify(ground, settings, { tables: plan.tables, shards, weight, score, certificate }, proof);
}
