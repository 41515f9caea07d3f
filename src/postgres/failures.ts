/**
 * What the driver and the server throw → UserError. Passwords are in none of them: the server does not send any back, and of
 * the address only host, port, user and database are named.
 */

import { UserError, type UserErrorCode } from '../model/index.js';
import type { Address } from './dsn.js';

interface ServerFailure {
  readonly code?: string;
  readonly message?: string;
}

const hints: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Is the server running, and are host and port right?',
  ENOTFOUND: 'Check the name of the host.',
  EAI_AGAIN: 'The name of the host could not be looked up; try again, or give its address.',
  ETIMEDOUT: 'Is there a firewall between? connect_timeout in the address says how long to wait.',
  ENOENT: 'There is no such socket; check the host.',
  '28P01': 'Check the user, and the password in PGPASSWORD.',
  '28000': 'pg_hba.conf does not let this user in from here; sslmode=require may be needed.',
  '3D000': 'Name the database that is there: postgresql://user@host/database.',
  '42501': 'Connect as a role that may read it: GRANT pg_monitor TO this role.',
  '53300': 'The server has no connection left; try again later.',
  '55P03': 'A lock is held on it; try again later, or raise --lock-timeout.',
  '57014': 'It took too long; raise --statement-timeout.',
  '57P03': 'The server is starting up or in recovery; try again later.',
};

const notText = 'This server does not speak the protocol of PostgreSQL, or a proxy stands between.';

export interface Unreached {
  /** The server's own, if it said one; `28P01` also where no password was given. */
  readonly sqlstate: string | undefined;
  /** What happened, as the end of a sentence. */
  readonly reason: string;
  /** What to do about it, one sentence. */
  readonly hint: string;
}

/** Of an error of the driver, or of what was made of one here. */
export function whyUnreached(error: unknown): Unreached {
  if (error instanceof UserError && error.cause === undefined)
    return { sqlstate: undefined, reason: error.message, hint: error.hint };
  const thrown = error instanceof UserError ? error.cause : error;
  const { code: said = '', message = '' } = thrown as ServerFailure;
  const code = isWithoutPassword(message) ? '28P01' : said;
  return {
    sqlstate: /^[0-9A-Z]{5}$/.test(code) ? code : undefined,
    reason: reason(code, message),
    hint: tlsHint(code, message) ?? hints[code] ?? notText,
  };
}

/** Nobody is let in by this password (`28P01`), user (`28000`) or database (`3D000`): trying again changes nothing. */
export function isRefusedLogin(sqlstate: string): boolean {
  return /^(?:28|3D)/.test(sqlstate);
}

export function connectionError(error: unknown, address: Address): UserError {
  const place = address.host.startsWith('/') ? address.host : `${address.host}:${address.port}`;
  const { reason, hint } = whyUnreached(error);
  const failed = new UserError(
    'connection-failed',
    `The server at ${place} cannot be reached: ${reason}`,
    hint,
  );
  failed.cause = error;
  return failed;
}

/** An error that a query ended with. `what` names the task: `reading pg_stat_statements`. */
export function serverError(error: unknown, what: string): unknown {
  if (error instanceof UserError) return error;
  const { code = '', message = '' } = error as ServerFailure;
  const isServers = /^[0-9A-Z]{5}$/.test(code) || /^Connection terminated|^timeout/i.test(message);
  if (!isServers) return error;
  const kind: UserErrorCode = code === '42501' ? 'not-allowed' : 'server-failed';
  return new UserError(
    kind,
    `${what} failed: ${reason(code, message)}`,
    hints[code] ?? 'The server log says more.',
  );
}

function reason(code: string, message: string): string {
  if (isWithoutPassword(message)) return 'it asks for a password, and none was given';
  if (/^timeout expired|Connection terminated due to connection timeout/.test(message))
    return 'no answer in time';
  const text = message === '' ? code : message;
  return text.replaceAll(/\s+/g, ' ').replace(/\.$/, '');
}

/** The driver's words for it, with SCRAM and MD5. */
function isWithoutPassword(message: string): boolean {
  return /password must be a (?:non-empty )?string/.test(message);
}

const certificateCodes = /^(?:CERT_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|ERR_TLS_|ERR_SSL_|ERR_OSSL_)/;

function tlsHint(code: string, message: string): string | undefined {
  if (message === 'The server does not support SSL connections') {
    return 'Turn ssl on at the server, or give sslmode=disable where nobody can listen.';
  }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    return 'The certificate is for another host: connect by the name in it, or give sslmode=verify-ca.';
  }
  if (!certificateCodes.test(code)) return undefined;
  return 'The certificate is not trusted: give the authority that signed it as sslrootcert=FILE.';
}
