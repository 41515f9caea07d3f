/** Risks, each with the evidence that it rests on, what lowers it, and the sign that it has come. */

import { percent } from '../../model/index.js';
import { code, codes, plain } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Section, say, table } from './blocks.js';
import type { Facts } from './facts.js';
import { share } from './spelling.js';

export interface Risk {
  readonly risk: string;
  readonly evidence: string;
  readonly lowered: string;
  readonly sign: string;
}

export function riskSection(facts: Facts): Section {
  const risks = risksOf(facts);
  if (facts.analysis.statements.length === 0 || risks.length === 0) return { title: 'Risks', blocks: [] };
  return {
    title: 'Risks',
    blocks: [
      say('What the evidence points to. How likely each is, is for the board to judge: no export says.'),
      ...table(
        ['', 'Risk', 'Evidence', 'What lowers it', 'Sign'],
        risks.map(({ risk, evidence, lowered, sign }, at) => [String(at + 1), risk, evidence, lowered, sign]),
        'fields of `analysis.json` as named',
      ),
    ],
  };
}

export function risksOf(facts: Facts): readonly Risk[] {
  return [
    ...dataRisks(facts),
    ...loadRisks(facts),
    ...knowledgeRisks(facts),
    ...(facts.groups.length === 0 ? [] : [cutoverRisk]),
  ];
}

const cutoverRisk: Risk = {
  risk: 'A write is lost or accepted twice while a bucket changes hands',
  evidence: 'the protocol, not the workload',
  lowered:
    'fence in the database, barrier after the last writer, one record that decides; rehearsal on a synthetic tenant before the first real bucket',
  sign: 'a confirmed difference in the verification; two owners of one bucket',
};

function dataRisks({ analysis, constraints, name, groups }: Facts): readonly Risk[] {
  const { score } = analysis.plan;
  const unique = constraints.filter(({ kind, change }) => kind !== 'sequence' && change === 'lookup-table');
  const references = constraints.filter(
    ({ kind, change }) => kind === 'foreign-key' && change === 'application-check',
  );
  const triggers = analysis.tables.filter(({ flags }) => flags.some(({ code: flag }) => flag === 'trigger'));
  const risks: Risk[] = [];
  if (score.conditionalShare > 0) {
    risks.push({
      risk: 'Parameters that have to be equal are not, and rows of another key are missed or changed',
      evidence: `${share(score.conditionalShare)} of the weight is conditional (${code('score.conditionalShare')})`,
      lowered: 'one parameter for one key; a check in the data access layer; the router refuses the rest',
      sign: 'refusals of the router; a log judged by its values',
    });
  }
  if (unique.length > 0) {
    risks.push({
      risk: 'A value that was unique is given twice',
      evidence: `${plural(unique.length, 'unique constraint')} that no shard can check and no maker of ids keeps (${code('constraints')})`,
      lowered: 'lookup tables, written first',
      sign: 'the same value under two keys, looked for by a job',
    });
  }
  if (references.length > 0) {
    risks.push({
      risk: 'Rows refer to rows that are gone',
      evidence: `${plural(references.length, 'foreign key')} between domains or databases (${code('constraints')})`,
      lowered: 'checks in the application, deletes handed on as events',
      sign: 'orphans, counted by a job',
    });
  }
  if (triggers.length > 0) {
    risks.push({
      risk: 'A trigger writes rows of another shard, or writes twice while rows are replicated',
      evidence: `${triggers.map((one) => name(one.name)).join(', ')} (${code('tables[].flags')})`,
      lowered: 'move what it does into the application before the migration',
      sign: 'differences in the tables that it writes',
    });
  }
  if (groups.length > 1) {
    risks.push({
      risk: 'A transaction writes two domains and half of it stays',
      evidence:
        analysis.transactions === undefined
          ? `${plural(groups.length, 'domain')}; transactions are not in the export`
          : `${percentOf(analysis.transactions.all.crossingShare)} of the logged transactions crossed (${code('transactions')})`,
      lowered: 'one transaction, one key; events between domains',
      sign: 'refusals of a second key at the router',
    });
  }
  return risks;
}

function percentOf(value: number | undefined): string {
  return value === undefined ? 'none' : plain(percent(value));
}

function loadRisks({ analysis, name, bare }: Facts): readonly Risk[] {
  const { load, plan, decision } = analysis;
  const hot = analysis.tables.filter(({ flags }) => flags.some(({ code: flag }) => flag === 'hot-key'));
  const rising = decision.growth.filter(({ trendPerDay }) => (trendPerDay ?? 0) > 0);
  const close = (plan.budgets ?? []).filter(({ used, limit }) => limit > 0 && used > CLOSE * limit);
  const risks: Risk[] = [];
  if (load.kinds.everyShard > 0) {
    risks.push({
      risk: 'Scatters grow with the number of shards and eat what the shards bring',
      evidence: `${share(load.kinds.everyShard)} of the load is on every shard (${code('load.kinds.everyShard')})`,
      lowered: 'mend the heaviest crossing statements; a gate in CI against new ones',
      sign: 'calls on all shards rise while calls of the application do not',
    });
  }
  if (hot.length > 0) {
    risks.push({
      risk: 'One key fills its shard',
      evidence: `${codes(
        hot.map((one) => bare(one.name)),
        6,
      )} (${code('tables[].flags')}, ${code('load.groups[].whales')})`,
      lowered: 'pin the key, or give it a shard of its own',
      sign: `a shard above ${share(2 / plan.shards)} of the load: twice its even share`,
    });
  }
  if (rising.length > 0) {
    risks.push({
      risk: 'Growth outruns the migration',
      evidence: `${rising.map(({ counter, trendPerDay }) => `${counter.replaceAll('-', ' ')} +${share(trendPerDay ?? 0)} of the mean a day`).join(', ')} (${code('decision.growth')})`,
      lowered: 'the cheaper levers first; export again each month',
      sign: 'the busiest interval nears the ceiling',
    });
  }
  for (const { name: budget, used, limit, holders } of close) {
    risks.push({
      risk: `A budget is nearly taken: ${plain(budget)}`,
      evidence: `${share(used / limit)} of it (${code('plan.budgets')}), most by ${holders.slice(0, 3).map(name).join(', ')}`,
      lowered: 'place the largest holder otherwise before it grows',
      sign: 'the check of the plan reports the budget',
    });
  }
  return risks;
}

/** From this part of a budget on, growth decides soon. */
const CLOSE = 0.8;

function knowledgeRisks({ analysis, catalog }: Facts): readonly Risk[] {
  const { coverage } = analysis;
  const unread = coverage.masked.statements + coverage.truncated.statements + coverage.unparsed.statements;
  const unreadCalls = coverage.masked.calls + coverage.truncated.calls + coverage.unparsed.calls;
  const risks: Risk[] = [];
  if (unread > 0) {
    risks.push({
      risk: 'Statements that nobody could read cross shards',
      evidence: `${plural(unread, 'statement')}, ${plural(unreadCalls, 'call')}: masked, truncated or not parsed (${code('coverage')})`,
      lowered: 'export as a role with pg\\_read\\_all\\_stats, with whole texts',
      sign: 'the router sees statements that the plan does not know',
    });
  }
  if (coverage.evicted === 'unknown' || coverage.evicted > 0) {
    risks.push({
      risk: 'Rare statements are missing in the export',
      evidence:
        coverage.evicted === 'unknown'
          ? `the export does not say what was evicted (${code('coverage.evicted')})`
          : `${plural(coverage.evicted, 'entry', 'entries')} were evicted (${code('coverage.evicted')})`,
      lowered:
        'raise pg\\_stat\\_statements.max, export more often; read the application’s SQL with the check',
      sign: 'new statement shapes in the next export',
    });
  }
  if (catalog.origin !== 'schema') {
    risks.push({
      risk: 'Keys, types and references are guessed',
      evidence: 'no schema was given',
      lowered: 'give the schema (pg\\_dump --schema-only)',
      sign: 'none before the preflight',
    });
  }
  return risks;
}
