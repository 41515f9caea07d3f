/**
 * A whole analysis as one file for a browser: what can be read at once is markup, what is looked for is data for the page's
 * script. Nothing is fetched, and a policy in the file forbids it. Comes in pieces, since a big workload is a big page.
 */

import type { AnalysisResult, ConstraintReport, TableName } from '../../model/index.js';
import { pageOf } from '../page.js';
import { type Positions, pageHead, TEXTS_EACH } from './head.js';
import { dataScript, html, inlined, type Markup } from './markup.js';
import { pageCard, pageText } from './parts.js';
import { coverageSection } from './sections/coverage.js';
import { decisionSection } from './sections/decision.js';
import { explorers } from './sections/explorers.js';
import { loadSection } from './sections/load.js';
import { overviewSection } from './sections/overview.js';
import { proofSection } from './sections/proof.js';

export interface PageAssets {
  /** The built script and style of src/page. */
  readonly script: string;
  readonly style: string;
}

export interface ReportPageOptions {
  readonly assets: PageAssets;
  /** Where tables lie in the picture of the graph. */
  readonly positions: Positions;
  readonly tool: { readonly name: string; readonly version: string };
}

export function* renderReportPage(result: AnalysisResult, options: ReportPageOptions): Generator<string> {
  const page = pageOf(
    { width: Number.POSITIVE_INFINITY, color: false, verbose: true },
    result.plan.tables.keys(),
  );
  const places = new Map(result.tables.map(({ name }, at) => [name, at]));
  const placeOf = (table: TableName) => places.get(table);
  const style = inlined('style', options.assets.style);
  const script = inlined('script', options.assets.script);
  yield headOf(style, script.source).markup;
  yield html`<body>
${topBar()}
<main>
${overviewSection(result)}
${explorers(result)}
${loadSection(page, result)}
${coverageSection(page, result)}
${decisionSection(page, result)}
${proofSection(page, result)}
</main>
<aside id="card" class="card" aria-label="The chosen table" hidden></aside>
<footer><p>Made by ${options.tool.name} ${options.tool.version}. This file is complete in itself: it loads nothing and sends nothing.</p></footer>
`.markup;
  yield dataScript('head', pageHead(page, result, options.positions, placeOf));
  const constraints = byTable(result.constraints);
  for (const [at, table] of result.tables.entries())
    yield dataScript(`card-${at}`, pageCard(page, result, table, constraints.get(table.name) ?? [], placeOf));
  for (let from = 0; from < result.statements.length; from += TEXTS_EACH) {
    const texts = result.statements.slice(from, from + TEXTS_EACH).map((one) => pageText(page, one));
    yield dataScript(`texts-${from / TEXTS_EACH}`, texts);
  }
  yield `${script.markup}\n</body>\n</html>\n`;
}

function headOf(style: ReturnType<typeof inlined>, scriptSource: string): Markup {
  const policy = `default-src 'none'; script-src ${scriptSource}; style-src ${style.source}; base-uri 'none'; form-action 'none'`;
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Shard plan</title>
${{ markup: style.markup }}
</head>
`;
}

const sections = [
  ['overview', 'Overview'],
  ['graph', 'Graph'],
  ['tables', 'Tables'],
  ['statements', 'Statements'],
  ['what-if', 'What if'],
  ['load', 'Load'],
  ['coverage', 'Coverage'],
  ['decision', 'Shard or not'],
  ['proof', 'Proof'],
] as const;

function topBar(): Markup {
  return html`<a class="skip" href="#overview">Skip to the content</a>
<header class="top"><span class="mark">Shardwright</span>
<nav aria-label="Sections">${sections.map(([id, name]) => html`<a href="#${id}">${name}</a>`)}</nav>
<button type="button" id="theme" class="quiet-button" hidden>Theme</button></header>
<noscript><p class="empty">Graph, tables, statements and what-if need the script of this page, which is not allowed to run here. The rest can be read without it.</p></noscript>`;
}

function byTable(
  constraints: readonly ConstraintReport[],
): ReadonlyMap<TableName, readonly ConstraintReport[]> {
  const found = new Map<TableName, ConstraintReport[]>();
  for (const constraint of constraints) {
    const list = found.get(constraint.table);
    if (list === undefined) found.set(constraint.table, [constraint]);
    else list.push(constraint);
  }
  return found;
}
