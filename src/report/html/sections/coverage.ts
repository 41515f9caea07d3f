/** What the export covers, and what could not be read. */

import { type AnalysisResult, percent } from '../../../model/index.js';
import { areTimesKnown, evictions, overview, rowsOf } from '../../coverage.js';
import { grouped } from '../../numbers.js';
import type { Page } from '../../page.js';
import { clean, place } from '../../words.js';
import { html, type Markup } from '../markup.js';

const MOST_PLACES = 200;

export function coverageSection(page: Page, { coverage, window }: AnalysisResult): Markup {
  const share = (part: number, whole: number): string => percent(whole === 0 ? 0 : part / whole);
  const times = areTimesKnown(coverage);
  const rows = rowsOf(coverage).map(
    ({ what, part, isMissing }) => html`<tr class="${isMissing && part.statements > 0 ? 'lost' : ''}">
      <th scope="row">${what}</th><td>${grouped(part.statements)}</td><td>${grouped(part.calls)}</td>
      <td>${share(part.calls, coverage.calls)}</td>${times ? html`<td>${share(part.totalExecMs, coverage.totalExecMs)}</td>` : undefined}</tr>`,
  );
  return html`<section id="coverage" aria-labelledby="coverage-title">
  <h2 id="coverage-title">Coverage</h2>
  <p>${overview(coverage, window)}.</p>
  <div class="scroll"><table class="plain">
    <thead><tr><th scope="col">part of the export</th><th scope="col">statements</th><th scope="col">calls</th><th scope="col">of calls</th>${times ? html`<th scope="col">of time</th>` : undefined}</tr></thead>
    <tbody>${rows}</tbody>
  </table></div>
  <p>Evicted from the view: ${evictions(coverage)}.</p>
  ${placesOf(
    'Statements that could not be read',
    coverage.unreadable.map(({ source, reason, calls }) => ({
      source,
      text: `${clean(reason)} (${grouped(calls)} calls)`,
    })),
  )}
  ${placesOf(
    'Parts of the schema that could not be read; the rest is used',
    coverage.schemaUnreadable.map(({ source, reason }) => ({ source, text: clean(reason) })),
  )}
  ${
    coverage.salvagedTables.length === 0
      ? undefined
      : html`<p>Tables named in statements that could not be parsed: ${coverage.salvagedTables.map(({ table }) => page.nameOf(table)).join(', ')}.</p>`
  }
</section>`;
}

interface Place {
  readonly source: { readonly file: string; readonly line: number };
  readonly text: string;
}

function placesOf(title: string, places: readonly Place[]): Markup | undefined {
  if (places.length === 0) return undefined;
  const left = places.length - MOST_PLACES;
  return html`<details><summary>${title}: ${grouped(places.length)}</summary><ul class="places">
    ${places.slice(0, MOST_PLACES).map(({ source, text }) => html`<li><code>${place(source)}</code> ${text}</li>`)}
    ${left > 0 ? html`<li>and ${grouped(left)} more, all in analysis.json</li>` : undefined}
  </ul></details>`;
}
