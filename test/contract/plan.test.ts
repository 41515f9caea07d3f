import { describe, expect, it } from 'vitest';
import { parsePlan, renderPlanJson } from '../../src/contract/index.js';
import { UserError } from '../../src/model/index.js';
import { sample } from '../report/sample.js';

const tool = { name: 'shardwright', version: '0.0.0' };

function errorOf(text: string): UserError {
  try {
    parsePlan(text, 'p.json');
  } catch (error) {
    if (error instanceof UserError) return error;
    throw error;
  }
  throw new Error('no error');
}

function planWith(tables: unknown, more: object = {}): string {
  return JSON.stringify({ schemaVersion: 1, kind: 'plan', tables, ...more });
}

describe('reading a plan', () => {
  it('takes a minimal one, short table names and tables without a group', () => {
    const { tables, ...rest } = parsePlan(
      planWith({ orders: { placement: 'sharded', key: 'user_id' }, 'shop.fees': { placement: 'global' } }),
      'p.json',
    );
    expect(rest).toEqual({});
    expect([...tables]).toEqual([
      ['public.orders', { placement: 'sharded', key: 'user_id', group: 'public.orders.user_id' }],
      ['shop.fees', { placement: 'global' }],
    ]);
  });

  it('reads what was written', () => {
    const { tables, score, ...rest } = parsePlan(renderPlanJson(sample.plan, tool), 'p.json');
    expect([...tables.keys()]).toEqual([...sample.plan.tables.keys()]);
    expect(tables.get('public.order_items')).toEqual({
      placement: 'sharded',
      key: 'user_id',
      keyType: 'bigint',
      group: 'public.users.id',
      addKey: { path: ['order_id -> public.orders.id'] },
    });
    expect(score?.singleShardShare).toBeCloseTo(sample.plan.score.singleShardShare, 5);
    expect(rest).toMatchObject({ shards: 16, weight: 'calls', certificate: { status: 'bounded' } });
  });

  it('takes a plan with a byte-order mark and with keys that it does not know', () => {
    expect(parsePlan(`\uFEFF${planWith({}, { comment: 'ours' })}`, 'p.json').tables.size).toBe(0);
  });

  it.each([
    [
      'a newer version',
      '{"schemaVersion": 2, "kind": "plan", "tables": {}}',
      'newer-version',
      /schemaVersion 2/,
    ],
    ['no version', '{"kind": "plan", "tables": {}}', 'bad-plan', /schemaVersion: must be 1/],
    [
      'another kind',
      '{"schemaVersion": 1, "kind": "analysis"}',
      'bad-plan',
      /kind: must be "plan", not "analysis"/,
    ],
    ['no object', '[]', 'bad-plan', /no JSON object/],
    ['no tables', '{"schemaVersion": 1, "kind": "plan"}', 'bad-plan', /tables: must be an object/],
    [
      'a placement that there is not',
      planWith({ 'public.orders': { placement: 'reference' } }),
      'bad-plan',
      /tables\["public\.orders"\]\.placement: must be "sharded", "global" or "unsharded"/,
    ],
    [
      'a key of two columns',
      planWith({ 'public.orders': { placement: 'sharded', key: ['a', 'b'] } }),
      'bad-plan',
      /tables\["public\.orders"\]\.key: a sharded table needs the name of its key column/,
    ],
    [
      'a table twice',
      planWith({ orders: { placement: 'global' }, 'public.orders': { placement: 'global' } }),
      'bad-plan',
      /public\.orders is named twice/,
    ],
    [
      'shards that are no number',
      planWith({}, { shards: 'many' }),
      'bad-plan',
      /shards: must be a whole number/,
    ],
  ])('refuses %s', (_, text, code, message) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(error.message).toMatch(message);
    expect(error.file).toBe('p.json');
    expect(error.hint).not.toBe('');
  });
});

describe('JSON that is none', () => {
  it.each([
    ['{"a": 1,\n "b": ,\n "c": 3}', 2],
    ['{"a": 1\n\n', 3],
    ['{"a": 1}\n{', 2],
    ['[1,\n2,\n]', 3],
    ['{"a": "line\nbreak"}', 1],
    ['{"a" 1}', 1],
    ['not json', 1],
    ['{"a": 01}', 1],
    ['[}', 1],
  ])('%j is wrong in line %i', (text, line) => {
    const error = errorOf(text);
    expect([error.code, error.line]).toEqual(['bad-json', line]);
  });
});

describe('writing a plan', () => {
  it('has its keys in a fixed order, whatever the order of its tables', () => {
    const shuffled = { ...sample.plan, tables: new Map([...sample.plan.tables].reverse()) };
    const text = renderPlanJson(shuffled, tool);
    expect(text).toBe(renderPlanJson(sample.plan, tool));
    expect(Object.keys(JSON.parse(text))).toEqual([
      'schemaVersion',
      'kind',
      'tool',
      'shards',
      'weight',
      'tables',
      'score',
      'certificate',
    ]);
  });

  it('rounds away what sums of floats differ by', () => {
    const nearly = { ...sample.plan, score: { ...sample.plan.score, conditionalShare: 0.1 + 0.2 } };
    expect(JSON.parse(renderPlanJson(nearly, tool)).score.conditionalShare).toBe(0.3);
  });
});
