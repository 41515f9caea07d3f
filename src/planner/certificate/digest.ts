/** Digests of what a proof is about, so that a certificate of another workload or config is refused, and by its reason. */

import { createHash } from 'node:crypto';
import type { ModelDigests } from '../../model/index.js';
import type { ProofModel } from './model.js';

export function digestsOf(model: ProofModel): ModelDigests {
  return {
    options: digest(model.names.map((name, table) => [name, model.labels[table], model.open[table]])),
    statements: digest([model.bits, model.constant, model.terms]),
    charges: digest([model.bits, model.linear]),
    budgets: digest(model.limits),
  };
}

function digest(value: unknown): string {
  const text = JSON.stringify(value, (_, one) => (typeof one === 'bigint' ? String(one) : one));
  return createHash('sha256').update(text).digest('hex');
}
