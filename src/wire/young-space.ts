/**
 * The space in which V8 keeps what is young begins at a megabyte or two, and grows only when much of it survives. A router's
 * objects live for one statement, so it would stay small and be emptied hundreds of times a second, for nothing. Objects that
 * do survive a few times make it grow to what V8 allows (16 MiB), once, at the start.
 */

const most = 40;
const each = 20_000;

export function growYoungSpace(): number {
  let kept: { readonly at: number; readonly list: readonly number[] }[] = [];
  let count = 0;
  for (let round = 0; round < most; round += 1) {
    kept = [];
    for (let at = 0; at < each; at += 1) kept.push({ at, list: [at] });
    count += kept.length;
  }
  return count;
}
