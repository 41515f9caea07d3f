import { describe, expect, it } from 'vitest';
import { UserError } from '../../src/model/index.js';
import { parseDsn } from '../../src/postgres/index.js';

const plain = { host: 'localhost', port: 5432, sslMode: 'prefer', connectTimeoutMs: 10_000 };

describe('the address of a server', () => {
  it.each([
    [
      'postgresql://me@db.example:5433/shop',
      { host: 'db.example', port: 5433, user: 'me', database: 'shop' },
    ],
    ['postgres://me:p%40ss%2F@h/d', { host: 'h', user: 'me', password: 'p@ss/', database: 'd' }],
    ['postgresql://[::1]:5432/d?user=me', { host: '::1', user: 'me', database: 'd' }],
    ['postgresql:///d?host=/run/postgresql&user=me', { host: '/run/postgresql', user: 'me', database: 'd' }],
    [
      "host=h dbname = d user=me password='it\\'s \\\\'",
      { host: 'h', database: 'd', user: 'me', password: "it's \\" },
    ],
    [
      'host=h user=me sslmode=verify-full sslrootcert=/ca.crt connect_timeout=3',
      {
        host: 'h',
        user: 'me',
        database: 'me',
        sslMode: 'verify-full',
        sslRootCert: '/ca.crt',
        connectTimeoutMs: 3000,
      },
    ],
    ['user=me keepalives=1', { user: 'me', database: 'me' }],
  ])('%s', (dsn, expected) => {
    expect(parseDsn(dsn, {})).toEqual({ ...plain, ...expected });
  });

  it('is completed by the environment, which it wins over', () => {
    const environment = { PGHOST: 'h', PGUSER: 'me', PGPASSWORD: 'x', PGSSLMODE: 'require', PGPORT: '6000' };
    expect(parseDsn('port=7000', environment)).toEqual({
      ...plain,
      host: 'h',
      port: 7000,
      user: 'me',
      database: 'me',
      password: 'x',
      sslMode: 'require',
    });
  });

  it.each([
    'postgresql://me:hunter2@h:port/d',
    'postgresql://me:hunter2@h/d?sslmode=always',
    'postgresql://me:hunter2@a,b/d',
    'postgresql://me:hunter2@h/d?colour=red',
    'postgresql://me:hunter2%@h/d',
    'postgresql://me:hunter2@x@h/d',
    "password='hunter2",
    'hunter2',
  ])('is refused without repeating it: %s', (dsn) => {
    let error: unknown;
    try {
      parseDsn(dsn, {});
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(UserError);
    const { code, message, hint } = error as UserError;
    expect(code).toBe('bad-dsn');
    expect(`${message} ${hint}`).not.toContain('hunter2');
  });
});
