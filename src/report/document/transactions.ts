/** Transactions: what the export cannot see of them, what a log showed, and how the design keeps them on one shard. */

import { percent, type TransactionReport } from '../../model/index.js';
import { code, codes, plain } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { listed } from '../words.js';
import { type Block, bullets, field, heading, type Section, say, table } from './blocks.js';
import type { Facts } from './facts.js';
import { share } from './spelling.js';
import { isAcross } from './topology.js';

const MOST_PAIRS = 25;
const MOST_SHAPES = 15;
const MOST_DOMAINS = 12;

export function transactionsSection(facts: Facts): Section {
  const { transactions, statements } = facts.analysis;
  if (statements.length === 0) return { title: 'Transactions', blocks: [] };
  return {
    title: 'Cross-shard transactions, avoided by design',
    blocks: [
      ...(transactions === undefined ? notSeen() : seen(transactions)),
      ...pairsAcross(facts),
      heading('The rules that keep a transaction on one shard'),
      ...bullets(rules(facts)),
    ],
  };
}

function notSeen(): readonly Block[] {
  return [
    say(
      'An export counts statements; which of them ran in one transaction it does not say. So statements that are on one shard one by one may still cross shards together.',
      `To measure it, log one busy hour with ${code('log_statement = all')}, ${code('log_destination = csvlog')} (or jsonlog) and parameters, and run ${code('shardwright analyze --log FILE')}: each transaction is then judged by the values that it ran with.`,
    ),
  ];
}

function seen(report: TransactionReport): readonly Block[] {
  const { log, all, severalStatements, outcomes, crossing } = report;
  const shares = (of: typeof all): string =>
    of.oneShardShare === undefined
      ? 'none touched the sharded database'
      : `${share(of.oneShardShare)} stayed on one shard, ${share(of.crossingShare ?? 0)} crossed, ${share(of.unknownShare ?? 0)} could not be judged`;
  return [
    say(
      `A log of ${plural(log.executions, 'execution')} in ${plural(log.sessions, 'session')} was judged by its values: of ${plural(all.transactions, 'transaction')} that touch the sharded database ${shares(all)}.`,
      `Of ${plural(severalStatements.transactions, 'transaction')} with several statements ${shares(severalStatements)}.`,
    ),
    ...table(
      ['What a transaction needed', '>Transactions'],
      Object.entries(outcomes).map(([outcome, number]) => [
        outcome.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
        grouped(number),
      ]),
      field('transactions.outcomes'),
    ),
    ...(crossing.length === 0
      ? []
      : [
          heading('Shapes that crossed'),
          ...table(
            ['Statements in order', '>Transactions', '>Crossed', 'Taken to a second shard by'],
            crossing.slice(0, MOST_SHAPES).map((shape) => [
              codes(shape.statements, 8),
              grouped(shape.transactions),
              grouped(shape.crossing),
              codes(
                shape.blamed.map(({ statement }) => statement),
                4,
              ),
            ]),
            field('transactions.crossing'),
          ),
        ]),
  ];
}

/** Statements that touch tables of two domains are where transactions over both are to be looked for. */
function pairsAcross(facts: Facts): readonly Block[] {
  const pairs = facts.analysis.graph.edges
    .filter(({ source, target }) => isAcross(facts, source, target))
    .sort((a, b) => b.calls - a.calls);
  if (pairs.length === 0) {
    return facts.groups.length + facts.unsharded.length < 2
      ? []
      : [
          say(
            'No statement touches tables of two key domains, so that only transactions of several statements can.',
          ),
        ];
  }
  return [
    heading('Where two domains meet'),
    say(
      'Statements that touch tables of two domains, or of the shards and the unsharded database. Transactions over both are to be looked for in the same code.',
    ),
    ...table(
      ['Table', 'and', '>Calls', 'Joined on'],
      pairs
        .slice(0, MOST_PAIRS)
        .map(({ source, target, calls, predicates }) => [
          facts.name(source),
          facts.name(target),
          grouped(calls),
          codes(predicates, 3),
        ]),
      field('graph.edges'),
    ),
    ...(pairs.length > MOST_PAIRS
      ? [say(`${pairs.length - MOST_PAIRS} lighter pairs are in the analysis.`)]
      : []),
  ];
}

function rules(facts: Facts): readonly string[] {
  const conditional = facts.analysis.plan.score.conditionalShare;
  const domains = facts.groups.map(({ group }) => code(facts.bare(group)));
  return [
    'One transaction, one key: the request takes its key at the door and every statement of the transaction says it. The router refuses a second key with an error instead of opening a second shard.',
    ...(domains.length < 2
      ? []
      : [
          `What has to happen in two domains (${listed(domains, MOST_DOMAINS)}) happens in two transactions: the first writes its rows and an event in the same transaction on its own shard, a relay for each shard hands the event on, the second applies it once, by the event's id.`,
        ]),
    'No two-phase commit in a request: a prepared transaction that nobody ends holds locks and vacuum back on every shard. It is left to the rare write of every copy of a global table, where somebody watches for what is left prepared.',
    'Every step that is handed on can be applied twice without harm, and has a step that undoes it.',
    ...(conditional > 0
      ? [
          `${plain(percent(conditional))} of the weight is on one shard only if named values are equal: a check in the data access layer makes that a rule.`,
        ]
      : []),
  ];
}
