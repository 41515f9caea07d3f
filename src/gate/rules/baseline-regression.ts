/**
 * More crosses shards than before. A statement that the baseline knows got a worse verdict; or more of the weight crosses,
 * beyond what other findings account for. Without a baseline the plan's own score is what was before.
 */

import { percent, type RuleId } from '../../model/index.js';
import {
  crosses,
  type GateContext,
  isNew,
  isOnlyWarnedOf,
  isWorse,
  type Shape,
  shareOfShape,
} from '../context.js';
import { type Draft, fingerprintOfFinding, type Rule } from '../rule.js';
import { becauseOf, namesOfShapes, needs, shareText, titleOf } from '../words.js';

export const baselineRegression: Rule = {
  id: 'baseline-regression',
  summary: 'More of the workload crosses shards than in the baseline, or than the plan says.',
  level: 'error',
  levelWhenNew: 'error',
  canBeKnown: false,
  find: (context) => {
    const worse = context.shapes.filter((shape) => isItselfWorse(context, shape));
    return [...worse.map((shape) => worseStatement(context, shape)), ...moreCrosses(context, new Set(worse))];
  },
};

/** Where the schema no longer fits the plan, another finding says so, for all statements on the table. */
function isItselfWorse({ stale }: GateContext, { known, face }: Shape): boolean {
  const { verdict, blocker, tables } = face.verdict;
  if (known === undefined || verdict === 'unknown' || tables.some((table) => stale.has(table))) return false;
  return blocker !== 'list-of-keys' && isWorse(verdict, known.verdict);
}

/** The same statement with a longer list than last time: it may be shorter tomorrow. */
function hasLongerList({ known, face: { verdict } }: Shape): boolean {
  return known !== undefined && verdict.blocker === 'list-of-keys' && isWorse(verdict.verdict, known.verdict);
}

/** What only warns, or is known, accounts for nothing: it may have become the whole traffic. */
function hasFindingThatFails(context: GateContext, shape: Shape): boolean {
  const { baseline, plan } = context;
  const { verdict, blocker, tables } = shape.face.verdict;
  const isKnown = (rule: RuleId, subject: string): boolean =>
    baseline?.findings.has(fingerprintOfFinding(rule, subject)) === true;
  if (blocker === 'table-not-in-plan') {
    return tables.some((table) => !plan.tables.has(table) && !isKnown('table-without-placement', table));
  }
  if (verdict === 'unknown') {
    return baseline !== undefined && !isKnown('unreadable-statement', shape.fingerprint);
  }
  return isNew(context, shape) && !isOnlyWarnedOf(context, shape);
}

function worseStatement(context: GateContext, shape: Shape): Draft {
  const { face, known } = shape;
  return {
    tables: face.verdict.tables,
    subject: shape.fingerprint,
    location: face.source,
    statement: face,
    ...shareOfShape(context, shape),
    message: `${titleOf(face, 'A known statement')}${shareText(context, shape)} was ${known?.verdict} and is ${face.verdict.verdict} now${becauseOf(face)}. Its text is the same: the plan or the schema changed for it.`,
    fix: face.fix ?? 'See what the plan or the schema changed for its tables.',
  };
}

function moreCrosses(context: GateContext, worse: ReadonlySet<Shape>): readonly Draft[] {
  const { baseline, plan, score, settings, isMeasured, shapes, shareOf, stale } = context;
  const before = baseline?.score ?? plan.score;
  if (before === undefined || !isMeasured) return [];
  const isToldOf = (shape: Shape): boolean =>
    worse.has(shape) ||
    hasLongerList(shape) ||
    shape.face.verdict.tables.some((table) => stale.has(table)) ||
    hasFindingThatFails(context, shape);
  const crossing = shapes.filter(crosses);
  const told = crossing.filter(isToldOf).reduce((sum, { weight }) => sum + weight, 0);
  const [was, is] = [1 - before.singleShardShare, 1 - score.singleShardShare];
  if (is - shareOf(told) - was <= settings.tolerance + ROUNDING) return [];
  const suspects = suspectsAmong(
    context,
    crossing.filter((shape) => !isToldOf(shape)),
  );
  const [first] = suspects;
  const said = baseline === undefined ? `the plan says ${percent(was)}` : `it was ${percent(was)}`;
  return [
    {
      tables: first === undefined ? [] : first.face.verdict.tables,
      subject: 'all',
      location: first?.face.source ?? { file: plan.file, line: 1 },
      ...(first === undefined ? {} : { statement: first.face }),
      share: is,
      message: `${percent(is)} of the weight may need more than one shard, and ${said}. ${baseline === undefined ? 'What crosses most' : 'What grew most'}: ${namesOfShapes(context, suspects)}.${first === undefined ? '' : ` The first ${needs[first.face.verdict.verdict]}${becauseOf(first.face)}.`}`,
      fix:
        baseline === undefined
          ? 'Mend what crosses and is new, or make the plan again. With a baseline (--update-baseline) the check names the statements that are new.'
          : 'Run less of what crosses, mend it, or accept the new mix with --update-baseline.',
    },
  ];
}

/** Shares in files have six decimals. */
const ROUNDING = 1e-6;

/** By how much more they weigh than in the baseline, as shares; without one, by what they weigh. */
function suspectsAmong({ baseline, shareOf }: GateContext, shapes: readonly Shape[]): readonly Shape[] {
  const whole = [...(baseline?.statements.values() ?? [])].reduce((sum, { weight }) => sum + weight, 0);
  const growth = ({ weight, known }: Shape): number =>
    shareOf(weight) - (known === undefined || whole === 0 ? 0 : known.weight / whole);
  return [...shapes].sort((a, b) => growth(b) - growth(a)).slice(0, MOST_SUSPECTS);
}

const MOST_SUSPECTS = 3;
