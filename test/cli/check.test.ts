// The gate as a CI job meets it: copies of the marketplace in which one thing was changed, held against its committed plan.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  changeFile,
  changeSnapshots,
  copyOf,
  marketplace,
  recordsOf,
  withStatement,
} from './marketplace-copies.js';
import { shardwright } from './surroundings.js';

const committedPlan = fileURLToPath(new URL('../../reports/marketplace/shardplan.json', import.meta.url));
const folders: string[] = [];
let work: string;
let plan: string;
let baseline: string;

beforeAll(async () => {
  work = mkdtempSync(path.join(tmpdir(), 'check-'));
  folders.push(work);
  plan = path.join(work, 'shardplan.json');
  baseline = path.join(work, 'known.json');
  copyFileSync(committedPlan, plan);
  const argv = ['check', marketplace, '--plan', plan, '--baseline', baseline, '--update-baseline', '--quiet'];
  expect(await shardwright(argv)).toMatchObject({ exitCode: 0 });
});

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true });
});

function copy(change: (folder: string) => void): string {
  const folder = copyOf(change);
  folders.push(folder);
  return folder;
}

interface Found {
  readonly rule: string;
  readonly level: string;
  readonly message: string;
  readonly fails: boolean;
  readonly location: { readonly file: string; readonly line: number };
}

async function check(...argv: readonly string[]) {
  const { exitCode, stdout, stderr } = await shardwright([
    'check',
    ...argv,
    '--plan',
    plan,
    '--json',
    '--quiet',
  ]);
  const findings: readonly Found[] = exitCode === 2 ? [] : JSON.parse(stdout).findings;
  const failing = findings.filter(({ fails }) => fails);
  return { exitCode, stderr, findings, failing };
}

const lineOf = (file: string, text: string): number => {
  const whole = readFileSync(file, 'utf8');
  return whole.slice(0, whole.indexOf(text)).split('\n').length;
};

// ── what a pull request may bring ────────────────────────────────────────────────────────────────────────────────────

const scatter = 'select id, total_cents from orders where status = $1 and placed_at > $2';
const ordersTable = 'CREATE TABLE public.orders (';

const keyDropped = (text: string) => text.replace('WHERE s.user_id = $1 AND s.id = $2', 'WHERE s.id = $2');

const causes: readonly (readonly [string, (folder: string) => void, string, string, string])[] = [
  [
    'a statement with 2 % of the calls',
    (at) => withStatement(at, scatter, 3100),
    'new-cross-shard-statement',
    'day-7.csv',
    scatter,
  ],
  [
    'a key dropped from a WHERE',
    (at) => changeSnapshots(at, keyDropped),
    'new-cross-shard-statement',
    'day-1.csv',
    'SELECT s.id, s.user_id',
  ],
  [
    'a new table',
    (at) =>
      changeFile(
        at,
        'schema.sql',
        (text) => `${text}\nCREATE TABLE public.gift_cards (code text PRIMARY KEY);\n`,
      ),
    'table-without-placement',
    'schema.sql',
    'CREATE TABLE public.gift_cards',
  ],
  [
    'a key of another type',
    (at) =>
      changeFile(at, 'schema.sql', (text) =>
        text.replace(/(CREATE TABLE public\.orders \([^;]*?user_id) bigint/, '$1 uuid'),
      ),
    'key-type-mismatch',
    'schema.sql',
    ordersTable,
  ],
  [
    'a narrower key',
    (at) =>
      changeFile(at, 'schema.sql', (text) =>
        text.replace(/(CREATE TABLE public\.orders \([^;]*?user_id) bigint/, '$1 integer'),
      ),
    'key-type-mismatch',
    'schema.sql',
    ordersTable,
  ],
];

describe('check fails, and names exactly the cause, for', () => {
  it.each(causes)('%s', async (_, change, rule, file, text) => {
    const folder = copy(change);
    const place = { file: path.join(folder, file), line: lineOf(path.join(folder, file), text) };
    const { exitCode, failing } = await check(folder, '--baseline', baseline);
    expect([exitCode, failing.map((one) => [one.rule, one.location])]).toEqual([1, [[rule, place]]]);
  });

  it('a statement with 2 % of the calls, by the score in the plan alone', async () => {
    const folder = copy((at) => withStatement(at, scatter, 3100));
    const { exitCode, failing } = await check(folder, '--no-baseline');
    expect([exitCode, failing.map(({ rule }) => rule)]).toEqual([1, ['baseline-regression']]);
    expect(failing[0]?.location.file).toBe(path.join(folder, 'day-7.csv'));
  });

  it('a change that the statement was made from', async () => {
    const { failing } = await check(
      copy((at) => changeSnapshots(at, keyDropped)),
      '--baseline',
      baseline,
    );
    expect(failing[0]?.message).toContain('a change of a statement that was single-shard: SELECT s.id');
  });
});

describe('check passes', () => {
  const relaid = (text: string) =>
    text
      .replaceAll(' WHERE ', '   where ')
      .replaceAll(
        'SELECT s.id, s.user_id, s.expires_at',
        'select /* api */ s.id,\n  s.user_id, s.expires_at',
      );

  /** Other queryids, other counts of the same mix, another order of rows. */
  const recaptured = (text: string): string => {
    const [header = '', ...records] = recordsOf(text);
    const row = /^((?:[^,]*,){4})([^,]*),("(?:[^"]|"")*"|[^,]*),((?:[^,]*,){6})([^,]*),/s;
    const changed = records.map((record) =>
      record.replace(row, (_, before, queryId, query, between, calls) => {
        const other = queryId === '' ? '' : -(BigInt(queryId) / 3n) + 17n;
        return `${before}${other},${query},${between}${Math.ceil(Number(calls) * 1.07)},`;
      }),
    );
    return `${[header, ...changed.reverse()].join('\n')}\n`;
  };

  it.each([
    ['the same export', marketplace],
    ['one that was formatted anew', copy((at) => changeSnapshots(at, relaid))],
    ['one that was captured again', copy((at) => changeSnapshots(at, recaptured))],
  ])('%s', async (_, folder) => {
    for (const known of [['--baseline', baseline], ['--no-baseline']]) {
      expect(await check(folder, ...known)).toMatchObject({ exitCode: 0, failing: [] });
    }
  });
});

// ── waivers, flags, files ────────────────────────────────────────────────────────────────────────────────────────────

describe('a waiver', () => {
  const config = () => {
    const file = path.join(work, 'waivers.yaml');
    writeFileSync(
      file,
      'waivers:\n  - rule: new-cross-shard-statement\n    tables: [orders]\n    reason: monthly report\n    expires: "2030-06-30"\n',
    );
    return ['--baseline', baseline, '--config', file];
  };
  const added = () => copy((at) => withStatement(at, scatter, 3100));

  it('silences what it is for', async () => {
    expect(await check(added(), ...config(), '--today', '2030-06-30')).toMatchObject({
      exitCode: 0,
      failing: [],
    });
  });

  it('is a finding once the cause is gone, and when its day is over', async () => {
    const gone = await check(marketplace, ...config(), '--today', '2030-06-30', '--fail-on', 'unused-waiver');
    expect([gone.exitCode, gone.failing]).toMatchObject([
      1,
      [{ rule: 'unused-waiver', location: { line: 2 } }],
    ]);
    const over = await check(added(), ...config(), '--today', '2030-07-01');
    expect([
      over.exitCode,
      over.findings.filter(({ level }) => level !== 'note').map(({ rule }) => rule),
    ]).toEqual([1, ['new-cross-shard-statement', 'unused-waiver']]);
  });
});

describe('flags of check', () => {
  it('set what fails', async () => {
    const over = await check(marketplace, '--max-cross-shard', '3%', '--no-baseline');
    expect([over.exitCode, over.failing.map(({ rule }) => rule)]).toEqual([1, ['budget-exceeded']]);
    expect(await check(marketplace, '--max-cross-shard', '3%', '--no-baseline', '--exit-zero')).toMatchObject(
      { exitCode: 0 },
    );
    expect(await check(marketplace, '--max-cross-shard', '0.05', '--no-baseline')).toMatchObject({
      exitCode: 0,
    });
    const strict = await check(marketplace, '--no-baseline', '--fail-on', 'note');
    expect([strict.exitCode, new Set(strict.failing.map(({ level }) => level))]).toEqual([
      1,
      new Set(['note']),
    ]);
  });

  it('that all commands have are understood', async () => {
    const argv = [
      'check',
      marketplace,
      '--plan',
      plan,
      '--json',
      '--quiet',
      '--shards',
      '8',
      '--solve-seconds',
      '1',
    ];
    expect(JSON.parse((await shardwright(argv)).stdout)).toMatchObject({ passed: true, plan: { shards: 8 } });
  });

  it('leave all but new statements out', async () => {
    const folder = copy((at) => {
      withStatement(at, scatter, 3100);
      changeFile(
        at,
        'schema.sql',
        (text) => `${text}\nCREATE TABLE public.gift_cards (code text PRIMARY KEY);\n`,
      );
    });
    const { findings } = await check(folder, '--baseline', baseline, '--new-only');
    expect(findings.map(({ rule }) => rule)).toEqual(['new-cross-shard-statement']);
  });

  it('find the baseline beside the plan, and write it there', async () => {
    const beside = path.join(work, 'beside');
    mkdirSync(beside);
    copyFileSync(plan, path.join(beside, 'shardplan.json'));
    const argv = [
      'check',
      copy((at) => withStatement(at, scatter, 3100)),
      '--plan',
      path.join(beside, 'shardplan.json'),
    ];
    expect(await shardwright(argv)).toMatchObject({ exitCode: 1 });
    const { exitCode, stderr } = await shardwright([...argv, '--update-baseline']);
    expect([exitCode, stderr]).toEqual([
      0,
      expect.stringContaining(`wrote ${path.join(beside, 'baseline.json')}`),
    ]);
    const again = readFileSync(path.join(beside, 'baseline.json'));
    expect(await shardwright([...argv, '--update-baseline'])).toMatchObject({ exitCode: 0 });
    expect(readFileSync(path.join(beside, 'baseline.json'))).toEqual(again);
    expect((await shardwright(argv)).stdout).toContain('The check passed.');
  });

  it('refuse a baseline of another weight, and one of a newer release', async () => {
    const by = (...more: readonly string[]) => shardwright(['check', marketplace, '--plan', plan, ...more]);
    const other = await by('--baseline', baseline, '--weight', 'time');
    expect([other.exitCode, other.stderr]).toEqual([
      2,
      expect.stringContaining('weighs statements by calls'),
    ]);
    const newer = path.join(work, 'newer.json');
    const version = (text: string) => text.replace('"schemaVersion": 1', '"schemaVersion": 9');
    writeFileSync(newer, version(readFileSync(baseline, 'utf8')));
    const later = await by('--baseline', newer);
    expect([later.exitCode, later.stderr]).toEqual([
      2,
      expect.stringContaining('this release reads up to 1'),
    ]);
  });

  it('write several forms at once', async () => {
    const [out, json] = [path.join(work, 'out.txt'), path.join(work, 'out.json')];
    const argv = ['check', marketplace, '--plan', plan, '--quiet', '--out', out, '--json-out', json];
    expect(await shardwright(argv)).toMatchObject({ exitCode: 0, stdout: '' });
    expect(readFileSync(out, 'utf8')).toContain('The check passed.');
    expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ kind: 'check', passed: true });
  });

  it('make the folders of their reports, and print where the file is -', async () => {
    const sarif = path.join(work, 'reports', 'check.sarif');
    const argv = ['check', marketplace, '--plan', plan, '--quiet', '--out', '-', '--sarif-out', sarif];
    const { stdout } = await shardwright(argv);
    expect(stdout).toContain('The check passed.');
    expect(existsSync(sarif)).toBe(true);
  });

  it('refuse what they cannot write before anything is read', async () => {
    for (const flag of ['--out', '--junit-out']) {
      const argv = ['check', 'no-such-export.csv', '--plan', plan, flag, work];
      const { exitCode, stderr } = await shardwright(argv);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining('cannot be written')]);
    }
  });

  it.each([
    ['no plan', [], 'check needs the plan'],
    ['no inputs', ['--plan', committedPlan], 'there is nothing to check'],
    ['a server and files', [marketplace, '--plan', committedPlan, '--dsn', 'postgresql://x'], '--dsn reads'],
    [
      'nothing known',
      [marketplace, '--plan', committedPlan, '--new-only', '--no-baseline'],
      '--new-only needs a baseline',
    ],
    [
      'a baseline that is not there',
      [marketplace, '--plan', committedPlan, '--baseline', 'none.json'],
      'none.json does not exist',
    ],
    [
      'a plan as the baseline',
      [marketplace, '--plan', committedPlan, '--baseline', committedPlan],
      'is not a baseline',
    ],
    [
      'a rule that is none',
      [marketplace, '--plan', committedPlan, '--fail-on', 'everything'],
      'It must be error, warning, note',
    ],
    [
      'a share that is none',
      [marketplace, '--plan', committedPlan, '--max-cross-shard', '500%'],
      'It must be a share',
    ],
    ['a day that is none', [marketplace, '--plan', committedPlan, '--today', 'tomorrow'], 'It must be a day'],
  ])('are refused: %s', async (_, argv, complaint) => {
    const { exitCode, stderr } = await shardwright(['check', ...argv]);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining(complaint)]);
  });
});

describe('explain', () => {
  it('prints the page of a rule', async () => {
    const { exitCode, stdout } = await shardwright(['explain', 'key-updated']);
    expect([exitCode, stdout]).toEqual([0, expect.stringMatching(/^# key-updated\n/)]);
    const json = await shardwright(['explain', 'key-updated', '--json']);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: 'rule', id: 'key-updated', level: 'error' });
  });

  it('needs an export for anything else', async () => {
    const { exitCode, stderr } = await shardwright(['explain', 'orders']);
    expect([exitCode, stderr]).toEqual([2, expect.stringContaining('orders is no rule of check')]);
  });
});

describe('query files', () => {
  const repository = () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'repository-'));
    folders.push(folder);
    mkdirSync(path.join(folder, 'db', 'migrations'), { recursive: true });
    mkdirSync(path.join(folder, 'src', 'queries'), { recursive: true });
    copyFileSync(path.join(marketplace, 'schema.sql'), path.join(folder, 'db', 'schema.sql'));
    writeFileSync(
      path.join(folder, 'db', 'migrations', '1_data.sql'),
      "UPDATE orders SET status = 'paid';\n",
    );
    writeFileSync(
      path.join(folder, 'src', 'queries', 'orders.sql'),
      '-- name: GetOrder :one\nSELECT * FROM orders WHERE user_id = @user_id AND id = @id;\n\n-- name: ByStatus :many\nSELECT id FROM orders\nWHERE status = :status::order_status LIMIT ?;\n',
    );
    return folder;
  };

  it('are looked for in a repository, and found by name and line', async () => {
    const folder = repository();
    const { exitCode, failing, findings } = await check(folder, '--no-baseline');
    const place = { file: path.join(folder, 'src', 'queries', 'orders.sql'), line: 5 };
    expect([exitCode, failing]).toMatchObject([
      1,
      [{ rule: 'new-cross-shard-statement', label: 'ByStatus', location: place }],
    ]);
    expect(findings.filter(({ rule }) => rule === 'unreadable-statement')).toEqual([]);
  });

  it('weigh what the baseline says, and lend their place to what was counted', async () => {
    const folder = repository();
    const file = path.join(folder, 'src', 'queries', 'sessions.sql');
    writeFileSync(
      file,
      '-- name: Session :one\nselect x.id, x.user_id, x.expires_at, y.status, y.locale from sessions x join users y on y.id = x.user_id where x.id = @id and x.expires_at > now();\n',
    );
    const dropped = copy((at) => changeSnapshots(at, keyDropped));
    const { failing } = await check(dropped, file, '--baseline', baseline);
    expect(failing).toMatchObject([{ label: 'Session', location: { file, line: 2 } }]);
  });

  it('may be a schema alone', async () => {
    const folder = copy((at) =>
      changeFile(
        at,
        'schema.sql',
        (text) => `${text}\nCREATE TABLE public.gift_cards (code text PRIMARY KEY);\n`,
      ),
    );
    const { exitCode, failing } = await check(path.join(folder, 'schema.sql'), '--no-baseline');
    expect([exitCode, failing.map(({ rule }) => rule)]).toEqual([1, ['table-without-placement']]);
  });

  it('are refused when there is nothing in them', async () => {
    const file = path.join(work, 'empty.sql');
    writeFileSync(file, '');
    expect(await check(file)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining('empty.sql') });
  });

  it('are no traffic: nothing is concluded from shares', async () => {
    const { findings } = await check(repository(), '--baseline', baseline);
    expect(findings.filter(({ fails }) => fails).map(({ rule }) => rule)).toEqual([
      'new-cross-shard-statement',
    ]);
    expect(existsSync(path.join(work, 'baseline.json'))).toBe(false);
  });
});
