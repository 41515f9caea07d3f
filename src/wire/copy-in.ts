/**
 * COPY FROM STDIN into a sharded table: each row goes to the shard of its key. The client sees one COPY. On every shard that a
 * row reaches it runs in a transaction, and these commit when all shards have taken all rows (in a pipeline, at its Sync); a
 * shard that is lost between their commits leaves the others committed, which no router without two-phase commit can mend.
 */

import type { CopyIn } from '../model/index.js';
import type { Backend } from './backend.js';
import { asError, B, type Complaint, commandComplete, message, sqlstateOf } from './backend-messages.js';
import { isCopyData, outOfPlace } from './copy-data.js';
import { CopyProblem, formatOf, type RowReader, rowReader, withColumns } from './copy-format.js';
import { type Answer, ask, collected, lostComplaint } from './exchanges.js';
import { copyDoneMessage, copyFail, F, query } from './frontend-messages.js';
import { Complained } from './pool.js';
import { endBlock, join, newBlock, Refusal, type Session } from './state.js';

type Key = NonNullable<CopyIn['key']>;

interface Target {
  readonly backend: Backend;
  readonly answer: ReturnType<typeof collected>;
  /** It has refused a row, or is gone. */
  failure: Refusal | Complained | undefined;
  /** Rows of the present message. */
  rows: Buffer[];
}

/**
 * As a simple query.
 * @throws Complained, Refusal
 */
export async function copyIntoShards(session: Session, role: CopyIn, text: string): Promise<boolean> {
  if (session.block.kind !== 'none') {
    const count = await copyRows(session, role, text, 'at one place');
    session.client.push(commandComplete(`COPY ${count}`));
    return true;
  }
  beginCopy(session);
  let isFine = false;
  try {
    const count = await copyRows(session, role, text, 'everywhere');
    isFine = true;
    await endCopy(session, true);
    session.client.push(commandComplete(`COPY ${count}`));
    return true;
  } finally {
    if (!isFine) await endCopy(session, false);
  }
}

/** The COPY's own transaction: whatever connection joins is in it. */
export function beginCopy(session: Session): void {
  endBlock(session);
  session.block.kind = 'implicit';
  session.block.opening = 'BEGIN';
}

/** @throws Complained, Refusal when it cannot commit */
export async function endCopy(session: Session, commits: boolean): Promise<void> {
  session.commits = commits;
  try {
    if (commits) await commitAll(session);
    else await Promise.all([...session.members.values()].map((member) => ask(member, 'ROLLBACK')));
  } finally {
    session.commits = false;
    session.block = newBlock(session.settings);
    if (session.ended) endBlock(session);
  }
}

/**
 * Gives how many rows it took. `where`: in a transaction that is not the COPY's own there is one place to write.
 * @throws Complained, Refusal
 */
export async function copyRows(
  session: Session,
  { key, columns }: CopyIn,
  text: string,
  where: 'everywhere' | 'at one place',
): Promise<number> {
  if (key === undefined || columns === undefined) throw new Error('a COPY without a known key is not split');
  const targets = new Map<number, Target>();
  const place = (value: string | null): number => placeOf(session, key, value, where === 'everywhere');
  const failure = await takeRows(session, splitter(text, columns, key), place, targets);
  return finish(session, targets, failure);
}

interface Split {
  readonly sql: string;
  readonly columns: number;
  readonly reader: (
    onRow: (row: Buffer, key: string | null) => void,
    onHeader: (row: Buffer) => void,
  ) => RowReader;
}

function splitter(text: string, columns: readonly string[], key: Key): Split {
  try {
    const format = formatOf(text);
    return {
      sql: withColumns(text, columns),
      columns: columns.length,
      reader: (onRow, onHeader) => rowReader(format, key.at, onRow, onHeader),
    };
  } catch (error) {
    throw problem(error, '0A000');
  }
}

function problem(error: unknown, sqlstate: string): unknown {
  if (!(error instanceof CopyProblem)) return error;
  return new Complained({
    sqlstate,
    message: `this COPY cannot be split by its rows' keys: ${error.message}`,
    hint: 'Send text or CSV in UTF-8 with plain options, or copy into each shard.',
  });
}

// ── rows in ──────────────────────────────────────────────────────────────────────────────────────────────────────────

/** Reads until CopyDone or CopyFail, or until something goes wrong: gives what. What the client sends then is passed over. */
async function takeRows(
  session: Session,
  split: Split,
  place: (key: string | null) => number,
  targets: Map<number, Target>,
): Promise<unknown> {
  let header: Buffer | undefined;
  let rows: { readonly place: number; readonly row: Buffer }[] = [];
  let failure: unknown;
  const reader = split.reader(
    (row, value) => rows.push({ place: place(value), row }),
    (row) => {
      header = row;
    },
  );
  const spread = async (): Promise<void> => {
    const found = rows;
    rows = [];
    for (const { place, row } of found) {
      const target = targets.get(place) ?? (await open(session, split.sql, place, header, targets));
      target.rows.push(row);
    }
    for (const target of targets.values()) send(session, target);
  };
  const take = async (type: number, frame: Buffer): Promise<'more' | 'done'> => {
    if (type === F.copyFail) {
      failure ??= new Complained({
        sqlstate: '57014',
        message: 'COPY from stdin failed: the client gave up',
      });
      return 'done';
    }
    try {
      if (failure === undefined) {
        if (type === F.copyData) reader.push(frame.subarray(5));
        else reader.end();
        await spread();
        failure = [...targets.values()].find((target) => target.failure !== undefined)?.failure;
      }
    } catch (error) {
      failure = problem(error, '22P04');
    }
    return type === F.copyDone || failure !== undefined ? 'done' : 'more';
  };
  session.client.push(copyInResponse(split.columns));
  session.client.flush();
  await messagesOneByOne(session, take);
  return failure;
}

/** The session's messages, each when the one before is dealt with; the client is stopped meanwhile. */
function messagesOneByOne(
  session: Session,
  take: (type: number, frame: Buffer) => Promise<'more' | 'done'>,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let tail: Promise<void> = Promise.resolve();
    let waiting = 0;
    let isOver = false;
    let isFinished = false;
    const finished = (): void => {
      if (isFinished) return;
      isFinished = true;
      isOver = true;
      session.takes = undefined;
      session.source.resume();
      resolve();
    };
    session.divert((type, frame) => {
      if (isOver) return false;
      // As to a server, these mean nothing in the middle of COPY.
      if (type === F.flush || type === F.sync) return true;
      if (!isCopyData(type)) throw outOfPlace();
      // What follows the data waits for its turn.
      isOver = type !== F.copyData;
      if (isOver) session.takes = undefined;
      waiting += 1;
      session.source.pause();
      tail = tail.then(async () => {
        const next = await take(type, frame);
        waiting -= 1;
        if (next === 'done') finished();
        else if (waiting === 0) session.source.resume();
      }, reject);
      return true;
    });
  });
}

function placeOf(session: Session, key: Key, value: string | null, isEverywhere: boolean): number {
  const place = session.shared.placeOfKey(key.group, key.type, value);
  const { block } = session;
  if (place === undefined) throw new CopyProblem('the value of a key is not one of its type');
  if (isEverywhere) return place;
  block.primary ??= place;
  block.writer ??= place;
  if (block.writer !== place)
    throw new CopyProblem('the transaction writes on one shard, and a row belongs on another');
  return place;
}

async function open(
  session: Session,
  sql: string,
  place: number,
  header: Buffer | undefined,
  targets: Map<number, Target>,
): Promise<Target> {
  const backend = await join(session, place);
  const answer = collected(backend);
  const target: Target = { backend, answer, failure: undefined, rows: header === undefined ? [] : [header] };
  void answer.then((answered) => {
    target.failure = failureOf(session, backend, answered);
  });
  backend.unnamed = undefined;
  backend.outlet.push(query(sql));
  targets.set(place, target);
  return target;
}

function send(session: Session, target: Target): void {
  if (target.rows.length === 0) return;
  target.backend.outlet.push(message(B.copyData, Buffer.concat(target.rows)));
  target.backend.outlet.flush();
  target.backend.outlet.holdBack(session.source);
  target.rows = [];
}

/** CopyInResponse: text, as many columns. */
function copyInResponse(columns: number): Buffer {
  const body = Buffer.alloc(3 + 2 * columns);
  body.writeUInt16BE(columns, 1);
  return message(B.copyIn, body);
}

// ── the end ──────────────────────────────────────────────────────────────────────────────────────────────────────────

async function finish(session: Session, targets: Map<number, Target>, failure: unknown): Promise<number> {
  for (const { backend } of targets.values()) {
    backend.outlet.push(
      failure === undefined ? copyDoneMessage : copyFail('another part of this COPY failed'),
    );
    backend.outlet.flush();
  }
  let count = 0;
  let refused: unknown = failure;
  for (const { backend, answer } of targets.values()) {
    const answered = await answer;
    refused ??= failureOf(session, backend, answered);
    count += Number(/(\d+)$/.exec(answered.tag)?.[1] ?? 0);
  }
  if (refused !== undefined) throw refused;
  return count;
}

function failureOf(
  session: Session,
  { place }: Backend,
  { error, isLost }: Answer,
): Refusal | Complained | undefined {
  if (error !== undefined) return new Refusal(asError(error));
  return isLost ? new Complained(lostComplaint(session.shared.pools[place]?.name ?? '')) : undefined;
}

async function commitAll(session: Session): Promise<void> {
  const members = [...session.members.values()];
  // What was put off to the commit is looked at while all can still be rolled back.
  const checked = await Promise.all(members.map((member) => ask(member, 'SET CONSTRAINTS ALL IMMEDIATE')));
  for (const [i, member] of members.entries()) {
    const failure = failureOf(session, member, checked[i] as Answer);
    if (failure !== undefined) throw failure;
  }
  for (const [i, member] of members.entries()) {
    const answer = await ask(member, 'COMMIT');
    const name = session.shared.pools[member.place]?.name ?? '';
    if (answer.isLost) {
      throw new Complained({
        ...lostComplaint(name, '08007'),
        message: `the connection to ${name} was lost while it committed`,
      });
    }
    if (answer.error === undefined) continue;
    throw i === 0 ? new Refusal(answer.error) : new Complained(inPart(name, i, members.length, answer.error));
  }
}

function inPart(name: string, committed: number, all: number, error: Buffer): Complaint {
  return {
    sqlstate: '08007',
    message: `${name} refused to commit its rows (${sqlstateOf(error)}) when ${committed} of ${all} shards had committed theirs`,
    hint: 'Look which rows are there before copying them again.',
  };
}
