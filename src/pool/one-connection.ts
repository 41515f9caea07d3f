/** Statements that mean something to one connection only, in a pool where the next statement may have another. */

import type { Shape } from '../model/index.js';
import { type AboutOne, aboutOneConnection } from '../router/index.js';
import { ShardwrightRefusal } from './errors.js';

/** What no connection of the pool can serve, in a transaction or outside. */
export function needsConnection(shape: Shape): ShardwrightRefusal | undefined {
  if (changesMeaning(shape))
    return refuse(
      shape,
      'names and strings would mean something else than the router reads',
      'qualify names with their schema, and keep standard_conforming_strings on',
    );
  const about = aboutOneConnection(shape.text);
  if (about !== undefined && about !== 'setting' && about !== 'sequence state')
    return refuse(shape, ...leftBehind(about));
  switch (shape.role.kind) {
    case 'prepared':
      return refuse(
        shape,
        'a statement prepared in SQL belongs to one connection',
        'give the statement a name: query({ name, text, values })',
      );
    case 'notification':
      return refuse(shape, 'notifications belong to one database', 'connect to that database by itself');
    case 'copy-in':
    case 'copy-out':
      return refuse(
        shape,
        'COPY needs a connection of its own',
        'copy through route serve, or with each database by itself',
      );
    default:
      return undefined;
  }
}

type LeftBehind = Exclude<AboutOne, 'setting' | 'sequence state'>;

function leftBehind(about: LeftBehind): readonly [reason: string, fix: string] {
  switch (about) {
    case 'session lock':
      return [
        'the lock would stay on a connection that others use later',
        "use the pg_advisory_xact_lock functions, in a transaction of { database: 'unsharded' }",
      ];
    case 'seed':
      return ['the seed is of one connection', 'draw random numbers in the program'];
    case 'state':
      return ['the function is about one connection', 'connect to that database by itself'];
    case 'temporary table':
      return [
        'a temporary table would stay on a connection that others use later',
        'use a common table expression, or an ordinary table with a key',
      ];
    case 'held cursor':
      return ['a cursor WITH HOLD outlives its transaction', 'read the cursor inside the transaction'];
    case 'process':
      return ['a process id is of one server', 'connect to that server by itself'];
  }
}

export function needsTransaction(shape: Shape): ShardwrightRefusal | undefined {
  if (aboutOneConnection(shape.text) === 'sequence state')
    return refuse(
      shape,
      'another connection may have drawn the number',
      'use RETURNING, or ask in the same transaction',
    );
  switch (shape.role.kind) {
    case 'transaction':
      return refuse(shape, 'a transaction needs one connection', 'use transaction(key, work)');
    case 'cursor':
      return refuse(shape, 'a cursor needs one connection', 'use transaction(key, work)');
    case 'session':
      return shape.role.action === 'show'
        ? undefined
        : refuse(
            shape,
            'the next statement may run on another connection',
            'give settings in the addresses (options=-c name=value), or use SET LOCAL in a transaction',
          );
    default:
      return undefined;
  }
}

const staying: ReadonlySet<string> = new Set(['savepoint', 'release', 'rollback to', 'set transaction']);

/** What would end the transaction, or outlive it. */
export function leavesTransaction(shape: Shape): ShardwrightRefusal | undefined {
  const { role } = shape;
  if (role.kind === 'transaction') {
    return staying.has(role.action)
      ? undefined
      : refuse(
          shape,
          'the transaction begins and ends with its function',
          'return to commit, throw to roll back',
        );
  }
  if (role.kind === 'session' && role.action !== 'show' && !role.local)
    return refuse(shape, 'the setting would stay on a connection that others use later', 'use SET LOCAL');
  return undefined;
}

export function refuse({ verdict, tables }: Shape, reason: string, fix: string): ShardwrightRefusal {
  return new ShardwrightRefusal({ sqlstate: '0A000', verdict, tables, reason, because: [], fix });
}

/** A setting of one's own until the transaction's end, as policies read it. */
const ownSetting = /\bset_config\s*\(\s*'\w+\.\w+'\s*,[^()]*,\s*true\s*\)/gi;

const meanings = new Set(['search_path', 'standard_conforming_strings', 'transform_null_equals']);

function changesMeaning({ role, text }: Shape): boolean {
  if (role.kind === 'session' && role.action !== 'show') return meanings.has(role.name ?? '');
  return /\bset_config\b/i.test(text) && /\bset_config\b/i.test(text.replace(ownSetting, ''));
}
