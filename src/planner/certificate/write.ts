/** A proof in words: tables, options, statements and budgets by name; multipliers that are 0 left out. */

import type { ProofMultipliers, ProofNode, ProofPart } from '../../model/index.js';
import type { Multipliers, ProofScope } from './bound.js';
import { toNumber } from './exact.js';
import { MULTIPLIER_BITS } from './model.js';
import type { ProvenPart, Tree } from './prove.js';

export function writePart({ scope, tree, bound }: ProvenPart): ProofPart {
  const { model, tables, limits, unit } = scope;
  return {
    tables: tables.map((table) => model.names[table] as string),
    budgets: limits.map(({ name }) => name),
    unit: toNumber(unit, model.bits),
    bound: toNumber(bound, model.bits),
    proof: writeNode(scope, tree),
  };
}

function writeNode(scope: ProofScope, tree: Tree): ProofNode {
  switch (tree.kind) {
    case 'tried':
      return tree;
    case 'bounded':
      return { kind: 'bounded', ...multipliersOf(scope, tree.multipliers) };
    case 'split': {
      const { names, labels } = scope.model;
      return {
        kind: 'split',
        ...(tree.branches.some(inherits) ? multipliersOf(scope, tree.multipliers) : {}),
        table: names[tree.table] as string,
        options: tree.positions.map((position) => labels[tree.table]?.[position] as string),
        branches: [writeNode(scope, tree.branches[0]), writeNode(scope, tree.branches[1])],
      };
    }
  }
}

/** Some leaf takes its multipliers from above. */
function inherits(tree: Tree): boolean {
  if (tree.kind === 'tried' || tree.multipliers !== undefined) return false;
  return tree.kind === 'bounded' || tree.branches.some(inherits);
}

function multipliersOf(
  scope: ProofScope,
  multipliers: Multipliers | undefined,
): { readonly multipliers?: ProofMultipliers } {
  if (multipliers === undefined) return {};
  const statements: Record<string, Record<string, Record<string, number>>> = {};
  for (const { term, box, table, value } of multipliers.prices) {
    const id = scope.terms[term]?.id as string;
    const boxes = statements[id] ?? {};
    const tables = boxes[String(box + 1)] ?? {};
    tables[scope.model.names[table] as string] = toNumber(value, MULTIPLIER_BITS);
    boxes[String(box + 1)] = tables;
    statements[id] = boxes;
  }
  const tolls = multipliers.tolls.map(
    (toll, at) => [scope.limits[at]?.name as string, toNumber(toll, MULTIPLIER_BITS)] as const,
  );
  return { multipliers: { statements, budgets: Object.fromEntries(tolls.filter(([, toll]) => toll > 0)) } };
}
