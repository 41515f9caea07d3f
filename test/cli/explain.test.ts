/** `explain`: every step from a statement's text to its verdict, and what a table could be. */

import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures, shardwright } from './surroundings.js';

const shop = path.join(fixtures, 'shop');
const explain = (subject: string, ...more: readonly string[]) =>
  shardwright(['explain', subject, shop, ...more, '--quiet']);

describe('a statement', () => {
  it('is explained from its text to its verdict, by id and by queryid', async () => {
    const { stdout, exitCode } = await explain('1');
    const { statement } = JSON.parse((await explain('1', '--json')).stdout);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/1 {2}text\n/);
    expect(stdout).toMatch(/verdict\n {3}[a-z-]+\n {3}because /);
    expect((await explain(statement.id)).stdout).toBe(stdout);
  });

  it('shows which constant reaches which key, and by what', async () => {
    const { proof } = JSON.parse((await explain('1', '--json')).stdout);
    expect(proof).toMatchObject({
      command: 'select',
      unseen: [],
      equalities: ['orders.user_id = $1'],
      keys: [
        {
          key: 'orders.user_id',
          reachedBy: [{ constant: '$1', because: ['orders.user_id = $1'] }],
        },
      ],
      mixes: [],
    });
  });

  it('that nothing pins says so, and what mixes its rows', async () => {
    const { stdout } = await explain('5');
    expect(stdout).toMatch(/reaches each shard key\n {3}orders\.user_id: nothing\n/);
    expect(stdout).toMatch(/together\n {3}aggregates that shards can add up, GROUP BY\n/);
  });

  it('that could not be read has its reason and no steps', async () => {
    const { stdout } = await explain('8');
    expect(stdout).toMatch(/2 {2}verdict\n {3}unknown\n {3}because /);
  });
});

describe('a table', () => {
  it('is explained with its options, by its bare name as well', async () => {
    const { stdout } = await explain('public.orders');
    expect(stdout).toMatch(/^TABLE public\.orders: /);
    expect(stdout).toMatch(/WHAT IT COULD BE/);
    expect((await explain('orders')).stdout).toBe(stdout);
  });

  it('is explained under a plan that is given', async () => {
    const { stdout } = await explain('orders', '--plan', path.join(shop, 'shardplan.json'));
    expect(stdout).toMatch(/^TABLE public\.orders: sharded by user_id/);
  });
});

it('what is misspelt is suggested, with exit 2', async () => {
  const { stderr, exitCode } = await explain('oders');
  expect(exitCode).toBe(2);
  expect(stderr).toMatch(/no statement and no table called oders\n {2}hint: Did you mean orders\?/);
});
