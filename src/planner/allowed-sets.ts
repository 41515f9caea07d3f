/**
 * What boxes allow a member, each distinct set once: many boxes of a term allow a table the same positions, so the dual's
 * loops run over sets and not over positions of every box.
 */

import type { Dense } from './dense.js';

export interface AllowedSets {
  /** By member: where its sets begin. */
  readonly setStart: Int32Array;
  /** By set: where its cells begin, each the place of a position among the messages. */
  readonly cellStart: Int32Array;
  readonly cells: Int32Array;
  /** By member: where the boxes of its term begin in `setOfBox`. */
  readonly boxStart: Int32Array;
  readonly setOfBox: Int32Array;
}

export function allowedSets(dense: Dense): AllowedSets {
  const { memberOffset, termOfMember } = dense;
  const members = termOfMember.length;
  const setStart = new Int32Array(members + 1);
  const boxStart = new Int32Array(members + 1);
  const cellStart = [0];
  const cells: number[] = [];
  const setOfBox: number[] = [];
  for (let member = 0; member < members; member += 1) {
    const term = termOfMember[member] as number;
    const own = memberOffset[member] as number;
    const shift = own - (memberOffset[dense.memberStart[term] as number] as number);
    const width = (memberOffset[member + 1] as number) - own;
    const known = new Map<string, number>();
    for (let box = dense.boxStart[term] as number; box < (dense.boxStart[term + 1] as number); box += 1) {
      const from = (dense.boxRow[box] as number) + shift;
      const row = dense.allows.subarray(from, from + width);
      const name = row.join('');
      let set = known.get(name);
      if (set === undefined) {
        set = cellStart.length - 1;
        known.set(name, set);
        for (let rank = 0; rank < width; rank += 1) if (row[rank] === 1) cells.push(own + rank);
        cellStart.push(cells.length);
      }
      setOfBox.push(set);
    }
    setStart[member + 1] = cellStart.length - 1;
    boxStart[member + 1] = setOfBox.length;
  }
  return {
    setStart,
    cellStart: Int32Array.from(cellStart),
    cells: Int32Array.from(cells),
    boxStart,
    setOfBox: Int32Array.from(setOfBox),
  };
}
