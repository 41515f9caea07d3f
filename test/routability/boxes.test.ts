/** Boxes and classifier are two readings of the same facts: under every placement they cost the same. */

import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostTable, Placement, Query, TableOptions } from '../../src/model/index.js';
import { classifyStatement, costOf, costOfVerdict, defaultCosts } from '../../src/routability/index.js';
import { judgeFor } from './house.js';

const folder = new URL('../../fixtures/routability/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const judge = await judgeFor(read('schema.sql'));
const statements = readdirSync(new URL('cases/', folder))
  .sort()
  .flatMap((file) => JSON.parse(read(`cases/${file}`)) as { sql: string }[])
  .map(({ sql }) => ({ sql, query: judge.query(sql) }));

/** Every column as a key in two groups, keys added along a path, global and unsharded: more than any plan would try. */
function optionsFor(query: Query): TableOptions {
  return new Map(
    query.tables.map((table) => {
      const columns = judge.catalog.tables.get(table)?.columns.map(({ name }) => name) ?? ['id'];
      const sharded = columns.map(
        (key, index): Placement => ({ placement: 'sharded', key, group: index % 3 === 2 ? 'b' : 'a' }),
      );
      const added: Placement[] =
        table === 'public.parcels'
          ? [
              {
                placement: 'sharded',
                key: 'user_id',
                group: 'a',
                addKey: { path: ['order_id -> public.orders.id'] },
              },
            ]
          : [];
      return [table, [...sharded, ...added, { placement: 'global' }, { placement: 'unsharded' }]];
    }),
  );
}

/** Any figures that rise with the verdicts, the defaults among them. */
const figures: fc.Arbitrary<CostTable> = fc.oneof(
  fc.constant(defaultCosts(8)),
  fc
    .tuple(fc.nat(5), fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(20), fc.nat(9))
    .map(([a, b, c, d, e, listLength]) => {
      const [single, scatter] = [1 + a, 1 + a + b];
      const [globalWrite, crossDatabase] = [scatter + c, scatter + d];
      const crossShard = Math.max(globalWrite, crossDatabase) + e;
      return {
        shards: 8,
        single,
        scatter,
        globalWrite,
        crossDatabase,
        crossShard,
        listLength: Math.max(single, listLength),
      };
    }),
);

function cheapestBox(cost: ReturnType<typeof costOf>, chosen: ReadonlyMap<string, number>): number {
  const satisfied = cost.boxes.filter((box) =>
    [...box.allowed].every(([table, positions]) => positions.includes(chosen.get(table) ?? -1)),
  );
  return satisfied.reduce((least, box) => Math.min(least, box.cost), cost.otherwise);
}

describe('the cheapest satisfied box costs what the verdict costs', () => {
  it.each(statements)('$sql', ({ query }) => {
    const options = optionsFor(query);
    const choice = fc.tuple(...query.tables.map((table) => fc.nat((options.get(table)?.length ?? 1) - 1)));
    fc.assert(
      fc.property(choice, figures, (positions, costs) => {
        const cost = costOf(query, options, costs, 'q', 1);
        const chosen = new Map(query.tables.map((table, index) => [table, positions[index] ?? 0]));
        const placements = new Map(
          query.tables.map((table) => [table, options.get(table)?.[chosen.get(table) ?? 0] as Placement]),
        );
        const verdict = classifyStatement(query, placements);
        expect(`${cheapestBox(cost, chosen)}`, `${verdict.verdict}: ${verdict.because}`).toBe(
          `${costOfVerdict(verdict, costs)}`,
        );
      }),
      { numRuns: 60, seed: 42 },
    );
  });
});
