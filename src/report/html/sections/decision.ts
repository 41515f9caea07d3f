/** Shard or not: the figures of the window, the cheaper levers in their order, and the rule that applies. */

import {
  type AnalysisResult,
  bytes,
  type DecisionReport,
  type Figure,
  type Lever,
} from '../../../model/index.js';
import { growthText, ruleText, unknownReasons, valueText } from '../../decision.js';
import { grouped } from '../../numbers.js';
import type { Page } from '../../page.js';
import { clean, listed } from '../../words.js';
import { html, type Markup } from '../markup.js';

const MOST_WRITTEN = 12;
const MOST_TABLES = 40;

export function decisionSection(page: Page, { decision }: AnalysisResult): Markup {
  const known = decision.figures.filter(({ value }) => value !== undefined);
  return html`<section id="decision" aria-labelledby="decision-title">
  <h2 id="decision-title">Shard or not</h2>
  <p>${ruleText(decision.rule).replace(/^Rule: /, '')}</p>
  <h3>What the export measures</h3>
  <dl class="measures">${known.map(measure)}</dl>
  ${unknownReasons(decision.figures).map((why) => html`<p class="quiet">${sentence(why)}</p>`)}
  ${decision.growthUnknown === undefined ? undefined : html`<p class="quiet">Growth: unknown: ${decision.growthUnknown}</p>`}
  ${decision.growth.length === 0 ? undefined : html`<ul class="quiet">${decision.growth.map((one) => html`<li>${growthText(one)}</li>`)}</ul>`}
  ${writtenTables(page, decision)}
  <h3>Cheaper levers, in the order to exhaust them</h3>
  <ol class="levers">${decision.levers.map((lever) => leverItem(page, lever))}</ol>
</section>`;
}

function measure({ label, value = 0, unit, from }: Figure): Markup {
  return html`<div title="${from}"><dt>${label}</dt><dd>${valueText(value, unit)}</dd></div>`;
}

function writtenTables(page: Page, { writtenTables: written }: DecisionReport): Markup | undefined {
  if (written.length === 0) return undefined;
  const row = ({ table, calls, rows, walBytes }: DecisionReport['writtenTables'][number]) =>
    html`<tr><th scope="row">${page.nameOf(table)}</th><td>${grouped(calls)}</td><td>${grouped(rows)}</td><td>${walBytes === undefined ? '–' : bytes(walBytes)}</td></tr>`;
  return html`<h3>Written most</h3>
  <div class="scroll"><table class="plain">
    <thead><tr><th scope="col">table</th><th scope="col">calls</th><th scope="col">rows</th><th scope="col">WAL</th></tr></thead>
    <tbody>${written.slice(0, MOST_WRITTEN).map(row)}</tbody>
  </table></div>
  ${written.length > MOST_WRITTEN ? html`<p class="quiet">and ${grouped(written.length - MOST_WRITTEN)} more, all in analysis.json.</p>` : undefined}`;
}

function leverItem(page: Page, { code, says, tables }: Lever): Markup {
  return html`<li><strong>${sentence(code.replace(/-/g, ' '))}</strong> ${clean(says.join(' '))}
    ${tables.length === 0 ? undefined : html`<small>${listed(tables.map(page.nameOf), MOST_TABLES)}</small>`}</li>`;
}

function sentence(text: string): string {
  const said = clean(text);
  return `${said.charAt(0).toUpperCase()}${said.slice(1)}`;
}
