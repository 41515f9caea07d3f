/** A proof in words: tables, options, statements and budgets by name; multipliers that are 0 left out. */

import type { ProofMultipliers, ProofNode, ProofPart, TableName } from '../../model/index.js';
import { toNumber } from './exact.js';
import type { ProofModel } from './model.js';
import type { ProvenPart, Tree } from './prove.js';

export function writePart({ scope, tree, bound }: ProvenPart): ProofPart {
  const { model, tables, limits, unit } = scope;
  return {
    tables: tables.map((table) => model.names[table] as string),
    budgets: limits.map(({ name }) => name),
    unit: toNumber(unit, model.bits),
    bound: toNumber(bound, model.bits),
    proof: writeNode(model, tree),
  };
}

/** What each option of a part's tables is called, in the order of messages. */
export function writeOptions(
  { names, labels }: ProofModel,
  parts: readonly ProvenPart[],
): Readonly<Record<TableName, readonly string[]>> {
  const tables = parts.flatMap(({ scope }) => scope.tables).sort((a, b) => a - b);
  return Object.fromEntries(
    tables.map((table) => [names[table] as string, labels[table] as readonly string[]]),
  );
}

function writeNode(model: ProofModel, tree: Tree): ProofNode {
  switch (tree.kind) {
    case 'tried':
      return tree;
    case 'bounded':
      return { kind: 'bounded', ...multipliersOf(tree.multipliers) };
    case 'closing':
      return {
        kind: 'closing',
        multipliers: tree.multipliers,
        closed: Object.fromEntries(
          [...tree.closed].map(([table, positions]) => [
            model.names[table] as string,
            labelsOf(model, table, positions),
          ]),
        ),
        ...(tree.rest === undefined ? {} : { rest: writeNode(model, tree.rest) }),
      };
    case 'split':
      return {
        kind: 'split',
        ...(tree.branches.some(inherits) ? multipliersOf(tree.multipliers) : {}),
        table: model.names[tree.table] as string,
        options: labelsOf(model, tree.table, tree.positions),
        branches: [writeNode(model, tree.branches[0]), writeNode(model, tree.branches[1])],
      };
  }
}

/** Some leaf takes its multipliers from above. */
function inherits(tree: Tree): boolean {
  if (tree.kind === 'tried' || tree.kind === 'closing' || tree.multipliers !== undefined) return false;
  return tree.kind === 'bounded' || tree.branches.some(inherits);
}

function labelsOf({ labels }: ProofModel, table: number, positions: readonly number[]): readonly string[] {
  return positions.map((position) => labels[table]?.[position] as string);
}

function multipliersOf(multipliers: ProofMultipliers | undefined): {
  readonly multipliers?: ProofMultipliers;
} {
  return multipliers === undefined ? {} : { multipliers };
}
