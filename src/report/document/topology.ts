/** Shards, buckets and the map; what lives where, drawn; which tables are used together, drawn. */

import { bytes } from '../../model/index.js';
import { coAccessDiagram } from '../diagrams/co-access.js';
import type { Diagram } from '../diagrams/diagram.js';
import { code, codes } from '../markdown-words.js';
import { grouped, plural } from '../numbers.js';
import { type Block, field, heading, type Section, say, sql, table } from './blocks.js';
import type { Facts } from './facts.js';
import { bucketSql } from './key-hash.js';
import { share } from './spelling.js';

/** More lines than these nobody can follow on paper. */
const MOST_EDGES = 36;
const MOST_TABLES = 80;
const MOST_NAMES = 12;

export function topologySection(facts: Facts): Section {
  const { plan } = facts.analysis;
  return {
    title: 'Topology',
    blocks: [
      {
        kind: 'diagram',
        picture: { kind: 'flowchart', diagram: topologyDiagram(facts) },
        caption: 'What lives where.',
      },
      ...whereTable(facts),
      ...loadOfNoGroup(facts),
      heading('The map'),
      say(
        `A key's bucket is its remainder by PostgreSQL's own partition hash, and a bucket belongs to one shard: ${grouped(facts.buckets)} buckets over ${plural(plan.shards, 'shard')}, bucket b on shard b mod ${plan.shards} before anything has moved.`,
        'So the map of the first day is that of hash partitions, any server computes it in SQL, and ownership and moves go by bucket: a shard is relieved without new keys.',
        'Where a key lives, for a bigint key:',
      ),
      sql(`SELECT ${bucketSql('bigint', '$1', facts.buckets)} AS bucket;`),
      say(
        `Shard = bucket mod ${plan.shards}. ${code('shardwright route explain')} says it for whole statements.`,
      ),
      ...coAccess(facts),
    ],
  };
}

function topologyDiagram({ groups, globals, unsharded, analysis, bare, buckets }: Facts): Diagram {
  const { shards } = analysis.plan;
  const listed = (names: readonly string[]): readonly string[] => {
    const shown = names.slice(0, MOST_NAMES);
    const lines = [];
    for (let at = 0; at < shown.length; at += 3) lines.push(shown.slice(at, at + 3).join(', '));
    return names.length > shown.length ? [...lines, `and ${names.length - shown.length} more`] : lines;
  };
  const inEach = [
    ...groups.map(({ group, tables }) => ({
      id: `group ${group}`,
      label: [`by ${bare(group)}`, ...listed(tables.map(({ name }) => bare(name)))],
      look: 'sharded' as const,
    })),
    ...(globals.length === 0
      ? []
      : [
          {
            id: 'globals',
            label: ['copies', ...listed(globals.map(({ name }) => bare(name)))],
            look: 'global' as const,
          },
        ]),
  ];
  const others =
    shards > 2 ? [{ id: 'others', label: [`shards 1 to ${shards - 2}`], look: 'database' as const }] : [];
  return {
    direction: 'LR',
    directed: true,
    clusters: [
      {
        nodes: [
          { id: 'app', label: ['application'], look: 'plain' },
          { id: 'router', label: ['router or library', `${grouped(buckets)} buckets`], look: 'plain' },
        ],
      },
      { label: shards === 1 ? 'the shard' : 'shard 0', nodes: inEach },
      ...(shards > 1
        ? [{ nodes: [...others, { id: 'last', label: [`shard ${shards - 1}`], look: 'database' as const }] }]
        : []),
      ...(unsharded.length === 0
        ? []
        : [
            {
              label: 'unsharded database',
              nodes: [
                {
                  id: 'rest',
                  label: listed(unsharded.map(({ name }) => bare(name))),
                  look: 'unsharded' as const,
                },
              ],
            },
          ]),
    ],
    edges: [
      { from: 'app', to: 'router', stroke: 'thick' },
      ...inEach.map(({ id }) => ({ from: 'router', to: id, stroke: 'thin' as const })),
      ...others.map(({ id }) => ({ from: 'router', to: id, stroke: 'thin' as const })),
      ...(shards > 1 ? [{ from: 'router', to: 'last', stroke: 'thin' as const }] : []),
      ...(unsharded.length === 0 ? [] : [{ from: 'router', to: 'rest', stroke: 'dashed' as const }]),
    ],
  };
}

function whereTable(facts: Facts): readonly Block[] {
  const { derived, groups, globals, unsharded } = facts;
  const { plan, load } = facts.analysis;
  const loadOf = new Map(load.groups.map(({ group, loadShare }) => [group, loadShare]));
  const sized = (value: number): string => (value === 0 ? 'unknown' : bytes(value));
  return table(
    ['What', '>Tables', '>Bytes', '>Share of the load', 'Where'],
    [
      ...groups.map(({ group, tables }) => {
        const part = loadOf.get(group);
        return [
          `keys of ${code(facts.bare(group))}`,
          String(tables.length),
          sized(derived.groups.get(group)?.bytes ?? 0),
          part === undefined ? 'unknown' : share(part),
          `${plural(plan.shards, 'shard')}, by bucket`,
        ];
      }),
      ...(globals.length === 0
        ? []
        : [['global', String(globals.length), sized(derived.globalBytes), '', 'a copy on every shard']]),
      ...(unsharded.length === 0
        ? []
        : [
            [
              'unsharded',
              String(unsharded.length),
              sized(derived.unshardedBytes),
              share(load.kinds.unsharded),
              'one database',
            ],
          ]),
    ],
    `${field('plan', 'load.groups', 'load.kinds')}; bytes are sums of \`tables[].totalBytes\``,
  );
}

function loadOfNoGroup({ analysis: { load } }: Facts): readonly Block[] {
  const { everyShard, spread } = load.kinds;
  if (everyShard + spread === 0) return [];
  return [
    say(
      `The rest of the load is of no one domain: ${share(everyShard)} goes to every shard, ${share(spread)} is spread evenly (the section on capacity has all of it).`,
    ),
  ];
}

function coAccess(facts: Facts): readonly Block[] {
  const { graph } = facts.analysis;
  if (graph.edges.length === 0) return [];
  if (graph.nodes.length > MOST_TABLES) {
    return [
      heading('Which tables are used together'),
      say(
        `${plural(graph.nodes.length, 'table')} are too many for one picture on paper: ${code('graph')} of the analysis has them all.`,
      ),
    ];
  }
  const { diagram: whole, leftOut } = coAccessDiagram(facts.analysis, MOST_EDGES);
  const { diagram, alone } = withoutAlone(whole);
  const cut = leftOut === 0 ? '' : ` Left out: ${plural(leftOut, 'lighter edge')}.`;
  const apart = alone.length === 0 ? '' : ` Without a drawn edge: ${codes(alone.map(facts.bare), 20)}.`;
  const reaching = graph.edges.filter(({ source, target }) => isAcross(facts, source, target));
  return [
    heading('Which tables are used together'),
    say(
      'Clusters are communities of tables that statements touch together, found without looking at the plan; edges carry calls.',
      `${plural(reaching.length, 'pair')} of tables that statements touch together ${reaching.length === 1 ? 'lies' : 'lie'} in different key domains; the section on transactions lists them.`,
    ),
    {
      kind: 'diagram',
      picture: { kind: 'flowchart', diagram },
      caption: `Co-access by community (${field('graph')}).${cut}${apart}`,
    },
  ];
}

/** Tables without a drawn edge only take room. */
function withoutAlone(diagram: Diagram): { readonly diagram: Diagram; readonly alone: readonly string[] } {
  const ends = new Set(diagram.edges.flatMap(({ from, to }) => [from, to]));
  const clusters = diagram.clusters.map((cluster) => ({
    ...cluster,
    nodes: cluster.nodes.filter(({ id }) => ends.has(id)),
  }));
  return {
    diagram: { ...diagram, clusters: clusters.filter(({ nodes }) => nodes.length > 0) },
    alone: diagram.clusters.flatMap(({ nodes }) => nodes.flatMap(({ id }) => (ends.has(id) ? [] : [id]))),
  };
}

/** Two tables whose rows have no reason to share a shard. */
export function isAcross({ analysis }: Facts, left: string, right: string): boolean {
  const [one, other] = [analysis.plan.tables.get(left), analysis.plan.tables.get(right)];
  if (one === undefined || other === undefined) return false;
  if (one.placement === 'global' || other.placement === 'global') return false;
  if (one.placement === 'sharded' && other.placement === 'sharded') return one.group !== other.group;
  return one.placement !== other.placement;
}
