/** An answer that is passed on reaches the client as the server wrote it, wherever the chunks of its connection end. */

import { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { backendOf, typesOf } from '../../src/wire/backend.js';
import { B, commandComplete, message, readyForQuery } from '../../src/wire/backend-messages.js';
import { noSettings } from '../../src/wire/settings.js';

const parts = [
  message(B.rowDescription, Buffer.from('\0\0')),
  message(B.dataRow, Buffer.from('first')),
  message(B.notice, Buffer.from('looked at')),
  message(B.dataRow, Buffer.from('second')),
  commandComplete('SELECT 2'),
];
const answer = Buffer.concat([...parts, readyForQuery('T')]);

interface Heard {
  readonly bytes: Buffer;
  readonly statuses: readonly string[];
  readonly pieces: number;
}

function hear(chunks: readonly Buffer[], hasLast: boolean): Heard {
  const socket = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done() });
  const started = { socket, pid: 1, secret: Buffer.alloc(4), rest: Buffer.alloc(0) };
  const backend = backendOf(0, started, noSettings);
  const bytes: Buffer[] = [];
  const statuses: string[] = [];
  const take = (piece: Buffer): void => void bytes.push(Buffer.from(piece));
  const ready = (status: string): void => void statuses.push(status);
  backend.expect({
    unread: typesOf(B.rowDescription, B.dataRow, B.commandComplete),
    pass: take,
    message: (_type, frame) => take(frame),
    parameter: take,
    ready: (status) => {
      ready(status);
      take(readyForQuery(status));
    },
    ...(hasLast
      ? {
          last: (piece: Buffer, status: string) => {
            take(piece);
            ready(status);
          },
        }
      : {}),
    lost: () => ready('lost'),
  });
  for (const chunk of chunks) socket.emit('data', chunk);
  expect(backend.isBusy()).toBe(statuses.length === 0);
  return { bytes: Buffer.concat(bytes), statuses, pieces: bytes.length };
}

it.each([true, false])('cut in two and in three anywhere, with an end of its own: %s', (hasLast) => {
  for (let first = 1; first < answer.length; first += 1) {
    for (let second = first; second < answer.length; second += 3) {
      const chunks = [answer.subarray(0, first), answer.subarray(first, second), answer.subarray(second)];
      const heard = hear(chunks, hasLast);
      expect({ first, second, statuses: heard.statuses }).toEqual({ first, second, statuses: ['T'] });
      expect(heard.bytes.equals(answer)).toBe(true);
    }
  }
});

it('stays one piece, with its end, when it came as one', () => {
  const plain = Buffer.concat([...parts.filter((_, i) => i !== 2), readyForQuery('I')]);
  expect(hear([plain], true)).toEqual({ bytes: plain, statuses: ['I'], pieces: 1 });
});

it('has no piece of a message that is not a row: what would follow it, were the server lost, could not be read', () => {
  for (const [at, part] of parts.entries()) {
    const before = Buffer.concat(parts.slice(0, at));
    const { bytes } = hear([Buffer.concat([before, part.subarray(0, -1)])], true);
    const isRow = part[0] === B.dataRow;
    expect(bytes.length).toBe(isRow ? before.length + part.length - 1 : before.length);
  }
});
