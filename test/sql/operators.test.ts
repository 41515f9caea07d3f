// A schema that gives `=` a meaning of its own: what is drawn from it may be false.
import { describe, expect, it } from 'vitest';
import { judgeFor, placementsOf } from '../routability/house.js';

const schema = `
  create table orders (user_id bigint, id bigint, primary key (user_id, id));
  create function alike(bigint, text) returns boolean language sql immutable as $$ select true $$;
  create operator = (leftarg = bigint, rightarg = text, function = alike);`;
const placements = placementsOf({
  'public.orders': {
    placement: 'sharded',
    shardKey: 'user_id',
    keyType: 'bigint',
    group: 'public.orders.user_id',
  },
});

describe('an operator = of the schema', () => {
  it('is not taken for equality', async () => {
    const { verdict } = await judgeFor(schema);
    const found = verdict('select id from orders where user_id = $1', placements);
    expect([found.verdict, found.because]).toEqual([
      'unknown',
      ['the schema gives = a meaning of its own, by alike()'],
    ]);
  });
});
