/**
 * What libpq's sslmode asks for, as ways to be tried one after the other. `prefer` and `allow` protect from nobody who can
 * change packets, and `require` only from who listens, unless an authority is given: then it checks as verify-ca does.
 *
 * https://www.postgresql.org/docs/18/libpq-ssl.html#LIBPQ-SSL-PROTECTION
 */

import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import type { ConnectionOptions } from 'node:tls';
import { UserError } from '../model/index.js';
import type { Address } from './dsn.js';

export type Way = ConnectionOptions | false;

/** @throws UserError file-not-found, file-unreadable for a certificate or key that was named */
export async function waysToConnect(address: Address): Promise<readonly Way[]> {
  // A Unix socket does not leave the machine.
  if (address.sslMode === 'disable' || address.host.startsWith('/')) return [false];
  const own = await ownCertificate(address);
  const trusted = await trustedAuthority(address);
  const unchecked = { ...own, rejectUnauthorized: false };
  const anyName = { ...own, ...trusted, checkServerIdentity: () => undefined };
  switch (address.sslMode) {
    case 'allow':
      return [false, unchecked];
    case 'prefer':
      return [unchecked, false];
    case 'require':
      return [trusted === undefined ? unchecked : anyName];
    case 'verify-ca':
      return [anyName];
    case 'verify-full':
      return [{ ...own, ...trusted }];
  }
}

async function ownCertificate({ sslCert, sslKey, sslPassword }: Address): Promise<ConnectionOptions> {
  return {
    ...(sslCert === undefined ? {} : { cert: await textOf(sslCert, 'sslcert') }),
    ...(sslKey === undefined ? {} : { key: await textOf(sslKey, 'sslkey') }),
    ...(sslPassword === undefined ? {} : { passphrase: sslPassword }),
  };
}

/** Undefined: those that Node trusts. libpq would refuse verify-ca and verify-full without a file; here they check against these. */
async function trustedAuthority({ sslRootCert }: Address): Promise<ConnectionOptions | undefined> {
  if (sslRootCert === 'system') return {};
  if (sslRootCert !== undefined) return { ca: await textOf(sslRootCert, 'sslrootcert') };
  const usual = await readFile(path.join(homedir(), '.postgresql', 'root.crt'), 'utf8').catch(
    () => undefined,
  );
  return usual === undefined ? undefined : { ca: usual };
}

async function textOf(file: string, parameter: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    const isMissing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new UserError(
      isMissing ? 'file-not-found' : 'file-unreadable',
      `${file} ${isMissing ? 'is not there' : 'cannot be read'}`,
      `Check the path given as ${parameter}.`,
      { file },
    );
  }
}
