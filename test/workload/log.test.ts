/** Records and events of csvlog and jsonlog, as the server's versions write them, whole and broken. */

import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { eventOf, type LogItem, readLogs } from '../../src/workload/index.js';

const fixture = (name: string) => fileURLToPath(new URL(`../../fixtures/log/${name}`, import.meta.url));

async function itemsOf(...names: readonly string[]): Promise<readonly LogItem[]> {
  const items: LogItem[] = [];
  for await (const item of readLogs(names.map(fixture))) items.push(item);
  return items;
}

async function eventsOf(name: string) {
  const items = await itemsOf(name);
  return items.map((item) => (item.kind === 'record' ? eventOf(item.record) : item.kind));
}

const begun = (text: string, ...parameters: readonly (string | undefined)[]) => ({
  kind: 'execution',
  text,
  parameters,
  ended: false,
});

describe('a log', () => {
  it('of 9.6 has texts over several lines, and parameters with quotes and what looks like parameters', async () => {
    expect(await eventsOf('postgresql-9.6.csv')).toEqual([
      begun('BEGIN'),
      begun('insert into orders (id, user_id, note)\nvalues ($1, $2, $3)', '1', '7', "O'Neil, $2 = '8'"),
      begun('update orders set note = $1 where user_id = $2', undefined, '7'),
      begun('COMMIT'),
    ]);
  });

  it('of 13 has workers, cut parameters, plans and fetches, of which none is an execution of its own', async () => {
    const [statement, worker, cut, plan, fetch] = await eventsOf('postgresql-13.csv');
    expect(statement).toMatchObject({ kind: 'execution', ended: true });
    expect(cut).toMatchObject({ kind: 'execution', parameters: [undefined, undefined] });
    expect([worker, plan, fetch]).toEqual([{ kind: 'other' }, { kind: 'other' }, { kind: 'other' }]);
  });

  it('of 14 tells an execution once, though its duration has a record too', async () => {
    expect(await eventsOf('postgresql-14.csv')).toEqual([
      begun('select * from orders where user_id = $1', '7'),
      { kind: 'other' },
    ]);
  });

  it('of 15 as JSON says the same, and whose an error is', async () => {
    expect(await eventsOf('postgresql-15.json')).toEqual([
      begun('select * from orders where user_id = $1', '7'),
      { kind: 'error', text: 'select 1/0 from orders where user_id = 7', fatal: false },
    ]);
  });

  it('that is broken is read on after each break, and says where it broke', async () => {
    const items = await itemsOf('broken.csv');
    const place = (item: LogItem) => (item.kind === 'record' ? item.record.source : item.source).line;
    const lines = (kind: LogItem['kind']) => items.filter((item) => item.kind === kind).map(place);
    expect(lines('record')).toEqual([2, 5]);
    expect(lines('unreadable')).toEqual([1, 4, 6, 7]);
  });

  it('comes in the order of time, whatever the order of the files', async () => {
    const forwards = await itemsOf('postgresql-13.csv', 'postgresql-15.json', 'postgresql-14.csv');
    expect(await itemsOf('postgresql-15.json', 'postgresql-14.csv', 'postgresql-13.csv')).toEqual(forwards);
  });

  it('is not taken from standard input, which cannot be read twice', async () => {
    await expect(readLogs(['-']).next()).rejects.toMatchObject({ code: 'bad-option' });
  });

  it('is refused with a hint when it is none', async () => {
    await expect(itemsOf('../marketplace/schema.sql')).rejects.toMatchObject({ code: 'not-a-log' });
  });
});
