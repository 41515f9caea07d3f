/**
 * Keeps the process near what is alive. By itself V8 lets two to four times of that pile up before it looks for garbage: a
 * gigabyte for a big export, of which 170 MB are in use.
 */

import { getHeapSpaceStatistics, getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Garbage is collected when a quarter more is there than was alive; it costs a tenth of the time. The young generation stays
 * as it is: it would grow to 32 MB, of which nothing outlives the next statement.
 */
export function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=25');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** Both halves of the young generation, in bytes, for long work: in less, what is soon garbage is taken for old. */
const YOUNG = 8 * 2 ** 20;
/** Numbers in a block of 8 kB. */
const BLOCK = 1024;

/** V8 has no flag for a size while it runs, but one for doubling: it may until it is there, for which something has to live. */
export function growYoung(): void {
  setFlagsFromString('--semi-space-growth-factor=2');
  const held: unknown[] = [];
  while (youngSize() < YOUNG && held.length * BLOCK < YOUNG) held.push(new Array(BLOCK).fill(held.length));
  setFlagsFromString('--semi-space-growth-factor=1');
}

function youngSize(): number {
  return getHeapSpaceStatistics().find((space) => space.space_name === 'new_space')?.space_size ?? YOUNG;
}

/** From the first heap that is worth collecting on, a tenth: a quarter of what the proof holds is 40 MB. */
const TIGHTLY = '--heap-growing-percent=10';

/** Smaller heaps are not worth the pause. */
const WORTH_COLLECTING = 96 * 2 ** 20;

let collect: (() => void) | undefined;

/** Between two stages: what the one left behind makes room for the other. */
export function collectGarbage(): void {
  if (getHeapStatistics().used_heap_size < WORTH_COLLECTING) return;
  if (collect === undefined) {
    setFlagsFromString('--expose-gc');
    collect = runInNewContext('gc') as () => void;
  }
  collect();
  setFlagsFromString(TIGHTLY);
}
