/**
 * The texts of an export, each kept once however many rows and snapshots repeat it.
 *
 * Takes texts as exported, gives their printable form with the identity that rows are merged by. Texts are remembered by
 * their digest, so that the original of a long one need not be held.
 */
import * as crypto from 'node:crypto';
import { normaliseText } from '../syntax/index.js';
import { type TextEnd, textEnd } from './truncation.js';

export interface StatementText {
  /** Digest of database and text as exported. */
  readonly original: string;
  /** Digest of database and identity: what rows are merged by. */
  readonly statement: string;
  readonly text: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly end: TextEnd;
}

export interface TextTable {
  readonly keep: (sql: string, database: string) => StatementText;
}

export function textTable(): TextTable {
  const byDigest = new Map<string, StatementText>();
  const byStatement = new Map<string, string>();
  // Texts that differ in their comments only are printed alike. Most are printed as they are.
  const once = (text: string, statement: string, own: string): string => {
    const known = byStatement.get(statement);
    if (known === text) return known;
    const kept = text === own ? own : detached(text);
    byStatement.set(statement, kept);
    return kept;
  };
  const keep = (sql: string, database: string): StatementText => {
    const key = digest(`${database}\n${sql}`);
    const known = byDigest.get(key);
    if (known !== undefined) return known;
    // A copy is read much faster than a slice of the file.
    const own = detached(sql);
    const { text, identity, tags, truncated } = normaliseText(own);
    const statement = digest(`${database}\n${identity}`);
    const kept = {
      original: key,
      statement,
      text: once(text, statement, own),
      tags,
      end: textEnd(own, truncated),
    };
    byDigest.set(key, kept);
    return kept;
  };
  return { keep };
}

/** Stable over runs: 48 bits of the digest. */
export function statementId(statement: string): string {
  return detached(`s${statement.slice(0, 12)}`);
}

/** Node 20.12 and later do it at once, in half the time. */
type HashAtOnce = (algorithm: string, text: string, encoding: 'hex') => string;
const atOnce = (crypto as { readonly hash?: HashAtOnce }).hash;

export function digest(text: string): string {
  return atOnce?.('sha256', text, 'hex') ?? crypto.createHash('sha256').update(text).digest('hex');
}

const wide = /[^\0-\xff]/;

/**
 * A copy of its own: a slice would keep the chunk of the file that it was cut from alive, and a text put together keeps its
 * parts. One byte a character where that will do.
 */
export function detached(text: string): string {
  const encoding = wide.test(text) ? 'utf16le' : 'latin1';
  return Buffer.from(text, encoding).toString(encoding);
}
