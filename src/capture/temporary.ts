/** A captured export in a folder that nobody is to find afterwards: it is gone when the work is done, fails or is interrupted. */

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Tool } from '../contract/index.js';
import type { Captured } from './capture.js';
import { writeCapture } from './write.js';

const interruptions = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Gives what `work` gives. */
export async function withTemporaryCapture<T>(
  captured: Captured,
  tool: Tool,
  work: (folder: string) => Promise<T>,
): Promise<T> {
  let folder: string | undefined;
  let written: Promise<unknown> = Promise.resolve();
  const remove = (): void => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  };
  const interrupted = (signal: NodeJS.Signals): void => {
    // What is half written would come back after it was removed.
    void written.then(() => {
      remove();
      letGo();
      // Without a listener of ours it ends the process, as it would have done.
      process.kill(process.pid, signal);
    });
  };
  const letGo = (): void => {
    process.off('exit', remove);
    for (const signal of interruptions) process.off(signal, interrupted);
  };
  process.on('exit', remove);
  for (const signal of interruptions) process.on(signal, interrupted);
  try {
    folder = mkdtempSync(path.join(tmpdir(), 'shardwright-'));
    const writing = writeCapture(folder, captured, tool);
    written = writing.catch(() => {});
    await writing;
    return await work(folder);
  } finally {
    remove();
    letGo();
  }
}
