/** What only a live server tells: its version, what this role may see, its log, its statistics, and what else runs in it. */

import type { ServerExam } from '../../capture/index.js';
import type { DoctorCheck } from '../../model/index.js';
import { trackingChecks } from './tracking.js';

type Facts = ServerExam['facts'];

export function serverChecks({ facts, freshness }: ServerExam): readonly DoctorCheck[] {
  return [
    versionCheck(facts),
    ...replicaCheck(facts),
    extensionCheck(facts),
    ...(facts.extension === undefined
      ? []
      : trackingChecks({
          settings: facts.settings,
          extensionVersion: facts.extension.version,
          ...(facts.extension.newest === undefined ? {} : { newestVersion: facts.extension.newest }),
          ...(facts.extension.entries === undefined ? {} : { entries: facts.extension.entries }),
        })),
    privilegeCheck(facts),
    freshnessCheck(freshness),
    logCheck(facts.settings),
    ...neighbourCheck(facts),
  ];
}

const newestTested = 190_000;

function versionCheck({ version, versionNumber }: Facts): DoctorCheck {
  const id = 'server-version';
  if (versionNumber < newestTested) return { id, status: 'ok', message: `PostgreSQL ${version}` };
  return { id, status: 'warn', message: `PostgreSQL ${version} is newer than the newest that is tested, 18` };
}

function replicaCheck({ inRecovery }: Facts): readonly DoctorCheck[] {
  if (!inRecovery) return [];
  return [
    {
      id: 'replica',
      status: 'warn',
      message: 'this is a replica: it has counted its own statements, and no writes',
      hint: 'Capture the primary as well, and add the exports with --sum.',
    },
  ];
}

function extensionCheck({ extension, database }: Facts): DoctorCheck {
  const id = 'extension';
  if (extension === undefined) {
    return {
      id,
      status: 'fail',
      message: `pg_stat_statements is not made in the database ${database}`,
      hint: 'CREATE EXTENSION pg_stat_statements; it must also stand in shared_preload_libraries.',
    };
  }
  if (extension.entries === undefined) {
    return {
      id,
      status: 'fail',
      message: 'pg_stat_statements is made, and cannot be read: it is not loaded',
      hint: "ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'; it takes a restart.",
    };
  }
  return { id, status: 'ok', message: 'pg_stat_statements is loaded and can be read' };
}

function privilegeCheck({ readsAllStatements }: Facts): DoctorCheck {
  const id = 'privileges';
  if (readsAllStatements) {
    return { id, status: 'ok', message: 'this role may read the statements of all roles' };
  }
  return {
    id,
    status: 'warn',
    message: 'this role may read its own statements only',
    hint: 'GRANT pg_monitor TO this role.',
  };
}

function freshnessCheck({ tables, neverAnalysed, outdated }: ServerExam['freshness']): DoctorCheck {
  const id = 'statistics';
  if (neverAnalysed.length === 0 && outdated.length === 0) {
    return { id, status: 'ok', message: `the statistics of all ${tables} tables are up to date` };
  }
  const parts = [
    ...(neverAnalysed.length > 0 ? [`${listed(neverAnalysed)} never analysed`] : []),
    ...(outdated.length > 0 ? [`${listed(outdated)} changed much since`] : []),
  ];
  return {
    id,
    status: 'warn',
    message: `statistics are missing or old: ${parts.join('; ')}`,
    hint: 'ANALYZE; and see why autovacuum does not.',
  };
}

function listed([first = '', ...others]: readonly string[]): string {
  return others.length === 0 ? first : `${first} and ${others.length} others were`;
}

/** For --log: whole statements with session and transaction, which csvlog and jsonlog carry without any prefix. */
function logCheck(settings: ReadonlyMap<string, string>): DoctorCheck {
  const id = 'log';
  const destination = settings.get('log_destination') ?? '';
  const isStructured = /csvlog|jsonlog/.test(destination) && settings.get('logging_collector') !== 'off';
  const logsAll =
    settings.get('log_min_duration_statement') === '0' ||
    settings.get('log_statement') === 'all' ||
    Number(settings.get('log_transaction_sample_rate') ?? 0) > 0;
  if (isStructured && logsAll) {
    return {
      id,
      status: 'ok',
      message: `statements are logged by ${destination}: analyze --log can judge transactions`,
    };
  }
  return {
    id,
    status: 'warn',
    message: isStructured
      ? 'the log does not hold every statement of a transaction, so that transactions cannot be judged'
      : 'the log is neither csvlog nor jsonlog, so that transactions cannot be judged',
    hint: "For an hour: logging_collector = on, log_destination = 'jsonlog' (csvlog before 15), log_min_duration_statement = 0 or log_transaction_sample_rate = 0.01; then analyze --log. No log_line_prefix is needed.",
  };
}

/** Extensions that place rows by themselves. */
const placesRows: Readonly<Record<string, string>> = {
  citus: 'tables may be distributed already, and their rows lie on other nodes',
  timescaledb: 'hypertables are stored in chunks, which no plan speaks of',
  pg_partman: 'partitions are made and dropped by it, on every shard from then on',
  pglogical: 'tables may be replicated, and keys written twice',
};

function neighbourCheck({ extensions }: Facts): readonly DoctorCheck[] {
  const found = extensions.filter(({ name }) => name in placesRows);
  if (found.length === 0) {
    const names = extensions.map(({ name }) => name).join(', ');
    return [
      {
        id: 'extensions',
        status: 'ok',
        message: names === '' ? 'there are none' : `none that places rows by itself: ${names}`,
      },
    ];
  }
  return found.map(({ name }) => ({
    id: 'extensions',
    status: 'warn' as const,
    message: `${name} is in use: ${placesRows[name]}`,
  }));
}
