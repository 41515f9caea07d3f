/** The plan with what is proven of it, and the check of such a plan by anybody who has the same inputs. */

import {
  type Certificate,
  type Placements,
  type ProofFile,
  type ShardPlan,
  UserError,
  type Verification,
  type VerificationCheck,
} from '../model/index.js';
import { certifyPlan, type PlannerSettings, verifyClaims } from '../planner/index.js';
import { costOfVerdict } from '../routability/index.js';
import { checkPlan } from './check-plan.js';
import type { Judged } from './judged.js';
import { type Groundwork, judgeAll, problemUnder, type Solved } from './plan-under.js';
import { scoreOf } from './score.js';

/** The plan claims what its certificate proves; what the solver says by itself stands apart in the proof. */
export async function certify(
  { costs, weight }: Groundwork,
  { problem, solution }: Solved,
): Promise<{ readonly certificate: Certificate; readonly proof: ProofFile }> {
  const { certificate, proof } = await certifyPlan(problem, solution);
  return { certificate, proof: { shards: costs.shards, weight, ...proof } };
}

export type PlanToVerify = Pick<ShardPlan, 'tables' | 'certificate' | 'score' | 'shards' | 'weight'>;

/** Without a solver: the problem is made anew, the statements are classified one by one, the bound is recomputed. */
export function verify(
  ground: Groundwork,
  settings: PlannerSettings,
  plan: PlanToVerify,
  proof: ProofFile,
): Verification {
  const judged = judgeAll(ground, plan.tables);
  const readable = judged.filter(({ query }) => query !== undefined);
  const verification = verifyClaims(problemUnder(ground, settings), {
    placements: plan.tables,
    certificate: plan.certificate,
    proof,
    classified: readable.map(({ weight, verdict }) => [weight, costOfVerdict(verdict, ground.costs)]),
  });
  const checks = [
    checkSetting('shards', ground.costs.shards, plan.shards, proof.shards),
    checkSetting('weight', ground.weight, plan.weight, proof.weight),
    checkSchema(plan.tables, ground),
    checkScore(judged, plan.score),
    ...verification.checks,
  ];
  return { ...verification, holds: checks.every(({ holds }) => holds), checks };
}

function checkSetting<T extends string | number>(id: string, now: T, plan: T, proof: T): VerificationCheck {
  const holds = now === plan && now === proof;
  const message = holds
    ? `${id}: ${now}`
    : `${id}: ${now} here, ${plan} in the plan, ${proof} in the certificate`;
  return { id, holds, message };
}

function checkSchema(tables: Placements, { catalog }: Groundwork): VerificationCheck {
  try {
    checkPlan(tables, catalog);
    return { id: 'schema', holds: true, message: 'the schema has every key, with its type' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return { id: 'schema', holds: false, message: error.message };
  }
}

function checkScore(judged: readonly Judged[], claimed: ShardPlan['score']): VerificationCheck {
  const now = scoreOf(judged);
  const wrong = (Object.keys(now) as (keyof typeof now)[]).filter(
    (share) => Math.abs(now[share] - claimed[share]) > 1e-6,
  );
  return {
    id: 'score',
    holds: wrong.length === 0,
    message:
      wrong.length === 0
        ? 'the shares of the score are those of the statements classified anew'
        : wrong.map((share) => `${share} is ${now[share]}, not ${claimed[share]} as claimed`).join('; '),
  };
}

export function claimsNothing(): UserError {
  return new UserError(
    'bad-plan',
    'the plan has no score or no certificate: it claims nothing that could be checked',
    'Check a plan that "shardwright analyze <export> --out DIR" wrote.',
  );
}
