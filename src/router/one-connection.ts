/** What of a statement is about the one connection, or the one server, that runs it: with others behind the router, it is not kept. */

import { wordsOf } from '../syntax/index.js';

export type AboutOne =
  /** A lock that lasts as long as the connection. */
  | 'session lock'
  /** What `currval` and `lastval` remember. */
  | 'sequence state'
  /** Of random numbers. */
  | 'seed'
  | 'setting'
  /** pg_export_snapshot, dblink, the number of the transaction that runs. */
  | 'state'
  | 'temporary table'
  /** A cursor WITH HOLD. */
  | 'held cursor'
  /** A process by its id, which is of one server. */
  | 'process';

const suspicious =
  /set_config|advisory|currval|lastval|setseed|\btemp(?:orary)?\b|\bhold\b|pg_export_snapshot|if_assigned|dblink|pg_cancel_|pg_terminate_|pg_log_backend/i;

/** Undefined when there is nothing of it in the text. */
export function aboutOneConnection(text: string): AboutOne | undefined {
  if (!suspicious.test(text)) return undefined;
  const words = wordsOf(text);
  for (const word of words) {
    const found = aboutWord(word);
    if (found !== undefined) return found;
  }
  const createsTemporary = words.some(
    (word, i) =>
      (word === 'temp' || word === 'temporary') &&
      ['create', 'into', 'local', 'global', 'replace'].includes(words[i - 1] ?? ''),
  );
  if (createsTemporary) return 'temporary table';
  const holds = words.some((word, i) => word === 'hold' && words[i - 1] === 'with');
  return words[0] === 'declare' && holds ? 'held cursor' : undefined;
}

function aboutWord(word: string): AboutOne | undefined {
  if (/^pg_(?:try_)?advisory_(?:lock|unlock)/.test(word)) return 'session lock';
  if (/^pg_(?:cancel_backend|terminate_backend|log_backend_memory_contexts)$/.test(word)) return 'process';
  if (/^(?:pg_export_snapshot|dblink\w*|(?:pg_current_xact_id|txid_current)_if_assigned)$/.test(word))
    return 'state';
  switch (word) {
    case 'currval':
    case 'lastval':
      return 'sequence state';
    case 'setseed':
      return 'seed';
    case 'set_config':
      return 'setting';
    default:
      return undefined;
  }
}
