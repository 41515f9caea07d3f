/**
 * The proof of a whole plan, part by part: what the solve has evidence of as it was solved, everything else by itself first,
 * without budgets. Parts that would be cheaper without them are proven together under them, and with them all that takes of
 * a budget.
 */

import type { Assignment } from '../assignment.js';
import type { Evidence } from '../evidence.js';
import { sum } from './exact.js';
import type { ProofModel } from './model.js';
import { linkedTables } from './parts.js';
import { type Effort, type ProvenPart, provePart } from './prove.js';
import { type ProofScope, priceIn, scopeOf, tryAll } from './scope.js';

export async function provePlan(
  model: ProofModel,
  assignment: Assignment,
  evidence: readonly Evidence[],
  effort: Effort,
): Promise<readonly ProvenPart[]> {
  const solved = new Set(evidence.flatMap(({ tables }) => tables));
  const parts: ProvenPart[] = [];
  for (const tables of linkedTables(model)) {
    if (tables.some((table) => solved.has(table))) continue;
    parts.push(await provePart(scopeOf(model, tables, []), assignment, effort));
  }
  const inParts = new Set([...solved, ...parts.flatMap(({ scope }) => scope.tables)]);
  const alone = model.names.flatMap((_, table) => (inParts.has(table) ? [] : [scopeOf(model, [table], [])]));
  return [
    ...(await withBudgets(model, assignment, parts, alone, effort)),
    ...(await provenBy(model, assignment, evidence, effort)),
  ];
}

async function provenBy(
  model: ProofModel,
  assignment: Assignment,
  evidence: readonly Evidence[],
  effort: Effort,
): Promise<readonly ProvenPart[]> {
  const parts: ProvenPart[] = [];
  for (const one of evidence) {
    const scope = scopeOf(model, one.tables, one.withLimits ? model.limits : []);
    parts.push(await provePart(scope, assignment, effort, one));
  }
  return parts;
}

async function withBudgets(
  model: ProofModel,
  assignment: Assignment,
  parts: readonly ProvenPart[],
  alone: readonly ProofScope[],
  effort: Effort,
): Promise<readonly ProvenPart[]> {
  const isDear = (scope: ProofScope, bound: bigint): boolean =>
    bound < priceIn(scope, assignment) && mayWeigh(model, scope.tables);
  const dearParts = parts.filter(({ scope, bound }) => isDear(scope, bound));
  const dearAlone = alone.filter((scope) => isDear(scope, tryAll(scope, model.open) ?? 0n));
  if (dearParts.length + dearAlone.length === 0) return parts;
  const isContested = (scope: ProofScope): boolean => takesOfBudgets(model, scope.tables, assignment);
  const contested = [
    ...parts.filter((part) => dearParts.includes(part) || isContested(part.scope)).map(({ scope }) => scope),
    ...alone.filter((scope) => dearAlone.includes(scope) || isContested(scope)),
  ];
  const together = contested.flatMap(({ tables }) => tables).sort((a, b) => a - b);
  const joint = await provePart(scopeOf(model, together, model.limits), assignment, effort);
  // Without a relaxation of all together, each by itself may still prove more.
  const apart = sum([
    ...parts.filter(({ scope }) => contested.includes(scope)).map(({ bound }) => bound),
    ...alone.filter((scope) => contested.includes(scope)).map((scope) => tryAll(scope, model.open) ?? 0n),
  ]);
  return apart >= joint.bound ? parts : [...parts.filter(({ scope }) => !contested.includes(scope)), joint];
}

function mayWeigh({ limits }: ProofModel, tables: readonly number[]): boolean {
  return limits.some(({ loads }) => tables.some((table) => (loads[table] ?? []).some((load) => load > 0n)));
}

function takesOfBudgets({ limits }: ProofModel, tables: readonly number[], assignment: Assignment): boolean {
  return limits.some(({ loads }) =>
    tables.some((table) => (loads[table]?.[assignment[table] as number] ?? 0n) > 0n),
  );
}
