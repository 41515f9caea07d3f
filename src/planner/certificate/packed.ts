/** Whole numbers in as few bytes as each needs: most messages are 0, and few need all of a double. */

/** The first byte has a sign and six bits, each further one seven; a byte's highest bit says that another follows. */
const MORE = 0x80;
const NEGATIVE = 0x40;

/** Assumes safe integers. */
export function packed(numbers: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const number of numbers) {
    const sign = number < 0 ? NEGATIVE : 0;
    let width = NEGATIVE;
    let left = Math.abs(number);
    let own = sign;
    while (left >= width) {
      bytes.push(MORE | own | (left % width));
      left = Math.floor(left / width);
      width = MORE;
      own = 0;
    }
    bytes.push(own | left);
  }
  return Uint8Array.from(bytes);
}

/** Gives one number after the other. Assumes that there are as many as are asked for. */
export function unpacked(bytes: Uint8Array): () => number {
  let at = 0;
  return () => {
    const first = bytes[at++] as number;
    let number = first % NEGATIVE;
    let worth = NEGATIVE;
    for (let byte = first; byte >= MORE; worth *= MORE) {
      byte = bytes[at++] as number;
      number += (byte % MORE) * worth;
    }
    return (first & NEGATIVE) === 0 ? number : -number;
  };
}
