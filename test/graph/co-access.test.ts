import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { coAccessGraph, type StatementAccess } from '../../src/graph/index.js';

function access(
  tables: readonly string[],
  calls: number,
  more: Partial<StatementAccess> = {},
): StatementAccess {
  return { tables, writtenTables: [], calls, joins: [], ...more };
}

const join = (left: string, right: string) => {
  const side = (text: string) => {
    const dot = text.lastIndexOf('.');
    return { table: text.slice(0, dot), column: text.slice(dot + 1) };
  };
  return { left: side(left), right: side(right) };
};

describe('the co-access graph', () => {
  it('has reads and writes at tables, calls and predicates at pairs', () => {
    const graph = coAccessGraph([
      access(['public.users', 'public.orders'], 10, {
        joins: [join('public.users.id', 'public.orders.user_id')],
      }),
      access(['public.orders', 'public.users'], 5, {
        joins: [
          join('public.orders.user_id', 'public.users.id'),
          join('public.orders.id', 'public.orders.parent'),
        ],
        writtenTables: ['public.orders'],
      }),
      access(['shop.listings'], 3),
    ]);
    expect(graph).toEqual({
      nodes: [
        { table: 'public.orders', reads: 10, writes: 5, community: 0 },
        { table: 'public.users', reads: 15, writes: 0, community: 0 },
        { table: 'shop.listings', reads: 3, writes: 0, community: 1 },
      ],
      edges: [
        {
          source: 'public.orders',
          target: 'public.users',
          calls: 15,
          predicates: ['orders.user_id = users.id'],
        },
      ],
    });
  });

  it('finds communities', () => {
    const cliques = [
      ['a', 'b', 'c'],
      ['d', 'e', 'f'],
    ].flatMap((clique) =>
      clique.flatMap((one) =>
        clique.filter((other) => one < other).map((other) => access([one, other], 100)),
      ),
    );
    const { nodes } = coAccessGraph([...cliques, access(['c', 'd'], 1)]);
    expect(nodes.map(({ community }) => community)).toEqual([0, 0, 0, 1, 1, 1]);
  });

  it('of nothing, and of calls that came to nothing', () => {
    expect(coAccessGraph([])).toEqual({ nodes: [], edges: [] });
    expect(coAccessGraph([access(['a', 'b'], 0)]).nodes.map(({ community }) => community)).toEqual([0, 1]);
  });

  it('does not depend on the order of statements', () => {
    const statement = fc.record({
      tables: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), {
        minLength: 1,
        maxLength: 4,
      }),
      writtenTables: fc.constant([]),
      calls: fc.double({ min: 0.001, max: 1e6, noNaN: true }),
      joins: fc.constant([]),
    });
    const shuffled = fc
      .array(statement, { maxLength: 30 })
      .chain((all) =>
        fc.tuple(
          fc.constant(all),
          fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([one, other]) => {
        expect(coAccessGraph(other)).toEqual(coAccessGraph(one));
      }),
    );
  });
});
