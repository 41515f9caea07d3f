/**
 * Where the server is: `postgresql://user:password@host:port/database?sslmode=…` or `host=… dbname=…`, completed by the
 * environment as libpq does (PGHOST, PGPORT, PGDATABASE, PGUSER, PGPASSWORD, PGSSLMODE, PGSSLROOTCERT, PGSSLCERT, PGSSLKEY,
 * PGCONNECT_TIMEOUT, PGOPTIONS). Services (PGSERVICE) are not read. No message repeats the text, for it may hold a password.
 *
 * https://www.postgresql.org/docs/18/libpq-connect.html#LIBPQ-CONNSTRING
 */

import { UserError } from '../model/index.js';

export type Environment = Readonly<Record<string, string | undefined>>;

const sslModes = ['disable', 'allow', 'prefer', 'require', 'verify-ca', 'verify-full'] as const;
export type SslMode = (typeof sslModes)[number];

export interface Address {
  /** A name, an IP address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  readonly sslMode: SslMode;
  /** A file, or `system` for the authorities that the machine trusts. */
  readonly sslRootCert?: string;
  readonly sslCert?: string;
  readonly sslKey?: string;
  readonly sslPassword?: string;
  readonly connectTimeoutMs: number;
  /** Settings for the session as `-c name=value`. */
  readonly options?: string;
}

type Keywords = Readonly<Record<string, string>>;

const fromEnvironment: Readonly<Record<string, string>> = {
  host: 'PGHOST',
  port: 'PGPORT',
  dbname: 'PGDATABASE',
  user: 'PGUSER',
  password: 'PGPASSWORD',
  sslmode: 'PGSSLMODE',
  sslrootcert: 'PGSSLROOTCERT',
  sslcert: 'PGSSLCERT',
  sslkey: 'PGSSLKEY',
  connect_timeout: 'PGCONNECT_TIMEOUT',
  options: 'PGOPTIONS',
};

/** libpq knows them; they change nothing here. */
const passedOver = new Set(
  `application_name channel_binding client_encoding fallback_application_name gssencmode gsslib hostaddr keepalives keepalives_count
  keepalives_idle keepalives_interval krbsrvname load_balance_hosts require_auth replication requirepeer sslcrl sslcrldir ssl_max_protocol_version
  ssl_min_protocol_version sslcertmode sslcompression sslnegotiation sslsni target_session_attrs tcp_user_timeout`.split(
    /\s+/,
  ),
);

const known = new Set([...Object.keys(fromEnvironment), 'sslpassword']);

const example =
  'Write it as postgresql://user@host:5432/database?sslmode=verify-full, the password in PGPASSWORD.';

/** @throws UserError bad-dsn */
export function parseDsn(dsn: string, environment: Environment): Address {
  const given = /^postgres(?:ql)?:\/\//i.test(dsn) ? fromUrl(dsn) : fromPairs(dsn);
  for (const name of Object.keys(given)) {
    if (!known.has(name) && !passedOver.has(name))
      throw badDsn('it has a parameter that is not known', example);
  }
  const value = (name: string): string | undefined =>
    given[name] || environment[fromEnvironment[name] ?? ''] || undefined;
  const user = value('user') ?? environment.USER ?? environment.USERNAME ?? 'postgres';
  const optional = (field: string, name: string) =>
    value(name) === undefined ? {} : { [field]: value(name) };
  return {
    host: oneHost(value('host') ?? 'localhost'),
    port: portOf(value('port') ?? '5432'),
    database: value('dbname') ?? user,
    user,
    sslMode: sslModeOf(value('sslmode') ?? 'prefer'),
    connectTimeoutMs: 1000 * secondsOf(value('connect_timeout') ?? '10'),
    ...optional('password', 'password'),
    ...optional('sslRootCert', 'sslrootcert'),
    ...optional('sslCert', 'sslcert'),
    ...optional('sslKey', 'sslkey'),
    ...optional('sslPassword', 'sslpassword'),
    ...optional('options', 'options'),
  };
}

// ── the two spellings ────────────────────────────────────────────────────────────────────────────────────────────────

const url =
  /^[a-z]+:\/\/(?:(?<user>[^:@/?]*)(?::(?<password>[^@/?]*))?@)?(?<host>\[[^\]]*\]|[^:/?@]*)(?::(?<port>\d*))?(?:\/(?<dbname>[^?]*))?(?:\?(?<query>.*))?$/i;

function fromUrl(dsn: string): Keywords {
  const parts = url.exec(dsn)?.groups;
  if (parts === undefined) {
    throw badDsn('it is no URL', 'Write @ : / ? in the user or password as %40 %3A %2F %3F.');
  }
  const { query, host = '', ...rest } = parts;
  const pairs: [string, string][] = Object.entries(rest).map(([name, text]) => [name, decoded(text ?? '')]);
  pairs.push(['host', decoded(host.replace(/^\[|\]$/g, ''))]);
  for (const part of (query ?? '').split('&').filter((each) => each !== '')) {
    const [name = '', text = ''] = part.split(/=(.*)/s);
    pairs.push([decoded(name), decoded(text)]);
  }
  return Object.fromEntries(pairs.filter(([, text]) => text !== ''));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw badDsn('a % in it is not followed by two hexadecimal digits', 'Write % itself as %25.');
  }
}

const pair = /\s*([a-z_]+)\s*=\s*(?:'((?:[^'\\]|\\.)*)'|((?:[^\s'\\]|\\.)*))(?=\s|$)\s*/gy;

/** `host=localhost password='it''s'`: a backslash takes the next character as it is. */
function fromPairs(dsn: string): Keywords {
  const found: Record<string, string> = {};
  let end = 0;
  for (const match of dsn.matchAll(pair)) {
    const [whole, name = '', quoted, plain] = match;
    found[name] = (quoted ?? plain ?? '').replace(/\\(.)/gs, '$1');
    end = match.index + whole.length;
  }
  if (end !== dsn.length) throw badDsn('it is neither a URL nor a row of name=value', example);
  return found;
}

// ── values ───────────────────────────────────────────────────────────────────────────────────────────────────────────

function oneHost(host: string): string {
  if (!host.includes(',')) return host;
  throw badDsn('it names several hosts', 'Name the one server to read from.');
}

function portOf(text: string): number {
  const port = /^\d+$/.test(text) ? Number(text) : 0;
  if (port >= 1 && port <= 65_535) return port;
  throw badDsn('its port is not a number from 1 to 65535', example);
}

function secondsOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  throw badDsn('its connect_timeout is not a number of seconds', example);
}

function sslModeOf(text: string): SslMode {
  const mode = sslModes.find((one) => one === text);
  if (mode !== undefined) return mode;
  throw badDsn('its sslmode is not known', `It is one of ${sslModes.join(', ')}.`);
}

function badDsn(why: string, hint: string): UserError {
  return new UserError('bad-dsn', `The address of the server cannot be read: ${why}`, hint);
}
