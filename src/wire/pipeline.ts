/**
 * What is common to all messages of a pipeline of the extended protocol: an error passes over what follows, a Sync ends it on
 * every connection, and up to there it is one transaction.
 */

import { type Complaint, errorResponse, sqlstateOf } from './backend-messages.js';
import { othersSettled, say, spoilAll, syncAll } from './batches.js';
import { endCopy } from './copy-in.js';
import { Complained } from './pool.js';
import { settingsAgain } from './session-commands.js';
import { endBlock, failWith, Refusal, ready, type Session } from './state.js';

export type Handled = void | Promise<void>;

/** Runs a message's handler; what it complains of becomes an error, after which the pipeline is passed over. */
export function guarded(session: Session, run: () => Handled): Handled {
  try {
    const running = run();
    if (running instanceof Promise) return running.catch((error: unknown) => refuse(session, error));
  } catch (error) {
    return refuse(session, error);
  }
}

function refuse(session: Session, error: unknown): Handled {
  if (session.skipping) return;
  if (error instanceof Complained) {
    say(session, errorResponse(error.complaint));
    return fail(session, error.complaint.sqlstate);
  }
  if (error instanceof Refusal) {
    say(session, error.response);
    return fail(session, sqlstateOf(error.response));
  }
  throw error;
}

const nothing = Buffer.alloc(0);

/** As a server does, it tells of the error at once: a client that sent Flush, not Sync, waits for it. */
function fail(session: Session, sqlstate: string): Handled {
  spoilAll(session);
  session.skipping = true;
  failWith(session, nothing, sqlstate);
  return onFlush(session);
}

// ── Flush, Sync ──────────────────────────────────────────────────────────────────────────────────────────────────────

export function onFlush(session: Session): Handled {
  const waiting = othersSettled(session, undefined);
  if (waiting === undefined) return session.client.flush();
  return waiting.then(() => session.client.flush());
}

export function onSync(session: Session): Handled {
  if (session.block.kind === 'implicit') return syncCopy(session);
  if (session.batches.size === 0) return synced(session);
  const [only] = session.batches.values();
  if (session.batches.size > 1 || only === undefined) return syncSeveral(session);
  session.batches = new Map();
  return only.sync().then(() => synced(session));
}

/** What one connection fails at, the others may not commit: each has answered before any hears of the Sync. */
async function syncSeveral(session: Session): Promise<void> {
  await othersSettled(session, undefined);
  await syncAll(session);
  return synced(session);
}

async function syncCopy(session: Session): Promise<void> {
  await othersSettled(session, undefined);
  await syncAll(session);
  await guarded(session, () => endCopy(session, !session.skipping));
  return synced(session);
}

function synced(session: Session): Handled {
  const { found, skipping } = session;
  session.skipping = false;
  session.takes = undefined;
  session.found = undefined;
  if (session.ended) return;
  if (found === undefined || !skipping) return ready(session);
  return settingsAgain(session, found).then(() => ready(session));
}

/**
 * A simple query behind a pipeline without its Sync: what was read is ended. What has been changed would be committed, while a
 * server waits for the Sync; so the pipeline fails. Gives whether the query may run.
 */
export async function leavePipeline(session: Session): Promise<boolean> {
  await othersSettled(session, undefined);
  if (session.skipping) return false;
  const fails = session.block.kind !== 'explicit' && hasChanged(session);
  if (!fails) {
    await syncAll(session);
    // What joins from here on is in the query's transaction from its beginning.
    if (session.block.kind === 'none') endBlock(session);
    return true;
  }
  refuse(session, new Complained(queryBeforeSync));
  await onSync(session);
  return false;
}

const queryBeforeSync: Complaint = {
  sqlstate: '0A000',
  message: 'this pipeline has written, and a simple query came before its Sync',
  hint: 'Send a Sync before it.',
};

/** Everything before is answered, and no connection is in the middle of a pipeline. */
export async function atRest(session: Session): Promise<void> {
  await othersSettled(session, undefined);
  if (session.skipping) return;
  await syncAll(session);
}

/** What the pipeline has done so far is undone when it fails. */
export function hasChanged({ block, found }: Session): boolean {
  return block.writer !== undefined || found !== undefined || block.kind === 'implicit';
}
