/** Two kinds of exchange with a server: an answer that the router wants for itself, and one that passes on to the client. */

import type { Ask } from '../fitness/index.js';
import { type Backend, type Exchange, noTypes, rowTypes } from './backend.js';
import { asError, B, type Complaint, type Status, tagOf, valuesOf } from './backend-messages.js';
import { ConnectionRefused } from './connect-backend.js';
import type { Outlet } from './frames.js';
import { query } from './frontend-messages.js';

export interface Answer {
  readonly status: Status;
  /** The ErrorResponse, if there was one. */
  readonly error?: Buffer;
  /** Messages other than rows and parameters, in order. */
  readonly messages: readonly Buffer[];
  readonly rows: readonly Buffer[];
  /** ParameterStatus messages. */
  readonly parameters: readonly Buffer[];
  /** Of the last CommandComplete. */
  readonly tag: string;
  readonly isLost: boolean;
}

/** Everything that comes until ReadyForQuery. The connection's loss is an answer too. `most`: bytes of rows that are held. */
export function collected(backend: Backend, most = Number.MAX_SAFE_INTEGER): Promise<Answer> {
  return new Promise((resolve) => {
    const messages: Buffer[] = [];
    const rows: Buffer[] = [];
    const parameters: Buffer[] = [];
    let error: Buffer | undefined;
    let tag = '';
    let bytes = 0;
    const done = (status: Status, isLost: boolean): void =>
      resolve({ status, messages, rows, parameters, tag, isLost, ...(error === undefined ? {} : { error }) });
    backend.expect({
      unread: noTypes,
      pass: () => {},
      message: (type, frame) => {
        if (type === B.dataRow || type === B.copyData) {
          bytes += frame.length;
          // Rows that nobody can hold are not kept; who asked sees by the count of bytes that they are missing.
          if (bytes <= most) rows.push(frame);
          return;
        }
        if (type === B.error) error = frame;
        if (type === B.commandComplete) tag = tagOf(frame);
        messages.push(frame);
      },
      parameter: (frame) => parameters.push(frame),
      ready: (status) => done(status, false),
      lost: () => done('E', true),
    });
  });
}

export function ask(backend: Backend, sql: string): Promise<Answer> {
  const answer = collected(backend);
  backend.unnamed = undefined;
  backend.outlet.push(query(sql));
  backend.outlet.flush();
  return answer;
}

/**
 * Asks for rows of texts, outside of any session.
 * @throws ConnectionRefused from what was asked, when the connection is lost: nothing is known of the server then.
 */
export function asker(backend: Backend): Ask {
  return async (sql) => {
    const { rows, error, isLost } = await ask(backend, sql);
    if (isLost) throw new ConnectionRefused('it went away while it was asked how it is set');
    if (error !== undefined) return undefined;
    return rows.map((row) => valuesOf(row).map((value) => value?.toString('utf8') ?? null));
  };
}

/** A setting-up whose answers nobody waits for: the connection is closed when it fails, which whoever follows hears. */
export function prepareQuietly(backend: Backend, sql: string): void {
  backend.expect({
    unread: rowTypes,
    pass: () => {},
    message: (type) => {
      if (type === B.error) backend.close();
    },
    parameter: () => {},
    ready: () => {},
    lost: () => {},
  });
  backend.unnamed = undefined;
  backend.outlet.push(query(sql));
}

export interface Passing {
  readonly client: Outlet;
  /** The answer was an error; gives what the client is told. */
  readonly failed: (error: Buffer) => void;
  readonly copyIn: () => void;
}

/** A simple query whose answers go to the client as they are, ReadyForQuery apart. Resolves with the status; lost is `undefined`. */
export function passed(backend: Backend, { client, failed, copyIn }: Passing): Promise<Status | undefined> {
  backend.unnamed = undefined;
  return new Promise((resolve) => {
    const exchange: Exchange = {
      unread: rowTypes,
      pass: (bytes) => forward(client, backend, bytes),
      message: (type, frame) => {
        if (type === B.error) return failed(asError(frame));
        client.soon(frame);
        if (type === B.copyIn) copyIn();
      },
      parameter: (frame) => client.soon(frame),
      ready: resolve,
      lost: () => resolve(undefined),
    };
    backend.expect(exchange);
  });
}

/** Passes bytes on, and stops the server's side while the client is slower. */
export function forward(client: Outlet, backend: Backend, bytes: Buffer): void {
  client.soon(bytes);
  client.holdBack(backend);
}

export function lostComplaint(name: string, sqlstate = '08006'): Complaint {
  return {
    sqlstate,
    message: `the connection to ${name} was lost`,
    hint: 'Whether the statement took effect there is not known; other shards are served.',
  };
}
