/** The parts that the page's script fills: their frames, titles and controls. */

import type { AnalysisResult } from '../../../model/index.js';
import { grouped, plural } from '../../numbers.js';
import { html, type Markup } from '../markup.js';

/** As many tables as the script draws no lines to global ones for. */
const MANY = 300;

export function explorers({ tables, statements, graph }: AnalysisResult): Markup {
  return html`<section id="graph" aria-labelledby="graph-title">
  <h2 id="graph-title">Which tables are used together</h2>
  <p>${plural(graph.nodes.length, 'table')}, ${plural(graph.edges.length, 'pair')} with statements in common. A dot is a table, its size its calls, its colour where the plan puts it; a line is as strong as the calls that touch both ends.${graph.nodes.length > MANY ? ' Lines to global tables are drawn when one of their ends is chosen.' : ''}</p>
  <div class="graph-frame"><div class="graph-room">
    <div id="graph-canvas" class="graph-canvas"></div>
    <div id="graph-controls" class="graph-controls"></div>
    <div id="graph-legend"></div>
  </div></div>
  <details id="graph-list"><summary>The same as a list</summary></details>
</section>
<section id="tables" aria-labelledby="tables-title">
  <h2 id="tables-title">Tables <small>${grouped(tables.length)}</small></h2>
  <div id="tables-view"></div>
</section>
<section id="statements" aria-labelledby="statements-title">
  <h2 id="statements-title">Statements <small>${grouped(statements.length)}</small></h2>
  <div id="statements-view"></div>
</section>
<section id="what-if" aria-labelledby="what-if-title">
  <h2 id="what-if-title">What if</h2>
  <p>Another choice for one table, worked out in this page from what the analysis computed: the figures are those of <code>shardwright simulate</code>, whose costs can differ a little: what keeping a table with its relatives is worth is weighed anew there.</p>
  <div id="what-if-view"></div>
</section>`;
}
