/** A diagram in Graphviz' language, which is drawn without a browser. */

import { clean } from '../words.js';
import { type Diagram, type DiagramEdge, type DiagramNode, fills } from './diagram.js';

/** `layout`: what else the graph says of how it is to be laid out. */
export function dotOf({ direction, directed, clusters, edges }: Diagram, layout = ''): string {
  return `${[
    `${directed ? 'digraph' : 'graph'} {`,
    `  graph [rankdir=${direction}, ${layout === '' ? '' : `${layout}, `}fontname="Helvetica", fontsize=11, nodesep=0.25, ranksep=0.5, style="rounded", color="#9ca3af"]`,
    '  node [shape=box, style="rounded,filled", fontname="Helvetica", fontsize=10, color="#6b7280", height=0.3]',
    '  edge [fontname="Helvetica", fontsize=9, color="#6b7280", arrowsize=0.7]',
    ...clusters.flatMap(({ label, nodes }, at) => {
      const lines = nodes.map(nodeLine);
      if (label === undefined) return lines;
      return [
        `  subgraph cluster_${at} {`,
        `    label=${quoted([label])}`,
        ...lines.map((line) => `  ${line}`),
        '  }',
      ];
    }),
    ...edges.map((edge) => edgeLine(edge, directed)),
    '}',
  ].join('\n')}\n`;
}

function nodeLine({ id, label, look }: DiagramNode): string {
  const shape = look === 'database' ? ', shape=cylinder, style=filled' : '';
  return `  ${quoted([id])} [label=${quoted(label)}, fillcolor="${fills[look]}"${shape}]`;
}

const strokes: Readonly<Record<DiagramEdge['stroke'], string>> = {
  thin: 'penwidth=1',
  thick: 'penwidth=2.5',
  dashed: 'style=dashed',
};

function edgeLine({ from, to, label, stroke }: DiagramEdge, directed: boolean): string {
  const said = label === undefined ? '' : `, label=${quoted([label])}`;
  return `  ${quoted([from])} ${directed ? '->' : '--'} ${quoted([to])} [${strokes[stroke]}${said}]`;
}

function quoted(lines: readonly string[]): string {
  return `"${lines.map((line) => clean(line).replace(/[\\"]/g, '\\$&')).join('\\n')}"`;
}
