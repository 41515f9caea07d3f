/** A diagram as a Mermaid flowchart. Names of tables may hold anything, so nodes are numbered and labels escaped. */

import { clean } from '../words.js';
import { type Diagram, type DiagramEdge, type DiagramLook, type DiagramNode, fills } from './diagram.js';

export function mermaidFlowchart({ direction, directed, clusters, edges }: Diagram): string {
  const nodes = clusters.flatMap((cluster) => cluster.nodes);
  const ids = new Map(nodes.map(({ id }, at) => [id, `n${at}`]));
  const idOf = (id: string): string => ids.get(id) as string;
  const looks = [...new Set(nodes.map(({ look }) => look))].sort();
  const drawn = edges.filter(({ from, to }) => ids.has(from) && ids.has(to));
  return `${[
    `flowchart ${direction}`,
    ...clusters.flatMap(({ label, nodes: members }, at) => {
      const lines = members.map((node) => nodeLine(node, idOf(node.id)));
      if (label === undefined) return lines;
      return [`  subgraph g${at}[${quoted([label])}]`, ...lines.map((line) => `  ${line}`), '  end'];
    }),
    ...drawn.map((edge) => `  ${idOf(edge.from)} ${arrow(edge, directed)} ${idOf(edge.to)}`),
    ...looks.map((look) => `  classDef ${look} fill:${fills[look]},stroke:#6b7280,color:#111827`),
    ...looks.map((look) => `  class ${membersOf(nodes, look).map(idOf).join(',')} ${look}`),
  ].join('\n')}\n`;
}

function membersOf(nodes: readonly DiagramNode[], wanted: DiagramLook): readonly string[] {
  return nodes.filter(({ look }) => look === wanted).map(({ id }) => id);
}

function nodeLine({ label, look }: DiagramNode, id: string): string {
  const [open, close] = look === 'database' ? ['[(', ')]'] : ['[', ']'];
  return `  ${id}${open}${quoted(label)}${close}`;
}

function arrow({ label, stroke }: DiagramEdge, directed: boolean): string {
  const head = directed ? '>' : '';
  const line = {
    thin: directed ? '--' : '---',
    thick: directed ? '==' : '===',
    dashed: directed ? '-.-' : '-.-',
  };
  const said = label === undefined ? '' : `|${quoted([label])}|`;
  return `${line[stroke]}${head}${said}`;
}

/** Mermaid reads `#name;` as an entity, `"` as the end, a leading backtick as markdown. */
function quoted(lines: readonly string[]): string {
  return `"${lines.map(mermaidText).join('<br/>')}"`;
}

function mermaidText(text: string): string {
  return clean(text).replace(/[#"<>`&;:|{}[\]()\\%]/g, (character) => `#${character.charCodeAt(0)};`);
}
