/** How pg_stat_statements is set up: asked of a server, or read from the manifest of a capture. */

import type { DoctorCheck } from '../../model/index.js';

export interface Tracking {
  /** By name; what is not there is not known. */
  readonly settings: ReadonlyMap<string, string>;
  readonly extensionVersion: string;
  /** What ALTER EXTENSION … UPDATE would bring. */
  readonly newestVersion?: string;
  /** Entries of all databases. */
  readonly entries?: number;
}

export function trackingChecks(tracking: Tracking): readonly DoctorCheck[] {
  return [
    ...extensionVersion(tracking),
    ...computeQueryId(tracking.settings.get('compute_query_id')),
    ...track(tracking.settings.get('pg_stat_statements.track')),
    ...trackUtility(tracking.settings.get('pg_stat_statements.track_utility')),
    ...trackPlanning(tracking.settings.get('pg_stat_statements.track_planning')),
    ...ioTiming(tracking.settings.get('track_io_timing')),
    ...room(tracking),
  ];
}

function extensionVersion({ extensionVersion: version, newestVersion }: Tracking): readonly DoctorCheck[] {
  if (newestVersion === undefined || newestVersion === version) {
    return [
      { id: 'extension-version', status: 'ok', message: `pg_stat_statements is of version ${version}` },
    ];
  }
  return [
    {
      id: 'extension-version',
      status: 'warn',
      message: `pg_stat_statements is of version ${version}, though ${newestVersion} is installed`,
      hint: 'ALTER EXTENSION pg_stat_statements UPDATE;',
    },
  ];
}

function computeQueryId(value: string | undefined): readonly DoctorCheck[] {
  if (value === undefined) return [];
  if (value !== 'off') {
    return [{ id: 'compute-query-id', status: 'ok', message: `compute_query_id is ${value}` }];
  }
  return [
    {
      id: 'compute-query-id',
      status: 'fail',
      message: 'compute_query_id is off: no statement is counted',
      hint: "ALTER SYSTEM SET compute_query_id = 'auto'; SELECT pg_reload_conf();",
    },
  ];
}

function track(value: string | undefined): readonly DoctorCheck[] {
  switch (value) {
    case undefined:
      return [];
    case 'none':
      return [
        {
          id: 'track',
          status: 'fail',
          message: 'pg_stat_statements.track is none: no statement is counted',
          hint: "ALTER SYSTEM SET pg_stat_statements.track = 'top'; SELECT pg_reload_conf();",
        },
      ];
    case 'all':
      return [
        {
          id: 'track',
          status: 'ok',
          message:
            'pg_stat_statements.track is all: statements inside functions are rows of their own, told apart',
        },
      ];
    default:
      return [{ id: 'track', status: 'ok', message: `pg_stat_statements.track is ${value}` }];
  }
}

function trackUtility(value: string | undefined): readonly DoctorCheck[] {
  if (value === undefined) return [];
  if (value === 'on') {
    return [{ id: 'track-utility', status: 'ok', message: 'pg_stat_statements.track_utility is on' }];
  }
  return [
    {
      id: 'track-utility',
      status: 'warn',
      message: 'pg_stat_statements.track_utility is off: queries inside COPY and cursors are not seen',
      hint: 'ALTER SYSTEM SET pg_stat_statements.track_utility = on; SELECT pg_reload_conf();',
    },
  ];
}

function trackPlanning(value: string | undefined): readonly DoctorCheck[] {
  if (value === undefined) return [];
  const message =
    value === 'on'
      ? 'pg_stat_statements.track_planning is on'
      : 'pg_stat_statements.track_planning is off: times are without planning, which costs least';
  return [{ id: 'track-planning', status: 'ok', message }];
}

function ioTiming(value: string | undefined): readonly DoctorCheck[] {
  if (value === undefined) return [];
  if (value === 'on') return [{ id: 'io-timing', status: 'ok', message: 'track_io_timing is on' }];
  return [
    {
      id: 'io-timing',
      status: 'warn',
      message: 'track_io_timing is off: it is not known how long statements wait for the disk',
      hint: 'Check with pg_test_timing that clocks are cheap, then ALTER SYSTEM SET track_io_timing = on;',
    },
  ];
}

const crowded = 0.9;

/** Evictions are told by the export, which knows the window. */
function room({ settings, entries }: Tracking): readonly DoctorCheck[] {
  const max = Number(settings.get('pg_stat_statements.max') ?? Number.NaN);
  if (entries === undefined || Number.isNaN(max)) return [];
  const message = `${entries} of ${max} entries are taken`;
  if (entries < crowded * max) return [{ id: 'room', status: 'ok', message }];
  return [
    {
      id: 'room',
      status: 'warn',
      message: `${message}: rare statements are about to be dropped`,
      hint: `ALTER SYSTEM SET pg_stat_statements.max = ${2 * max}; it takes a restart.`,
    },
  ];
}
