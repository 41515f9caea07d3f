/** A server that answers everything with nothing, and writes down what no well-behaved client would have sent. */

import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import {
  authentication,
  B,
  backendKey,
  bindComplete,
  closeComplete,
  commandComplete,
  message,
  noData,
  parameterStatus,
  parseComplete,
  readyForQuery,
} from '../../src/wire/backend-messages.js';
import { frameReader } from '../../src/wire/frames.js';
import {
  F,
  readBind,
  readEmpty,
  readExecute,
  readNamed,
  readParse,
  readQuery,
} from '../../src/wire/frontend-messages.js';

export interface FakeShard {
  readonly port: number;
  readonly violations: string[];
  readonly messages: () => number;
  readonly stop: () => Promise<void>;
}

export async function fakeShard(): Promise<FakeShard> {
  const violations: string[] = [];
  const sockets = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let started = false;
    const frames = frameReader(1 << 28, (type, frame) => {
      count += 1;
      socket.write(answerTo(type, frame));
      return true;
    });
    socket.on('data', (chunk) => {
      try {
        if (started) return frames.push(chunk);
        started = true;
        if (chunk.readInt32BE(4) === 196_608) socket.write(greeting);
      } catch (error) {
        violations.push(String(error));
      }
    });
    socket.on('error', () => {}).on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    violations,
    messages: () => count,
    stop: async () => {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

const greeting = Buffer.concat([
  authentication(0),
  parameterStatus('server_version', '18.0'),
  backendKey(1, 1),
  readyForQuery('I'),
]);
const nothing = Buffer.alloc(0);

/** @throws for a message that breaks the protocol */
function answerTo(type: number, frame: Buffer): Buffer {
  switch (type) {
    case F.query:
      readQuery(frame);
      return Buffer.concat([commandComplete('SELECT 0'), readyForQuery('I')]);
    case F.parse:
      readParse(frame);
      return parseComplete;
    case F.bind:
      readBind(frame);
      return bindComplete;
    case F.describe:
      return readNamed(frame).kind === 'statement'
        ? Buffer.concat([message(B.parameterDescription, Buffer.from([0, 0])), noData])
        : noData;
    case F.execute:
      readExecute(frame);
      return commandComplete('SELECT 0');
    case F.close:
      readNamed(frame);
      return closeComplete;
    case F.sync:
      readEmpty(frame);
      return readyForQuery('I');
    case F.flush:
    case F.terminate:
    case F.copyDone:
      readEmpty(frame);
      return nothing;
    case F.copyData:
    case F.copyFail:
      return nothing;
    default:
      throw new Error(`a message of type ${type}`);
  }
}
