/** Transactions of made-up logs: which executions belong together, and what their values prove. Four shards; keys 1 and 2 lie apart, 3 and 5 together. */

import { beforeAll, describe, expect, it } from 'vitest';
import { readTransactions, resolveSettings } from '../../src/analysis/index.js';
import { readSchema } from '../../src/catalog/index.js';
import { emptyConfig } from '../../src/index.js';
import type { Catalog, Placements, WorkloadStatement } from '../../src/model/index.js';
import { loadReader, type Reader } from '../../src/syntax/index.js';
import { initialMap } from '../../src/topology/index.js';
import type { LogItem } from '../../src/workload/index.js';

const raise = 'UPDATE orders SET total = $1 WHERE user_id = $2';
const listed = 'SELECT * FROM orders WHERE user_id IN ($1 /*, ... */) AND total = $2';

const placements: Placements = new Map([
  ['public.orders', { placement: 'sharded', key: 'user_id', group: 'users' }],
]);
let catalog: Catalog;
let reader: Reader;

beforeAll(async () => {
  reader = await loadReader('libpg-query');
  const text = 'CREATE TABLE orders (user_id bigint NOT NULL, total int);';
  catalog = await readSchema([{ file: 'schema.sql', text }]);
});

interface Said {
  readonly text: string;
  readonly detail?: string;
  readonly vxid?: string;
  readonly session?: string;
}

const say = (text: string, rest: Partial<Said> = {}): Said => ({ text, ...rest });
/** An execution of `raise` for a user. */
const of = (user: number | string, rest: Partial<Said> = {}): Said =>
  say(raise, { detail: `parameters: $1 = '10', $2 = '${user}'`, ...rest });

async function* itemsOf(said: readonly Said[]): AsyncGenerator<LogItem> {
  for (const [at, { text, detail = '', vxid = '', session = 'a' }] of said.entries()) {
    yield {
      kind: 'record',
      record: {
        source: { file: 'log', line: at + 1 },
        time: '2026-01-01 00:00:00 UTC',
        database: 'shop',
        session,
        sessionLine: at + 1,
        virtualTransaction: vxid,
        severity: 'LOG',
        message: text.startsWith('disconnection') ? text : `execute <unnamed>: ${text}`,
        detail,
        statement: '',
        backendType: '',
      },
    };
  }
}

const exported = [raise, listed].map(
  (text, at) => ({ id: `e${at}`, text, counters: { calls: 1 } }) as unknown as WorkloadStatement,
);

async function reportOf(...said: readonly Said[]) {
  const { report } = await readTransactions({
    files: ['log'],
    items: itemsOf(said),
    statements: exported,
    applicationIds: new Set(['e0', 'e1']),
    catalog,
    placements,
    reader,
    resolving: resolveSettings(reader, emptyConfig, false),
    map: initialMap(4),
  });
  return report;
}

const some = (outcomes: object): object =>
  Object.fromEntries(Object.entries(outcomes).filter(([, number]) => number > 0));

describe('executions belong together', () => {
  const outcomesOf = async (...said: readonly Said[]) => some((await reportOf(...said)).outcomes);

  it('from BEGIN to COMMIT, in their own session', async () => {
    expect(
      await outcomesOf(
        say('BEGIN'),
        say('BEGIN', { session: 'b' }),
        of(1),
        of(2, { session: 'b' }),
        of(1),
        of(2, { session: 'b' }),
        say('COMMIT', { session: 'b' }),
        say('END'),
      ),
    ).toEqual({ oneKey: 2 });
  });

  it('and a chained transaction is another one', async () => {
    expect(await outcomesOf(say('BEGIN'), of(1), say('COMMIT AND CHAIN'), of(2), say('COMMIT'))).toEqual({
      oneKey: 2,
    });
  });

  it('by their virtual transaction id, without BEGIN', async () => {
    const inside = { vxid: '1/5' };
    expect(await outcomesOf(of(1, inside), of(2, inside), of(2, { vxid: '1/6' }))).toEqual({
      oneKey: 1,
      crosses: 1,
    });
    expect(await outcomesOf(of(1, { vxid: '1/0' }), of(2, { vxid: '1/0' }))).toEqual({ oneKey: 2 });
  });

  it('up to where the id changes, when the end was not logged', async () => {
    const inside = { vxid: '1/5' };
    expect(
      await outcomesOf(say('BEGIN', inside), of(1, inside), of(2, { vxid: '1/6' }), of(3, { vxid: '1/0' })),
    ).toEqual({ oneKey: 3 });
  });

  it('in one message', async () => {
    expect(await outcomesOf(say(`${literal(1)}; ${literal(2)}`))).toEqual({ crosses: 1 });
  });

  it('and are not judged when the log begins or ends within them', async () => {
    const inside = { vxid: '1/5' };
    const { outcomes, log } = await reportOf(
      of(1, inside),
      say('COMMIT', inside),
      say('BEGIN', { vxid: '1/6' }),
      of(1, { vxid: '1/6' }),
    );
    expect([some(outcomes), log.incomplete]).toEqual([{}, 2]);
  });

  it('and are rolled back when the client leaves', async () => {
    const { log } = await reportOf(say('BEGIN'), of(1), say('disconnection: session time: 0:00:01'));
    expect(log).toMatchObject({ rolledBack: 1, incomplete: 0, committed: 0 });
  });
});

const literal = (user: string | number) => `UPDATE orders SET total = 10 WHERE user_id = ${user}`;

describe('values prove', () => {
  const outcomeOf = async (...said: readonly Said[]) =>
    some((await reportOf(say('BEGIN'), ...said, say('COMMIT'))).outcomes);

  it('one key however it is written', async () => {
    expect(await outcomeOf(of(7), of('007'), say(literal(7)), say(literal("'7'")))).toEqual({ oneKey: 1 });
  });

  it('that several keys lie together only by the map', async () => {
    expect(await outcomeOf(of(3), of(5))).toEqual({ oneShardByMap: 1 });
    expect(await outcomeOf(say('SELECT * FROM orders WHERE user_id IN (3, 5)'))).toEqual({
      oneShardByMap: 1,
    });
    expect(await outcomeOf(say('SELECT * FROM orders WHERE user_id IN (3, 3)'))).toEqual({ oneKey: 1 });
  });

  it('nothing when they are missing, but for a statement alone', async () => {
    expect(await outcomeOf(say(raise))).toEqual({ oneKey: 1 });
    expect(await outcomeOf(say(raise), of(1))).toEqual({ unknown: 1 });
    expect(await outcomeOf(of(1), of('1...'))).toEqual({ unknown: 1 });
    expect(await outcomeOf(of(1), say('SELECT * FROM orders WHERE user_id = ANY($1)'))).toEqual({
      unknown: 1,
    });
    expect(await outcomeOf(of(1), say('SELEC'))).toEqual({ unknown: 1 });
  });

  it('nothing where a statement needs all shards', async () => {
    expect(await outcomeOf(of(1), say('SELECT * FROM orders WHERE total = 10'))).toEqual({ crosses: 1 });
  });
});

describe('of the log', () => {
  it('statements are found in the export whatever their literals and the length of their lists', async () => {
    const { log, logOnly } = await reportOf(
      say(literal(7)),
      say('select * from orders where user_id in (1, 2, 3) and total = 10'),
      say('SELECT total FROM orders WHERE user_id = 1'),
    );
    expect(log).toMatchObject({ executions: 3, inExport: 2, exportShareSeen: 1 });
    expect(logOnly).toMatchObject([{ text: 'SELECT total FROM orders WHERE user_id = $1', executions: 1 }]);
  });

  it('keys are weighed, by key and by shard', async () => {
    const { skew } = await reportOf(of(3), of(3), of(3), of(5));
    expect(skew).toEqual([
      {
        group: 'users',
        executions: 4,
        distinctKeys: 2,
        notFollowed: 0,
        heaviestShare: 0.75,
        topTenShare: 1,
        effectiveKeys: 1.6,
        shardShares: [0, 1, 0, 0],
      },
    ]);
  });
});
