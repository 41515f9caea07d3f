/** What the page's script asks for one by one: a table's card with its what-if, and the texts of some statements. */

import type {
  AnalysisResult,
  Candidate,
  PageCandidate,
  PageCard,
  PageOutcome,
  PageText,
  Placement,
  StatementReport,
  TableReport,
  VerdictKind,
  WhatIfChoice,
  WhatIfOutcome,
} from '../../model/index.js';
import type { Page } from '../page.js';
import { placementText } from '../placement-text.js';
import { clean, place } from '../words.js';
import { digits, type PlaceOf } from './head.js';

export function pageText(page: Page, statement: StatementReport): PageText {
  const { id, text, verdict, counters, source, fix } = statement;
  return {
    id,
    text,
    because: verdict.because.map(clean),
    ms: digits(counters.totalExecMs),
    rows: counters.rows,
    source: place(source),
    ...(verdict.key === undefined
      ? {}
      : { key: `${clean(verdict.key.param)} in the group ${page.nameOf(verdict.key.group)}` }),
    ...(verdict.pairs === undefined
      ? {}
      : { pairs: verdict.pairs.map(([a, b]) => `${clean(a)} = ${clean(b)}`).join(', ') }),
    ...(fix === undefined ? {} : { fix: fix.text }),
    ...(fix?.rewritten === undefined ? {} : { rewritten: fix.rewritten }),
  };
}

export function pageCard(
  page: Page,
  result: AnalysisResult,
  table: TableReport,
  constraints: AnalysisResult['constraints'],
  placeOf: PlaceOf,
): PageCard {
  const [planned] = table.candidates;
  const choices = new Map(
    (result.whatIf?.get(table.name) ?? []).map((choice) => [placementKey(choice.placement), choice]),
  );
  return {
    placement: placementSentence(page, table.placement),
    reasons: planned?.reasons.filter((reason) => reason !== 'chosen').map(clean) ?? [],
    flags: table.flags.map(({ code, message }) => [code, clean(message)]),
    candidates: table.candidates.map((candidate) =>
      pageCandidate(page, candidate, choices.get(placementKey(candidate.placement)), placeOf),
    ),
    rejected: table.rejected.map(({ option, reason }) => [clean(option), clean(reason)]),
    constraints: constraints.map(({ message }) => clean(message)),
  };
}

function placementSentence(page: Page, placement: Placement): string {
  switch (placement.placement) {
    case 'global':
      return 'Global: a full copy on every shard.';
    case 'unsharded':
      return 'Unsharded: it stays in the one database beside the shards.';
    case 'sharded': {
      const added =
        placement.addKey === undefined
          ? ''
          : `, a new column that is filled along ${placement.addKey.path.map(clean).join(', ')}`;
      return `Sharded by ${clean(placement.key)}${added}; rows lie beside those of ${page.nameOf(placement.group)}.`;
    }
  }
}

function placementKey(placement: Placement): string {
  return JSON.stringify(
    placement.placement === 'sharded' ? [placement.key, placement.addKey?.path] : placement.placement,
  );
}

function pageCandidate(
  page: Page,
  candidate: Candidate,
  choice: WhatIfChoice | undefined,
  placeOf: PlaceOf,
): PageCandidate {
  const { placement, reasons, flipCost, reoptimised } = candidate;
  return {
    choice: placementText(placement),
    ...(choice?.isFirst === true ? { set: settingOf(placement) } : {}),
    placement: placementSentence(page, placement),
    reasons: reasons.map(clean),
    singleShardShare: digits(candidate.shareIfChosen),
    flipCost: digits(flipCost),
    reoptimised,
    ...(choice?.anew === undefined ? {} : { anew: pageOutcome(choice.anew, placeOf) }),
    ...(choice?.kept === undefined ? {} : { kept: pageOutcome(choice.kept, placeOf) }),
  };
}

function settingOf(placement: Placement): string {
  return placement.placement === 'sharded' ? placement.key : placement.placement;
}

function pageOutcome({ cost, moved, changed }: WhatIfOutcome, placeOf: PlaceOf): PageOutcome {
  const last = new Map<VerdictKind, number>();
  const byVerdict: Partial<Record<VerdictKind, number[]>> = {};
  for (const { statement, verdict } of changed) {
    const steps = byVerdict[verdict] ?? [];
    byVerdict[verdict] = steps;
    steps.push(statement - (last.get(verdict) ?? 0));
    last.set(verdict, statement);
  }
  return {
    cost,
    moved: [...moved].flatMap(([table, placement]) => {
      const at = placeOf(table);
      return at === undefined ? [] : [[at, placementText(placement)] as const];
    }),
    changed: byVerdict,
  };
}
