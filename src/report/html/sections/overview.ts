/** The first screen: the answer, how far it is proven, and what the traffic needs under it. */

import {
  type AnalysisResult,
  percent,
  type StatementReport,
  type VerdictKind,
  verdictKinds,
} from '../../../model/index.js';
import { areTimesKnown } from '../../coverage.js';
import { appliesText } from '../../decision.js';
import { plural } from '../../numbers.js';
import { inWords } from '../../proof.js';
import { boundsText } from '../../score.js';
import { clean } from '../../words.js';
import { html, type Markup } from '../markup.js';

const BAR_WIDTH = 1000;

export function overviewSection(result: AnalysisResult): Markup {
  const { plan, tables } = result;
  const of = (kind: string) => tables.filter(({ placement }) => placement.placement === kind).length;
  const groups = new Set(
    tables.flatMap(({ placement }) => (placement.placement === 'sharded' ? [placement.group] : [])),
  );
  return html`<section id="overview" class="overview" aria-labelledby="overview-title">
  <h1 id="overview-title"><span class="figure">${percent(plan.score.singleShardShare)}</span>
    <span class="says">of what reaches the sharded database needs one shard, by strict proof.</span></h1>
  <p class="lead">${boundsSentence(result)}</p>
  ${trafficBar(result)}
  <dl class="facts">
    ${fact('Plan', plural(plan.shards, 'shard'), `${plural(of('sharded'), 'table')} sharded in ${plural(groups.size, 'group')}, ${of('global')} global, ${of('unsharded')} unsharded`)}
    ${fact('Certificate', statusText(plan.certificate.status), inWords(plan.certificate), `status-${plan.certificate.status}`)}
    ${fact('Shard or not', ruleWord(result), ruleSentence(result), `rule-${result.decision.rule.applies}`)}
    ${fact('Could be read, of the export', readableText(result), measuredText(result))}
  </dl>
</section>`;
}

function boundsSentence(result: AnalysisResult): string {
  const { oneDatabaseShare, conditionalShare } = result.plan.score;
  const bounds = boundsText(result);
  return `${sentence(bounds)}. With the unsharded database ${percent(oneDatabaseShare)}; ${percent(conditionalShare)} more if named parameters are always equal.`;
}

function fact(label: string, value: string, says: string, kind = ''): Markup {
  return html`<div class="fact ${kind}"><dt>${label}</dt><dd><strong>${value}</strong><span>${says}</span></dd></div>`;
}

function measuredText({ coverage, window }: AnalysisResult): string {
  const size = `${plural(coverage.statements, 'statement')}, ${plural(coverage.calls, 'call')}`;
  const day = (time: string): string => clean(time).slice(0, 10);
  if (window.from === undefined || window.to === undefined)
    return `${size}, over a time that the export does not say`;
  return `${size}, from ${day(window.from)} to ${day(window.to)}`;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
}

function statusText(status: AnalysisResult['plan']['certificate']['status']): string {
  return { optimal: 'Optimal, proven', bounded: 'Bounded', heuristic: 'Not proven' }[status];
}

function ruleWord({ decision }: AnalysisResult): string {
  return { go: 'Go', 'fix-the-shapes': 'Fix the shapes', 'reconsider-the-key': 'Reconsider the key' }[
    decision.rule.applies
  ];
}

/** A word that says all by itself is not said twice. */
function ruleSentence({ decision: { rule } }: AnalysisResult): string {
  if (rule.applies !== 'go') return sentence(appliesText(rule));
  return `${percent(rule.crossShare)} of the weight is not on one shard by proof; from ${percent(rule.goBelow)} on it would be worth mending first.`;
}

/** Of the calls, or of the time where that is known to matter more: what could be judged at all. */
function readableText({ coverage, plan }: AnalysisResult): string {
  const byTime = plan.weight === 'time' && areTimesKnown(coverage);
  const of = (part: { readonly calls: number; readonly totalExecMs: number }) =>
    byTime ? part.totalExecMs : part.calls;
  const lost = of(coverage.masked) + of(coverage.truncated) + of(coverage.unparsed);
  return `${percent(of(coverage) === 0 ? 0 : 1 - lost / of(coverage))} of the ${byTime ? 'time' : 'calls'}`;
}

// ── the bar of verdicts ──────────────────────────────────────────────────────────────────────────────────────────────

interface Part {
  readonly kind: VerdictKind;
  readonly weight: number;
  readonly statements: number;
}

function trafficBar({ statements, plan }: AnalysisResult): Markup {
  const parts = partsOf(statements);
  const whole = parts.reduce((sum, { weight }) => sum + weight, 0);
  if (whole === 0)
    return html`<p class="empty">No statement has a weight, so there is no traffic to show.</p>`;
  let from = 0;
  const bars = parts.map(({ kind, weight }) => {
    const [x, width] = [from, (weight / whole) * BAR_WIDTH];
    from += width;
    return html`<rect class="v-${kind}" x="${x.toFixed(2)}" y="0" width="${Math.max(0, width).toFixed(2)}" height="24"><title>${kind}: ${percent(weight / whole)}</title></rect>`;
  });
  return html`<figure class="traffic">
    <svg viewBox="0 0 ${BAR_WIDTH} 24" preserveAspectRatio="none" aria-hidden="true">${bars}</svg>
    <figcaption>All statements by ${weightWord(plan.weight)}:
      <ul class="legend">${parts.map(
        ({ kind, weight, statements: number }) =>
          html`<li><span class="swatch v-${kind}"></span>${kind} <b>${percent(weight / whole)}</b> <small>${plural(number, 'statement')}</small></li>`,
      )}</ul>
    </figcaption>
  </figure>`;
}

function weightWord(weight: AnalysisResult['plan']['weight']): string {
  return { calls: 'calls', time: 'execution time', rows: 'rows' }[weight];
}

function partsOf(statements: readonly StatementReport[]): readonly Part[] {
  return verdictKinds.flatMap((kind) => {
    const mine = statements.filter(({ verdict }) => verdict.verdict === kind);
    const weight = mine.reduce((sum, one) => sum + one.weight, 0);
    return mine.length === 0 ? [] : [{ kind, weight, statements: mine.length }];
  });
}
