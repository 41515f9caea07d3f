/**
 * A statement's fingerprint: equal for texts that differ in formatting, comments, aliases, numbers of parameters, lengths of
 * lists or the schema before a table's name; different where a table, a column or an operator is another.
 */

import { createHash } from 'node:crypto';
import type { Catalog } from '../../model/index.js';
import type { Statement } from '../../syntax/index.js';
import { canonicalText } from './canonical.js';

/** 16 hexadecimal digits. */
export function fingerprintOf(statement: Statement, catalog: Catalog): string {
  return createHash('sha256').update(canonicalText(statement, catalog)).digest('hex').slice(0, 16);
}
