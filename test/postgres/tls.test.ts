/** What each sslmode accepts and refuses, against real servers: one with a certificate made here, one without TLS. */

import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openSession } from '../../src/postgres/index.js';
import { dsnOf, type Server, serverWith } from '../capture/server.js';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
if (!hasOpenssl) console.warn('skipped: certificates are made with openssl, which is not here');

let folder: string;
let secure: Server;
let plain: Server;
const file = (name: string): string => path.join(folder, name);

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { cwd: folder, stdio: 'ignore' });
}

/** An authority of its own, or a certificate that one has signed for a host. */
function makeAuthority(name: string): void {
  const key = ['-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`];
  openssl('req', '-x509', ...key, '-out', `${name}.crt`, '-days', '2', '-subj', `/CN=${name}`);
}

function makeCertificate(name: string, host: string, authority: string): void {
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-keyout',
    `${name}.key`,
    '-out',
    `${name}.csr`,
    '-subj',
    '/CN=x',
  );
  writeFileSync(file('names'), `subjectAltName=${host}`);
  const signed = ['-CA', `${authority}.crt`, '-CAkey', `${authority}.key`, '-CAcreateserial'];
  openssl(
    'x509',
    '-req',
    '-in',
    `${name}.csr`,
    ...signed,
    '-out',
    `${name}.crt`,
    '-days',
    '2',
    '-extfile',
    'names',
  );
}

/** As root the tests run the server as nobody, who has to read its key. */
function giveToServer(name: string): void {
  chmodSync(file(name), 0o600);
  if (process.getuid?.() !== 0) return;
  const [, , uid, gid] = /^nobody:.*$/m.exec(readFileSync('/etc/passwd', 'utf8'))?.[0].split(':') ?? [];
  chownSync(file(name), Number(uid), Number(gid));
}

beforeAll(async () => {
  if (!hasOpenssl) return;
  folder = mkdtempSync(path.join(tmpdir(), 'tls-'));
  chmodSync(folder, 0o755);
  makeAuthority('authority');
  makeAuthority('stranger');
  makeCertificate('server', 'DNS:db.example,IP:127.0.0.1', 'authority');
  giveToServer('server.key');
  secure = await serverWith({
    ssl: 'on',
    ssl_cert_file: file('server.crt'),
    ssl_key_file: file('server.key'),
  });
  plain = await serverWith();
});
afterAll(async () => {
  await secure?.stop();
  await plain?.stop();
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
});

/** Whether the session is encrypted, or the code and hint of the refusal. */
async function connecting(server: Server, parameters: string): Promise<string> {
  try {
    const session = await openSession({ dsn: dsnOf(server, 'postgres', parameters), environment: {} });
    const [row] = await session.query('asking', 'SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()');
    await session.close();
    return row?.ssl === 't' ? 'encrypted' : 'plain';
  } catch (error) {
    const { code, hint } = error as { code: string; hint: string };
    return `${code}: ${hint}`;
  }
}

const trusting = (name: string): string => `&sslrootcert=${encodeURIComponent(file(`${name}.crt`))}`;
const untrusted = 'connection-failed: The certificate is not trusted';

describe.skipIf(!hasOpenssl)('sslmode', () => {
  it.each([
    ['disable', () => '', 'plain', 'plain'],
    ['allow', () => '', 'plain', 'plain'],
    ['prefer', () => '', 'encrypted', 'plain'],
    ['require', () => '', 'encrypted', 'connection-failed: Turn ssl on'],
    ['require', () => trusting('authority'), 'encrypted', 'connection-failed: Turn ssl on'],
    ['require', () => trusting('stranger'), untrusted, 'connection-failed: Turn ssl on'],
    ['verify-ca', () => '', untrusted, 'connection-failed: Turn ssl on'],
    ['verify-ca', () => trusting('authority'), 'encrypted', 'connection-failed: Turn ssl on'],
    ['verify-ca', () => trusting('stranger'), untrusted, 'connection-failed: Turn ssl on'],
    ['verify-full', () => trusting('authority'), 'encrypted', 'connection-failed: Turn ssl on'],
    ['verify-full', () => '&sslrootcert=system', untrusted, 'connection-failed: Turn ssl on'],
    ['verify-full', () => '&sslrootcert=/nowhere', 'file-not-found: Check', 'file-not-found: Check'],
  ])('%s %s', async (mode, trust, withTls, withoutTls) => {
    const parameters = `?sslmode=${mode}${trust()}`;
    expect((await connecting(secure, parameters)).slice(0, withTls.length)).toBe(withTls);
    expect((await connecting(plain, parameters)).slice(0, withoutTls.length)).toBe(withoutTls);
  });

  it('verify-full wants the name of the host in the certificate, verify-ca any', async () => {
    const local = { ...secure, host: 'localhost' };
    expect(await connecting(local, `?sslmode=verify-ca${trusting('authority')}`)).toBe('encrypted');
    expect(await connecting(local, `?sslmode=verify-full${trusting('authority')}`)).toContain(
      'The certificate is for another host',
    );
  });

  it('does not send the password again without TLS when it is wrong', async () => {
    const wrong = { ...secure, password: 'hunter2' };
    expect(await connecting(wrong, '?sslmode=prefer')).toContain('PGPASSWORD');
  });
});
