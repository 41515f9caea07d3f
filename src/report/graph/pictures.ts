/** The co-access graph as a picture: Mermaid, Graphviz' language, and what Graphviz draws of it. */

import type { PlacedGraph } from '../../model/index.js';
import { coAccessDiagram } from '../diagrams/co-access.js';
import type { Diagram } from '../diagrams/diagram.js';
import { dotOf } from '../diagrams/dot.js';
import { mermaidFlowchart } from '../diagrams/mermaid.js';
import { plural } from '../numbers.js';
import { type Busiest, busiest } from './busiest.js';

export interface PictureOptions {
  /** At most so many tables, the busiest. */
  readonly top: number;
  readonly by: 'community' | 'group';
}

export interface Picture {
  readonly text: string;
  /** What is not in the picture, in a sentence; the picture says it as well. */
  readonly leftOut?: string;
}

/** Mermaid refuses more than 500. */
const MOST_MERMAID_EDGES = 400;
/** Clusters of more tables than that take minutes to lay out. */
const MOST_CLUSTERED = 300;
/** Lines are led around so few tables. */
const MOST_LED_AROUND = 60;

export function graphMermaid(result: PlacedGraph, options: PictureOptions): Picture {
  const { diagram, leftOut } = pictureOf(result, options, MOST_MERMAID_EDGES);
  return said(mermaidFlowchart(diagram), leftOut);
}

export function graphDot(result: PlacedGraph, options: PictureOptions): Picture {
  const { diagram, leftOut } = pictureOf(result, options);
  return said(dotOf(diagram, layoutOf(diagram).attributes), leftOut);
}

/** Drawn by Graphviz in WebAssembly, which is loaded for it. */
export async function graphSvg(result: PlacedGraph, options: PictureOptions): Promise<Picture> {
  const { diagram, leftOut } = pictureOf(result, options);
  const { Graphviz } = await import('@hpcc-js/wasm-graphviz');
  const { engine, attributes } = layoutOf(diagram);
  // What was drawn before would change the picture: Graphviz keeps its dice.
  Graphviz.unload();
  const graphviz = await Graphviz.load();
  return said(graphviz.layout(dotOf(diagram, attributes), 'svg', engine), leftOut);
}

/** Tables of one cluster attract each other: layers would make a tower of what is not connected. */
function layoutOf({ clusters }: Diagram): { readonly engine: 'fdp' | 'sfdp'; readonly attributes: string } {
  const tables = clusters.reduce((sum, { nodes }) => sum + nodes.length, 0);
  if (tables > MOST_CLUSTERED) return { engine: 'sfdp', attributes: 'layout=sfdp, overlap=scale' };
  const splines = tables > MOST_LED_AROUND ? 'line' : 'true';
  return { engine: 'fdp', attributes: `layout=fdp, K=0.9, splines=${splines}, pack=16` };
}

function said(text: string, leftOut: string | undefined): Picture {
  return leftOut === undefined ? { text } : { text, leftOut };
}

function pictureOf(
  { graph, plan }: PlacedGraph,
  { top, by }: PictureOptions,
  mostEdges?: number,
): { readonly diagram: Diagram; readonly leftOut?: string } {
  const part = busiest(graph, top);
  const { diagram, leftOut: edges } = coAccessDiagram({ graph: part.graph, plan }, mostEdges, by);
  const leftOut = leftOutText(part, edges);
  if (leftOut === undefined) return { diagram };
  const note = { nodes: [{ id: '', label: [leftOut], look: 'plain' as const }] };
  return { diagram: { ...diagram, clusters: [...diagram.clusters, note] }, leftOut };
}

function leftOutText({ tablesLeftOut }: Busiest, edgesLeftOut: number): string | undefined {
  const parts = [
    ...(tablesLeftOut === 0
      ? []
      : [plural(tablesLeftOut, 'table with fewer calls', 'tables with fewer calls')]),
    ...(edgesLeftOut === 0 ? [] : [plural(edgesLeftOut, 'weaker line')]),
  ];
  return parts.length === 0 ? undefined : `left out: ${parts.join(' and ')}`;
}
