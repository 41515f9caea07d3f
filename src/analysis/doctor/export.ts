/** What an export is good for: how long it counts, what it lacks, what of it can be read, and what lies beside it. */

import {
  type Catalog,
  type Coverage,
  type CoveragePart,
  type DoctorCheck,
  percent,
  type Workload,
} from '../../model/index.js';

export interface ExaminedExport {
  readonly workload: Workload;
  readonly coverage: Coverage;
  readonly catalog: Catalog;
}

export function exportChecks({ workload, coverage, catalog }: ExaminedExport): readonly DoctorCheck[] {
  return [
    windowCheck(workload.window),
    evictionCheck(workload.evictions),
    ...lackCheck(workload),
    unreadCheck(coverage, coverage.masked, {
      id: 'masked',
      none: 'every text is there',
      some: 'have no text for the role that took it',
      hint: 'GRANT pg_read_all_stats (or pg_monitor) to that role, and take it again.',
    }),
    unreadCheck(coverage, coverage.truncated, {
      id: 'truncated',
      none: 'no text is cut off',
      some: 'are cut off',
      hint: 'The server keeps whole texts, whatever track_activity_query_size says: a monitoring tool has cut them. Take it from pg_stat_statements itself.',
    }),
    unreadCheck(coverage, coverage.unparsed, {
      id: 'unparsed',
      none: 'every text is SQL that PostgreSQL reads',
      some: 'cannot be read',
      hint: 'analyze --verbose names them, with the reason.',
    }),
    coverageCheck(coverage),
    schemaCheck(catalog),
    statisticsCheck(catalog),
    rowSecurityCheck(catalog),
  ];
}

const hour = 3_600_000;
const day = 24 * hour;

function windowCheck({ from, to, restarted }: Workload['window']): DoctorCheck {
  const id = 'window';
  if (from === undefined || to === undefined) {
    return {
      id,
      status: 'warn',
      message: 'nothing says since when the counters count, nor until when',
      hint: 'Take it with shardwright capture, or add captured_at and the time of the last reset.',
    };
  }
  const length = Date.parse(to) - Date.parse(from);
  const message = `the counters cover ${lengthText(length)}`;
  const hint =
    'Take it after a week with its weekend and its nightly jobs, or take two captures a week apart.';
  if (length < hour)
    return { id, status: 'fail', message: `${message}: nothing can be concluded from it`, hint };
  if (length < day) return { id, status: 'warn', message: `${message}, less than a day`, hint };
  if (length > 90 * day) {
    return {
      id,
      status: 'warn',
      message: `${message}: statements that nobody sends any more weigh as much as today's`,
      hint: 'Take two captures a week apart: they are subtracted.',
    };
  }
  if (restarted > 0) {
    return {
      id,
      status: 'warn',
      message: `${message}, with resets within`,
      hint: 'What was counted before a reset is kept where a snapshot saw it.',
    };
  }
  return { id, status: 'ok', message };
}

function lengthText(ms: number): string {
  if (ms < 2 * hour) return `${Math.round(ms / 60_000)} minutes`;
  return ms < 2 * day ? `${Math.round(ms / hour)} hours` : `${Math.round(ms / day)} days`;
}

function evictionCheck(evictions: Workload['evictions']): DoctorCheck {
  const id = 'evictions';
  if (evictions === 0) return { id, status: 'ok', message: 'no entry was dropped for want of room' };
  if (evictions === 'unknown') {
    return {
      id,
      status: 'warn',
      message:
        'it is not known whether entries were dropped for want of room: before version 1.9 nothing says so',
      hint: 'Compare the number of entries with pg_stat_statements.max; take pg_stat_statements_info along.',
    };
  }
  return {
    id,
    status: 'warn',
    message: `entries were dropped ${evictions} times for want of room: rare statements are missing`,
    hint: 'Raise pg_stat_statements.max (it takes a restart), and let clients send parameters instead of lists of all lengths.',
  };
}

function lackCheck({ lacks = [] }: Workload): readonly DoctorCheck[] {
  if (lacks.length === 0) return [];
  return [
    {
      id: 'columns',
      status: 'warn',
      message: `the export lacks ${lacks.join(' and ')}`,
      hint: '\\copy (select * from pg_stat_statements) to export.csv csv header',
    },
  ];
}

const tooMuch = 0.2;

interface Unread {
  readonly id: string;
  readonly none: string;
  readonly some: string;
  readonly hint: string;
}

function unreadCheck({ calls }: Coverage, part: CoveragePart, { id, none, some, hint }: Unread): DoctorCheck {
  if (part.statements === 0) return { id, status: 'ok', message: none };
  const share = calls === 0 ? 0 : part.calls / calls;
  const message = `${percent(share)} of the calls ${some} (statements: ${part.statements})`;
  return { id, status: share > tooMuch ? 'fail' : 'warn', message, hint };
}

function coverageCheck({ calls, readable }: Coverage): DoctorCheck {
  const id = 'coverage';
  const share = calls === 0 ? 0 : readable.calls / calls;
  const message = `${readable.statements} statements of the application with ${percent(share)} of all calls can be read`;
  if (readable.statements > 0) return { id, status: 'ok', message };
  return {
    id,
    status: 'fail',
    message: 'no statement of the application can be read',
    hint: 'Is it the right database? --database names one, capture --all-databases takes all.',
  };
}

function schemaCheck({ origin, tables, unreadable }: Catalog): DoctorCheck {
  const id = 'schema';
  if (origin !== 'schema') {
    return {
      id,
      status: 'warn',
      message: 'no schema lies beside it: keys, types and foreign keys are guessed',
      hint: 'Give --schema with pg_dump --schema-only, or take it with shardwright capture.',
    };
  }
  const message = `the schema has ${tables.size} tables`;
  if (unreadable.length === 0) return { id, status: 'ok', message };
  return {
    id,
    status: 'warn',
    message: `${message}; ${unreadable.length} statements of it could not be read`,
    hint: 'analyze names them, with file and line.',
  };
}

function statisticsCheck({ tables }: Catalog): DoctorCheck {
  const id = 'table-sizes';
  // What is known of partitions is told of their table.
  const whole = [...tables.values()].filter(({ parentKind }) => parentKind !== 'partition');
  const known = whole.filter(({ statistics }) => statistics?.rowCount !== undefined).length;
  const message = `the sizes of ${known} of ${whole.length} tables are known`;
  if (whole.length > 0 && known === whole.length) return { id, status: 'ok', message };
  return {
    id,
    status: 'warn',
    message,
    hint: 'ANALYZE the database and take it with shardwright capture, or give --stats.',
  };
}

function rowSecurityCheck({ tables }: Catalog): DoctorCheck {
  const id = 'row-security';
  const secured = [...tables.values()].filter(({ rowSecurity }) => rowSecurity !== 'off').length;
  if (secured === 0) return { id, status: 'ok', message: 'no table has row-level security' };
  return {
    id,
    status: 'warn',
    message: `row-level security adds conditions to statements on ${secured} tables, which are not in their texts`,
    hint: 'Give --assume-rls when the policies hold for all roles that run the statements.',
  };
}
