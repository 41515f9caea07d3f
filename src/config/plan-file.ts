/** Reads shardplan.json and the files beside it from disk. */

import { type PlanFile, parseBaseline, parseCertificate, parsePlan } from '../contract/index.js';
import type { Baseline, ProofFile } from '../model/index.js';
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
