/** Why a statement has its verdict, or a table its placement: every step from the text on. */

import {
  bytes,
  type Candidate,
  type Explanation,
  isOnOneDatabase,
  type NameOf,
  type Placement,
  type Proof,
  percent,
  type SeenInstance,
  type SeenKey,
  type StatementReport,
  type TableName,
  type TableReport,
  verdictKinds,
} from '../model/index.js';
import { count, plural } from './numbers.js';
import { firstOf, type Page, pageOf, printSections, type Section, type TextOptions } from './page.js';
import { placementText } from './placement-text.js';
import { clean, cutEnd, listed, place, wrap } from './words.js';

const MOST_CANDIDATES = 12;
const MOST_FOLLOWERS = 6;
const MOST_STATEMENTS = 8;

export function renderExplanationText(explanation: Explanation, options: TextOptions): string {
  switch (explanation.kind) {
    case 'statement':
      return statementText(explanation.statement, explanation.proof, options);
    case 'table':
      return tableText(explanation.table, explanation.statements, options);
  }
}

// ── a statement ──────────────────────────────────────────────────────────────────────────────────────────────────────

function statementText(statement: StatementReport, proof: Proof | undefined, options: TextOptions): string {
  const page = pageOf(options, statement.verdict.tables, '--json');
  const { id, queryId, text, counters, source } = statement;
  const query = queryId === undefined ? '' : `, queryid ${clean(queryId)}`;
  const steps = [
    { title: 'text', lines: [clean(text)] },
    ...(proof === undefined ? [] : stepsOf(page, proof)),
    { title: 'verdict', lines: verdictLines(page, statement) },
    ...fixStep(statement),
  ];
  return printSections(page, [
    {
      title: `STATEMENT ${clean(id)}${query}`,
      lines: wrap(`${plural(counters.calls, 'call')}, ${place(source)}`, page.width, '  '),
    },
    ...steps.map((step, at) => stepSection(page, step, at + 1)),
  ]);
}

interface Step {
  readonly title: string;
  readonly lines: readonly string[];
}

function stepSection(page: Page, { title, lines }: Step, number: number): Section {
  return {
    title: `${number}  ${title}`,
    lines: lines.flatMap((line) => wrap(line, page.width, '   ', '     ')),
  };
}

function stepsOf(page: Page, proof: Proof): readonly Step[] {
  return [
    {
      title: `read as ${proof.command.toUpperCase()} of`,
      lines: orNone(proof.instances.map((instance) => instanceText(page.nameOf, instance))),
    },
    ...(proof.unseen.length === 0 ? [] : [{ title: 'not seen', lines: proof.unseen.map(clean) }]),
    {
      title: 'constants',
      lines: orNone([proof.constants.map(clean).join(', ')].filter((one) => one !== '')),
    },
    { title: 'equal in every row that counts', lines: orNone(proof.equalities.map(clean)) },
    ...(proof.keys.length === 0
      ? []
      : [{ title: 'what reaches each shard key', lines: proof.keys.flatMap(keyLines) }]),
    ...(proof.mixes.length === 0
      ? []
      : [{ title: 'what puts rows of several keys together', lines: [proof.mixes.join(', ')] }]),
  ];
}

function orNone(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? ['none'] : lines;
}

function instanceText(
  nameOf: NameOf,
  { label, table, access, placement, via, vacuous }: SeenInstance,
): string {
  const name = nameOf(table);
  const alias = clean(label) === name ? name : `${clean(label)}: ${name}`;
  return [
    `${alias}, ${accessWords[access]}`,
    placement === undefined ? 'not in the plan' : placedAs(placement),
    ...(via === undefined ? [] : [`through ${clean(via)}`]),
    ...(vacuous ? ['its rows can never count'] : []),
  ].join('; ');
}

const accessWords: Readonly<Record<SeenInstance['access'], string>> = {
  read: 'read',
  lock: 'locked',
  insert: 'inserted into',
  update: 'updated',
  delete: 'deleted from',
};

function placedAs(placement: Placement): string {
  if (placement.placement !== 'sharded') return placement.placement;
  const added = placement.addKey === undefined ? '' : ', a column to be added';
  return `sharded by ${clean(placement.key)}${added}`;
}

function keyLines({ key, reachedBy }: SeenKey): readonly string[] {
  if (reachedBy.length === 0) return [`${clean(key)}: nothing`];
  return reachedBy.map(({ constant, because }) => {
    const way = because.length === 0 ? 'directly' : because.map(clean).join(', then ');
    return `${clean(key)}: ${clean(constant)}, by ${way}`;
  });
}

function verdictLines(page: Page, { verdict }: StatementReport): readonly string[] {
  const paint = isOnOneDatabase(verdict.verdict) ? page.paint.green : page.paint.yellow;
  const pairs = verdict.pairs?.map(([a, b]) => `${clean(a)} = ${clean(b)}`) ?? [];
  return [
    paint(verdict.verdict),
    ...verdict.because.map((reason) => `because ${clean(reason)}`),
    ...(pairs.length === 0 ? [] : [`one shard only if ${pairs.join(' and ')}`]),
  ];
}

function fixStep({ fix }: StatementReport): readonly Step[] {
  if (fix === undefined) return [];
  const instead = fix.rewritten === undefined ? [] : [`instead: ${clean(fix.rewritten)}`];
  return [{ title: 'fix', lines: [clean(fix.text), ...instead] }];
}

// ── a table ──────────────────────────────────────────────────────────────────────────────────────────────────────────

function tableText(table: TableReport, statements: readonly StatementReport[], options: TextOptions): string {
  const page = pageOf(options, [table.name, ...followersOf(table)], '--json');
  return printSections(page, [
    { title: `TABLE ${clean(table.name)}: ${placedAs(table.placement)}`, lines: factLines(page, table) },
    optionsSection(page, table),
    listSection(
      page,
      'NOT AN OPTION',
      table.rejected.map(({ option, reason }) => `${clean(option)}: ${clean(reason)}`),
    ),
    listSection(
      page,
      'FLAGS',
      table.flags.map(({ code, message }) => `${code}: ${clean(message)}`),
    ),
    statementsSection(page, statements),
  ]);
}

function followersOf({ candidates }: TableReport): readonly TableName[] {
  return candidates.flatMap(({ follows }) => [...follows.keys()]);
}

function factLines(page: Page, table: TableReport): readonly string[] {
  const single = table.singleShardShare;
  const facts = [
    `${plural(table.calls, 'call')}, ${percent(table.callShare)} of the workload`,
    `${percent(table.writeShare)} of them write`,
    ...(single === undefined ? [] : [`${percent(single)} single-shard under the plan`]),
    ...(table.rowCount === undefined ? [] : [plural(table.rowCount, 'row')]),
    ...(table.totalBytes === undefined ? [] : [bytes(table.totalBytes)]),
  ];
  return wrap(facts.join('; '), page.width, '  ');
}

function optionsSection(page: Page, table: TableReport): Section | undefined {
  if (table.candidates.length === 0) return undefined;
  const chosen = placementText(table.placement);
  return {
    title: 'WHAT IT COULD BE, the best first: share single-shard, cost beside the plan',
    lines: firstOf(page, table.candidates, MOST_CANDIDATES, (candidate) => {
      const name = placementText(candidate.placement);
      const cost = name === chosen ? 'the plan' : costText(candidate);
      const moves = [...candidate.follows.keys()].map(page.nameOf);
      const why = [
        ...candidate.reasons.map(clean),
        ...(moves.length === 0 ? [] : [`moves along: ${listed(moves, MOST_FOLLOWERS)}`]),
      ];
      return [
        `  ${page.paint.bold(name)}  ${percent(candidate.shareIfChosen)}  ${cost}`,
        ...wrap(why.join('; '), page.width, '    '),
      ];
    }),
  };
}

function costText({ flipCost, reoptimised }: Candidate): string {
  const sign = flipCost < 0 ? '-' : '+';
  return `${reoptimised ? '' : 'at most '}${sign}${count(Math.abs(flipCost))}`;
}

function listSection(page: Page, title: string, lines: readonly string[]): Section | undefined {
  if (lines.length === 0) return undefined;
  return { title, lines: lines.flatMap((line) => wrap(line, page.width, '  ', '    ')) };
}

function statementsSection(page: Page, statements: readonly StatementReport[]): Section {
  const kinds = verdictKinds.flatMap((kind) => {
    const such = statements.filter(({ verdict }) => verdict.verdict === kind);
    return such.length === 0 ? [] : [`${such.length} ${kind}`];
  });
  return {
    title: `STATEMENTS: ${kinds.length === 0 ? 'none' : kinds.join(', ')}`,
    lines: firstOf(page, statements, MOST_STATEMENTS, ({ id, verdict, counters, text }) => [
      cutEnd(
        `  ${clean(id)}  ${verdict.verdict}  ${plural(counters.calls, 'call')}  ${clean(text)}`,
        page.width,
      ),
    ]),
  };
}
