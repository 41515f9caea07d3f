/**
 * The simple protocol: a text, perhaps of several statements, which then are one transaction as on a server. A statement for
 * one place goes there as the client wrote it, and the answer comes back as the server wrote it.
 */

import type { Decision, Several, Shape } from '../model/index.js';
import { commandComplete, emptyQuery, sqlstateOf } from './backend-messages.js';
import { passCopyData } from './copy-data.js';
import { copyIntoShards } from './copy-in.js';
import { cursorPlace, rememberCursor } from './cursors.js';
import { refusedByServer } from './describe.js';
import { lostComplaint, passed } from './exchanges.js';
import { query, readQuery } from './frontend-messages.js';
import { gather, noParameters } from './gather.js';
import type { LiftedDecision } from './literals.js';
import { leavePipeline } from './pipeline.js';
import { Complained } from './pool.js';
import { answerOfRouter, isKept, isOfRouter, refuseUnkept } from './router-answers.js';
import {
  admit,
  complain,
  failWith,
  inFailedTransaction,
  isUnreadable,
  join,
  newBlock,
  placeFor,
  Refusal,
  ready,
  type Session,
} from './state.js';
import { type PlacedStatement, placedStatements, statementsOf } from './statements.js';
import { controlTransaction, isStrictByDefault, rollback } from './transaction-control.js';

export function simpleQuery(session: Session, frame: Buffer): Promise<void> {
  const text = readQuery(frame);
  if (!isInPipeline(session)) return runQuery(session, text, frame);
  return leavePipeline(session).then((may) => (may ? runQuery(session, text, frame) : undefined));
}

function runQuery(session: Session, text: string, frame: Buffer): Promise<void> {
  // As on a server, a simple query takes the unnamed statement with it.
  session.statements.delete('');
  const texts = statementsOf(text);
  const [only = ''] = texts;
  if (texts.length !== 1) return runTexts(session, placedStatements(text)).then(() => answered(session));
  const known = liftedNow(session, only);
  const one = known === undefined ? undefined : straight(session, known);
  if (one !== undefined) return runStraight(session, one, frame);
  return attempted(session, () => runText(session, only, frame, known)).then(() => answered(session));
}

function liftedNow({ block, lifting }: Session, text: string): LiftedDecision | undefined {
  return block.failed ? undefined : lifting(text);
}

function answered(session: Session): void {
  if (!session.ended) ready(session);
}

/** Nothing speaks against it, and nothing has to be waited for: it goes through without a pause. */
function straight(session: Session, { shape, decision }: LiftedDecision): OnePlace | undefined {
  if (decision.kind !== 'one' || session.ended || !isKept(shape)) return undefined;
  if (session.members.get(decision.shard)?.isLost() === true) return undefined;
  return admit(session, decision.shard, decision) === undefined ? decision : undefined;
}

type OnePlace = Extract<Decision, { readonly kind: 'one' }>;

function runStraight(session: Session, decision: OnePlace, frame: Buffer): Promise<void> {
  session.shared.counters.decided(decision);
  const joined = join(session, decision.shard);
  if (!(joined instanceof Promise)) return session.pass(joined, frame);
  return joined.then(
    (backend) => session.pass(backend, frame),
    (error: unknown) => {
      complainOf(session, error);
      answered(session);
    },
  );
}

function isInPipeline({ batches, block, found }: Session): boolean {
  return batches.size > 0 || found !== undefined || block.kind === 'implicit';
}

/** A server reads the whole text before it runs any of it: what a later statement says wrong keeps the first from its COMMIT. */
async function areRead(session: Session, texts: readonly PlacedStatement[]): Promise<boolean> {
  for (const { text, after } of texts) {
    const shape = session.shared.shape(text);
    if (shape.verdict !== 'unknown' || !isUnreadable(shape.decide(noParameters))) continue;
    session.textBefore = after;
    const isFine = await attempted(session, async () => {
      await refusedByServer(session, text, 'its syntax');
      return true;
    });
    session.textBefore = 0;
    if (!isFine) return false;
  }
  return true;
}

/** Several statements: one transaction, unless they say otherwise themselves. */
async function runTexts(session: Session, texts: readonly PlacedStatement[]): Promise<void> {
  if (!(await areRead(session, texts))) return;
  for (const { text, after } of texts) {
    session.textBefore = after;
    if (session.block.kind === 'none') {
      const oneSnapshot = isStrictByDefault(session);
      session.block = { ...newBlock(session.settings), kind: 'implicit', opening: 'BEGIN', oneSnapshot };
    }
    const isFine = await attempted(session, () =>
      runText(session, text, query(text), liftedNow(session, text)),
    );
    if (!isFine) break;
  }
  session.textBefore = 0;
  if (session.block.kind !== 'implicit') return;
  await attempted(session, async () => {
    if (session.block.failed) await rollback(session, 'ROLLBACK', 'ROLLBACK');
    else await controlTransaction(session, 'commit', 'COMMIT');
    return true;
  });
}

/** Complaints become answers. Gives whether there were none. */
async function attempted(session: Session, run: () => Promise<boolean> | boolean): Promise<boolean> {
  try {
    return await run();
  } catch (error) {
    complainOf(session, error);
    return false;
  }
}

function complainOf(session: Session, error: unknown): void {
  if (error instanceof Complained) complain(session, error.complaint);
  else if (error instanceof Refusal) failWith(session, error.response, sqlstateOf(error.response));
  else throw error;
}

async function runText(
  session: Session,
  text: string,
  frame: Buffer,
  known: LiftedDecision | undefined,
): Promise<boolean> {
  if (known !== undefined) {
    refuseUnkept(known.shape);
    return runDecided(session, known.decision, frame);
  }
  const shape = session.shared.shape(text);
  if (shape.role.kind === 'empty') {
    session.client.push(emptyQuery);
    return true;
  }
  if (isOfRouter(shape.role)) {
    session.client.push(await answerOfRouter(session, shape));
    return true;
  }
  if (session.block.failed) throw new Complained(inFailedTransaction);
  refuseUnkept(shape);
  const cursor = cursorPlace(session, shape);
  if (cursor !== undefined) return runAt(session, cursor, frame);
  const decision = shape.decide(noParameters);
  if (shape.role.kind === 'copy-in' && shape.role.key !== undefined) {
    return copyIntoShards(session, shape.role, text);
  }
  if (decision.kind === 'several') return runSeveral(session, shape, decision);
  if (isUnreadable(decision)) await refusedByServer(session, text);
  return runDecided(session, decision, frame, (place) => rememberCursor(session, shape, place));
}

function runDecided(
  session: Session,
  decision: Exclude<Decision, Several>,
  frame: Buffer,
  placed: (place: number) => void = () => {},
): Promise<boolean> {
  session.shared.counters.decided(decision);
  const place = placeFor(session, decision);
  if (typeof place !== 'number') throw new Complained(place);
  const refusal = admit(session, place, decision);
  if (refusal !== undefined) throw new Complained(refusal);
  placed(place);
  return runAt(session, place, frame);
}

async function runSeveral(session: Session, shape: Shape, decision: Several): Promise<boolean> {
  session.shared.counters.decided(decision);
  const isCopy = shape.role.kind === 'copy-out';
  const { client } = session;
  const answer = await gather(session, decision, {
    bind: undefined,
    types: [],
    described: !isCopy,
    isCopy,
    say: (bytes) => client.soon(bytes),
  });
  client.push(commandComplete(answer.tag));
  return true;
}

async function runAt(session: Session, place: number, frame: Buffer): Promise<boolean> {
  const joined = join(session, place);
  const backend = joined instanceof Promise ? await joined : joined;
  let isFine = true;
  const answered = passed(backend, {
    client: session.client,
    failed: (error) => {
      isFine = false;
      failWith(session, error, sqlstateOf(error));
    },
    copyIn: () => passCopyData(session, backend, false),
  });
  backend.outlet.push(frame);
  backend.outlet.flush();
  const status = await answered;
  session.takes = undefined;
  if (status === undefined && isFine) {
    const name = session.shared.pools[place]?.name ?? '';
    throw new Complained(lostComplaint(name));
  }
  if (status === undefined) session.block.failed = session.block.kind !== 'none';
  return isFine;
}
