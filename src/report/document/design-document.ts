/** The design document: what a review board asks for, in the order in which it is read. */

import { code, plain } from '../markdown-words.js';
import { appendixSection } from './appendix.js';
import { type Block, type Section, say } from './blocks.js';
import { capacitySection } from './capacity.js';
import { globalSection, unshardedSection } from './copies.js';
import { crossingSection } from './crossing.js';
import { type Facts, isTiny } from './facts.js';
import { groupSections } from './groups.js';
import { hotShardSection } from './hot-shards.js';
import { identifierSection } from './identifiers.js';
import type { Document } from './markdown.js';
import { migrationSection } from './migration.js';
import { isUnmeasured, nothingMeasured } from './nothing-measured.js';
import { questionSection } from './questions.js';
import { reportingSection } from './reporting.js';
import { riskSection } from './risks.js';
import { securitySection } from './security.js';
import { shardOrNotSection } from './shard-or-not.js';
import { findingSection, summarySection, tinyText } from './summary.js';
import { topologySection } from './topology.js';
import { transactionsSection } from './transactions.js';
import { workloadSection } from './workload.js';

export function designDocument(facts: Facts): Document {
  return {
    title: facts.intent.title === undefined ? 'Sharding design' : plain(facts.intent.title),
    preface: preface(facts),
    contents: !isUnmeasured(facts),
    sections: sectionsOf(facts),
  };
}

function sectionsOf(facts: Facts): readonly Section[] {
  if (isUnmeasured(facts)) return nothingMeasured(facts);
  return isTiny(facts) ? shortDocument(facts) : wholeDocument(facts);
}

/** What a tiny workload does say, and what would have to be measured. */
function shortDocument(facts: Facts): readonly Section[] {
  const warning = say(
    `**This is a short document, because ${tinyText(facts)}.**`,
    'What is judged is judged exactly, but a workload like this is no ground for a migration, so that nothing is proposed: the decision and sections on risk, capacity, security and the way there are left out until an export of production is given.',
  );
  const { title, blocks } = findingSection(facts);
  return [
    { title, blocks: [warning, ...blocks] },
    workloadSection(facts),
    ...groupSections(facts),
    globalSection(facts),
    unshardedSection(facts),
    crossingSection(facts),
    questionSection(facts),
  ];
}

function wholeDocument(facts: Facts): readonly Section[] {
  return [
    summarySection(facts),
    workloadSection(facts),
    shardOrNotSection(facts),
    topologySection(facts),
    ...groupSections(facts),
    globalSection(facts),
    unshardedSection(facts),
    crossingSection(facts),
    transactionsSection(facts),
    hotShardSection(facts),
    identifierSection(facts),
    reportingSection(facts),
    capacitySection(facts),
    securitySection(facts),
    migrationSection(facts),
    riskSection(facts),
    questionSection(facts),
    appendixSection(facts),
  ];
}

function preface({ intent }: Facts): readonly Block[] {
  return [
    say(
      ...(intent.owner === undefined ? [] : [`Owner: ${plain(intent.owner)}.`]),
      `Made by ${code('shardwright doc')} from the plan, the exports and the schema; do not edit it, make it again. Figures are fields of ${code('analysis.json')}, which ${code('shardwright doc --json')} prints for this plan; each table names its own.`,
    ),
  ];
}
