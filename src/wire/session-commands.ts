/**
 * SET, RESET, DISCARD and what else is about the session and not about data: kept by the router where it can be kept, refused
 * with the reason where it cannot.
 */

import type { Role } from '../model/index.js';
import type { AboutOne } from '../router/index.js';
import { wordsOf } from '../syntax/index.js';
import type { Backend } from './backend.js';
import { commandComplete } from './backend-messages.js';
import { ask, lostComplaint } from './exchanges.js';
import { Complained } from './pool.js';
import {
  changes,
  characteristics,
  refusedSetting,
  type ServerSettings,
  withReset,
  withSetting,
} from './settings.js';
import { inFailedTransaction, join, Refusal, type Session } from './state.js';
import { addStep } from './transaction-control.js';

type SessionRole = Extract<Role, { kind: 'session' }>;

/**
 * Gives what the client is answered. SHOW is not for here: a server answers it.
 * @throws Complained, Refusal
 */
export async function commandSession(session: Session, role: SessionRole, text: string): Promise<Buffer> {
  if (session.block.failed) throw new Complained(inFailedTransaction);
  const { name = '' } = role;
  if (role.action === 'discard') return discard(session, name);
  if (role.action === 'set') {
    const complaint = refusedSetting(name, text, session.shared.defaults().get('search_path') ?? '');
    if (complaint !== undefined) throw new Complained(complaint);
    if (name === 'search_path') return commandComplete('SET');
    if (name === 'session_characteristics') return characterise(session, text);
    if (role.local) return addStep(session, { kind: 'set', text }, 'SET');
    return change(session, text, (settings) => withSetting(settings, name, text), 'SET');
  }
  const after = (settings: ServerSettings): ServerSettings =>
    name === 'all' ? session.first : withReset(settings, name, session.first);
  return change(session, text, after, 'RESET');
}

function characterise(session: Session, text: string): Promise<Buffer> {
  const wanted = characteristics(wordsOf(text));
  if (wanted === undefined) {
    throw new Complained({
      sqlstate: '0A000',
      message: 'the router does not know these characteristics of a session',
      hint: 'Set default_transaction_isolation and its like.',
    });
  }
  return change(session, text, (settings) => new Map([...settings, ...wanted]), 'SET');
}

/** A server says whether the setting is one; then it is the session's. */
async function change(
  session: Session,
  text: string,
  after: (settings: ServerSettings) => ServerSettings,
  tag: string,
): Promise<Buffer> {
  const { block } = session;
  if (block.kind !== 'none') {
    const wanted = after(block.settings);
    const said = changes(block.settings, wanted);
    const answer = await addStep(session, { kind: 'set', text: said === '' ? text : said }, tag);
    block.settings = wanted;
    return answer;
  }
  const backend = await join(session, session.shared.home);
  const wanted = after(session.settings);
  const said = changes(session.settings, wanted);
  if (said === '') return commandComplete(tag);
  const { error, isLost, parameters } = await ask(backend, said);
  if (error !== undefined) throw new Refusal(error);
  if (isLost) throw new Complained(lostComplaint(session.shared.pools[backend.place]?.name ?? ''));
  backend.settings = wanted;
  session.settings = wanted;
  block.settings = wanted;
  // What a pipeline has elsewhere joins anew, under these settings.
  for (const member of [...session.members.values()]) if (member !== backend) leave(session, member);
  return Buffer.concat([...parameters, commandComplete(tag)]);
}

function leave({ members, shared }: Session, member: Backend): void {
  members.delete(member.place);
  shared.pools[member.place]?.giveBack(member);
}

/** A pipeline has failed that had changed the settings: the client is told what they are again. */
export async function settingsAgain(session: Session, found: ServerSettings): Promise<void> {
  const backend = session.members.get(session.shared.home);
  const back = changes(session.settings, found);
  session.settings = found;
  session.block.settings = found;
  if (backend === undefined || back === '') return;
  const { error, isLost, parameters } = await ask(backend, back);
  if (isLost) return;
  if (error !== undefined) return backend.close();
  backend.settings = found;
  for (const told of parameters) session.client.push(told);
}

async function discard(session: Session, what: string): Promise<Buffer> {
  if (what !== 'all') return commandComplete(`DISCARD ${what.toUpperCase()}`);
  if (session.block.kind !== 'none') {
    throw new Complained({ sqlstate: '25001', message: 'DISCARD ALL cannot run inside a transaction block' });
  }
  session.statements.clear();
  session.portals.clear();
  const answer = await change(session, '', () => session.first, 'DISCARD ALL');
  return answer;
}

/** DEALLOCATE of a statement that the protocol prepared. */
export function deallocate(session: Session, text: string): Buffer {
  const name = wordsOf(text).at(-1) ?? '';
  if (name === 'all') {
    session.statements.clear();
    return commandComplete('DEALLOCATE ALL');
  }
  if (session.statements.delete(name)) return commandComplete('DEALLOCATE');
  throw new Complained({ sqlstate: '26000', message: `prepared statement "${name}" does not exist` });
}

type Unkept = AboutOne | 'listen' | 'prepare';

const connection = 'and those behind the router change';

function unkept(why: Unkept): readonly [message: string, hint: string] {
  switch (why) {
    case 'listen':
      return [`LISTEN is about one server, ${connection}`, 'Connect to the server itself to listen.'];
    case 'prepare':
      return [
        'PREPARE and EXECUTE as SQL are not kept by the router',
        "Use the driver's prepared statements, which the router prepares on every shard that they reach.",
      ];
    case 'temporary table':
      return [
        `a temporary table is about one connection, ${connection}`,
        'Use a common table expression, or an ordinary table with a key.',
      ];
    case 'held cursor':
      return [
        'a cursor WITH HOLD outlives its transaction, and the connection behind it does not',
        'Read the cursor inside the transaction.',
      ];
    case 'session lock':
      return [
        `a session lock is about one connection, ${connection}`,
        'Use the pg_advisory_xact_lock functions inside a transaction.',
      ];
    case 'process':
      return [
        'a process id is of one server, and the router has several behind it',
        "Cancel by the protocol, as drivers and psql's Ctrl-C do, or connect to the server itself.",
      ];
    case 'sequence state':
    case 'seed':
    case 'setting':
    case 'state':
      return [
        `the function reads or changes what one connection keeps, ${connection}`,
        'Use SET or SET LOCAL for settings, and RETURNING for values of sequences.',
      ];
  }
}

export function refuseSession(why: Unkept): Complained {
  const [message, hint] = unkept(why);
  return new Complained({ sqlstate: '0A000', message, hint });
}
