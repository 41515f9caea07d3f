/** What the transactions of a log needed, what the log covers, and what a team has to change. */

import {
  type AnalysisResult,
  type KeySkew,
  type LogCoverage,
  type PairEvidence,
  percent,
  type TransactionReport,
  type TransactionShape,
  type TransactionShares,
} from '../model/index.js';
import { count, plural } from './numbers.js';
import { firstOf, type Page, type Section } from './page.js';
import { type ColumnOf, renderTable } from './table.js';
import { clean, cutEnd, listed, place, wrap } from './words.js';

const MOST_SHAPES = 5;
const MOST_PAIRS = 10;
const MOST_PLACES = 5;
const MOST_STEPS = 8;

export function transactionsSection(page: Page, result: AnalysisResult): Section | undefined {
  const { transactions } = result;
  if (transactions === undefined) return undefined;
  const texts = new Map([
    ...transactions.logOnly.map(({ id, text }) => [id, text] as const),
    ...result.statements.map(({ id, text }) => [id, text] as const),
  ]);
  return {
    title: 'TRANSACTIONS (FROM THE LOG)',
    lines: [
      ...coverageLines(page, transactions),
      ...shareLines(page, 'all', transactions.all),
      ...shareLines(page, 'of several statements', transactions.severalStatements),
      ...crossingLines(page, transactions, texts),
      ...pairLines(page, transactions.pairs, texts),
      ...skewLines(page, transactions.skew),
    ],
  };
}

function coverageLines(page: Page, { log }: TransactionReport): readonly string[] {
  const time =
    log.from === undefined || log.to === undefined ? '' : `, ${clean(log.from)} to ${clean(log.to)}`;
  const whole = `${plural(log.records, 'record')} of ${plural(log.files.length, 'file')}${time}: ${plural(log.executions, 'execution')} in ${plural(log.sessions, 'session')}`;
  const seen =
    log.exportShareSeen === undefined
      ? ''
      : `; the log has statements of ${percent(log.exportShareSeen)} of the export's calls`;
  if (log.executions === 0)
    return [...wrap(whole, page.width, '  '), ...wrap(nothingLogged, page.width, '  ')];
  return [
    ...wrap(whole, page.width, '  '),
    ...wrap(
      `${percent(shareOf(log.inExport, log.executions))} of the executions are of the export's statements${seen}`,
      page.width,
      '  ',
    ),
    ...wrap(endings(log), page.width, '  '),
    ...gaps(page, log),
  ];
}

const nothingLogged =
  "the server has logged no statement: set log_statement = 'all' or log_min_duration_statement = 0";

function endings(log: LogCoverage): string {
  return `${plural(log.committed, 'transaction')} committed, ${count(log.rolledBack)} rolled back; not judged: ${count(log.failed)} failed by an error, ${count(log.incomplete)} cut off by the log's ends`;
}

function gaps(page: Page, log: LogCoverage): readonly string[] {
  const parts = [
    [log.withoutValues, 'executions without the value of their key'],
    [log.notJudged, 'executions that could not be judged'],
    [log.duplicates, 'records that were there twice'],
    [log.otherDatabase, 'records of other databases'],
  ] as const;
  const said = parts.filter(([number]) => number > 0).map(([number, what]) => `${count(number)} ${what}`);
  return [
    ...(said.length === 0 ? [] : wrap(said.join(', '), page.width, '  ')),
    ...(log.unreadable === 0
      ? []
      : [
          page.paint.yellow(`  ${plural(log.unreadable, 'record')} could not be read`),
          ...firstOf(page, log.unreadableAt, MOST_PLACES, (source) => [`    ${place(source)}`]),
        ]),
  ];
}

function shareLines(page: Page, what: string, shares: TransactionShares): readonly string[] {
  const { transactions, oneKeyShare, oneShardShare, crossingShare, unknownShare } = shares;
  if (
    oneKeyShare === undefined ||
    oneShardShare === undefined ||
    crossingShare === undefined ||
    unknownShare === undefined
  ) {
    return [`  ${what}: none touches the sharded database`];
  }
  const line = (name: string, share: number, text: string): readonly string[] =>
    wrap(text, page.width, `    ${name.padEnd(14)}${percent(share).padStart(7)}  `);
  return [
    `  ${what}: ${plural(transactions, 'transaction')}`,
    ...line('one key', oneKeyShare, 'one key value in all statements, or global tables only: any map'),
    ...line('one shard', oneShardShare, 'with those whose several keys lie together by this map'),
    ...line('crossing', crossingShare, 'several shards or databases'),
    ...line('unknown', unknownShare, 'a statement or a value is missing'),
  ];
}

// ── what has to change ───────────────────────────────────────────────────────────────────────────────────────────────

type Texts = ReadonlyMap<string, string>;

function crossingLines(page: Page, report: TransactionReport, texts: Texts): readonly string[] {
  const { crossing, outcomes } = report;
  if (crossing.length === 0) return [];
  return [
    `  shapes that cross, the heaviest first: ${count(crossing.length)}`,
    ...firstOf(page, crossing, MOST_SHAPES, (shape) => shapeLines(page, shape, outcomes.crosses, texts)),
    ...(report.shapesNotFollowed === 0
      ? []
      : [`    ${plural(report.shapesNotFollowed, 'transaction')} of rarer shapes not followed`]),
  ];
}

function shapeLines(page: Page, shape: TransactionShape, crosses: number, texts: Texts): readonly string[] {
  const share = percent(shareOf(shape.crossing, crosses)).padStart(7);
  const how = `${share} of what crosses: ${count(shape.crossing)} of ${plural(shape.transactions, 'transaction')}`;
  const steps = listed(stepsOf(shape), page.verbose ? shape.statements.length : MOST_STEPS);
  const worst = shape.blamed[0];
  return [
    `  ${how}`,
    ...wrap(steps, page.width, '           '),
    ...(worst === undefined
      ? []
      : [
          `           ${cutEnd(`${worst.statement} makes it cross: ${clean(texts.get(worst.statement) ?? '')}`, page.width - 11)}`,
        ]),
  ];
}

function stepsOf({ statements, repeated }: TransactionShape): readonly string[] {
  return statements.map((id) => (repeated.includes(id) ? `${id} (repeated)` : id));
}

function pairLines(page: Page, pairs: readonly PairEvidence[], texts: Texts): readonly string[] {
  if (pairs.length === 0) return [];
  const shown = page.verbose ? pairs : pairs.slice(0, MOST_PAIRS);
  const columns: readonly ColumnOf<PairEvidence>[] = [
    { title: 'equal', text: equalShare, align: 'right' },
    { title: 'executions', text: ({ executions }) => count(executions), align: 'right' },
    { title: 'no value', text: ({ unknown }) => count(unknown), align: 'right' },
    { title: 'pair', text: ({ pair }) => pair },
    { title: 'statement', text: ({ statement }) => statement },
    { title: '', text: ({ statement }) => clean(texts.get(statement) ?? ''), fit: 'cut' },
  ];
  return [
    ...wrap(
      'conditional statements: how often the values were equal that the promise is about',
      page.width,
      '  ',
    ),
    ...renderTable(page, columns, shown),
  ];
}

function equalShare({ executions, equal, unknown }: PairEvidence): string {
  return executions === unknown ? '-' : percent(shareOf(equal, executions - unknown));
}

function skewLines(page: Page, skew: readonly KeySkew[]): readonly string[] {
  if (skew.length === 0) return [];
  const columns: readonly ColumnOf<KeySkew>[] = [
    { title: 'keys seen', text: ({ group }) => clean(group), fit: 'cut' },
    { title: 'executions', text: ({ executions }) => count(executions), align: 'right' },
    {
      title: 'keys',
      text: ({ distinctKeys, notFollowed }) => `${notFollowed > 0 ? '≥ ' : ''}${count(distinctKeys)}`,
      align: 'right',
    },
    { title: 'heaviest', text: ({ heaviestShare }) => percent(heaviestShare), align: 'right' },
    { title: 'top 10', text: ({ topTenShare }) => percent(topTenShare), align: 'right' },
    { title: 'as even keys', text: ({ effectiveKeys }) => count(effectiveKeys), align: 'right' },
    {
      title: 'hottest shard',
      text: ({ shardShares }) => percent(shardShares.reduce((most, share) => Math.max(most, share), 0)),
      align: 'right',
    },
  ];
  return renderTable(page, columns, skew);
}

function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
