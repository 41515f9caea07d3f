/** All rules, in the order in which their findings are reported. */

import type { Rule } from '../rule.js';
import { keyTypeMismatch } from './key-type-mismatch.js';
import { missingKeyColumn } from './missing-key-column.js';
import { newCrossShardStatement } from './new-cross-shard-statement.js';
import { planOutOfDate } from './plan-out-of-date.js';
import { tableWithoutPlacement } from './table-without-placement.js';

export const rules: readonly Rule[] = [
  planOutOfDate,
  keyTypeMismatch,
  tableWithoutPlacement,
  missingKeyColumn,
  newCrossShardStatement,
];
