import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { describeFailure } from '../../src/cli/failures.js';
import { fixtures, shardwright } from './surroundings.js';

const refused = (name: string) => path.join(fixtures, 'refused', name);
const shop = path.join(fixtures, 'shop');

describe('wrong usage exits 2 and says what to do', () => {
  it.each([
    [['analise', 'x'], /unknown command 'analise'\n\(Did you mean analyze\?\)\n {2}hint: /],
    [['analyze', 'x', '--shard', '4'], /unknown option '--shard'\n\(Did you mean --shards\?\)\n {2}hint: /],
    [['route', 'explian'], /Did you mean explain\?/],
    [[], /^Usage: /],
    [['route'], /^Usage: /],
    [['analyze'], /missing required argument 'export'/],
    [['analyze', 'x', '--shards', '0'], /'--shards <n>'.* whole number from 1 to 65536/],
    [['analyze', 'x', '--shards', '1e3'], /whole number/],
    [['analyze', 'x', '--weight', 'bytes'], /Allowed choices are calls, time, rows/],
    [['check', 'x', '--plan', 'p', '--today', '2030-02-31'], /a day such as 2030-12-31/],
    [['check', 'x', '--plan', 'p', '--today', '2030-13-01'], /a day such as 2030-12-31/],
    [['analyze', 'x', '--solve-seconds', '-1'], /number of seconds above 0/],
    [['analyze', 'x', '--json', '--format', 'text'], /contradict each other\n {2}hint: /],
    [['simulate', shop], /nothing to simulate\n {2}hint: Give --set/],
    [['simulate', shop, '--set', 'orders'], /--set orders: .*\n {2}hint: Write --set orders=/],
    [['analyze', path.join(shop, 'missing.csv')], /missing\.csv\.?\n {2}at .*missing\.csv\n {2}hint: /],
    [
      ['analyze', shop, '--config', refused('config.yaml')],
      /config\.yaml:1\n {2}hint: Did you mean "budgets"/,
    ],
    [['route', 'explain', '--', 'select 1'], /needs a plan.*\n {2}hint: Give --plan/],
    [['route', 'explain', '--plan', 'none.json', '--', 'select 1'], /none\.json does not exist/],
    [
      ['route', 'explain', '--plan', refused('newer.json'), '--', 'select 1'],
      /schemaVersion 7.*\n.*\n {2}hint: Upgrade/,
    ],
    [['route', 'explain', '--plan', refused('broken.json'), '--', 'select 1'], /broken\.json:4\n {2}hint: /],
    [
      ['route', 'explain', '--plan', path.join(shop, 'shardplan.json')],
      /no statement to explain\n {2}hint: /,
    ],
  ])('%j', async (argv, message) => {
    const { exitCode, stdout, stderr } = await shardwright(argv);
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(message);
    expect(stderr).not.toMatch(/^ +at .*\.[jt]s:\d+:\d+/m);
  });
});

describe('help', () => {
  it.each([[[]], [['analyze']], [['route']], [['route', 'explain']]])(
    'of %j has examples',
    async (command) => {
      const { exitCode, stdout } = await shardwright([...command, '--help']);
      expect(exitCode).toBe(0);
      expect(stdout).toMatch(/^Usage: shardwright/);
      expect(stdout).toContain('Examples:\n  shardwright ');
    },
  );

  it('and the version', async () => {
    expect(await shardwright(['--version'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    });
  });
});

it('a full disk under the output is no bug', () => {
  const full = Object.assign(new Error('no space left'), { code: 'ENOSPC', syscall: 'write' });
  expect(describeFailure(full)).toMatchObject({ exitCode: 2, text: expect.stringContaining('(ENOSPC)') });
});

describe('a bug', () => {
  it('exits 70 with its stack and asks for a report', () => {
    const { exitCode, text } = describeFailure(new TypeError('x is not a function'));
    expect(exitCode).toBe(70);
    expect(text).toMatch(/^TypeError: x is not a function\n {4}at /);
    expect(text).toContain('Please report it');
  });

  it('prints nothing that a terminal obeys', () => {
    expect(describeFailure(new Error('\u001b[2Jgone')).text).not.toContain('\u001b');
  });
});
