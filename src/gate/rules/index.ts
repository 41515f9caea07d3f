/** All rules that look at the input, in the order in which their findings are reported. */

import type { Rule } from '../rule.js';
import { baselineRegression } from './baseline-regression.js';
import { budgetExceeded } from './budget-exceeded.js';
import { coverageDropped } from './coverage-dropped.js';
import { globalTooBig } from './global-too-big.js';
import { globalWriteHeavy } from './global-write-heavy.js';
import { insertWithoutKey } from './insert-without-key.js';
import { keyNullable } from './key-nullable.js';
import { keyTypeMismatch } from './key-type-mismatch.js';
import { keyUpdated } from './key-updated.js';
import { missingKeyColumn } from './missing-key-column.js';
import { newCrossShardStatement } from './new-cross-shard-statement.js';
import { planOutOfDate } from './plan-out-of-date.js';
import { tableWithoutPlacement } from './table-without-placement.js';
import { unenforceableForeignKey } from './unenforceable-foreign-key.js';
import { unenforceableUnique } from './unenforceable-unique.js';
import { unreadableStatement } from './unreadable-statement.js';
import { unshardedOverload } from './unsharded-overload.js';

export const rules: readonly Rule[] = [
  planOutOfDate,
  keyTypeMismatch,
  tableWithoutPlacement,
  missingKeyColumn,
  newCrossShardStatement,
  insertWithoutKey,
  keyUpdated,
  baselineRegression,
  budgetExceeded,
  globalWriteHeavy,
  globalTooBig,
  unshardedOverload,
  unreadableStatement,
  coverageDropped,
  unenforceableUnique,
  unenforceableForeignKey,
  keyNullable,
];
