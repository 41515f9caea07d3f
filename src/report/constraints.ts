/** Constraints that no shard can check by itself any more. Their messages end in what to do. */

import type { AnalysisResult } from '../model/index.js';
import { firstOf, type Page, type Section } from './page.js';
import { clean, wrap } from './words.js';

const MOST_CONSTRAINTS = 5;

export function constraintSection(page: Page, { constraints }: AnalysisResult): Section | undefined {
  if (constraints.length === 0) return undefined;
  return {
    title: `CONSTRAINTS THAT NO SHARD CAN CHECK: ${constraints.length} (${byKind(constraints)})`,
    lines: firstOf(page, constraints, MOST_CONSTRAINTS, ({ message }) =>
      wrap(clean(message), page.width, '  ', '    '),
    ),
  };
}

function byKind(constraints: AnalysisResult['constraints']): string {
  const counts = new Map<string, number>();
  for (const { kind } of constraints) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, number]) => `${number} ${kind}`).join(', ');
}
