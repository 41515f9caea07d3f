/**
 * Holds a plan and its certificate against the problem made anew from the inputs. No solver takes part: statements were
 * classified one by one under the plan, and the bound is recomputed from the certificate's multipliers in exact arithmetic.
 */

import type {
  Certificate,
  Placement,
  Placements,
  ProofFile,
  TableName,
  Verification,
  VerificationCheck,
} from '../../model/index.js';
import type { Assignment } from '../assignment.js';
import { isSamePlacement } from '../judge.js';
import type { PlanProblem } from '../problem.js';
import { budgetUse, exactSum, type Figures, figuresOf } from './claims.js';
import { digestsOf } from './digest.js';
import { toNumber } from './exact.js';
import { tiesIn } from './facts.js';
import { type Followed, followProof } from './follow.js';
import { keepsLimit, type ProofModel, proofModel } from './model.js';

export interface Claimed {
  readonly placements: Placements;
  readonly certificate: Certificate;
  readonly proof: ProofFile;
  /** Each statement's weight and what a call costs by its verdict under the plan. */
  readonly classified: readonly (readonly [weight: number, cost: number])[];
}

export function verifyClaims(problem: PlanProblem, claimed: Claimed): Verification {
  const model = proofModel(problem);
  const { placements, certificate, proof } = claimed;
  const reclassified = exactSum(claimed.classified);
  const cost = toNumber(reclassified.sum, reclassified.bits);
  const wrong = wrongTables(problem, model, placements);
  const checks = [
    ...checkModel(model, proof),
    check('options', wrong.length === 0, 'every table has one of its options', wrong.join('; ')),
    checkFigure('cost', 'statements classified anew under the plan cost', cost, certificate.cost),
  ];
  const assignment = wrong.length === 0 ? assignmentOf(problem, model, placements) : undefined;
  const followed = followProof(model, proof.parts);
  if ('broken' in followed) checks.push(failed('proof', `the proof breaks off: ${followed.broken}`));
  else checks.push(...checkParts(model, proof, followed));
  if (assignment === undefined || 'broken' in followed) {
    return { holds: false, checks, solver: proof.solver, ties: [] };
  }
  const verified = figuresOf(problem, model, assignment, followed.bound);
  const ties = tiesIn(model, assignment);
  checks.push(
    checkFigure('boxes', 'the boxes that the bound is made from cost under the plan', verified.cost, cost),
    ...checkBudgets(problem, model, assignment, proof),
    ...checkClaims(verified, certificate, proof),
    check(
      'ties',
      JSON.stringify(ties) === JSON.stringify(proof.ties),
      `${ties.length} tables have another option of the same cost`,
      `tables with another option of the same cost are ${listed(ties)}, not ${listed(proof.ties)}`,
    ),
  );
  return { holds: checks.every(({ holds }) => holds), checks, verified, solver: proof.solver, ties };
}

function check(id: string, holds: boolean, yes: string, no: string): VerificationCheck {
  return { id, holds, message: holds ? yes : no };
}

function failed(id: string, message: string): VerificationCheck {
  return { id, holds: false, message };
}

function listed(names: readonly TableName[]): string {
  return names.length === 0 ? 'none' : names.join(', ');
}

// ── what the certificate is about ────────────────────────────────────────────────────────────────────────────────────

function checkModel(model: ProofModel, proof: ProofFile): readonly VerificationCheck[] {
  const now = digestsOf(model);
  const subjects = {
    options: 'the options of the tables',
    statements: 'the statements with their weights and costs',
    charges: 'the charges of options',
    budgets: 'the budgets',
  } as const;
  return (['options', 'statements', 'charges', 'budgets'] as const).map((part) =>
    check(
      `same-${part}`,
      now[part] === proof.model[part] && (part !== 'options' || hasOptions(model, proof)),
      `${subjects[part]} are those that the certificate was made for`,
      `${subjects[part]} are not those that the certificate was made for: another workload, schema, config or flag`,
    ),
  );
}

/** Messages are in the order in which the certificate names the options. */
function hasOptions({ names, labels }: ProofModel, { options, parts }: ProofFile): boolean {
  const listed = new Map(names.map((name, table) => [name, labels[table]]));
  const tables = parts.flatMap((part) => part.tables);
  return (
    Object.keys(options).length === tables.length &&
    tables.every((name) => options[name]?.join('\n') === listed.get(name)?.join('\n'))
  );
}

function wrongTables(problem: PlanProblem, model: ProofModel, placements: Placements): readonly string[] {
  const wrong: string[] = [];
  for (const [at, name] of model.names.entries()) {
    const placement = placements.get(name);
    const position = positionOf(problem, name, placements);
    const option = problem.options.get(name)?.[position];
    if (placement === undefined) wrong.push(`${name} is missing in the plan`);
    else if (option === undefined) wrong.push(`${name}: ${spelled(placement)} is not among its options`);
    else if (!(model.open[at] as readonly number[]).includes(position)) {
      wrong.push(`${name}: ${spelled(placement)} breaks a budget by itself`);
    } else if (groupOf(placement) !== groupOf(option)) {
      wrong.push(`${name}: its group is ${groupOf(option)}, not ${groupOf(placement)}`);
    }
  }
  for (const name of placements.keys()) {
    if (!problem.options.has(name)) wrong.push(`${name} is no table of the schema or the workload`);
  }
  return wrong;
}

function positionOf(problem: PlanProblem, name: TableName, placements: Placements): number {
  const list = problem.options.get(name) ?? [];
  return list.findIndex((option) => isSamePlacement(option, placements.get(name)));
}

function groupOf(placement: Placement): string | undefined {
  return placement.placement === 'sharded' ? placement.group : undefined;
}

function spelled(placement: Placement): string {
  return placement.placement === 'sharded' ? `sharded by ${placement.key}` : placement.placement;
}

function assignmentOf(problem: PlanProblem, model: ProofModel, placements: Placements): Assignment {
  return model.names.map((name) => positionOf(problem, name, placements));
}

// ── figures ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Files have six decimals; beyond that, a double of this size has no more digits. */
function isSame(left: number, right: number): boolean {
  return Math.abs(left - right) <= 1e-6 + 1e-12 * Math.abs(right);
}

function checkFigure(id: string, what: string, now: number, claimed: number): VerificationCheck {
  return check(id, isSame(now, claimed), `${what} ${now}`, `${what} ${now}, not ${claimed} as claimed`);
}

function checkParts(model: ProofModel, proof: ProofFile, followed: Followed): readonly VerificationCheck[] {
  const wrong = proof.parts.flatMap((part, at) => {
    const { bound, unit } = followed.parts[at] as Followed['parts'][number];
    const exact = { bound: toNumber(bound ?? 0n, model.bits), unit: toNumber(unit, model.bits) };
    const of = `part ${at + 1} (${part.tables.slice(0, 3).join(', ')}${part.tables.length > 3 ? ', …' : ''})`;
    return [
      ...(isSame(exact.bound, part.bound) ? [] : [`${of} proves ${exact.bound}, not ${part.bound}`]),
      ...(isSame(exact.unit, part.unit)
        ? []
        : [`costs of ${of} are multiples of ${exact.unit}, not ${part.unit}`]),
    ];
  });
  return [
    check(
      'proof',
      wrong.length === 0,
      `the proof leaves no plan out: ${proof.parts.length} parts, each bounded in exact arithmetic`,
      `the proof does not prove what it says: ${wrong.join('; ')}`,
    ),
  ];
}

function checkBudgets(
  problem: PlanProblem,
  model: ProofModel,
  assignment: Assignment,
  proof: ProofFile,
): readonly VerificationCheck[] {
  const all = model.names.map((_, table) => table);
  const over = model.limits.filter((limit) => !keepsLimit(limit, all, assignment)).map(({ name }) => name);
  const uses = budgetUse(problem, model, assignment);
  const isAsClaimed =
    uses.length === proof.budgets.length &&
    uses.every((use, at) => {
      const claimed = proof.budgets[at];
      return (
        claimed !== undefined &&
        claimed.name === use.name &&
        isSame(claimed.limit, use.limit) &&
        isSame(claimed.used, use.used)
      );
    });
  return [
    check('budgets', over.length === 0, 'the plan keeps every budget', `the plan breaks: ${over.join(', ')}`),
    check(
      'budget-use',
      isAsClaimed,
      'what the plan takes of each budget is as claimed',
      `what the plan takes of its budgets is not as claimed: ${uses.map(({ name, used, limit }) => `${name} ${used} of ${limit}`).join(', ')}`,
    ),
  ];
}

function checkClaims(now: Figures, plan: Certificate, proof: ProofFile): readonly VerificationCheck[] {
  return [
    ...checkFigures('plan', now, plan),
    ...checkFigures('certificate', now, proof.claims),
    check(
      'status',
      plan.status === now.status,
      `the plan is called ${plan.status}, and is`,
      `the plan is called ${plan.status}, but is ${now.status}`,
    ),
  ];
}

function checkFigures(
  who: 'plan' | 'certificate',
  now: Figures,
  claimed: ProofFile['claims'],
): readonly VerificationCheck[] {
  const words = {
    cost: 'statements cost',
    charges: 'options are charged',
    bound: 'no plan costs less than',
    gap: 'the share that a cheaper plan could save is at most',
  } as const;
  return (['cost', 'charges', 'bound', 'gap'] as const).map((figure) =>
    checkFigure(`${who}-${figure}`, `${who}: ${words[figure]}`, now[figure], claimed[figure]),
  );
}
