/**
 * The extended protocol. A Parse is kept by the router, and reaches a shard when a Bind says which; where a portal lives, its
 * Execute goes. Messages for one place follow each other without waiting; another place waits until the first has answered.
 */

import type { CopyIn, Given, Role, Several } from '../model/index.js';
import {
  bindComplete,
  type Complaint,
  closeComplete,
  commandComplete,
  emptyQuery,
  parseComplete,
  portalSuspended,
} from './backend-messages.js';
import { batchAt, othersSettled, prepared, say, sendTo } from './batches.js';
import { needsTypes, textValues } from './binary-values.js';
import { beginCopy, copyRows } from './copy-in.js';
import { cursorPlace, refuseTaken, rememberCursor } from './cursors.js';
import { inferTypes, refusedByServer } from './describe.js';
import {
  bind as bindMessage,
  close as closeMessage,
  readBind,
  readExecute,
  readNamed,
  readParse,
} from './frontend-messages.js';
import { gather } from './gather.js';
import { atRest, type Handled, hasChanged } from './pipeline.js';
import { Complained } from './pool.js';
import { answerOfRouter, isOfRouter, refuseUnkept } from './router-answers.js';
import {
  admit,
  endBlock,
  inFailedTransaction,
  isUnreadable,
  join,
  type Portal,
  placeFor,
  portalCalled,
  type Session,
  type Statement,
  statementCalled,
} from './state.js';
import { statementsOf } from './statements.js';
import { variantOf } from './variants.js';

// ── Parse, Bind ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function onParse(session: Session, frame: Buffer): void {
  const { name, text, types } = readParse(frame);
  if (name !== '' && session.statements.has(name)) {
    throw new Complained({ sqlstate: '42P05', message: `prepared statement "${name}" already exists` });
  }
  if (statementsOf(text).length > 1) throw new Complained(severalCommands);
  const shape = session.shared.shape(text);
  const { kind } = shape.role;
  if (session.block.failed && kind !== 'transaction' && kind !== 'empty')
    throw new Complained(inFailedTransaction);
  session.statements.set(name, {
    text,
    types,
    shape,
    name: session.shared.nameOf(text, types, variantOf(session, shape)),
    unnamed: name === '' ? Buffer.from(frame) : undefined,
  });
  say(session, parseComplete);
}

const severalCommands: Complaint = {
  sqlstate: '42601',
  message: 'cannot insert multiple commands into a prepared statement',
};

export function onBind(session: Session, frame: Buffer): Handled {
  const bind = readBind(frame);
  const statement = statementCalled(session, bind.statement);
  const { shape } = statement;
  if (isOfRouter(shape.role) || shape.role.kind === 'empty') {
    refuseTaken(session, bind.portal, undefined);
    session.portals.set(bind.portal, { statement, bind, goes: { to: 'router' } });
    return say(session, bindComplete);
  }
  if (session.block.failed) throw new Complained(inFailedTransaction);
  if (session.block.kind === 'implicit') throw new Complained(behindCopy);
  refuseUnkept(shape);
  if (needsTypes(bind, statement.types) && !session.shared.inferredTypes.has(statement.name)) {
    return inferTypes(session, statement).then(() => place(session, statement, bind, frame));
  }
  return place(session, statement, bind, frame);
}

function typesOf({ shared }: Session, { types, name }: Statement): readonly number[] {
  const inferred = shared.inferredTypes.get(name);
  if (inferred === undefined) return types;
  return inferred.map((oid, i) => (types[i] ?? 0) || oid);
}

function place(session: Session, statement: Statement, bind: Portal['bind'], frame: Buffer): Handled {
  const { shape } = statement;
  if (shape.role.kind === 'copy-in' && shape.role.key !== undefined) {
    refuseTaken(session, bind.portal, undefined);
    session.portals.set(bind.portal, {
      statement,
      bind,
      goes: { to: 'places of its rows', role: shape.role },
    });
    return say(session, bindComplete);
  }
  const cursor = cursorPlace(session, shape);
  if (cursor !== undefined) return bindAt(session, cursor, statement, bind, frame);
  const types = bind.formats.length === 0 ? statement.types : typesOf(session, statement);
  const given: Given = { values: textValues(bind, types), types };
  const decision = shape.decide(given);
  session.shared.counters.decided(decision);
  if (decision.kind === 'several') {
    refuseTaken(session, bind.portal, undefined);
    session.portals.set(bind.portal, {
      statement,
      bind: { ...bind, values: bind.values.map((value) => value && Buffer.from(value)) },
      goes: { to: 'several', several: decision },
    });
    return say(session, bindComplete);
  }
  const where = placeFor(session, decision);
  if (typeof where !== 'number') {
    if (!isUnreadable(decision)) throw new Complained(where);
    return othersDone(session).then(async () => {
      await refusedByServer(session, statement.text);
      throw new Complained(where);
    });
  }
  const refusal = admit(session, where, decision);
  if (refusal !== undefined) throw new Complained(refusal);
  rememberCursor(session, shape, where);
  return bindAt(session, where, statement, bind, frame);
}

async function othersDone(session: Session): Promise<void> {
  await othersSettled(session, undefined);
}

function bindAt(
  session: Session,
  where: number,
  statement: Statement,
  bind: Portal['bind'],
  frame: Buffer,
): Handled {
  const joined = join(session, where);
  if (joined instanceof Promise) return joined.then(() => bindAt(session, where, statement, bind, frame));
  const waiting = othersSettled(session, joined);
  if (waiting !== undefined) return waiting.then(() => bindAt(session, where, statement, bind, frame));
  if (session.skipping) return;
  refuseTaken(session, bind.portal, where);
  const batch = batchAt(session, joined);
  const name = prepared(joined, batch, statement);
  batch.send(name === bind.statement ? frame : bindMessage(bind.portal, name, bind.rest), 'bind');
  session.portals.set(bind.portal, { statement, bind, goes: { to: 'place', place: where } });
}

// ── Execute, Close, Sync ─────────────────────────────────────────────────────────────────────────────────────────────

export function onExecute(session: Session, frame: Buffer): Handled {
  const { portal: name, maxRows } = readExecute(frame);
  const portal = portalCalled(session, name);
  const { goes, statement } = portal;
  if (session.block.kind === 'implicit') throw new Complained(behindCopy);
  switch (goes.to) {
    case 'place':
      if (statement.shape.role.kind === 'copy-in') return executeCopy(session, goes.place, frame);
      return sendTo(session, goes.place, frame, 'execute');
    case 'several':
      return executeSeveral(session, portal, goes.several, maxRows);
    case 'places of its rows':
      return executeSplitCopy(session, portal, goes.role);
    case 'router':
      return executeRouter(session, statement);
  }
}

/** What follows the Execute is its data: nothing else is read before it is answered. */
async function executeCopy(session: Session, place: number, frame: Buffer): Promise<void> {
  await sendTo(session, place, frame, 'execute');
  await othersSettled(session, undefined);
  session.takes = undefined;
  session.client.flush();
}

/** The rows of a COPY are committed at the Sync, on all shards that they reached. */
async function executeSplitCopy(session: Session, portal: Portal, role: CopyIn): Promise<void> {
  const { block } = session;
  if (portal.left !== undefined) throw new Complained({ sqlstate: '55000', message: 'portal cannot be run' });
  if (block.kind === 'none' && hasChanged(session)) throw new Complained(afterWrite);
  if (block.failed) throw new Complained(inFailedTransaction);
  await atRest(session);
  if (session.skipping) return;
  const isOwn = block.kind === 'none';
  if (isOwn) beginCopy(session);
  const count = await copyRows(session, role, portal.statement.text, isOwn ? 'everywhere' : 'at one place');
  portal.left = { rows: [], tag: '', at: 0 };
  session.client.push(commandComplete(`COPY ${count}`));
  session.client.flush();
}

const behindCopy: Complaint = {
  sqlstate: '0A000',
  message: 'nothing can be asked between a COPY into several shards and the Sync that commits it',
  hint: 'Send a Sync behind the COPY.',
};

async function executeRouter(session: Session, { shape }: Statement): Promise<void> {
  const { role } = shape;
  if (role.kind === 'empty') return say(session, emptyQuery);
  const isPipeline = session.block.kind === 'none';
  const needsRest = role.kind === 'transaction' || role.kind === 'session' || role.kind === 'cursor';
  if (isPipeline && needsRest && hasChanged(session) && !isCommit(role)) throw new Complained(beforeSync);
  await (needsRest ? atRest(session) : othersSettled(session, undefined));
  if (session.skipping) return;
  const { settings } = session;
  const answer = await answerOfRouter(session, shape);
  if (isPipeline) noteChange(session, role, settings);
  session.client.push(answer);
}

function isCommit(role: Role): boolean {
  return role.kind === 'transaction' && role.action === 'commit';
}

function noteChange(session: Session, role: Role, before: Session['settings']): void {
  if (isCommit(role)) {
    session.found = undefined;
    endBlock(session);
  } else if (session.block.kind === 'none' && session.settings !== before) {
    session.found ??= before;
  }
}

const beforeSync: Complaint = {
  sqlstate: '0A000',
  message:
    'this pipeline has written, which the router would have to commit before its Sync to run what follows',
  hint: 'Send a Sync before it, or BEGIN first.',
};

async function executeSeveral(
  session: Session,
  portal: Portal,
  several: Several,
  maxRows: number,
): Promise<void> {
  if (session.block.kind === 'none' && session.block.writer !== undefined) throw new Complained(afterWrite);
  if (session.block.failed) throw new Complained(inFailedTransaction);
  await atRest(session);
  if (session.skipping) return;
  const { client } = session;
  const { statement, bind } = portal;
  const types = typesOf(session, statement);
  if (maxRows === 0 && portal.left === undefined) {
    const { tag } = await gather(session, several, {
      bind,
      types,
      described: false,
      isCopy: false,
      say: (bytes) => client.soon(bytes),
    });
    // Executed again, it has no more rows.
    portal.left = { rows: [], tag, at: 0 };
    return client.push(commandComplete(tag));
  }
  portal.left ??= await held(session, several, bind, types);
  passRows(session, portal.left, maxRows);
}

const afterWrite: Complaint = {
  sqlstate: '0A000',
  message:
    'this pipeline has written, and the statement reads several shards, which would commit the write before its Sync',
  hint: 'Send a Sync before it, or use a transaction.',
};

/** All rows, for a client that takes them in portions. */
async function held(
  session: Session,
  several: Several,
  bind: Portal['bind'],
  types: readonly number[],
): Promise<NonNullable<Portal['left']>> {
  const rows: Buffer[] = [];
  const { mergeBytes } = session.shared;
  let bytes = 0;
  const keep = (row: Buffer): void => {
    bytes += row.length;
    if (bytes <= mergeBytes) rows.push(row);
  };
  const { tag } = await gather(session, several, { bind, types, described: false, isCopy: false, say: keep });
  if (bytes <= mergeBytes) return { rows, tag, at: 0 };
  throw new Complained({
    sqlstate: '54000',
    message: `holding the rows for their portions would take more than ${mergeBytes} bytes`,
    hint: 'Read without a row limit, or raise --merge-bytes.',
  });
}

function passRows({ client }: Session, left: NonNullable<Portal['left']>, maxRows: number): void {
  const end = maxRows === 0 ? left.rows.length : Math.min(left.rows.length, left.at + maxRows);
  const from = left.at;
  for (; left.at < end; left.at += 1) client.push(left.rows[left.at] as Buffer);
  const isFull = maxRows > 0 && end - from === maxRows;
  // As a server does, the tag counts the rows of this portion.
  client.push(isFull ? portalSuspended : commandComplete(left.tag.replace(/\d+$/, String(end - from))));
}

export function onClose(session: Session, frame: Buffer): Handled {
  const { kind, name } = readNamed(frame);
  if (kind === 'statement') {
    session.statements.delete(name);
    return say(session, closeComplete);
  }
  const portal = session.portals.get(name);
  session.portals.delete(name);
  if (portal === undefined || portal.goes.to !== 'place') return say(session, closeComplete);
  return sendTo(session, portal.goes.place, closeMessage('portal', name), 'close');
}
