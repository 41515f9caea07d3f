/** What all reporters of a check say alike: which findings come first where not all have room, and how a rule is called. */

import { type Finding, findingLevels, type RuleId } from '../../model/index.js';

/** Those that fail first, then what is new, then by level, then by weight; else as they were. */
export function inOrderOfWeight(findings: readonly Finding[]): readonly Finding[] {
  return [...findings].sort(
    (a, b) =>
      Number(b.fails) - Number(a.fails) ||
      Number(a.known) - Number(b.known) ||
      findingLevels.indexOf(a.level) - findingLevels.indexOf(b.level) ||
      (b.share ?? 0) - (a.share ?? 0),
  );
}

/** `new-cross-shard-statement` → `NewCrossShardStatement`. */
export function nameOf(rule: RuleId): string {
  return rule.replace(/(?:^|-)([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
