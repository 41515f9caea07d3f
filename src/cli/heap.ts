/**
 * Keeps the process near what is alive. By itself V8 lets two to four times of that pile up before it looks for garbage: a
 * gigabyte for a big export, of which 170 MB are in use.
 */

import { getHeapStatistics, setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Garbage is collected when a quarter more is there than was alive; it costs a tenth of the time. */
export function growSlowly(): void {
  setFlagsFromString('--heap-growing-percent=25');
}

/** From the first heap that is worth collecting on, a tenth: a quarter of what the proof holds is 60 MB. */
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
