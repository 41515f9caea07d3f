/**
 * SCRAM-SHA-256 (RFC 5802, RFC 7677) from both sides: towards a shard with a password, and towards a client with a verifier
 * as pg_authid keeps it. Without channel binding, which is not offered.
 */

import { createHash, createHmac, pbkdf2, randomBytes, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';

export const mechanism = 'SCRAM-SHA-256';

/** What is kept of a password: enough to check one, not enough to log in with. */
export interface Verifier {
  readonly iterations: number;
  readonly salt: Buffer;
  readonly storedKey: Buffer;
  readonly serverKey: Buffer;
}

const verifierText =
  /^SCRAM-SHA-256\$(\d{1,9}):([A-Za-z0-9+/]+={0,2})\$([A-Za-z0-9+/]{43}=):([A-Za-z0-9+/]{43}=)$/;

/** `SCRAM-SHA-256$4096:salt$StoredKey:ServerKey`; undefined for anything else. */
export function readVerifier(stored: string): Verifier | undefined {
  const [, iterations = '', salt = '', storedKey = '', serverKey = ''] = verifierText.exec(stored) ?? [];
  if (iterations === '' || Number(iterations) < 1) return undefined;
  return {
    iterations: Number(iterations),
    salt: Buffer.from(salt, 'base64'),
    storedKey: Buffer.from(storedKey, 'base64'),
    serverKey: Buffer.from(serverKey, 'base64'),
  };
}

/** A verifier that nobody's password fits, alike for one name as long as the process lives, so that asking tells nothing. */
export function nobodysVerifier(name: string, secret: Buffer): Verifier {
  const part = (label: string) => createHmac('sha256', secret).update(`${label}:${name}`).digest();
  return {
    iterations: 4096,
    salt: part('salt').subarray(0, 16),
    storedKey: part('stored'),
    serverKey: part('server'),
  };
}

// ── towards a client ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface ServerExchange {
  /** The server's first message. */
  readonly first: string;
  /** The client's final message → the server's, or undefined when the proof does not hold. */
  readonly finish: (clientFinal: string) => string | undefined;
}

/** Undefined when the client's first message is none, or asks for channel binding. */
export function answerClient(clientFirst: string, verifier: Verifier): ServerExchange | undefined {
  const read = /^(n|y),([^,]*),((?:m=[^,]*,)?n=[^,]*,r=([\x21-\x2b\x2d-\x7e]+)(?:,.*)?)$/.exec(clientFirst);
  if (read === null) return undefined;
  const [, flag = '', authzid = '', bare = '', clientNonce = ''] = read;
  const nonce = `${clientNonce}${randomBytes(18).toString('base64')}`;
  const first = `r=${nonce},s=${verifier.salt.toString('base64')},i=${verifier.iterations}`;
  const binding = Buffer.from(`${flag},${authzid},`).toString('base64');
  const finish = (clientFinal: string): string | undefined => {
    const [, withoutProof = '', bound, said, proofText = ''] =
      /^(c=([^,]*),r=([^,]*)(?:,.*)?),p=([A-Za-z0-9+/]{43}=)$/.exec(clientFinal) ?? [];
    if (bound !== binding || said !== nonce) return undefined;
    const signed = `${bare},${first},${withoutProof}`;
    const clientKey = xor(Buffer.from(proofText, 'base64'), hmac(verifier.storedKey, signed));
    if (!timingSafeEqual(sha256(clientKey), verifier.storedKey)) return undefined;
    return `v=${hmac(verifier.serverKey, signed).toString('base64')}`;
  };
  return { first, finish };
}

// ── towards a server ─────────────────────────────────────────────────────────────────────────────────────────────────

export interface ClientExchange {
  readonly first: string;
  /** The server's first message → the client's final one. @throws Error for what no honest server says */
  readonly answer: (serverFirst: string) => Promise<string>;
  /** Whether the server knows the password too. */
  readonly isServer: (serverFinal: string) => boolean;
}

/** More rounds than any setting has would only keep us busy. */
const mostIterations = 1_000_000;

export function askServer(password: string): ClientExchange {
  const clientNonce = randomBytes(18).toString('base64');
  const bare = `n=*,r=${clientNonce}`;
  let expected = '';
  const answer = async (serverFirst: string): Promise<string> => {
    const [, nonce = '', salt = '', rounds = ''] =
      /^r=([\x21-\x2b\x2d-\x7e]+),s=([A-Za-z0-9+/=]+),i=([1-9]\d{0,8})$/.exec(serverFirst) ?? [];
    const iterations = Number(rounds);
    if (!nonce.startsWith(clientNonce) || nonce === clientNonce || iterations > mostIterations) {
      throw new Error('the server does not speak SCRAM-SHA-256');
    }
    const salted = await saltedPassword(password, Buffer.from(salt, 'base64'), iterations);
    const withoutProof = `c=${Buffer.from('n,,').toString('base64')},r=${nonce}`;
    const signed = `${bare},${serverFirst},${withoutProof}`;
    const clientKey = hmac(salted, 'Client Key');
    const proof = xor(clientKey, hmac(sha256(clientKey), signed)).toString('base64');
    expected = `v=${hmac(hmac(salted, 'Server Key'), signed).toString('base64')}`;
    return `${withoutProof},p=${proof}`;
  };
  return {
    first: `n,,${bare}`,
    answer,
    isServer: (serverFinal) => expected !== '' && serverFinal === expected,
  };
}

const derive = promisify(pbkdf2);

async function saltedPassword(password: string, salt: Buffer, iterations: number): Promise<Buffer> {
  return derive(prepared(password), salt, iterations, 32, 'sha256');
}

/** SASLprep's mapping (RFC 4013): blanks of other scripts, what is mapped to nothing, NFKC. Nothing is refused, as the server does not either. */
function prepared(password: string): string {
  return password
    .replace(/[\u00A0\u1680\u2000-\u200B\u202F\u205F\u3000]/g, ' ')
    .replace(/\u00AD|\u034F|\u1806|[\u180B-\u180D]|\u200C|\u200D|\u2060|[\uFE00-\uFE0F]|\uFEFF/g, '')
    .normalize('NFKC');
}

function hmac(key: Buffer, data: string): Buffer {
  return createHmac('sha256', key).update(data).digest();
}

function sha256(data: Buffer): Buffer {
  return createHash('sha256').update(data).digest();
}

function xor(a: Buffer, b: Buffer): Buffer {
  return Buffer.from(a.map((byte, i) => byte ^ (b[i] ?? 0)));
}
