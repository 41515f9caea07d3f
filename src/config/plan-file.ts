/** Reads shardplan.json and certificate.json from disk. */

import { type PlanFile, parseCertificate, parsePlan } from '../contract/index.js';
import type { ProofFile } from '../model/index.js';
import { readText } from './read-text.js';

/** @throws UserError when the file cannot be read or is not a plan */
export async function readPlanFile(file: string): Promise<PlanFile> {
  return parsePlan(await readText(file, 'a shardplan.json'), file);
}

/** @throws UserError when the file cannot be read or is not a certificate */
export async function readCertificateFile(file: string): Promise<ProofFile> {
  return parseCertificate(await readText(file, 'the certificate.json that was written with the plan'), file);
}
