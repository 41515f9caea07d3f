/** The co-access graph in each of its formats, with names that mean something to every one of them. */

import { Ajv2020 } from 'ajv/dist/2020.js';
import { UndirectedGraph } from 'graphology';
import { parse } from 'graphology-gexf';
import { XmlDocument } from 'libxml2-wasm';
import { expect, it } from 'vitest';
import { publishedSchemas, renderGraphJson } from '../../../src/contract/index.js';
import { layoutOf } from '../../../src/graph/index.js';
import type { Placement } from '../../../src/model/index.js';
import { busiest, graphDot, graphGexf, graphMermaid, graphSvg } from '../../../src/report/index.js';
import { browserPath, noBrowser, parseMermaid } from '../../browser.js';
import { sample } from '../sample.js';

const names = [
  'a"b',
  'end',
  'x]-->y',
  '<script>',
  'ü & ö',
  "it's",
  'tab\there',
  'b\u0001ell',
  'plain',
  '%%{init}%%',
];
const tables = names.map((name) => `public.${name}`);
const placements: readonly Placement[] = [
  { placement: 'sharded', key: 'k"]', group: 'public.<g>.id' },
  { placement: 'global' },
  { placement: 'unsharded' },
];
const graphed = {
  plan: {
    ...sample.plan,
    tables: new Map(tables.map((table, at) => [table, placements[at % 3] as Placement])),
  },
  graph: {
    nodes: tables.map((table, at) => ({ table, reads: 100 - 2 * at, writes: at, community: at % 2 })),
    edges: tables.slice(1).map((target, at) => ({
      source: tables[at] as string,
      target,
      calls: 10 * at,
      predicates: [`a."b" = <c>`],
    })),
  },
};
const all = { top: Number.POSITIVE_INFINITY, by: 'group' } as const;
const positions = layoutOf(graphed.graph);

it('keeps the busiest and says what it leaves out, in the picture too', async () => {
  const some = { ...all, top: 4 };
  expect(busiest(graphed.graph, 4).graph.nodes.map(({ table }) => table)).toEqual(tables.slice(0, 4));
  const leftOut = 'left out: 6 tables with fewer calls';
  expect(graphMermaid(graphed, some)).toMatchObject({ leftOut, text: expect.stringContaining('6 tables') });
  expect(graphDot(graphed, some)).toMatchObject({ leftOut, text: expect.stringContaining(leftOut) });
  expect((await graphSvg(graphed, some)).text).toContain(leftOut);
  expect(graphMermaid(graphed, all).leftOut).toBeUndefined();
});

it.skipIf(browserPath === undefined)(`is read by mermaid (else: ${noBrowser})`, async () => {
  const texts = [graphMermaid(graphed, all).text, graphMermaid(graphed, { top: 3, by: 'community' }).text];
  expect(await parseMermaid(texts)).toEqual([undefined, undefined]);
});

it('is drawn by Graphviz, always alike, after whatever else', async () => {
  const first = (await graphSvg(graphed, all)).text;
  await graphSvg(graphed, { ...all, top: 3 });
  expect((await graphSvg(graphed, all)).text).toBe(first);
  const svg = XmlDocument.fromString(first);
  expect(svg.find('//*[local-name()="g"][@class="node"]')).toHaveLength(names.length);
  expect(first).not.toContain('<script>');
  svg.dispose();
});

it('is GEXF that a reader of GEXF reads back', () => {
  const text = graphGexf(graphed, { top: all.top, positions });
  XmlDocument.fromString(text).dispose();
  const read = parse(UndirectedGraph, text);
  expect([read.order, read.size]).toEqual([names.length, names.length - 1]);
  expect(read.getNodeAttributes('n3')).toMatchObject({
    label: '<script>',
    placement: 'sharded',
    reads: 94,
    writes: 3,
  });
  expect(graphGexf(graphed, { top: all.top, positions })).toBe(text);
});

it('is JSON that its published schema holds for', () => {
  const text = renderGraphJson(
    { ...busiest(graphed.graph, 5), plan: graphed.plan },
    { name: 'x', version: '1' },
  );
  const ajv = new Ajv2020({ strict: false });
  expect(
    ajv.validate(publishedSchemas().get('graph.json') ?? false, JSON.parse(text)) ? [] : ajv.errors,
  ).toEqual([]);
  expect(JSON.parse(text)).toMatchObject({ kind: 'graph', leftOut: { tables: 5, edges: 5 } });
});

it('lies the same wherever its rows came from', () => {
  const { nodes, edges } = graphed.graph;
  const turned = layoutOf({ nodes, edges: [...edges].reverse() });
  expect(turned.size).toBe(names.length);
  expect(layoutOf(graphed.graph)).toEqual(positions);
  const places = [...positions.values()].map(({ x, y }) => `${x} ${y}`);
  expect(new Set(places).size).toBe(names.length);
});
