/** Query × placements → the steps behind its verdict: instances, equalities, constants, and what reaches each shard key. */

import type { Block, Placements, Proof, Query, SeenInstance, SeenKey } from '../model/index.js';
import { evidence } from '../sql/index.js';
import { type Analysis, analyse, type Sharded } from './analysis.js';
import { addedTo, shardedInstances } from './placed.js';

export function proofOf(query: Query, placements: Placements): Proof {
  const analysis = analyse(query, addedTo(query, placements));
  const sharded = shardedInstances(analysis.live, placements);
  return {
    command: query.command,
    instances: query.instances.map(
      ({ label, table, access, via, vacuous }): SeenInstance => ({
        label,
        table,
        access,
        vacuous,
        ...defined('placement', placements.get(table)),
        ...defined('via', via),
      }),
    ),
    unseen: query.unseen,
    equalities: unique(query.flows.map(({ because }) => because).filter((because) => because !== '')),
    constants: unique(query.sources.map(({ label }) => label)),
    keys: sharded.map((one) => seenKey(analysis, one)),
    mixes: unique(query.blocks.flatMap(mixesOf)),
  };
}

function seenKey(analysis: Analysis, { instance, placement }: Sharded): SeenKey {
  const node = analysis.keyNode(instance, placement);
  const reaching = [...analysis.constants, ...analysis.lists].filter(
    ({ reached }) => node !== undefined && reached.has(node),
  );
  return {
    key: `${instance.label}.${placement.key}`,
    group: placement.group,
    reachedBy: reaching.map(({ source, reached }) => ({
      constant: source.label,
      because: node === undefined ? [] : evidence(reached, node),
    })),
  };
}

/** What a block does to rows that could belong to several keys. */
function mixesOf(block: Block): readonly string[] {
  const mixes = [
    [block.aggregates === 'mergeable', 'aggregates that shards can add up'],
    [block.aggregates === 'other', 'aggregates that shards cannot add up'],
    [block.groupingSets !== undefined, 'GROUP BY'],
    [block.having, 'HAVING'],
    [block.windows.length > 0, 'window functions'],
    [block.distinct, 'DISTINCT'],
    [block.distinctOn !== undefined, 'DISTINCT ON'],
    [block.limited, 'LIMIT, OFFSET or TABLESAMPLE'],
    [block.shape === 'union' && !block.all, 'UNION'],
    [block.shape === 'intersect', 'INTERSECT'],
    [block.shape === 'except', 'EXCEPT'],
  ] as const;
  return mixes.flatMap(([is, name]) => (is ? [name] : []));
}

function unique(texts: readonly string[]): readonly string[] {
  return [...new Set(texts)];
}

function defined<K extends string, V>(key: K, value: V | undefined): { readonly [P in K]?: V } {
  return value === undefined ? {} : ({ [key]: value } as { readonly [P in K]?: V });
}
