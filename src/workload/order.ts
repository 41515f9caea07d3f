/** Of two places in exports, the first one, whatever order they were read in. */
import { byNumberedName, type SourceRef } from '../model/index.js';

export function firstSource(a: SourceRef, b: SourceRef): SourceRef {
  return (byNumberedName(a.file, b.file) || a.line - b.line) <= 0 ? a : b;
}
