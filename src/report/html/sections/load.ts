/** Load by shard, as simulated: a bar for each shard of the run in the middle, and the hottest shard of each group of keys. */

import {
  type AnalysisResult,
  type GroupLoad,
  type PlacedLoad,
  percent,
  type ShardCountLoad,
  type ShardShare,
  type Spread,
} from '../../../model/index.js';
import { howText, kindsText, whaleText } from '../../load.js';
import { grouped } from '../../numbers.js';
import type { Page } from '../../page.js';
import { clean } from '../../words.js';
import { html, type Markup } from '../markup.js';

/** More bars than that cannot be told apart. */
const MOST_BARS = 128;
const MOST_GROUPS = 40;
const BAR_AREA = { width: 960, height: 160 };

export function loadSection(page: Page, { load, plan }: AnalysisResult): Markup {
  return html`<section id="load" aria-labelledby="load-title">
  <h2 id="load-title">Load by shard</h2>
  <p>${kindsText(load)}</p>
  ${shardBars(load.plan, plan.shards)}
  ${groupTable(page, load.plan, load.groups, plan.shards)}
  ${whales(page, load.groups, plan.shards)}
  ${load.plan.measure === 'none' ? undefined : html`<p class="quiet">${howText(load)}</p>`}
</section>`;
}

const measures = ['load', 'rows', 'bytes'] as const;

function shardBars({ shards, measure }: PlacedLoad, planned: number): Markup {
  if (measure === 'none' || shards.length === 0)
    return html`<p class="empty">Nothing is known of how frequent the keys are, so no load by shard can be simulated. Column statistics (--stats) would tell.</p>`;
  const sorted = shards.length > MOST_BARS ? [...shards].sort(byShare(measure)).slice(0, MOST_BARS) : shards;
  const most = Math.max(...sorted.map((one) => one[measure] ?? 0));
  const step = BAR_AREA.width / sorted.length;
  const bars = sorted.map((one, at) => {
    const height = ((one[measure] ?? 0) / most) * BAR_AREA.height;
    return html`<rect x="${(at * step + step * 0.1).toFixed(2)}" y="${(BAR_AREA.height - height).toFixed(2)}" width="${(step * 0.8).toFixed(2)}" height="${height.toFixed(2)}"><title>shard ${one.shard}: ${percent(one[measure] ?? 0)} of the ${measure}</title></rect>`;
  });
  const even = BAR_AREA.height - BAR_AREA.height / planned / most;
  return html`<figure class="bars">
    <svg viewBox="0 0 ${BAR_AREA.width} ${BAR_AREA.height}" role="img" aria-label="Share of the ${measure} on each shard; the table after this has the figures" preserveAspectRatio="none">${bars}<line class="even" x1="0" x2="${BAR_AREA.width}" y1="${even.toFixed(2)}" y2="${even.toFixed(2)}"></line></svg>
    <figcaption>${sorted.length < shards.length ? `The ${sorted.length} fullest of ${grouped(shards.length)} shards` : `Shards 0 to ${shards.length - 1}`} by ${measure}; the line is an even share, ${percent(1 / planned)}.</figcaption>
  </figure>
  <details><summary>The same as figures</summary><div class="scroll"><table class="plain">
    <thead><tr><th scope="col">shard</th>${measures.map((one) => html`<th scope="col">${one}</th>`)}</tr></thead>
    <tbody>${sorted.map((one) => html`<tr><th scope="row">${one.shard}</th>${measures.map((which) => html`<td>${one[which] === undefined ? '–' : percent(one[which])}</td>`)}</tr>`)}</tbody>
  </table></div></details>`;
}

function byShare(measure: 'load' | 'rows'): (a: ShardShare, b: ShardShare) => number {
  return (a, b) => (b[measure] ?? 0) - (a[measure] ?? 0) || a.shard - b.shard;
}

function groupTable(page: Page, plan: PlacedLoad, groups: readonly GroupLoad[], planned: number): Markup {
  const rows = [
    ...plan.at.map((at) => ({ name: 'whole plan', share: 1, at })),
    ...groups
      .slice(0, MOST_GROUPS)
      .flatMap((group) =>
        group.at
          .filter(({ shards }) => shards === planned)
          .map((at) => ({ name: page.nameOf(group.group), share: group.loadShare, at })),
      ),
  ];
  if (rows.length === 0) return html``;
  return html`<h3>The hottest shard over an even share</h3>
  <div class="scroll"><table class="plain">
    <thead><tr><th scope="col">keys of</th><th scope="col">of the load</th><th scope="col">shards</th><th scope="col">rows</th><th scope="col">bytes</th><th scope="col">load</th><th scope="col">5–95 %</th><th scope="col">whales pinned</th><th scope="col">own shard</th><th scope="col">limit</th></tr></thead>
    <tbody>${rows.map(groupRow)}</tbody>
  </table></div>
  ${groups.length > MOST_GROUPS ? html`<p class="quiet">and ${grouped(groups.length - MOST_GROUPS)} groups with less load, all in analysis.json.</p>` : undefined}`;
}

function groupRow({ name, share, at }: { name: string; share: number; at: ShardCountLoad }): Markup {
  const { rows, bytes, load } = at.hottest;
  const times = (spread: Spread | undefined) =>
    spread === undefined ? '–' : ratio(spread.median * at.shards);
  return html`<tr><th scope="row">${name}</th><td>${percent(share)}</td><td>${at.shards}</td><td>${times(rows)}</td><td>${times(bytes)}</td><td>${times(load)}</td>
    <td>${load === undefined ? '–' : `${ratio(load.low * at.shards)}–${ratio(load.high * at.shards)}`}</td><td>${times(at.pinned)}</td><td>${times(at.ownShard)}</td><td>${ratio(at.limit * at.shards)}</td></tr>`;
}

function ratio(value: number): string {
  return value.toFixed(2);
}

function whales(page: Page, groups: readonly GroupLoad[], planned: number): Markup | undefined {
  const felt = groups.filter((group) => group.whales.length > 0);
  if (felt.length === 0) return undefined;
  return html`<h3>Whales: keys that are felt wherever they lie</h3>
  <ul>${felt.slice(0, MOST_GROUPS).map(
    (group) =>
      html`<li><strong>${page.nameOf(group.group)}</strong>: ${clean(
        group.whales
          .slice(0, 5)
          .map((one) => whaleText(page, one, planned))
          .join('; '),
      )}${group.whales.length > 5 ? `; and ${group.whales.length - 5} more` : ''}.</li>`,
  )}</ul>`;
}
