/** Why a statement is refused, in words that a developer can act on. */

import type { Refused, Verdict, VerdictKind } from '../model/index.js';
import { fixFor } from '../routability/index.js';

const featureNotSupported = '0A000';
const syntaxError = '42601';

/** What is wrong with each verdict that no router can serve. */
const reasons: Readonly<Partial<Record<VerdictKind, string>>> = {
  conditional: 'it needs one shard only if its parameters are equal, and here they are not',
  'multi-shard': 'it needs several shards',
  scatter: 'it needs every shard',
  'global-write': 'it writes copies on every shard',
  'cross-shard': 'rows of different shards would have to meet',
  'cross-database': 'it needs the shards and the unsharded database at once',
  unroutable: 'no shard can be named for it',
  unknown: 'what it needs is not known',
};

/** `reason`: more exact than what the verdict says; `fix` likewise. */
export function refusal(
  verdict: Verdict,
  isWrite: boolean,
  said: { readonly reason?: string; readonly fix?: string; readonly sqlstate?: string } = {},
): Refused {
  return {
    kind: 'refused',
    sqlstate: said.sqlstate ?? (verdict.blocker === 'unreadable' ? syntaxError : featureNotSupported),
    verdict: verdict.verdict,
    tables: verdict.tables,
    isWrite,
    reason: said.reason ?? reasons[verdict.verdict] ?? 'it cannot be routed',
    because: verdict.because,
    fix: said.fix ?? fixFor(verdict, !isWrite)?.text ?? 'run it on each database by itself',
  };
}
