import { readdirSync, readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../src/config/index.js';
import {
  publishedSchemas,
  renderAnalysisJson,
  renderPlanJson,
  renderVerdictJson,
} from '../../src/contract/index.js';
import { initialMap } from '../../src/topology/index.js';
import { sample } from '../report/sample.js';

const folder = new URL('../../schemas/', import.meta.url);
const tool = { name: 'shardwright', version: '0.0.0' };
const published = publishedSchemas();

function complaintsOf(schema: string, value: unknown): unknown {
  const ajv = new Ajv2020({ strict: false, validateFormats: false });
  return ajv.validate(published.get(schema) ?? false, value) ? [] : ajv.errors;
}

describe('the published schemas', () => {
  it('are up to date (npm run build && node scripts/schemas.js)', () => {
    expect(readdirSync(folder).sort()).toEqual([...published.keys()].sort());
    for (const [name, schema] of published) {
      expect(JSON.parse(readFileSync(new URL(name, folder), 'utf8')), name).toEqual(schema);
    }
  });

  it('hold for what is written', () => {
    expect(complaintsOf('shardplan.json', JSON.parse(renderPlanJson(sample.plan, tool)))).toEqual([]);
    expect(complaintsOf('analysis.json', JSON.parse(renderAnalysisJson(sample, tool)))).toEqual([]);
    expect(complaintsOf('map.json', initialMap(4))).toEqual([]);
    for (const { id, verdict } of sample.statements) {
      const line = renderVerdictJson({ id, verdict, shards: [1] });
      expect(complaintsOf('verdict.json', JSON.parse(line))).toEqual([]);
    }
  });

  it('refuse what the tool refuses', () => {
    const wrong = { pins: { orders: 7 } };
    expect(complaintsOf('config.json', wrong)).not.toEqual([]);
    expect(() => parseConfig(JSON.stringify(wrong), 'c.json')).toThrow('pins.orders');
  });
});

describe('analysis.json', () => {
  const written = JSON.parse(renderAnalysisJson(sample, tool));

  it('has the fields that scripts count on', () => {
    expect(written).toMatchObject({ schemaVersion: 1, kind: 'analysis', tool });
    expect(Object.keys(written.tables[0])).toEqual(
      expect.arrayContaining(['name', 'placement', 'key', 'candidates', 'writeShare', 'callShare', 'flags']),
    );
    expect(written.tables[3].candidates[1]).toEqual({
      placement: 'sharded',
      key: 'shop_id',
      keyType: 'bigint',
      group: 'public.users.id',
      singleShardShare: 0.41,
      reoptimised: true,
      shareIfChosen: 0.41,
      costIfChosen: 1_560_000,
      flipCost: 260_000,
      flipCostAlone: 260_000,
      follows: [],
      reason: ['passes every gate'],
    });
    expect(written.statements[1]).toMatchObject({
      id: 'ab',
      queryId: '-200000',
      calls: 200_000,
      verdict: 'scatter',
      tables: ['public.orders'],
      because: ['no constant for orders.user_id'],
      fix: { kind: 'add-key-to-where' },
      source: { file: 'export.csv', line: 4 },
    });
    expect(written.coverage).toMatchObject({
      statements: 23,
      masked: { statements: 2, calls: 20_000, callShare: 0.01921 },
      evicted: 11,
    });
    expect(Object.keys(written.graph)).toEqual(['nodes', 'edges']);
  });

  it('holds neither key constants nor tags that may hold values', () => {
    const text = JSON.stringify(written);
    expect(text).not.toContain('4711');
    expect(text).not.toContain('secret-of-a-request');
    expect(written.statements[0].tags).toEqual({ controller: 'orders' });
  });
});

describe('a verdict line', () => {
  it('has its keys in the order of the contract', () => {
    const line = renderVerdictJson({
      id: 'q7',
      verdict: {
        verdict: 'single-shard',
        tables: ['public.orders'],
        key: { group: 'public.users.id', param: '$1' },
        because: ['orders.user_id = $1'],
      },
      shards: [11],
    });
    expect(line).toBe(
      '{"schemaVersion":1,"kind":"verdict","id":"q7","verdict":"single-shard","tables":["public.orders"],"key":{"group":"public.users.id","param":"$1"},"shards":[11],"because":["orders.user_id = $1"]}',
    );
  });
});
