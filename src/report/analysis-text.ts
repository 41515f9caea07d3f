/** A whole analysis as text for people: what it rests on first, then the plan, then what to do about it. */

import type { AnalysisResult } from '../model/index.js';
import { alternativesSection } from './alternatives.js';
import { blockedSection, keyChangeSection } from './blocked.js';
import { constraintSection } from './constraints.js';
import { coverageSection } from './coverage.js';
import { crossCheckSection } from './cross-check.js';
import { crossingSection } from './crossing.js';
import { curvesSection } from './curves.js';
import { decisionSection } from './decision.js';
import { loadSection } from './load.js';
import { notesSection } from './notes.js';
import { pageOf, printSections, type TextOptions } from './page.js';
import { planSection } from './plan.js';
import { proofSection } from './proof.js';
import { reasonSections } from './reasons.js';
import { rejectedSection } from './rejected.js';
import { scoreSection } from './score.js';
import { transactionsSection } from './transactions.js';

export function renderAnalysisText(result: AnalysisResult, options: TextOptions): string {
  const page = pageOf(options, result.plan.tables.keys());
  return printSections(page, [
    coverageSection(page, result),
    planSection(page, result),
    scoreSection(page, result),
    proofSection(page, result),
    blockedSection(page, result),
    crossingSection(page, result),
    keyChangeSection(page, result),
    transactionsSection(page, result),
    ...reasonSections(page, result.tables),
    rejectedSection(page, result.tables),
    constraintSection(page, result),
    alternativesSection(page, result),
    curvesSection(page, result),
    loadSection(page, result),
    decisionSection(page, result),
    crossCheckSection(page, result),
    notesSection(page, result),
  ]);
}
