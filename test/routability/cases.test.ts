/** One case for each rule of when a statement needs one shard, and for each counterexample that a loosened rule would miss. */

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeFor, placementsOf } from './house.js';

interface Case {
  readonly comment: string;
  readonly sql: string;
  readonly verdict: string;
  readonly pairs?: readonly (readonly string[])[];
  /** A case that the oracle found brings its own schema and plan. */
  readonly schema?: string;
  readonly tables?: Parameters<typeof placementsOf>[0];
}

const folder = new URL('../../fixtures/routability/', import.meta.url);
const read = (name: string) => readFileSync(new URL(name, folder), 'utf8');
const judge = await judgeFor(read('schema.sql'));
const plan = placementsOf(JSON.parse(read('plan.json')).tables);

for (const file of readdirSync(new URL('cases/', folder)).sort()) {
  describe(file.replace('.json', ''), () => {
    it.each(JSON.parse(read(`cases/${file}`)) as Case[])(
      '$comment: $sql',
      async ({ sql, verdict, pairs, schema, tables }) => {
        const own = schema === undefined ? judge : await judgeFor(schema);
        const got = own.verdict(sql, tables === undefined ? plan : placementsOf(tables));
        expect(`${got.verdict}: ${got.because.join('; ')}`).toMatch(new RegExp(`^${verdict}:`));
        expect(got.because).not.toEqual([]);
        if (pairs !== undefined) expect(got.pairs).toEqual(pairs);
      },
    );
  });
}

describe('evidence', () => {
  it('is the chain of equalities from the constant to each key', () => {
    const sql =
      'select * from users u join orders o on o.user_id = u.id join order_items i on i.user_id = o.user_id where u.id = $3';
    const verdict = judge.verdict(sql, plan);
    expect(verdict.because).toEqual(['u.id = $3', 'o.user_id = u.id', 'i.user_id = o.user_id']);
    expect(verdict.key).toEqual({ group: 'users', param: '$3' });
  });

  it('prints no literal', () => {
    expect(judge.verdict('select * from orders where user_id = 987654', plan).because.join()).not.toContain(
      '987654',
    );
  });
});
