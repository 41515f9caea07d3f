/** A server that answers everything with nothing, and writes down what no well-behaved client would have sent. */

import { once } from 'node:events';
import net, { type AddressInfo } from 'node:net';
import { goldenVectors } from '../../src/topology/index.js';
import {
  authentication,
  B,
  backendKey,
  bindComplete,
  closeComplete,
  commandComplete,
  int32,
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

/** `facts`: what it says of itself in place of what a proper server says, or that it goes away instead. */
export async function fakeShard(facts: Readonly<Record<string, string>> | 'gone' = {}): Promise<FakeShard> {
  const violations: string[] = [];
  const sockets = new Set<net.Socket>();
  let count = 0;
  const server = net.createServer((socket) => {
    sockets.add(socket);
    let started = false;
    const frames = frameReader(1 << 28, (type, frame) => {
      count += 1;
      if (facts === 'gone') {
        socket.destroy();
        return true;
      }
      const isSurvey = type === F.query && readQuery(frame).includes("'identity'");
      socket.write(
        isSurvey ? surveyAnswer({ identity: String(socket.localPort), ...facts }) : answerTo(type, frame),
      );
      return true;
    });
    socket.on('data', (chunk) => {
      try {
        if (started) return frames.push(chunk);
        started = true;
        if (chunk.readInt32BE(4) === 196_608)
          socket.write(greeting(facts === 'gone' ? '18.0' : (facts.version ?? '18.0')));
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

function greeting(version: string): Buffer {
  return Buffer.concat([
    authentication(0),
    parameterStatus('server_version', version),
    backendKey(1, 1),
    readyForQuery('I'),
  ]);
}

const nothing = Buffer.alloc(0);

/** What a router asks at the start of each connection, as a server says it that may serve. */
function surveyAnswer(facts: Readonly<Record<string, string>>): Buffer {
  const said = {
    'setting server_encoding': 'UTF8',
    'setting client_encoding': 'UTF8',
    'setting standard_conforming_strings': 'on',
    'setting array_nulls': 'on',
    'setting transform_null_equals': 'off',
    'setting search_path': 'public',
    ...Object.fromEntries(goldenVectors().map(({ hash }, i) => [`hash ${i}`, String(hash)])),
    ...facts,
  };
  return Buffer.concat([...Object.entries(said).map(row), commandComplete('SELECT'), readyForQuery('I')]);
}

function row(values: readonly string[]): Buffer {
  const parts: Uint8Array[] = [Buffer.from([0, values.length])];
  for (const value of values) parts.push(int32(Buffer.byteLength(value)), Buffer.from(value));
  return message(B.dataRow, Buffer.concat(parts));
}

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
