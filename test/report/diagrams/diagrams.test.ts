import { Graphviz } from '@hpcc-js/wasm-graphviz';
import { expect, it } from 'vitest';
import { coAccessDiagram } from '../../../src/report/diagrams/co-access.js';
import type { Diagram } from '../../../src/report/diagrams/diagram.js';
import { dotOf } from '../../../src/report/diagrams/dot.js';
import { mermaidFlowchart } from '../../../src/report/diagrams/mermaid.js';
import { browserPath, noBrowser, parseMermaid } from '../../browser.js';

/** Names that people give and that mean something to a picture's language. */
const awkward = [
  'end',
  'class',
  'a"b',
  'x#y;',
  '`t`',
  '<b>',
  'a|b',
  'zwei\nZeilen',
  'back\\slash',
  'ü %% ]]',
];

const diagram: Diagram = {
  direction: 'LR',
  directed: true,
  clusters: [
    {
      label: 'a "cluster"; of #1',
      nodes: awkward.map((id) => ({ id, label: [id, 'end'], look: 'sharded' })),
    },
    { nodes: [{ id: 'free', label: ['free'], look: 'database' }] },
  ],
  edges: awkward.map((id, at) => ({
    from: id,
    to: 'free',
    label: id,
    stroke: (['thin', 'thick', 'dashed'] as const)[at % 3] as 'thin',
  })),
};

it.skipIf(browserPath === undefined)(`mermaid reads any name (else: ${noBrowser})`, async () => {
  const texts = [mermaidFlowchart(diagram), mermaidFlowchart({ ...diagram, directed: false })];
  expect(await parseMermaid([...texts, 'flowchart LR\n  a["a"b"]'])).toEqual([
    undefined,
    undefined,
    expect.stringContaining('Parse error'),
  ]);
});

it('graphviz reads any name', async () => {
  const svg = (await Graphviz.load()).dot(dotOf(diagram));
  expect(svg).toContain('&lt;b&gt;');
  expect(svg.match(/class="node"/g)).toHaveLength(awkward.length + 1);
  expect(svg.match(/class="edge"/g)).toHaveLength(awkward.length);
});

it('draws communities as clusters and says how many edges are left out', () => {
  const node = (table: string, community: number) => ({ table, reads: 1, writes: 0, community });
  const edge = (source: string, target: string, calls: number) => ({ source, target, calls, predicates: [] });
  const result = {
    plan: { tables: new Map([['public.a', { placement: 'global' }]]) },
    graph: {
      nodes: [node('public.a', 0), node('public.b', 0), node('public.c', 1)],
      edges: [edge('public.a', 'public.b', 3), edge('public.a', 'public.c', 90)],
    },
  } as unknown as Parameters<typeof coAccessDiagram>[0];
  const { diagram: drawn, leftOut } = coAccessDiagram(result, 1);
  expect(leftOut).toBe(1);
  expect(drawn.clusters.map(({ nodes }) => nodes.map(({ id }) => id))).toEqual([
    ['public.a', 'public.b'],
    ['public.c'],
  ]);
  expect(drawn.edges).toEqual([{ from: 'public.a', to: 'public.c', label: '90', stroke: 'thick' }]);
});
