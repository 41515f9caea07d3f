/** The certificate, what it rests on, and what the analysis could not see. */

import type { AnalysisResult } from '../../../model/index.js';
import type { Page } from '../../page.js';
import { inWords, proofSentences } from '../../proof.js';
import { clean, place } from '../../words.js';
import { html, type Markup } from '../markup.js';

const MOST_CONSTRAINTS = 400;

export function proofSection(page: Page, result: AnalysisResult): Markup {
  const [, ...sentences] = proofSentences({ ...page, verbose: false }, result);
  const { constraints, notes } = result;
  const shown = notes.filter(({ code }) => code !== 'file-skipped');
  return html`<section id="proof" aria-labelledby="proof-title">
  <h2 id="proof-title">Proof</h2>
  <p class="claim status-${result.plan.certificate.status}">${inWords(result.plan.certificate)}</p>
  <ul>${sentences.map((text) => html`<li>${text}</li>`)}</ul>
  ${
    constraints.length === 0
      ? undefined
      : html`<details><summary>Constraints that no shard can check: ${constraints.length}</summary>
    <ul>${constraints.slice(0, MOST_CONSTRAINTS).map(({ message }) => html`<li>${clean(message)}</li>`)}
    ${constraints.length > MOST_CONSTRAINTS ? html`<li>and ${constraints.length - MOST_CONSTRAINTS} more: each table's card has its own</li>` : undefined}</ul></details>`
  }
  ${
    shown.length === 0
      ? undefined
      : html`<h3>What to keep in mind</h3><ul>${shown.map(
          ({ message, source }) =>
            html`<li>${source === undefined ? undefined : html`<code>${place(source)}</code> `}${clean(message)}</li>`,
        )}</ul>`
  }
</section>`;
}
