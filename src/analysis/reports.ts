/** Small translations of stages' results into the words of the analysis. */

import {
  type ConstraintReport,
  type Note,
  type Query,
  type TableName,
  UserError,
  type Weight,
  type Workload,
} from '../model/index.js';
import type { Unenforceable } from '../planner/index.js';

/** How a statement touches tables, for the co-access graph. */
export function accessOf(query: Query, calls: number) {
  const written = new Set<TableName>(query.writes.map(({ table }) => table));
  return { tables: query.tables, writtenTables: [...written].sort(), calls, joins: query.joins };
}

const remedies: Readonly<Record<Unenforceable['remedy'], string>> = {
  'composite-key': 'put the shard key into it',
  'uuid-or-snowflake': 'use UUID or Snowflake identifiers, made without asking a shard',
  'lookup-table': 'keep a lookup table that holds the value once for all shards',
  'application-check': 'check it in the application',
};

export function constraintReport(one: Unenforceable): ConstraintReport {
  const { table, kind, constraint, problem, advice, remedy } = one;
  return { table, kind, name: constraint, message: `${problem} ${advice}`, remedy: remedies[remedy] };
}

export function skippedNote({ path, why }: { readonly path: string; readonly why: string }): Note {
  return { code: 'file-skipped', message: `${path} was skipped: ${why}` };
}

export function nothingToAnalyse(): UserError {
  return new UserError(
    'nothing-to-analyse',
    'no statement of these exports reads or writes an application table',
    'Export pg_stat_statements of the application database, as a role that may see all query texts.',
  );
}

/** @throws UserError bad-option when the statements cannot be weighed as was asked for */
export function refuseUnknownWeight({ lacks, statements }: Workload, weight: Weight): void {
  if (weight === 'calls') return;
  const column = weight === 'time' ? 'total_exec_time' : 'rows';
  if (lacks?.includes(weight)) {
    throw new UserError(
      'bad-option',
      `--weight ${weight} needs the column ${column} in every export, and there is one without it`,
      `Export pg_stat_statements with ${column}, or leave --weight out: then statements weigh by their calls.`,
    );
  }
  const of = weight === 'time' ? 'totalExecMs' : 'rows';
  if (statements.length === 0 || statements.some(({ counters }) => counters[of] > 0)) return;
  throw new UserError(
    'bad-option',
    `--weight ${weight} gives no statement a weight: ${column} is 0 in every row`,
    'Leave --weight out: then statements weigh by their calls.',
  );
}
