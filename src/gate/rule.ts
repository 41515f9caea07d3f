/** What a rule of the gate is: facts about it, and a function from what is known to what it has to say. */

import { createHash } from 'node:crypto';
import type { FindingLevel, RuleId, RuleInfo, SourceRef, TableName } from '../model/index.js';
import type { GateContext } from './context.js';
import type { GateStatement } from './input.js';

export type RuleFacts = Omit<RuleInfo, 'page'>;

export interface Rule extends RuleFacts {
  readonly find: (context: GateContext) => readonly Draft[];
}

/** A finding before it is known whether it is new, waived or fails. */
export interface Draft {
  readonly message: string;
  readonly fix: string;
  readonly tables: readonly TableName[];
  /** What makes it the same finding in another run, within its rule. */
  readonly subject: string;
  readonly location: SourceRef;
  readonly statement?: GateStatement;
  readonly share?: number;
  /** Where this one deserves another level than its rule's. */
  readonly level?: FindingLevel;
}

export function fingerprintOfFinding(rule: RuleId, subject: string): string {
  return createHash('sha256').update(`${rule}\n${subject}`).digest('hex').slice(0, 16);
}

export function pageOfRule(rule: RuleId): string {
  return `docs/rules/${rule}.md`;
}
