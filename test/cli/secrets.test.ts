/**
 * Nothing that users would call a secret leaves: every command runs on an export, a log, a schema, a config and a live server
 * in which literals, parameters, comments, passwords and rows are one word, and that word is looked for in all that comes out.
 */

import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dsnOf, run, type Server, serverWith } from '../capture/server.js';
import { shardwright } from './surroundings.js';

const word = 'zqxsecret';
const number = '739173917';
const leak = new RegExp(`${word}|${number}`, 'i');

const schema = `
  -- ${word} of a comment
  create table users (id bigint primary key, email text default '${word}@example.org', check (email <> '${word}'));
  create table orders (id bigint primary key, user_id bigint not null references users, note text);
  comment on table users is '${word}';
  comment on column orders.note is '${word}';
  create view noted as select id, note from orders where note like '${word}%';
  create function label(bigint) returns text language sql as $$ select '${word}' || $1 $$;
  alter table orders enable row level security;
  create policy own on orders using (note <> '${word}');
`;

const statements = [
  `select * from users where id = $1`,
  `select * from orders where user_id = $1 /* ${word} */`,
  `select * from orders where note = '${word}' and id > ${number} /*traceparent='${word}',route='/orders'*/`,
  `select * from orders where note = E'${word}\\'' or note = $a$${word}$a$ or note = U&'${word}' -- ${word}`,
  `insert into orders (id, user_id, note) values (${number}, 1, '${word}')`,
  `select o.note, '${word}' from orders o join users u on u.email = o.note where u.email in ('${word}', 'b')`,
  `selec from '${word}' ${number}`,
  `select * from orders where note = 'cut off ${word}`,
  `alter role app password '${word}'`,
  `copy (select * from users where email = '${word}') to stdout`,
  `set app.token = '${word}'`,
  `create table copied as select '${word}' as c, ${number} as n`,
  `select label(${number})`,
];

let folder: string;
let server: Server;
const at = (...names: string[]) => path.join(folder, ...names);
const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'secrets-'));
  for (const name of ['export', 'queries', 'out']) mkdirSync(at(name));
  const rows = statements.map((text, index) => `${quoted(text)},${1000 - index},${10 + index},5`);
  writeFileSync(at('export', 'statements.csv'), ['query,calls,total_exec_time,rows', ...rows].join('\n'));
  writeFileSync(at('export', 'schema.sql'), schema);
  writeFileSync(at('queries', 'a.sql'), `-- name: A :one\n${statements.slice(0, 6).join(';\n')};\n`);
  writeFileSync(at('shardwright.config.yaml'), `# ${word}\nforbid: [orders.note]\n`);
  writeFileSync(at('broken.config.yaml'), `budgets: {globalBytes: "${word}"}\n`);
  writeFileSync(at('broken.json'), `{"schemaVersion": 1, "kind": "plan", "tables": "${word}`);
  writeFileSync(at('broken.csv'), `query,calls\n"select '${word}"",1\n"${word}`);
  writeFileSync(
    at('broken.sql'),
    `create table t (id int default '${word}' nonsense; create tabel '${word}';`,
  );
  const event = (message: string, line: number) =>
    JSON.stringify({
      timestamp: '2023-03-01 10:00:00.001 UTC',
      user: 'app',
      dbname: 'shop',
      pid: 4711,
      session_id: '58b68f10.1267',
      line_num: line,
      vxid: '5/103',
      txid: 0,
      error_severity: 'LOG',
      message,
      detail: `parameters: $1 = '${word}', $2 = '${number}'`,
      application_name: 'web',
      backend_type: 'client backend',
    });
  writeFileSync(
    at('log.json'),
    statements.map((text, line) => event(`execute <unnamed>: ${text}`, line)).join('\n'),
  );
  server = await serverWith();
  const admin = dsnOf(server, 'postgres');
  await run(
    admin,
    'create extension pg_stat_statements',
    schema,
    `create role monitor login password '${word}' in role pg_monitor`,
    `insert into users select n, n || '${word}' from generate_series(1, 500) n`,
    `insert into orders select n, n, '${word}' from generate_series(1, 500) n`,
    'grant select on all tables in schema public to monitor',
    'analyze',
    ...statements
      .filter((text) => !/^selec |cut off|^alter|^copy|^insert|^create/.test(text))
      .map((text) =>
        // A capture keeps comments, as the view that it copies does: whose statement it is stands there.
        text.replaceAll('$1', '1').replace(/(?:\/\*|--).*$/, ''),
      ),
  );
});
afterAll(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const monitored = (password: string) => dsnOf({ ...server, user: 'monitor', password }, 'postgres');

/** What a command printed, with its exit code. */
async function said(argv: readonly string[], stdin?: string): Promise<string> {
  const { exitCode, stdout, stderr } = await shardwright(argv, stdin === undefined ? {} : { stdin });
  expect([0, 1, 2], `${argv[0]}: ${stderr}`).toContain(exitCode);
  return `${exitCode}\n${stdout}\n${stderr}`;
}

function filesBelow(name: string): readonly string[] {
  return readdirSync(name).flatMap((each) => {
    const file = path.join(name, each);
    return statSync(file).isDirectory() ? filesBelow(file) : [file];
  });
}

/** Files that hold the word, beside those named. */
function leaks(name: string, allowed: RegExp = /$^/): readonly string[] {
  return filesBelow(name).filter((file) => !allowed.test(file) && leak.test(readFileSync(file, 'utf8')));
}

const input = () => [at('export'), '--config', at('shardwright.config.yaml')];
const plan = () => ['--plan', at('out', 'plan', 'shardplan.json')];

describe('of an export', () => {
  beforeAll(async () => {
    const text = await said([
      'analyze',
      ...input(),
      '--log',
      at('log.json'),
      '--cross-check',
      '--verbose',
      '--out',
      at('out', 'plan'),
    ]);
    expect(text).toMatch(/^0\n/);
    expect(text).not.toMatch(leak);
  });

  it('no command says a word of it', async () => {
    const reporters = ['text', 'json', 'markdown', 'sarif', 'github', 'junit'];
    const commands = [
      ...['text', 'json', 'html'].map((format) => [
        'analyze',
        ...input(),
        '--format',
        format,
        '--log',
        at('log.json'),
      ]),
      ...reporters.map((format) => [
        'check',
        ...input(),
        ...plan(),
        '--verbose',
        '--format',
        format,
        '--max-cross-shard',
        '0',
      ]),
      ['check', at('queries'), '--schema', at('export', 'schema.sql'), ...plan(), '--verbose'],
      ['check', ...input(), ...plan(), '--update-baseline', '--baseline', at('out', 'baseline.json')],
      ...[[], ['--memo'], ['--triage'], ['--html'], ['--json']].map((kind) => [
        'doc',
        ...input(),
        ...plan(),
        ...kind,
      ]),
      ...['mermaid', 'dot', 'svg', 'gexf', 'json'].map((format) => ['graph', ...input(), '--format', format]),
      ['simulate', ...input(), '--set', 'orders=id', '--json'],
      ['simulate', ...input(), '--set', `orders=${'id'}`, '--verbose'],
      ['verify-plan', ...input(), ...plan(), '--json'],
      ['explain', 'orders', ...input()],
      ['explain', 'orders', ...input(), '--json'],
      ['doctor', ...input()],
      ['doctor', ...input(), '--json'],
      ['init', at('export'), '--yes', '--out', at('out', 'config.yaml')],
      ['route', 'map', ...plan(), '--json'],
      ...statements.map((sql) => [
        'route',
        'explain',
        ...plan(),
        '--schema',
        at('export', 'schema.sql'),
        '--json',
        '--',
        sql,
      ]),
      ...statements.map((sql) => ['route', 'explain', ...plan(), '--', sql]),
    ];
    for (const argv of commands)
      expect(await said(argv), argv.join(' ').replace(leak, '…')).not.toMatch(leak);
    const result = JSON.parse(readFileSync(at('out', 'plan', 'analysis.json'), 'utf8'));
    for (const { id } of result.statements) {
      expect(await said(['explain', id, ...input(), '--verbose'])).not.toMatch(leak);
    }
    expect(leaks(at('out'))).toEqual([]);
  });

  it('no error quotes what it cannot read', async () => {
    const commands = [
      ['analyze', at('broken.csv')],
      ['analyze', at('export'), '--config', at('broken.config.yaml')],
      ['analyze', at('export', 'statements.csv'), '--schema', at('broken.sql'), '--verbose'],
      ['check', at('export'), '--plan', at('broken.json')],
      ['check', at('export'), ...plan(), '--baseline', at('broken.json')],
      ['verify-plan', at('export'), '--plan', at('broken.json')],
      ['doc', at('export'), '--plan', at('broken.json')],
      ['analyze', at('export'), '--log', at('broken.json')],
      ['deanonymize', at('broken.json'), '--key-file', at('broken.json')],
      ['route', 'explain', '--plan', at('broken.json'), '--', `select '${word}'`],
    ];
    for (const argv of commands)
      expect(await said(argv), argv.join(' ').replace(leak, '…')).not.toMatch(leak);
    const lines = statements.map((sql, id) =>
      JSON.stringify({ id: String(id), sql, params: [word, Number(number)] }),
    );
    expect(
      await said(['route', 'explain', ...plan(), '--input', 'jsonl', '--json'], lines.join('\n')),
    ).not.toMatch(leak);
    expect(await said(['route', 'explain', ...plan(), '--input', 'jsonl'], `{"sql": "${word}`)).not.toMatch(
      leak,
    );
  });
});

describe('of a live server', () => {
  it('neither rows, nor literals, nor the password are in a capture or in what is made of it', async () => {
    const live = at('live');
    mkdirSync(live);
    expect(await said(['capture', '--dsn', monitored(word), '--out', path.join(live, 'plain')])).toMatch(
      /^0\n/,
    );
    // The schema is the users' own, with its texts, as pg_dump has it: all else is clean.
    expect(leaks(live, /catalog\.json$/)).toEqual([]);
    const plain = readFileSync(path.join(live, 'plain', 'catalog.json'), 'utf8');
    expect(plain).not.toContain(`"${word}"`);
    const out = path.join(live, 'plan');
    for (const argv of [
      ['analyze', path.join(live, 'plain'), '--out', out, '--verbose'],
      ['doctor', path.join(live, 'plain')],
      ['doctor', '--dsn', monitored(word), '--json'],
      ['doctor', '--dsn', monitored(`${word}2`)],
      ['check', '--dsn', monitored(word), '--plan', path.join(out, 'shardplan.json'), '--verbose'],
      ['check', '--dsn', monitored(`${word}2`), '--plan', path.join(out, 'shardplan.json')],
      ['capture', '--dsn', monitored(`${word}2`), '--out', path.join(live, 'none')],
      [
        'capture',
        '--dsn',
        `postgresql://monitor:${word}@127.0.0.1:1/${word}`,
        '--out',
        path.join(live, 'none'),
      ],
      ['capture', '--dsn', `postgresql//monitor:${word}@`, '--out', path.join(live, 'none')],
    ]) {
      const text = await said(argv);
      // The name of a database is no secret, and is where one looks first.
      expect(text.replaceAll(`database ${word}`, ''), argv[0]).not.toMatch(leak);
    }
    expect(leaks(live, /catalog\.json$/)).toEqual([]);
  });

  it('anonymised, nothing is left of the schema’s texts either, there and back', async () => {
    const hidden = at('hidden');
    const argv = [
      'capture',
      '--dsn',
      monitored(word),
      '--anonymize',
      '--out',
      path.join(hidden, 'export'),
      '--key-file',
      at('key.json'),
    ];
    expect(await said(argv)).toMatch(/^0\n/);
    const out = path.join(hidden, 'plan');
    expect(await said(['analyze', path.join(hidden, 'export'), '--out', out])).toMatch(/^0\n/);
    const back = await said(['deanonymize', path.join(out, 'shardplan.json'), '--key-file', at('key.json')]);
    expect(back).toContain('public.orders');
    expect(back).not.toMatch(leak);
    expect(leaks(hidden)).toEqual([]);
    expect(readFileSync(at('key.json'), 'utf8')).not.toMatch(leak);
  });
});
