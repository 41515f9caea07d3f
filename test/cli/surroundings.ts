/** One run of the command line inside the test: what it printed, and its exit code. */

import { Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { run } from '../../src/cli/run.js';

export const fixtures = fileURLToPath(new URL('../../fixtures/cli/', import.meta.url));

export interface World {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly terminal?: boolean;
}

export async function shardwright(argv: readonly string[], { stdin, env, terminal }: World = {}) {
  const stdout = collector(terminal === true);
  const stderr = collector(terminal === true);
  const exitCode = await run(argv, {
    stdin: Object.assign(bytesOf(stdin ?? ''), { isTTY: stdin === undefined }),
    stdout,
    stderr,
    env: env ?? {},
    cwd: fixtures,
  });
  return { exitCode, stdout: stdout.text(), stderr: stderr.text() };
}

async function* bytesOf(text: string): AsyncGenerator<Uint8Array> {
  const bytes = new TextEncoder().encode(text);
  // In small pieces, as pipes do, so that letters and lines are cut in two.
  for (let at = 0; at < bytes.length; at += 7) yield bytes.subarray(at, at + 7);
}

function collector(isTTY: boolean) {
  const chunks: string[] = [];
  const stream = new Writable({
    write(chunk, _, done) {
      chunks.push(String(chunk));
      done();
    },
  });
  return Object.assign(stream, { isTTY, text: () => chunks.join('') });
}
