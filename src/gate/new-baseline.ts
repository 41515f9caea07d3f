/** What a check found, as the baseline of later ones. */

import type { Baseline, BaselineStatement } from '../model/index.js';
import { runGate } from './check.js';
import { contextOf, type Shape } from './context.js';
import type { GateInput } from './input.js';
import { judgedShare } from './judged-share.js';

export function baselineOf(input: GateInput): Baseline {
  const { findings, waived, rules } = runGate({ ...input, settings: { ...input.settings, newOnly: false } });
  const canBeKnown = new Set(rules.filter((rule) => rule.canBeKnown).map(({ id }) => id));
  const all = [...findings, ...waived.map(({ finding }) => finding)];
  const { coverage } = input;
  return {
    weight: input.weight,
    score: input.score,
    ...(coverage === undefined
      ? {}
      : { coverage: { calls: coverage.calls, judgedShare: judgedShare(coverage) } }),
    findings: new Set(all.filter(({ rule }) => canBeKnown.has(rule)).map(({ fingerprint }) => fingerprint)),
    statements: new Map(contextOf(input).shapes.map((shape) => [shape.fingerprint, statementOf(shape)])),
  };
}

const LONGEST_TEXT = 160;

function statementOf({ fingerprint, face, weight }: Shape): BaselineStatement {
  const { text, verdict } = face;
  const short = text.length <= LONGEST_TEXT ? text : `${text.slice(0, LONGEST_TEXT - 1)}…`;
  return { fingerprint, verdict: verdict.verdict, weight, tables: verdict.tables, text: short };
}
