/** What is said of exports without a statement of any table: that nothing was measured, and what was read instead. */

import { type Section, say } from './blocks.js';
import type { Facts } from './facts.js';
import { proposalText } from './summary.js';
import { coverageTable, windowText } from './workload.js';

export function isUnmeasured({ analysis }: Pick<Facts, 'analysis'>): boolean {
  return analysis.statements.length === 0;
}

export function nothingMeasured(facts: Facts): readonly Section[] {
  return [whatWasRead(facts), ...(facts.analysis.tables.length === 0 ? [] : [givenPlan(facts)])];
}

function whatWasRead(facts: Facts): Section {
  return {
    title: 'Nothing was measured',
    blocks: [
      say(
        '**The exports hold no statement of any table, so that nothing is judged and nothing is proposed.**',
        'Was pg\\_stat\\_statements reset just before, or may the role not read the texts? Take the export again, after a whole week of production.',
      ),
      ...(facts.analysis.coverage.statements === 0 ? [] : [say(windowText(facts))]),
      ...coverageTable(facts),
    ],
  };
}

function givenPlan(facts: Facts): Section {
  return {
    title: 'The plan that was given',
    blocks: [
      say(proposalText(facts), 'It was made from other exports: these speak neither for it nor against it.'),
    ],
  };
}
