/** Every statement shape that may need more than one shard: who sends it, how heavy it is, why, and what mends it. */

import type { BlockedGroup, StatementReport } from '../../model/index.js';
import { blockerWords } from '../blocked.js';
import { code, codes, plain } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, sql, table } from './blocks.js';
import type { Facts } from './facts.js';
import { changedText, ownerOf, placeOf, share, statementText, verdictWords } from './spelling.js';

/** A document is read by people; of so many statements the analysis has the rest. */
const MOST_STATEMENTS = 150;
const MOST_GROUPS = 60;
const MOST_KEY_CHANGES = 40;

export function crossingSection(facts: Facts): Section {
  const { crossing } = facts;
  if (crossing.length === 0) return { title: 'Statements that cross shards', blocks: nothingCrosses(facts) };
  const shown = crossing.slice(0, MOST_STATEMENTS);
  const rest = crossing.length - shown.length;
  return {
    title: 'Statements that cross shards',
    blocks: [
      say(
        `${plural(crossing.length, 'statement shape')} may need more than one shard; every one of them is listed here, the heaviest first. Conditional and unknown ones count as crossing.`,
        ownersText(crossing),
      ),
      ...verdictTable(facts),
      ...groupsTable(facts),
      ...keyChanges(facts),
      heading('One by one'),
      ...shown.flatMap((one, at) => statementBlocks(facts, one, at + 1)),
      ...(rest === 0
        ? []
        : [say(`${plural(rest, 'lighter statement')} are in the analysis (${field('statements')}).`)]),
    ],
  };
}

function nothingCrosses({ analysis }: Facts): readonly Block[] {
  return analysis.statements.length === 0
    ? []
    : [say('None: every statement of the workload is on one shard or one database by proof.')];
}

function ownersText(crossing: readonly StatementReport[]): string {
  const tagged = crossing.filter((one) => ownerOf(one) !== undefined).length;
  const cure = 'add the tags in the services, or set application\\_name and sample pg\\_stat\\_activity';
  if (tagged === crossing.length)
    return 'Every one of them carries tags of its sender in a comment (sqlcommenter).';
  if (tagged === 0) {
    return `None of them carries tags of its sender in a comment (sqlcommenter), so the export does not say who sends them: ${cure}.`;
  }
  return `${tagged} of them ${tagged === 1 ? 'carries tags of its' : 'carry tags of their'} sender in a comment (sqlcommenter); for the other ${crossing.length - tagged} the export does not say who sends them: ${cure}.`;
}

function verdictTable({ derived }: Facts): readonly Block[] {
  return table(
    ['Verdict', 'Needs', '>Statements', '>Calls', '>Share of all'],
    derived.verdicts.map(({ verdict, statements, calls, share: part }) => [
      verdict,
      verdictWords[verdict],
      grouped(statements),
      grouped(calls),
      share(part),
    ]),
    `${field('statements')}, counted and added up by verdict; shares are of the weight of all application statements`,
  );
}

function groupsTable(facts: Facts): readonly Block[] {
  const { blocked } = facts.analysis;
  if (blocked.length === 0) return [];
  return [
    heading('What keeps them from one shard'),
    ...table(
      ['Reason', 'About', '>Statements', '>Calls', '>Share', 'What helps'],
      blocked
        .slice(0, MOST_GROUPS)
        .map((group) => [
          blockerWords[group.blocker],
          aboutText(facts, group),
          grouped(group.statements),
          grouped(group.calls),
          share(group.share),
          helpText(group),
        ]),
      field('blocked'),
    ),
    ...(blocked.length > MOST_GROUPS
      ? [say(`${blocked.length - MOST_GROUPS} lighter groups are in the analysis.`)]
      : []),
  ];
}

function aboutText({ bare }: Facts, { concerns }: BlockedGroup): string {
  return codes(
    concerns.map(({ table: name, column }) =>
      column === undefined ? bare(name) : `${bare(name)}.${column}`,
    ),
  );
}

/** What was computed to help, else what the reason suggests. */
function helpText({ fixes }: BlockedGroup): string {
  const [first] = fixes;
  if (first === undefined) return '';
  return `${plain(first.text)}${first.gain === undefined ? '' : ` (+${share(first.gain)} on one shard)`}`;
}

function keyChanges(facts: Facts): readonly Block[] {
  const needed = facts.analysis.keyChanges.filter(({ statements }) => statements.length > 0);
  const bySource = new Map(facts.analysis.statements.map((one) => [one.id, one]));
  return needed.flatMap(({ table: name, column, statements }) => {
    const byHand = statements.filter(({ rewritten }) => rewritten === undefined).length;
    return [
      heading(`Statements that have to say ${code(`${facts.bare(name)}.${column}`)}`),
      say(
        `The column is new; ${plural(statements.length, 'statement')} write or read these rows and have to pass it. ${byHand === 0 ? 'All of them were rewritten' : `${statements.length - byHand} of them were rewritten, ${byHand} ${byHand === 1 ? 'has' : 'have'} to be written by hand`}; the rewritten texts are in the analysis.`,
      ),
      ...table(
        ['Statement', '>Calls', 'Owner', 'Read from', 'Rewritten'],
        statements.slice(0, MOST_KEY_CHANGES).map(({ id, calls, rewritten }) => {
          const report = bySource.get(id);
          return [
            code(id),
            grouped(calls),
            (report === undefined ? undefined : ownerOf(report)) ?? 'no tag',
            report === undefined ? '' : placeOf(report),
            rewritten === undefined ? 'by hand' : 'yes',
          ];
        }),
        field('keyChanges'),
      ),
    ];
  });
}

/** A key in the WHERE clause leaves out the rows of all others: another answer, unless the rest of the clause did so. */
function narrows({ kind }: { readonly kind: string }): boolean {
  return kind === 'add-key-to-where';
}

function statementBlocks(facts: Facts, one: StatementReport, number: number): readonly Block[] {
  const { verdict, fix, counters } = one;
  const owner = ownerOf(one);
  return [
    say(
      `**${number}. ${code(one.id)}: ${verdict.verdict}, ${share(facts.shareOf(one))}** of the weight, ${plural(counters.calls, 'call')}; touches ${codes(verdict.tables.map(facts.bare)) || 'no known table'}.`,
      `${owner === undefined ? 'Owner: no tag' : `Owner: ${owner}`}. Read from ${placeOf(one)}.`,
    ),
    sql(statementText(one.text)),
    ...bullets([
      ...(verdict.because.length === 0 ? [] : [`Why: ${verdict.because.map(plain).join('; ')}.`]),
      ...((verdict.pairs ?? []).length === 0
        ? []
        : [
            `On one shard if ${(verdict.pairs ?? []).map(([left, right]) => code(`${left} = ${right}`)).join(' and ')}.`,
          ]),
      ...(verdict.fanOut === undefined ? [] : [`Bothers at most ${plural(verdict.fanOut, 'shard')}.`]),
      ...(fix === undefined
        ? []
        : [
            `Fix (${plain(fix.kind)}): ${plain(fix.text)}${fix.rewritten === undefined ? '.' : `${narrows(fix) ? '. The text below finds rows of that one key alone, so it is right only where no others are wanted' : ''}:`}`,
          ]),
    ]),
    ...(fix?.rewritten === undefined ? [] : [sql(changedText(one.text, fix.rewritten))]),
  ];
}
