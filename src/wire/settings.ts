/**
 * What a session has set, kept by the router: a shard's connection serves one session after the other, so each is brought to
 * the settings of the session that it is lent to. Names are in lower case; values are the statements that set them.
 */

import { quoteIdentifier, quoteLiteral } from '../postgres/index.js';
import type { Complaint } from './backend-messages.js';

/** Setting → the SET statement that makes it so. */
export type ServerSettings = ReadonlyMap<string, string>;

export const noSettings: ServerSettings = new Map();

/** What brings a connection from one state to the other, as one text; empty when there is nothing to do. */
export function changes(from: ServerSettings, to: ServerSettings): string {
  if (from === to) return '';
  const parts: string[] = [];
  for (const name of from.keys()) if (!to.has(name)) parts.push(resetOf(name));
  for (const [name, statement] of to) if (from.get(name) !== statement) parts.push(statement);
  return asOneText(parts);
}

/** As the client wrote them: a comment may end each of them. */
export function asOneText(statements: readonly string[]): string {
  return statements.join('\n; ');
}

function resetOf(name: string): string {
  return `RESET ${name
    .split('.')
    .map((part) => quoteIdentifier(part))
    .join('.')}`;
}

export function withSetting(settings: ServerSettings, name: string, statement: string): ServerSettings {
  return new Map(settings).set(name, statement);
}

/** Back to what the session began with. */
export function withReset(settings: ServerSettings, name: string, first: ServerSettings): ServerSettings {
  const after = new Map(settings);
  const before = first.get(name);
  if (before === undefined) after.delete(name);
  else after.set(name, before);
  return after;
}

/**
 * SET SESSION CHARACTERISTICS in the settings that it is of: each is kept, changed and reset by itself.
 * Undefined for modes that are not known.
 */
export function characteristics(words: readonly string[]): ReadonlyMap<string, string> | undefined {
  const modes = words.slice(words.indexOf('transaction') + 1).join(' ');
  const found = new Map<string, string>();
  const rest = modes.replaceAll(
    /isolation level (serializable|repeatable read|read committed|read uncommitted)|read (only|write)|(not )?deferrable/g,
    (_, level?: string, access?: string, not?: string) => {
      if (level !== undefined) found.set('default_transaction_isolation', level);
      else if (access !== undefined)
        found.set('default_transaction_read_only', access === 'only' ? 'on' : 'off');
      else found.set('default_transaction_deferrable', not === undefined ? 'on' : 'off');
      return '';
    },
  );
  if (rest.trim() !== '' || found.size === 0) return undefined;
  return new Map([...found].map(([name, value]) => [name, `SET ${name} = '${value}'`]));
}

/** Parameters of the start of a connection that are settings, or a complaint about one that the router cannot keep. */
export function startSettings(
  parameters: ReadonlyMap<string, string>,
  path: string,
): ServerSettings | Complaint {
  const settings = new Map<string, string>();
  const add = (name: string, value: string): Complaint | undefined => {
    const statement = `SET ${quoteIdentifier(...name.split('.'))} = ${settingValue(name, value)}`;
    settings.set(name, statement);
    return refusedSetting(name, statement, path);
  };
  for (const [name, value] of parameters) {
    if (notSettings.has(name) || name.startsWith('_pq_.')) continue;
    const pairs = name === 'options' ? optionPairs(value) : [[name.toLowerCase(), value] as const];
    if (pairs === undefined) return unreadableOptions;
    for (const [setting, text] of pairs) {
      const complaint = add(setting, text);
      if (complaint !== undefined) return complaint;
    }
  }
  // The connections speak UTF-8 already, and have the only path that is let through.
  settings.delete('client_encoding');
  settings.delete('search_path');
  return settings;
}

const notSettings = new Set(['user', 'database', 'replication']);
const listSettings = new Set(['search_path', 'datestyle']);

function settingValue(name: string, value: string): string {
  if (!listSettings.has(name)) return quoteLiteral(value);
  return value
    .split(',')
    .map((part) => quoteLiteral(part.trim().replace(/^"(.*)"$/, '$1')))
    .join(', ');
}

const unreadableOptions: Complaint = {
  severity: 'FATAL',
  sqlstate: '22023',
  message: 'the parameter "options" can be read only as -c name=value',
  hint: 'Write each setting as -c name=value.',
};

/** `-c a=b --c=d`, where a backslash takes the next character as it is. */
function optionPairs(text: string): readonly (readonly [string, string])[] | undefined {
  const words = (text.match(/(?:\\.|[^\s\\])+/gs) ?? []).map((word) => word.replace(/\\(.)/gs, '$1'));
  const pairs: (readonly [string, string])[] = [];
  for (let i = 0; i < words.length; i += 1) {
    const word = words[i] ?? '';
    const setting = word === '-c' ? (words[++i] ?? '') : word.replace(/^(?:-c|--)/, '');
    if (setting === word && words[i - 1] !== '-c') return undefined;
    const [, name, value] = /^([A-Za-z_][\w.-]*)=(.*)$/s.exec(setting) ?? [];
    if (name === undefined || value === undefined) return undefined;
    pairs.push([name.replaceAll('-', '_').toLowerCase(), value]);
  }
  return pairs;
}

const pathSet =
  /^\s*set\s+(?:session\s+|local\s+)?(?:"?search_path"?\s*(?:=|to)|schema\b)\s*(.*?)\s*;?\s*$/is;

/**
 * Settings under which the router would read a statement otherwise than the server does, or which are not the session's
 * alone: a complaint with what to do instead. `path`: the search_path of every connection, which stays as it is.
 */
export function refusedSetting(name: string, statement: string, path: string): Complaint | undefined {
  const value = statement.replace(/^[^=]*?(?:=|\bto\b|\bnames\b)\s*/is, '').trim();
  const plain = value.replace(/^'(.*)'$/s, '$1').toLowerCase();
  switch (name) {
    case 'search_path':
      return isOwnPath(pathSet.exec(statement)?.[1], path) ? undefined : otherPath;
    case 'client_encoding':
      return /^(?:utf-?8|unicode|sql_ascii|default)$/.test(plain) ? undefined : otherEncoding;
    case 'standard_conforming_strings':
      return isOn(plain) ? undefined : otherStrings;
    case 'array_nulls':
      return isOn(plain) ? undefined : otherArrays;
    case 'seed':
      return ownRandomness;
    case 'transform_null_equals':
      return /^(?:off|false|no|0|default)$/.test(plain) ? undefined : otherNulls;
    case 'transaction_isolation':
    case 'transaction_read_only':
    case 'transaction_deferrable':
      return ofOneTransaction;
    case 'session_authorization':
    case 'authorization':
      return otherUser;
    default:
      return undefined;
  }
}

function isOn(value: string): boolean {
  return /^(?:on|true|yes|1|default)$/.test(value);
}

/** The path that every connection has: in so many words, or as the default. */
function isOwnPath(value: string | undefined, path: string): boolean {
  if (value === undefined) return false;
  const names = value.split(',').map((name) => name.trim().replace(/^(['"])(.*)\1$/s, '$2'));
  if (names.length === 1 && names[0]?.toLowerCase() === 'default') return true;
  const own = path.split(', ');
  return names.filter((name) => name !== '$user').join() === own.join() && !own.includes('$user');
}

const refused = (message: string, hint: string): Complaint => ({ sqlstate: '0A000', message, hint });

const otherPath = refused(
  'search_path cannot be changed through the router, which resolves names by the schema that it was given',
  'Write the tables with their schema, as in sales.orders.',
);
const otherEncoding = refused('the router reads statements as UTF-8', 'Set client_encoding to UTF8.');
const otherStrings = refused(
  'the router reads strings with standard_conforming_strings on',
  "Write backslash escapes as E'...'.",
);
const otherArrays = refused('the router writes arrays with array_nulls on', 'Leave array_nulls on.');
const ownRandomness = refused(
  'the seed is of one connection, and those behind the router change',
  'Draw random numbers in the application.',
);
const otherNulls = refused(
  'the router reads "= NULL" as never true',
  'Leave transform_null_equals off, and write IS NULL.',
);
const ofOneTransaction = refused(
  'the setting is of one transaction, and the router would not know of it',
  'Use BEGIN or SET TRANSACTION with ISOLATION LEVEL, READ ONLY or DEFERRABLE; for all transactions, default_transaction_isolation and its like.',
);
const otherUser = refused(
  'the session user cannot be changed through the router',
  'Connect as that user, or use SET ROLE.',
);
