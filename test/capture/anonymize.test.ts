/** Texts without a name, a literal or a comment of the application. Pseudonyms are readable here: `users` becomes `_users`. */

import { loadModule } from 'libpg-query';
import { beforeAll, describe, expect, it } from 'vitest';
import { rewriteBody } from '../../src/capture/anonymize/plpgsql.js';
import { type Pseudonyms, pseudonymPattern, pseudonymsOf } from '../../src/capture/anonymize/pseudonyms.js';
import { rewriteSql } from '../../src/capture/anonymize/rewrite.js';
import { translate } from '../../src/capture/anonymize/translate.js';
import { rewriteUnread } from '../../src/capture/anonymize/unread.js';
import type { Words } from '../../src/capture/anonymize/words.js';
import { loadReader, type Reader } from '../../src/syntax/index.js';

const set = (words: string): ReadonlySet<string> => new Set(words.split(' '));

const words: Words = {
  keywords: set(
    `all and as asc at begin boolean by case cast char character collate conflict copy count create current_date declare deallocate delete
    desc distinct do else end epoch_is_none exists explain extract false fetch filter first for from group having if in insert int integer
    interval into is join left limit name null numeric of on only or order over partition policy position returning row rows
    select set share show stdout substring table then timestamp to trigger true type update user using value values
    varchar varying when where with key`.replaceAll(/\s+/g, ' '),
  ),
  functions: set(
    'count now left lower date length sum date_trunc extract position substring coalesce nextval',
  ),
  types: set('text date uuid int4 int8 timestamp numeric varchar trigger name bool interval bpchar'),
  others: set('pg_stat_activity tables C btree'),
  ownFunctions: set('score'),
  ownTypes: set('orders mood'),
  ownNames: set('public orders date count users score tables'),
};

const pseudonyms: Pseudonyms = {
  ...pseudonymsOf(Buffer.alloc(32)),
  name: (name) => `_${name.toLowerCase().replaceAll(/\W/g, '')}`,
  text: () => 'hidden',
  number: () => '999',
};
const rewriting = { pseudonyms, words };

let reader: Reader;
beforeAll(async () => {
  await loadModule();
  reader = await loadReader('libpg-query');
});

describe('a statement', () => {
  it.each([
    [
      'names and aliases go, PostgreSQL’s own stay',
      `SELECT o.id, count(*) AS n FROM public."Orders" o WHERE lower(o.Email) = $1 AND o.at::date = CURRENT_DATE`,
      `SELECT _o._id, count(*) AS _n FROM public._orders _o WHERE lower(_o._email) = $1 AND _o._at::date = CURRENT_DATE`,
    ],
    [
      'comments and tags go, the mark of a squashed list stays',
      `/* app='shop' */ SELECT a FROM t WHERE b IN ($1 /*, ... */) -- of Anna`,
      `SELECT _a FROM _t WHERE _b IN ($1 /*, ... */)`,
    ],
    [
      'equal literals stay equal',
      `COPY (SELECT a FROM t WHERE b = 'secret' AND c = 'secret' AND d = 42) TO STDOUT`,
      `COPY (SELECT _a FROM _t WHERE _b = $1 AND _c = $1 AND _d = $2) TO STDOUT`,
    ],
    [
      'lengths of types and ordinals are no literals',
      `SELECT a::numeric(10,2), b FROM t WHERE c = $3 GROUP BY 1, 2 ORDER BY 1 LIMIT 20`,
      `SELECT _a::numeric(10,2), _b FROM _t WHERE _c = $3 GROUP BY 1, 2 ORDER BY 1 LIMIT $4`,
    ],
    [
      'a keyword is a name where the grammar says so',
      `INSERT INTO t (name, type, value) VALUES ($1, $2, $3) RETURNING value AS key`,
      `INSERT INTO _t (_name, _type, _value) VALUES ($1, $2, $3) RETURNING _value AS _key`,
    ],
    [
      'a name is told from a function and a type of its spelling',
      `SELECT date, count, count(*), date(count), left(name, 2), z::name FROM date LEFT JOIN users ON true`,
      `SELECT _date, _count, count(*), date(_count), left(_name, $1), _z::name FROM _date LEFT JOIN _users ON true`,
    ],
    [
      'functions and types of the application go',
      `SELECT score(a, now()), 'sad'::mood, b::public.mood FROM orders`,
      `SELECT _score(_a, now()), $1::_mood, _b::public._mood FROM _orders`,
    ],
    [
      'what the server says of itself is not hidden, but for what the application calls the same',
      `SELECT pid, ctid FROM pg_catalog.pg_stat_activity, tables`,
      `SELECT _pid, ctid FROM pg_catalog.pg_stat_activity, _tables`,
    ],
    [
      'ON CONFLICT',
      `INSERT INTO t (a) VALUES ($1) ON CONFLICT (a) DO UPDATE SET a = excluded.a`,
      `INSERT INTO _t (_a) VALUES ($1) ON CONFLICT (_a) DO UPDATE SET _a = excluded._a`,
    ],
    [
      'letters outside ASCII',
      `SELECT é, "Ö Ö" FROM größe WHERE a = 'ß' AND b = 1`,
      `SELECT _, _ FROM _gre WHERE _a = $1 AND _b = $2`,
    ],
    [
      'words of the server that only it can read',
      `SELECT interval $1, date $2 FROM t`,
      `SELECT interval $1, date $2 FROM _t`,
    ],
  ])('%s', (_what, text, expected) => {
    expect(rewriteSql(rewriting, text, 'parameters')?.text).toBe(expected);
  });

  it('keeps 0, 1, the empty string and clock words in definitions', () => {
    const text = `SELECT 'now'::date, '', coalesce(a, 0), b = 'x', c > 12, d = B'01' FROM t LIMIT 1`;
    expect(rewriteSql(rewriting, text, 'hashes')?.text).toBe(
      `SELECT 'now'::date, '', coalesce(_a, 0), _b = 'hidden', _c > 999, _d = B'1111100111' FROM _t LIMIT 1`,
    );
  });

  it.each([`SELECT U&"\\0041" FROM t`, `SELECT a FROM`, `SELECT 'open`, `SELECT "open`])(
    'not for sure: %s',
    (text) => {
      expect(rewriteSql(rewriting, text, 'parameters')).toBeUndefined();
    },
  );

  it.each([
    [`DEALLOCATE $1`, `DEALLOCATE $1`],
    [
      `SELECT secret, lower(b) FROM users WHERE c = 'Anna is`,
      `SELECT _secret, lower(_b) FROM _users WHERE _c = $1 ...`,
    ],
    [`SELECT "cut`, undefined],
  ])('is hidden without being read: %s', (text, expected) => {
    expect(rewriteUnread(rewriting, text)).toBe(expected);
  });
});

describe('the body of a trigger function', () => {
  const rewritten = (body: string) =>
    rewriteBody(rewriting, body, (text) => reader.readTriggerFunction(text));

  it('is hidden with its variables and messages', () => {
    const body = `DECLARE
  total numeric := 0; -- of Anna
  owner uuid;
BEGIN
  IF NEW.message IS NULL THEN RAISE EXCEPTION 'no % for Anna', NEW.id; END IF;
  SELECT sum(o.count) INTO total FROM orders o WHERE o.name = NEW.name AND o.state = 'open' AND o.message = '';
  UPDATE users SET value = lower('Anna')::varchar(12) WHERE id = NEW.user_id;
  NEW.date := now();
  RETURN NEW;
END`;
    const found = rewritten(body) ?? '';
    expect(found).toContain('UPDATE _users SET _value = lower(');
    expect(found).toContain('NEW._date := now();');
    expect(found).toContain('_total numeric := 0;');
    expect(found).not.toMatch(/\b(?:Anna|total|owner|value|name|orders|state|open|user_id|message)\b/);
    expect(reader.readTriggerFunction(found)?.statements).toHaveLength(2);
  });

  it.each([
    `BEGIN EXECUTE 'DROP TABLE users'; RETURN NEW; END`,
    `BEGIN RETURN NEW;`,
    `BEGIN UPDATE U&"\\0041" SET a = 1; RETURN NEW; END`,
  ])('is left out when it is not sure: %s', (body) => {
    expect(rewritten(body)).toBeUndefined();
  });
});

describe('pseudonyms', () => {
  const own = pseudonymsOf(Buffer.alloc(32, 1));

  it('depend on name and key alone, and know the way back', () => {
    const name = own.name('users');
    expect(name).toMatch(new RegExp(`^${pseudonymPattern.source}$`));
    expect(pseudonymsOf(Buffer.alloc(32, 1)).name('users')).toBe(name);
    expect(pseudonymsOf(Buffer.alloc(32, 2)).name('users')).not.toBe(name);
    expect(own.name('Users')).not.toBe(name);
    expect(own.names.get(name)).toBe('users');
    const long = 'ä'.repeat(40);
    expect(own.name(long)).toBe(own.name('ä'.repeat(31)));
  });

  it('are translated back in JSON and in any text', () => {
    const [b, a] = [own.name('b "quoted"'), own.name('a')];
    const names = Object.fromEntries(own.names);
    const json = JSON.stringify({
      kind: 'plan',
      tables: { [`public.${b}`]: { key: a }, [`public.${a}`]: {} },
    });
    const back = translate(json, { names }).text;
    expect(JSON.parse(back)).toEqual({
      kind: 'plan',
      tables: { 'public.a': {}, 'public.b "quoted"': { key: 'a' } },
    });
    expect(back.indexOf('public.a')).toBeLessThan(back.indexOf('public.b'));
    expect(translate(`# ${a}\n- ${b}_x stays`, { names })).toEqual({
      text: `# a\n- ${b}_x stays`,
      unknown: [],
    });
    expect(translate('x_000000000000', { names }).unknown).toEqual(['x_000000000000']);
    expect(translate('x_000000000000', JSON.parse('{"names":{"__proto__":"y"}}')).unknown).toHaveLength(1);
  });
});
