/** How far the plan is proven, under which costs and rules, and which budgets decided something. */

import {
  type AnalysisResult,
  type BudgetUse,
  type Certificate,
  type CostTable,
  percent,
  percentUpwards,
} from '../model/index.js';
import { takenOf } from './budget.js';
import { grouped } from './numbers.js';
import type { Page, Section } from './page.js';
import { clean, listed, wrap } from './words.js';

const MOST_TABLES = 3;

export function proofSection(page: Page, result: AnalysisResult): Section {
  const lines = proofSentences(page, result).flatMap((text) => wrap(text, page.width, '  ', '    '));
  return { title: 'PROOF', lines };
}

export function proofSentences(page: Page, { plan, proof }: AnalysisResult): readonly string[] {
  const { cost, bound, charges, solver } = plan.certificate;
  const beside = charges > 0 ? `; charges of ${grouped(charges)} beside it` : '';
  return [
    inWords(plan.certificate),
    `Cost ${grouped(cost)}, bound ${atMost(bound, cost)}, in shards bothered${beside}; by ${clean(solver)}.`,
    checkedInWords(plan.certificate, proof.solver),
    ...(plan.costs === undefined ? [] : [costsInWords(plan.costs)]),
    RULES,
    ...budgetsInWords(page, plan.budgets ?? [], cost),
  ];
}

const RULES =
  'Taken only when it saves more than its charge, a few percent of the cost of its table: an added key, a key that may be null, a key apart from the tables referred to, a copy of unknown size, an unsharded table.';

/** What is claimed is what the certificate proves; the solver may know more. */
function checkedInWords({ bound, cost }: Certificate, solver: AnalysisResult['proof']['solver']): string {
  const own =
    solver.bound > bound * (1 + 1e-9)
      ? ` The solver's own claim, unproven by the certificate: bound ${atMost(solver.bound, cost)}.`
      : '';
  return `The certificate is recomputed without a solver by: shardwright verify-plan.${own}`;
}

/** What the certificate says, in a sentence. */
export function inWords({ status, gap }: Certificate): string {
  switch (status) {
    case 'optimal':
      return 'No plan under these rules and costs is cheaper: proven.';
    case 'bounded':
      return `At most ${percentUpwards(gap)} cheaper exists under these rules and costs.`;
    case 'heuristic':
      return 'Found by search. Nothing is proven about cheaper plans; more --solve-seconds may help.';
  }
}

/** A bound that is below the cost is not rounded up to it. */
function atMost(bound: number, cost: number): string {
  return grouped(bound < cost ? Math.floor(bound) : bound);
}

function costsInWords(costs: CostTable): string {
  const { single, scatter, globalWrite, crossDatabase, crossShard, listLength } = costs;
  const list = `multi-shard as many as its list has keys (${listLength} when that is not known), at most ${scatter}`;
  return `A call costs: single-shard ${single}, ${list}, scatter ${scatter}, global-write ${globalWrite}, cross-database ${crossDatabase}, cross-shard, unroutable and unknown ${crossShard}.`;
}

function budgetsInWords(page: Page, budgets: readonly BudgetUse[], cost: number): readonly string[] {
  const decided = new Map<string, string[]>();
  for (const budget of budgets) {
    if (budget.keptOut.length === 0) continue;
    const wanted = budget.keptOut.map(
      ({ table, saves }) =>
        `${page.nameOf(table)} (would save ${percent(cost === 0 ? 0 : saves / cost)} of the cost)`,
    );
    const out = few(page, wanted);
    decided.set(out, [...(decided.get(out) ?? []), figuresOf(budget)]);
  }
  return [
    ...budgets.filter(({ exceeded }) => exceeded).map((budget) => exceededInWords(page, budget)),
    ...[...decided].map(([out, figures]) => `Kept out by a budget, ${figures.join(' and ')}: ${out}.`),
  ];
}

function exceededInWords(page: Page, budget: BudgetUse): string {
  const holders = few(page, budget.holders.map(page.nameOf));
  return `A budget could not be kept, ${figuresOf(budget)}, by ${holders}: no other placement fits.`;
}

function figuresOf(budget: BudgetUse): string {
  return `${budget.name} (${takenOf(budget)})`;
}

function few(page: Page, all: readonly string[]): string {
  return listed(all, page.verbose ? all.length : MOST_TABLES);
}
