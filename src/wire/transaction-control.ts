/**
 * BEGIN, COMMIT, savepoints: the router keeps the transaction, and tells each connection that joins it. BEGIN is held back
 * until a statement says where; COMMIT goes first to where was written.
 */

import type { Role } from '../model/index.js';
import { wordsOf } from '../syntax/index.js';
import type { Backend } from './backend.js';
import { commandComplete, warning } from './backend-messages.js';
import { type Answer, ask, lostComplaint } from './exchanges.js';
import { Complained } from './pool.js';
import {
  type Block,
  endBlock,
  inFailedTransaction,
  newBlock,
  Refusal,
  type Session,
  type Step,
} from './state.js';

type Action = (Role & { kind: 'transaction' })['action'];

/**
 * Gives what the client is answered: CommandComplete, perhaps after a warning.
 * @throws Complained, Refusal
 */
export async function controlTransaction(session: Session, action: Action, text: string): Promise<Buffer> {
  switch (action) {
    case 'begin':
      return begin(session, text);
    case 'commit':
      return session.block.failed ? rollback(session, text, 'ROLLBACK') : commit(session, text);
    case 'rollback':
      return rollback(session, text, 'ROLLBACK');
    case 'savepoint':
      return savepoint(session, text);
    case 'release':
      return release(session, text);
    case 'rollback to':
      return rollbackTo(session, text);
    case 'set transaction':
      return setTransaction(session, text);
    case 'two-phase':
      throw new Complained({
        sqlstate: '0A000',
        message: 'two-phase commit is not offered through the router',
        hint: 'Prepare the transaction on the shard itself.',
      });
  }
}

function asksForOneSnapshot(words: readonly string[]): boolean {
  return words.includes('repeatable') || words.includes('serializable');
}

function begin(session: Session, text: string): Buffer {
  const { block } = session;
  if (block.kind === 'explicit') {
    return Buffer.concat([
      warning({ sqlstate: '25001', message: 'there is already a transaction in progress' }),
      commandComplete('BEGIN'),
    ]);
  }
  const words = wordsOf(text);
  // Inside several statements in one text, what ran before becomes part of it, as on a server.
  if (block.kind === 'none') endBlock(session);
  session.block.opening = text;
  session.block.kind = 'explicit';
  session.block.oneSnapshot = asksForOneSnapshot(words) || isStrictByDefault(session);
  return commandComplete(words[0] === 'start' ? 'START TRANSACTION' : 'BEGIN');
}

/** Transactions promise one snapshot without saying so. */
export function isStrictByDefault({ settings, shared }: Session): boolean {
  const name = 'default_transaction_isolation';
  const isolation = settings.get(name) ?? shared.defaults().get(name) ?? '';
  return /repeatable|serializable/i.test(isolation);
}

function setTransaction(session: Session, text: string): Promise<Buffer> | Buffer {
  if (asksForOneSnapshot(wordsOf(text)) && !/^\s*set\s+constraints/i.test(text))
    session.block.oneSnapshot = true;
  return addStep(session, { kind: 'set', text }, 'SET');
}

/** AND CHAIN: another transaction of the same kind begins at once. */
function isChained(text: string): boolean {
  const words = wordsOf(text);
  return words.includes('chain') && !words.includes('no');
}

function mustBeInTransaction({ block }: Session, text: string): void {
  if (isChained(text) && block.kind !== 'explicit')
    throw outsideTransaction(`${(wordsOf(text)[0] ?? '').toUpperCase()} AND CHAIN`);
}

function beginAgain(session: Session, { opening, steps, oneSnapshot }: Block): void {
  const isOfTransactions = ({ text }: Step): boolean => wordsOf(text)[1] === 'transaction';
  session.block = {
    ...newBlock(session.settings),
    kind: 'explicit',
    opening,
    steps: steps.filter(isOfTransactions),
    oneSnapshot,
  };
}

function notInTransaction(): Buffer {
  return warning({ sqlstate: '25P01', message: 'there is no transaction in progress' });
}

async function commit(session: Session, text: string): Promise<Buffer> {
  mustBeInTransaction(session, text);
  const { block, shared } = session;
  if (block.kind === 'none') return Buffer.concat([notInTransaction(), commandComplete('COMMIT')]);
  const members = [...session.members.values()];
  const writer = session.members.get(block.writer ?? block.primary ?? -1);
  // Without a table in sight, a function may have done something at any of them.
  const deciding = writer === undefined ? members : [writer];
  const answers = await Promise.all(deciding.map((member) => ask(member, 'COMMIT')));
  const others = members.filter((member) => !deciding.includes(member));
  await Promise.all(others.map((member) => ask(member, 'COMMIT')));
  const failed = answers.findIndex(({ tag }) => tag !== 'COMMIT');
  const answer = answers[Math.max(failed, 0)];
  // Several statements in one text have a transaction that nobody began.
  const warned = block.kind === 'implicit' ? [notInTransaction()] : [];
  if (failed < 0) keepSettings(session, block.settings);
  endBlock(session);
  if (answer?.isLost === true) {
    const name = shared.pools[deciding[failed]?.place ?? 0]?.name ?? '';
    throw new Complained({
      ...lostComplaint(name, '08007'),
      message: `the connection to ${name} was lost while it committed`,
    });
  }
  if (answer?.error !== undefined) throw new Refusal(answer.error);
  if (isChained(text)) beginAgain(session, block);
  // What SET LOCAL had changed is told to be as before.
  const told = answer?.parameters ?? [];
  return Buffer.concat([...warned, ...told, commandComplete(failed < 0 ? 'COMMIT' : 'ROLLBACK')]);
}

/** What the transaction set is the session's now, and every member has it. */
function keepSettings(session: Session, settings: Session['settings']): void {
  if (settings === session.settings) return;
  session.settings = settings;
  for (const member of session.members.values()) member.settings = settings;
}

export async function rollback(session: Session, text: string, tag: string): Promise<Buffer> {
  mustBeInTransaction(session, text);
  const { block } = session;
  if (block.kind === 'none') return Buffer.concat([notInTransaction(), commandComplete(tag)]);
  const [answer] = await Promise.all([...session.members.values()].map((member) => ask(member, 'ROLLBACK')));
  const warned = block.kind === 'implicit' ? [notInTransaction()] : [];
  endBlock(session);
  if (isChained(text)) beginAgain(session, block);
  return Buffer.concat([...warned, ...(answer?.parameters ?? []), commandComplete(tag)]);
}

// ── savepoints ───────────────────────────────────────────────────────────────────────────────────────────────────────

function outsideTransaction(command: string): Complained {
  return new Complained({
    sqlstate: '25P01',
    message: `${command} can only be used in transaction blocks`,
  });
}

/** The name at the end: SAVEPOINT a, RELEASE SAVEPOINT a, ROLLBACK TO SAVEPOINT a. */
function savepointNamed(text: string): string {
  return wordsOf(text).at(-1) ?? '';
}

async function savepoint(session: Session, text: string): Promise<Buffer> {
  const { block, portals } = session;
  if (block.kind === 'none') throw outsideTransaction('SAVEPOINT');
  if (block.failed) throw new Complained(inFailedTransaction);
  const name = savepointNamed(text);
  const cursors = new Set<unknown>([...block.cursors.values(), ...portals.values()]);
  return addStep(session, { kind: 'savepoint', name, text, settings: block.settings, cursors }, 'SAVEPOINT');
}

async function release(session: Session, text: string): Promise<Buffer> {
  const { block } = session;
  if (block.kind === 'none') throw outsideTransaction('RELEASE SAVEPOINT');
  if (block.failed) throw new Complained(inFailedTransaction);
  const at = savepointAt(session, text);
  await toAll(session, text);
  block.steps = block.steps.filter((step, i) => i < at || step.kind !== 'savepoint');
  return commandComplete('RELEASE');
}

async function rollbackTo(session: Session, text: string): Promise<Buffer> {
  const { block } = session;
  if (block.kind === 'none') throw outsideTransaction('ROLLBACK TO SAVEPOINT');
  const at = savepointAt(session, text);
  const step = block.steps[at];
  await toAll(session, text);
  block.steps = block.steps.slice(0, at + 1);
  if (step?.kind === 'savepoint') {
    block.settings = step.settings;
    for (const names of [block.cursors, session.portals])
      for (const [name, one] of names) if (!step.cursors.has(one)) names.delete(name);
  }
  block.failed = false;
  return commandComplete('ROLLBACK');
}

function savepointAt({ block }: Session, text: string): number {
  const name = savepointNamed(text);
  const at = block.steps.findLastIndex((step) => step.kind === 'savepoint' && step.name === name);
  if (at >= 0) return at;
  block.failed = true;
  throw new Complained({ sqlstate: '3B001', message: `savepoint "${name}" does not exist` });
}

/** Told to all who are in the transaction, and to those who join later. Where nobody is in it yet, nobody can object yet. */
export async function addStep(session: Session, step: Step, tag: string): Promise<Buffer> {
  const { block } = session;
  if (block.kind === 'none') {
    return Buffer.concat([
      warning({ sqlstate: '25P01', message: `${tag} can only be used in transaction blocks` }),
      commandComplete(tag),
    ]);
  }
  if (block.failed) throw new Complained(inFailedTransaction);
  const answers = await toAll(session, step.text);
  block.steps = [...block.steps, step];
  return Buffer.concat([...(answers[0]?.parameters ?? []), commandComplete(tag)]);
}

/** @throws Complained, Refusal */
export async function toAll(session: Session, text: string): Promise<readonly Answer[]> {
  const asked = async (member: Backend): Promise<Answer> => {
    const answer = await ask(member, text);
    const name = session.shared.pools[member.place]?.name ?? '';
    if (answer.isLost) throw new Complained(lostComplaint(name));
    if (answer.error !== undefined) throw new Refusal(answer.error);
    return answer;
  };
  try {
    return await Promise.all([...session.members.values()].map(asked));
  } catch (error) {
    session.block.failed = true;
    throw error;
  }
}
