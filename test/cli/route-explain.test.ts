import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { fixtures, shardwright, type World } from './surroundings.js';

const plan = path.join(fixtures, 'shop', 'shardplan.json');

async function verdictsOf(argv: readonly string[], world?: World) {
  const { exitCode, stdout, stderr } = await shardwright(
    ['route', 'explain', '--plan', plan, '--json', ...argv],
    world,
  );
  expect([exitCode, stderr]).toEqual([0, '']);
  const lines = stdout.trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const summary = (verdicts: readonly { id: string; verdict: string }[]) =>
  verdicts.map(({ id, verdict }) => [id, verdict]);

describe('route explain', () => {
  it('takes each argument after -- for one statement, whatever it begins with', async () => {
    const verdicts = await verdictsOf([
      '--',
      'select * from orders where user_id = 42',
      '-- a comment\nselect * from categories',
      '--json',
    ]);
    expect(verdicts[0]).toEqual({
      schemaVersion: 1,
      kind: 'verdict',
      id: '1',
      verdict: 'single-shard',
      tables: ['public.orders'],
      key: { group: 'users', param: '?' },
      shards: [expect.any(Number)],
      because: ['orders.user_id = ?'],
    });
    expect(summary(verdicts.slice(1))).toEqual([
      ['2', 'global-read'],
      ['3', 'unknown'],
    ]);
  });

  it('takes SQL from standard input, one line out for each statement', async () => {
    const stdin =
      "select * from users where id = $1; select * from orders where status = 'ä;'; what is this; select 1";
    expect(summary(await verdictsOf([], { stdin }))).toEqual([
      ['1', 'single-shard'],
      ['2', 'scatter'],
      ['3', 'unknown'],
      ['4', 'tableless'],
    ]);
  });

  it('takes JSON lines, the broken ones too', async () => {
    const stdin = [
      '{"id": "q7", "sql": "select * from users where id = $1", "params": ["42"]}',
      '',
      '{"sql": "select * from users where id = $1", "params": [42]}',
      '{"sql": "select',
      '{"id": 9}',
      '[]',
      '{"sql": "select 1", "params": {"a": 1}}',
      '{"id": "last", "sql": "select * from nowhere"}',
    ].join('\r\n');
    const verdicts = await verdictsOf(['--input', 'jsonl'], { stdin });
    expect(summary(verdicts)).toEqual([
      ['q7', 'single-shard'],
      ['2', 'single-shard'],
      ['3', 'unknown'],
      ['9', 'unknown'],
      ['5', 'unknown'],
      ['6', 'unknown'],
      ['last', 'unknown'],
    ]);
    expect(verdicts[0].shards).toEqual(verdicts[1].shards);
    expect(verdicts[2].because).toEqual(['line 4 of the input is not a JSON object']);
    expect(verdicts[6].because[0]).toContain('public.nowhere');
  });

  it('names shards by the map: the plan says how many, --shards says otherwise', async () => {
    const sql = 'select * from users where id = 42';
    const [of16] = await verdictsOf(['--', sql]);
    const [of4] = await verdictsOf(['--shards', '4', '--', sql]);
    // By 's own example the remainder of 42 by 4 is 2.
    expect(of4.shards).toEqual([2]);
    expect(of16.shards[0] % 4).toBe(2);
  });

  it('prints text for people', async () => {
    const argv = ['route', 'explain', '--plan', plan, '--', 'select * from orders'];
    const { stdout } = await shardwright(argv);
    expect(stdout).toMatch(/^1 {2}scatter\n {2}tables {3}orders\n {2}because {2}/);
  });

  it('repeats no value', async () => {
    const argv = ['--', "select * from orders where user_id = 4711 and status = 'secret'"];
    expect(JSON.stringify(await verdictsOf(argv))).not.toMatch(/4711|secret/);
  });
});
