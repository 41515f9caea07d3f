/** Reads shardplan.json and the files beside it from disk. */

import { type PlanFile, parseBaseline, parseCertificate, parseMap, parsePlan } from '../contract/index.js';
import type { Baseline, ProofFile, ShardMap } from '../model/index.js';
import { readText } from './read-text.js';

/** @throws UserError when the file cannot be read or is not a plan */
export async function readPlanFile(file: string): Promise<PlanFile> {
  return parsePlan(await readText(file, 'a shardplan.json'), file);
}

/** @throws UserError when the file cannot be read or is not a certificate */
export async function readCertificateFile(file: string): Promise<ProofFile> {
  return parseCertificate(await readText(file, 'the certificate.json that was written with the plan'), file);
}

/** @throws UserError when the file cannot be read or is not a baseline */
export async function readBaselineFile(file: string): Promise<Baseline> {
  return parseBaseline(await readText(file, 'a baseline.json'), file);
}

/** @throws UserError when the file cannot be read or is not a shard map */
export async function readMapFile(file: string): Promise<ShardMap> {
  return parseMap(await readText(file, 'a shard map'), file);
}
