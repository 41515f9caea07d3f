/** Which tables are used together, with where they lie under a plan. */

import { checkPlan, solveUnder } from '../analysis/index.js';
import type { PlanFile } from '../contract/index.js';
import { type AnalysisRequest, readAll, settingsOf } from '../inputs/index.js';
import type { PlacedGraph, ProgressListener } from '../model/index.js';
import { usedTogether } from '../pipeline.js';

/**
 * Under the best plan, which is computed but neither proven nor reported on, or under one that is given, for which nothing is
 * planned; tables that it does not name lie nowhere.
 * @throws UserError for inputs that cannot be read, and for a plan that is out of date with the schema
 */
export async function graphExports(
  request: AnalysisRequest,
  given?: PlanFile,
  progress: ProgressListener = () => {},
): Promise<PlacedGraph> {
  const read = await readAll(request, progress);
  if (given === undefined) progress({ stage: 'plan', message: 'computing the plan' });
  else checkPlan(given.tables, read.catalog);
  const tables = given?.tables ?? (await solveUnder(read.ground, settingsOf(request))).solution.placements;
  const { graph } = await usedTogether(request, read, tables, progress);
  return { graph, plan: { tables } };
}
