/**
 * What a session is between two messages: its settings, its transaction, the connections that are lent to it, its prepared
 * statements and portals; and the few things that every kind of message does with them.
 */

import type { CopyIn, Decision, Several, Shape } from '../model/index.js';
import type { Backend } from './backend.js';
import {
  type Complaint,
  errorResponse,
  pointingBehind,
  readyForQuery,
  type Status,
} from './backend-messages.js';
import type { Batch } from './batch.js';
import { ask, prepareQuietly } from './exchanges.js';
import type { Outlet, Source } from './frames.js';
import type { Bind } from './frontend-messages.js';
import type { DecidedByLifting } from './literals.js';
import type { Counters } from './metrics.js';
import { Complained, type Pool } from './pool.js';
import { asOneText, changes, type ServerSettings } from './settings.js';

/** What all sessions share. */
export interface Shared {
  /** Reads a text, once for all its executions. */
  readonly shape: (text: string) => Shape;
  /** Shards in their order, then the unsharded database if there is one. */
  readonly pools: readonly Pool[];
  readonly unsharded: number | undefined;
  /** Where statements without tables go, so that catalogs look the same from one to the next. */
  readonly home: number;
  readonly shards: number;
  readonly counters: Counters;
  /** Bytes of rows that one statement may hold in the router to put them together. */
  readonly mergeBytes: number;
  /** How servers are set where a session says nothing: name as PostgreSQL spells it → value. */
  readonly defaults: () => ReadonlyMap<string, string>;
  /** The shard of a key's value as text; undefined for what is no value of its type. */
  readonly placeOfKey: (group: string, type: string, value: string | null) => number | undefined;
  /** A statement's name on the shards: one for each text with its declared types, in one variant. */
  readonly nameOf: (text: string, types: readonly number[], variant: string) => string;
  /** Whoever prepares a statement from now on gets a new one, as on a server. */
  readonly forgetNames: () => void;
  /** Parameter types as a server told them, by the statement's name. */
  readonly inferredTypes: Map<string, readonly number[]>;
  /** A number that grows: spreads what any shard can answer. */
  readonly turn: () => number;
}

export interface Statement {
  readonly text: string;
  readonly types: readonly number[];
  readonly shape: Shape;
  /** On the shards. */
  readonly name: string;
  /** The client's own Parse of the unnamed statement, passed on as it is. */
  readonly unnamed: Buffer | undefined;
}

export interface Portal {
  readonly statement: Statement;
  readonly bind: Bind;
  readonly goes:
    | { readonly to: 'place'; readonly place: number }
    | { readonly to: 'several'; readonly several: Several }
    /** A COPY FROM STDIN whose rows have places of their own. */
    | { readonly to: 'places of its rows'; readonly role: CopyIn }
    /** The router itself answers: BEGIN, SET … */
    | { readonly to: 'router' };
  /** Rows that a limit of Execute has left over, and the tag for their end. */
  left?: { readonly rows: readonly Buffer[]; readonly tag: string; at: number };
}

/** What a connection that joins later has to be told: settings and savepoints, in order. */
export type Step =
  | { readonly kind: 'set'; readonly text: string }
  | {
      readonly kind: 'savepoint';
      readonly name: string;
      readonly text: string;
      /** As they were when it was made: cursors and portals that came later end with it. */
      readonly settings: ServerSettings;
      readonly cursors: ReadonlySet<unknown>;
    };

/**
 * A transaction; or, of kind `none`, one statement or one pipeline up to its Sync. `implicit` are several statements in one text,
 * and a pipeline with a COPY into several shards.
 */
export interface Block {
  kind: 'none' | 'explicit' | 'implicit';
  failed: boolean;
  /** The client's BEGIN. */
  opening: string;
  steps: readonly Step[];
  /** The session's, once this is committed. */
  settings: ServerSettings;
  /** The place of its first statement with a table: what any place can answer goes there too. */
  primary: number | undefined;
  /** The one place where it may write: that of its first write. */
  writer: number | undefined;
  /** One snapshot is promised, which several shards do not have together. */
  oneSnapshot: boolean;
  /** Open cursors and where they are. */
  readonly cursors: Map<string, { readonly place: number }>;
}

export interface Session {
  readonly shared: Shared;
  /** Where a text goes that differs from others in its literals alone. */
  readonly lifting: DecidedByLifting;
  /** A statement for one place, sent there and answered from there as it is. */
  readonly pass: (backend: Backend, frame: Buffer) => Promise<void>;
  readonly client: Outlet;
  /** The client's side, to be stopped while a shard is slower. */
  readonly source: Source;
  /** As the connection began. */
  readonly first: ServerSettings;
  settings: ServerSettings;
  block: Block;
  /**
   * Connections lent to it, by place. This and the next two are others after each statement: the tables of a Map that is cleared point
   * to those that follow, and once one of them is old, all of them grow old.
   */
  members: Map<number, Backend>;
  /** Messages of the extended protocol that wait for their Sync, by connection. */
  batches: Map<Backend, Batch>;
  readonly statements: Map<string, Statement>;
  portals: Map<string, Portal>;
  /** Characters of a simple query before the statement of it that runs. */
  textBefore: number;
  /** Settings as the pipeline found them, once it has changed them: an error before its Sync takes that back. */
  found: ServerSettings | undefined;
  /** After an error in the extended protocol: everything up to Sync is passed over. */
  skipping: boolean;
  /** While COPY data is awaited, messages go here first; false for one that is not about it. */
  takes: ((type: number, frame: Buffer) => boolean) | undefined;
  /** Sets `takes`, for messages too that have come already. */
  divert: (takes: Session['takes']) => void;
  /** A COPY commits on one shard after the other: whoever leaves now does not keep the others from it. */
  commits: boolean;
  /** The client is gone. */
  ended: boolean;
}

export function newBlock(settings: ServerSettings): Block {
  return {
    kind: 'none',
    failed: false,
    opening: '',
    steps: [],
    settings,
    primary: undefined,
    writer: undefined,
    oneSnapshot: false,
    cursors: new Map(),
  };
}

export function statusOfSession({ block }: Session): Status {
  if (block.kind !== 'explicit') return 'I';
  return block.failed ? 'E' : 'T';
}

/** The end of a simple query or a pipeline: what is not kept by a transaction is given back. */
export function ready(session: Session): void {
  if (session.block.kind === 'none') endBlock(session);
  session.client.push(readyForQuery(statusOfSession(session)));
  session.client.flush();
}

/** The transaction or pipeline is over on every connection. */
export function endBlock(session: Session): void {
  if (session.members.size > 0) {
    for (const backend of session.members.values()) {
      session.shared.pools[backend.place]?.giveBack(backend);
    }
    session.members = new Map();
  }
  if (session.portals.size > 0) session.portals = new Map();
  session.block = blockAfter(session);
}

/** Another one is made only where something was left in the one before. */
function blockAfter({ block, settings }: Session): Block {
  const { kind, failed, steps, cursors } = block;
  const isBare = kind === 'none' && !failed && steps.length === 0 && cursors.size === 0;
  if (!isBare || block.settings !== settings) return newBlock(settings);
  block.primary = undefined;
  block.writer = undefined;
  block.oneSnapshot = false;
  return block;
}

export function complain(session: Session, complaint: Complaint): void {
  failWith(session, errorResponse(complaint), complaint.sqlstate);
}

/** An error reaches the client, and its transaction has failed. */
export function failWith(session: Session, error: Buffer, sqlstate: string): void {
  session.shared.counters.error(sqlstate);
  session.client.push(pointingBehind(error, session.textBefore));
  if (session.block.kind !== 'none') session.block.failed = true;
}

export const inFailedTransaction: Complaint = {
  sqlstate: '25P02',
  message: 'current transaction is aborted, commands ignored until end of transaction block',
};

/**
 * The connection to a place, brought to the session's settings and into its transaction.
 * @throws Complained
 */
export function join(session: Session, place: number): Backend | Promise<Backend> {
  const member = session.members.get(place);
  if (member !== undefined) return member.isLost() ? lostMember(session, member) : member;
  const pool = session.shared.pools[place];
  if (pool === undefined) throw new Error(`there is no place ${place}`);
  const idle = pool.take(session.settings);
  if (idle === undefined) return pool.wait(session.settings).then((backend) => setUp(session, pool, backend));
  return setUp(session, pool, idle);
}

function lostMember(session: Session, member: Backend): never {
  throw new Complained({
    sqlstate: '08006',
    message: `the connection to ${session.shared.pools[member.place]?.name} was lost`,
    hint: 'Roll back, and run the transaction again.',
  });
}

function setUp(session: Session, pool: Pool, backend: Backend): Backend | Promise<Backend> {
  if (session.ended) {
    pool.giveBack(backend);
    throw new Complained({ sqlstate: '57P01', message: 'the client is gone' });
  }
  const { block, settings } = session;
  session.members.set(pool.place, backend);
  const wanted = changes(backend.settings, settings);
  if (wanted === '' && block.kind === 'none') return backend;
  if (wanted === '' && block.steps.length === 0) {
    prepareQuietly(backend, block.opening);
    return backend;
  }
  return tell(session, backend, wanted);
}

async function tell(session: Session, backend: Backend, wanted: string): Promise<Backend> {
  const { block, settings } = session;
  if (wanted !== '') {
    const { error, isLost } = await ask(backend, wanted);
    // What another session has left there is no business of this one: a new connection has nothing to be undone.
    if (error !== undefined && backend.settings.size > 0) return again(session, backend);
    if (error !== undefined) throw new Refusal(error);
    if (isLost) lostMember(session, backend);
    backend.settings = settings;
  }
  if (block.kind !== 'none') {
    await accepted(session, backend, asOneText([block.opening, ...block.steps.map(({ text }) => text)]));
  }
  return backend;
}

async function again(session: Session, backend: Backend): Promise<Backend> {
  const { place } = backend;
  session.members.delete(place);
  backend.close();
  return join(session, place);
}

async function accepted(session: Session, backend: Backend, sql: string): Promise<void> {
  const { error, isLost } = await ask(backend, sql);
  if (error !== undefined) throw new Refusal(error);
  if (isLost) lostMember(session, backend);
}

/** A server's own ErrorResponse, to be passed on. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly response: Buffer;

  constructor(response: Buffer) {
    super('refused by the server');
    this.response = response;
  }
}

/** Where a decision sends its statement, or a complaint. `several` is not for here. */
export function placeFor(session: Session, decision: Exclude<Decision, Several>): number | Complaint {
  switch (decision.kind) {
    case 'one':
      return decision.shard;
    case 'unsharded':
      if (session.shared.unsharded !== undefined) return session.shared.unsharded;
      return decision.tables.length === 0 ? session.shared.home : noUnsharded(decision.tables);
    case 'any':
      return anyPlace(session, decision.tables.length > 0);
    case 'refused':
      return {
        sqlstate: decision.sqlstate,
        message: `${decision.verdict}: ${decision.reason}`,
        ...(decision.because.length === 0 ? {} : { detail: decision.because.join('; ') }),
        hint: decision.fix,
      };
  }
}

export function isUnreadable(decision: Decision): boolean {
  return decision.kind === 'refused' && decision.sqlstate === '42601';
}

/** Inside a transaction its own shard is as good as any. Without tables it is always the same place. */
function anyPlace({ block, members, shared }: Session, readsTables: boolean): number {
  if (block.primary !== undefined) return readsTables ? shardOr(block.primary, shared) : block.primary;
  const [member] = members.keys();
  if (member !== undefined) return readsTables ? shardOr(member, shared) : member;
  return readsTables ? shared.turn() % shared.shards : shared.home;
}

/** Global tables are kept on the shards; whether the unsharded database has them too is for its own statements to need. */
function shardOr(place: number, { shards, turn }: Shared): number {
  return place < shards ? place : turn() % shards;
}

function noUnsharded(tables: readonly string[]): Complaint {
  return {
    sqlstate: '0A000',
    message: `unsharded: ${tables.join(', ')} is in the unsharded database, and the router was not told where that is`,
    hint: 'Start the router with --unsharded-dsn.',
  };
}

/**
 * Whether the transaction or pipeline may go to a place. It writes in one place alone, because two databases cannot commit as
 * one; it reads elsewhere only where no common snapshot was promised, because they do not have one.
 */
export function admit(session: Session, place: number, decision: Decision): Complaint | undefined {
  const { block, shared } = session;
  // Any place would have answered; but where one snapshot is promised, it is that place's from now on.
  if (decision.kind === 'any' && !(block.oneSnapshot && decision.tables.length > 0)) return undefined;
  const name = (at: number): string => shared.pools[at]?.name ?? '';
  if (decision.tables.length > 0) block.primary ??= place;
  if (block.oneSnapshot && block.primary !== undefined && block.primary !== place) {
    return twoSnapshots(name(block.primary));
  }
  if (!decision.isWrite || decision.tables.length === 0) return undefined;
  block.writer ??= place;
  return block.writer === place ? undefined : secondWriter(name(block.writer), name(place));
}

function secondWriter(first: string, second: string): Complaint {
  return {
    sqlstate: '0A000',
    message: `this transaction writes on ${first}, and the statement would write on ${second}`,
    detail:
      'Two databases cannot commit as one, so a transaction or pipeline writes in one place: that of its first write.',
    hint: 'Commit first, or write rows of one key in a transaction.',
  };
}

export function twoSnapshots(name: string): Complaint {
  return {
    sqlstate: '0A000',
    message: `this transaction reads by one snapshot, which is on ${name}, and the statement needs another place`,
    detail: 'REPEATABLE READ and SERIALIZABLE promise one snapshot; two databases do not have one together.',
    hint: 'Use READ COMMITTED, or read rows of one key in a transaction.',
  };
}

/** @throws Complained */
export function statementCalled(session: Session, name: string): Statement {
  const statement = session.statements.get(name);
  if (statement !== undefined) return statement;
  throw new Complained({ sqlstate: '26000', message: `prepared statement "${name}" does not exist` });
}

/** @throws Complained */
export function portalCalled(session: Session, name: string): Portal {
  const portal = session.portals.get(name);
  if (portal !== undefined) return portal;
  throw new Complained({ sqlstate: '34000', message: `portal "${name}" does not exist` });
}
