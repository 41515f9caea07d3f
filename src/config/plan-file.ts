/** Reads shardplan.json from disk. */

import { type PlanFile, parsePlan } from '../contract/index.js';
import { readText } from './read-text.js';

/** @throws UserError when the file cannot be read or is not a plan */
export async function readPlanFile(file: string): Promise<PlanFile> {
  return parsePlan(await readText(file, 'a shardplan.json'), file);
}
