/**
 * Events of sessions → whole transactions. BEGIN and COMMIT decide; the virtual transaction id keeps together what runs
 * without them (a pipeline before its Sync), and shows where the end was not logged.
 *
 * A transaction is closed by the event after it: only then is it known that its last statement, or its COMMIT, did not fail.
 */

import { splitStatements } from '../../syntax/index.js';
import { detached, type LogEvent, type LogRecord } from '../../workload/index.js';
import type { Execution, LoggedStatement } from './logged-statements.js';
import type { Reach } from './reach.js';
import { type Running, startRunning, takeExecution } from './running.js';

export type Ending = 'committed' | 'rolledBack' | 'failed' | 'incomplete';

interface Open {
  readonly running: Running;
  /** '' while not known. */
  virtualTransaction: string;
  /** Between BEGIN and its end. */
  explicit: boolean;
  aborted: boolean;
  ending: Ending | undefined;
}

interface Session {
  lastLine: number;
  /** It has executed something. */
  used: boolean;
  open: Open | undefined;
  /** What has begun and is not known to have ended: an error with this text is its own. */
  begun: string | undefined;
  bound: (LogEvent & { readonly kind: 'bind' }) | undefined;
}

export interface SessionsInput {
  readonly read: (text: string, parameters: readonly (string | undefined)[], database: string) => Execution;
  readonly judge: (execution: Execution) => Reach;
  readonly onFailedExecution: () => void;
  readonly onEnd: (running: Running, ending: Ending) => void;
}

export interface Sessions {
  /** False when the record was there before, as in a csvlog beside a jsonlog. */
  readonly isNew: (record: LogRecord) => boolean;
  readonly take: (record: LogRecord, event: LogEvent) => void;
  readonly end: () => void;
  readonly count: () => number;
}

export function trackSessions(input: SessionsInput): Sessions {
  const sessions = new Map<string, Session>();
  const sessionOf = (name: string): Session => {
    const known = sessions.get(name);
    if (known !== undefined) return known;
    const fresh: Session = { lastLine: 0, used: false, open: undefined, begun: undefined, bound: undefined };
    sessions.set(detached(name), fresh);
    return fresh;
  };
  return {
    isNew: ({ session, sessionLine }) => {
      const of = sessionOf(session);
      if (sessionLine <= of.lastLine) return false;
      of.lastLine = sessionLine;
      return true;
    },
    take: (record, event) => {
      const session = sessionOf(record.session);
      if (event.kind === 'execution') {
        session.used = true;
        takeText(session, record, event, input);
        session.begun = event.ended ? undefined : event.text;
      } else if (event.kind === 'error') takeError(session, record, event, input);
      else if (event.kind === 'bind') session.bound = event;
      else if (event.kind === 'disconnection') disconnect(session, input);
    },
    end: () => {
      for (const session of sessions.values()) {
        if (session.open?.explicit === true) session.open.ending ??= 'incomplete';
        close(session, input);
      }
    },
    count: () => [...sessions.values()].filter(({ used }) => used).length,
  };
}

function takeText(
  session: Session,
  record: LogRecord,
  event: { readonly text: string; readonly parameters: readonly (string | undefined)[] },
  input: SessionsInput,
): void {
  const texts = event.text.includes(';') ? splitStatements(event.text).map(({ text }) => text) : [event.text];
  for (const [at, text] of texts.entries()) {
    const execution = input.read(text, event.parameters, record.database);
    const open = openFor(session, record.virtualTransaction, execution.statement, at > 0, input);
    takeExecution(open.running, execution.statement, input.judge(execution));
    applyControl(session, open, execution.statement, input);
  }
}

/** The transaction that a statement runs in; what cannot be the same one any more is closed. */
function openFor(
  session: Session,
  virtualTransaction: string,
  statement: LoggedStatement,
  sameMessage: boolean,
  input: SessionsInput,
): Open {
  const { open } = session;
  if (open !== undefined && continues(open, virtualTransaction, statement, sameMessage)) {
    if (isInside(virtualTransaction)) open.virtualTransaction = virtualTransaction;
    return open;
  }
  close(session, input);
  const fresh: Open = {
    running: startRunning(),
    virtualTransaction: isInside(virtualTransaction) ? virtualTransaction : '',
    explicit: false,
    aborted: false,
    ending: undefined,
  };
  session.open = fresh;
  return fresh;
}

function continues(
  open: Open,
  virtualTransaction: string,
  { control }: LoggedStatement,
  sameMessage: boolean,
): boolean {
  if (open.ending !== undefined) return false;
  if (sameMessage) return true;
  if (isInside(virtualTransaction) && open.virtualTransaction !== '') {
    return virtualTransaction === open.virtualTransaction;
  }
  if (!open.explicit) return false;
  // Outside of any transaction, or when one has ended: the server says n/0. Aborted ones stand there too.
  const isOutside = virtualTransaction.endsWith('/0');
  return !isOutside || open.aborted || (control !== undefined && control !== 'begin');
}

function isInside(virtualTransaction: string): boolean {
  return virtualTransaction !== '' && !virtualTransaction.endsWith('/0');
}

function applyControl(
  session: Session,
  open: Open,
  { control }: LoggedStatement,
  input: SessionsInput,
): void {
  switch (control) {
    case undefined:
      return;
    case 'begin':
      open.explicit = true;
      return;
    case 'rollbackTo':
      open.aborted = false;
      return;
    case 'commit':
    case 'commitAndChain':
    case 'rollback':
    case 'rollbackAndChain': {
      const isCommit = control === 'commit' || control === 'commitAndChain';
      open.ending = open.aborted ? 'failed' : endingOf(open, isCommit ? 'committed' : 'rolledBack');
      if (control === 'commitAndChain' || control === 'rollbackAndChain') chain(session, input);
    }
  }
}

/** An end without a beginning: the log begins within the transaction. */
function endingOf(open: Open, ending: Ending): Ending {
  return open.explicit ? ending : 'incomplete';
}

function chain(session: Session, input: SessionsInput): void {
  close(session, input);
  session.open = {
    running: startRunning(),
    virtualTransaction: '',
    explicit: true,
    aborted: false,
    ending: undefined,
  };
}

function takeError(
  session: Session,
  record: LogRecord,
  { text, fatal }: { readonly text: string; readonly fatal: boolean },
  input: SessionsInput,
): void {
  const isOfBegun = session.begun !== undefined && session.begun === text;
  if (text !== '') input.onFailedExecution();
  // Without log_statement the error is the first that the log says of the statement.
  if (!isOfBegun && text !== '') {
    const parameters = session.bound?.text === text ? session.bound.parameters : [];
    takeText(session, record, { text, parameters }, input);
  }
  session.begun = undefined;
  const { open } = session;
  if (open === undefined) return;
  const isRunning = open.explicit && open.ending === undefined;
  if (isRunning && !fatal) open.aborted = true;
  // An error without a statement, when nothing runs, is of nothing that went before.
  else if (isRunning || isOfBegun || text !== '') {
    open.ending = 'failed';
    close(session, input);
  }
}

/** The server rolls back what a client leaves behind. */
function disconnect(session: Session, input: SessionsInput): void {
  if (session.open?.explicit === true) session.open.ending ??= 'rolledBack';
  close(session, input);
}

function close(session: Session, { onEnd }: SessionsInput): void {
  const { open } = session;
  session.open = undefined;
  if (open === undefined) return;
  const fallback: Ending = open.aborted ? 'failed' : 'committed';
  onEnd(open.running, open.ending ?? fallback);
}
