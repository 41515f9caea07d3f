/** Pipelines of the extended protocol on the connections of a session: opened by the first message, closed by Sync. */

import type { Backend } from './backend.js';
import { errorResponse, isOutdatedPlan, sqlstateOf } from './backend-messages.js';
import { type Batch, batchOn } from './batch.js';
import { passCopyData } from './copy-data.js';
import { lostComplaint } from './exchanges.js';
import { close, execute, parse } from './frontend-messages.js';
import { failWith, join, type Session, type Statement } from './state.js';

/** The pipeline on a connection. Another one has to be at rest before: what was asked first is answered first. */
export function batchAt(session: Session, backend: Backend): Batch {
  const open = session.batches.get(backend);
  if (open !== undefined) return open;
  const batch = batchOn(backend, {
    client: session.client,
    failed: (error) => {
      if (isOutdatedPlan(error)) session.shared.forgetNames();
      session.skipping = true;
      session.takes = undefined;
      // A pipeline is one transaction, on whatever connections it is.
      for (const other of session.batches.values()) if (other !== batch) spoil(other);
      failWith(session, error, sqlstateOf(error));
    },
    copyIn: () => passCopyData(session, backend, true),
    lost: () => {
      if (session.skipping) return;
      session.skipping = true;
      session.takes = undefined;
      for (const other of session.batches.values()) if (other !== batch) spoil(other);
      const complaint = lostComplaint(session.shared.pools[backend.place]?.name ?? '');
      failWith(session, errorResponse(complaint), complaint.sqlstate);
    },
  });
  session.batches.set(backend, batch);
  return batch;
}

/** Resolves when everything that was asked of other connections is answered. */
export function othersSettled(session: Session, backend: Backend | undefined): Promise<void> | undefined {
  const open: Promise<void>[] = [];
  for (const [other, batch] of session.batches) {
    const settled = other === backend ? undefined : batch.settled();
    if (settled !== undefined) open.push(settled);
  }
  return open.length === 0 ? undefined : Promise.all(open).then(() => {});
}

/** The router's own answer, in its turn. */
export function say(session: Session, bytes: Buffer): void {
  const last = [...session.batches.values()].at(-1);
  if (last === undefined) session.client.push(bytes);
  else last.say(bytes);
}

/** Ends the pipelines on all connections. */
export async function syncAll(session: Session): Promise<void> {
  const batches = [...session.batches.values()];
  session.batches = new Map();
  await Promise.all(batches.map((batch) => batch.sync()));
}

/** What a pipeline has done so far is undone by its Sync: the client was told of an error that the servers do not know. */
export function spoilAll(session: Session): void {
  for (const batch of session.batches.values()) spoil(batch);
}

function spoil(batch: Batch): void {
  batch.send(execute('shardwright refused this', 0), 'spoil');
}

const mostPrepared = 500;

/** Sees to it that the connection knows the statement. Gives the name that it has there. */
export function prepared(backend: Backend, batch: Batch, statement: Statement): string {
  if (statement.unnamed !== undefined) {
    // Only that of the same Parse: another one is to be read as the tables are by now, and planned for its values.
    if (backend.unnamed === statement) return '';
    batch.send(statement.unnamed, 'hidden parse', () => {
      backend.unnamed = undefined;
    });
    backend.unnamed = statement;
    return '';
  }
  if (backend.prepared.has(statement.name)) return statement.name;
  const [oldest] = backend.prepared;
  if (oldest !== undefined && backend.prepared.size >= mostPrepared) {
    backend.prepared.delete(oldest);
    batch.send(close('statement', oldest), 'hidden close');
  }
  batch.send(parse(statement.name, statement.text, statement.types), 'hidden parse', () => {
    backend.prepared.delete(statement.name);
  });
  backend.prepared.add(statement.name);
  return statement.name;
}

/** A message about something that lives at a place, after what was asked of other places. */
export function sendTo(
  session: Session,
  place: number,
  frame: Buffer,
  answeredBy: 'describe' | 'execute' | 'close',
): void | Promise<void> {
  const joined = join(session, place);
  if (joined instanceof Promise) return joined.then(() => sendTo(session, place, frame, answeredBy));
  const waiting = othersSettled(session, joined);
  if (waiting !== undefined) return waiting.then(() => sendTo(session, place, frame, answeredBy));
  if (!session.skipping) batchAt(session, joined).send(frame, answeredBy);
}
