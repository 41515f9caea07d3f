/** The gate: every rule is asked, what the baseline knows and waivers silence is set apart, and what is left may fail the check. */

import {
  byCodeUnit,
  type CheckComparison,
  type CheckResult,
  type CheckSummary,
  type Finding,
  type FindingLevel,
  findingLevels,
  type RuleId,
  type RuleInfo,
  ruleIds,
} from '../model/index.js';
import { contextOf, type GateContext } from './context.js';
import type { GateInput, GateStatement } from './input.js';
import { judgedShare } from './judged-share.js';
import { type Draft, fingerprintOfFinding, pageOfRule, type RuleFacts } from './rule.js';
import { rules } from './rules/index.js';
import { findUnusedWaivers, unusedWaiver } from './rules/unused-waiver.js';
import { applyWaivers } from './waivers.js';

export function runGate(input: GateInput): CheckResult {
  const context = contextOf(input);
  const found = rules.flatMap((rule) => findingsOf(context, rule, rule.find(context)));
  const { open, waived, ...useless } = applyWaivers(found, input.settings);
  const findings = [
    ...(input.settings.newOnly ? open.filter((finding) => isAboutNewStatement(context, finding)) : open),
    ...findingsOf(context, unusedWaiver, findUnusedWaivers(useless, ruleIds)),
  ].sort(byRuleAndWeight);
  const { plan, weight, coverage } = input;
  const comparison = comparisonOf(context);
  return {
    plan: { file: plan.file, shards: plan.shards, weight },
    findings,
    waived,
    rules: gateRules,
    summary: summaryOf(context, findings, waived.length),
    ...(comparison === undefined ? {} : { comparison }),
    ...(coverage === undefined ? {} : { coverage }),
  };
}

/** All rules, in order. */
export const gateRules: readonly RuleInfo[] = [...rules, unusedWaiver].map(
  ({ id, summary, level, levelWhenNew, canBeKnown }) => ({
    id,
    summary,
    level,
    levelWhenNew,
    canBeKnown,
    page: pageOfRule(id),
  }),
);

// ── findings ─────────────────────────────────────────────────────────────────────────────────────────────────────────

function findingsOf(context: GateContext, rule: RuleFacts, drafts: readonly Draft[]): readonly Finding[] {
  return drafts.map((draft): Finding => {
    const fingerprint = fingerprintOfFinding(rule.id, draft.subject);
    const known = rule.canBeKnown && context.baseline?.findings.has(fingerprint) === true;
    const isNew = context.baseline !== undefined && !known;
    const level = draft.level ?? (isNew ? rule.levelWhenNew : rule.level);
    return {
      rule: rule.id,
      level,
      message: draft.message,
      fix: draft.fix,
      fingerprint,
      tables: draft.tables,
      ...(draft.statement === undefined ? {} : { statement: reported(draft.statement) }),
      ...(draft.share === undefined ? {} : { share: draft.share }),
      location: draft.location,
      known,
      fails: !known && doesFail(context.settings.failOn, rule.id, level),
    };
  });
}

/** Errors fail, and whatever was asked to. */
function doesFail(failOn: readonly (RuleId | FindingLevel)[], rule: RuleId, level: FindingLevel): boolean {
  const reaches = (other: RuleId | FindingLevel): boolean => {
    const at = findingLevels.indexOf(other as FindingLevel);
    return at >= 0 ? findingLevels.indexOf(level) <= at : other === rule;
  };
  return level === 'error' || failOn.some(reaches);
}

function reported(statement: GateStatement): NonNullable<Finding['statement']> {
  const { id, fingerprint, queryId, text, label, verdict, calls, tags } = statement;
  return {
    id,
    fingerprint,
    ...(queryId === undefined ? {} : { queryId }),
    text,
    ...(label === undefined ? {} : { label }),
    verdict: verdict.verdict,
    because: verdict.because,
    calls,
    tags,
  };
}

function isAboutNewStatement({ baseline }: GateContext, { statement }: Finding): boolean {
  return statement !== undefined && baseline?.statements.has(statement.fingerprint) !== true;
}

function byRuleAndWeight(a: Finding, b: Finding): number {
  return (
    ruleIds.indexOf(a.rule) - ruleIds.indexOf(b.rule) ||
    Number(a.known) - Number(b.known) ||
    (b.share ?? 0) - (a.share ?? 0) ||
    byCodeUnit(a.location.file, b.location.file) ||
    a.location.line - b.location.line ||
    byCodeUnit(a.fingerprint, b.fingerprint)
  );
}

// ── the whole ────────────────────────────────────────────────────────────────────────────────────────────────────────

function summaryOf(context: GateContext, findings: readonly Finding[], waived: number): CheckSummary {
  const { statements, score, settings } = context;
  const fresh = findings.filter(({ known }) => !known);
  const count = (level: FindingLevel): number => fresh.filter((finding) => finding.level === level).length;
  return {
    statements: statements.length,
    weight: statements.reduce((sum, { weight }) => sum + weight, 0),
    score,
    crossShardShare: 1 - score.singleShardShare,
    ...(settings.maxCrossShard === undefined ? {} : { maxCrossShard: settings.maxCrossShard }),
    errors: count('error'),
    warnings: count('warning'),
    notes: count('note'),
    known: findings.length - fresh.length,
    waived,
    failing: findings.filter(({ fails }) => fails).length,
  };
}

function comparisonOf(context: GateContext): CheckComparison | undefined {
  const { baseline, plan, score, coverage, settings, shapes } = context;
  const { tolerance } = settings;
  const after = coverage === undefined ? undefined : judgedShare(coverage);
  const judged = after === undefined ? {} : { judgedAfter: after };
  if (baseline === undefined) {
    if (plan.score === undefined || coverage === undefined) return undefined;
    return { origin: 'plan', file: plan.file, before: plan.score, after: score, tolerance, ...judged };
  }
  const here = new Set(shapes.map(({ fingerprint }) => fingerprint));
  const known = shapes.filter((shape) => shape.known !== undefined).length;
  const before = baseline.coverage?.judgedShare;
  return {
    origin: 'baseline',
    file: baseline.file,
    before: baseline.score,
    after: score,
    ...(before === undefined ? {} : { judgedBefore: before }),
    ...judged,
    tolerance,
    statements: {
      known,
      added: shapes.length - known,
      gone: [...baseline.statements.keys()].filter((fingerprint) => !here.has(fingerprint)).length,
    },
  };
}
