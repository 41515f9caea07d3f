/** The world around a run of the command line, so that tests can be one. */

import type { CommonOptions } from './options.js';

export type Output = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Surroundings {
  readonly stdin: AsyncIterable<string | Uint8Array> & { readonly isTTY?: boolean };
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
}

/**
 * Waits while the reader of a pipe is slower than we are, so that output does not pile up in memory. A reader that has left
 * is told nothing more: what else there is to do, and the exit code, do not hang on it.
 */
export async function write(output: Output, text: string | Uint8Array): Promise<void> {
  if (!output.writable || output.write(text)) return;
  await new Promise<void>((resolve) => {
    const done = (): void => {
      output.off('drain', done).off('close', done);
      resolve();
    };
    output.once('drain', done).once('close', done);
  });
}

/** NO_COLOR wins over everything, then FORCE_COLOR; else colours are for terminals. See no-color.org. */
function wantsColor(surroundings: Surroundings, allowed: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = surroundings.env;
  if (!allowed || (NO_COLOR !== undefined && NO_COLOR !== '')) return false;
  if (FORCE_COLOR !== undefined) return FORCE_COLOR !== '0' && FORCE_COLOR !== 'false';
  return surroundings.stdout.isTTY === true && TERM !== 'dumb';
}

const narrowest = 72;
const widest = 160;

/** How a text is laid out where it is going to be read. */
export function textOptions(
  surroundings: Surroundings,
  { color, verbose }: CommonOptions,
): { readonly width: number; readonly color: boolean; readonly verbose: boolean } {
  return { width: widthOf(surroundings.stdout), color: wantsColor(surroundings, color), verbose };
}

/** A pipe, or a terminal that does not know its own width, gets what fits everywhere. */
export function widthOf({ columns = 0 }: Output): number {
  return columns === 0 ? 80 : Math.min(widest, Math.max(narrowest, columns));
}
