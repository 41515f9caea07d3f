/** What the server says of itself and of pg_stat_statements: for the manifest, and for the doctor. */

import { UserError } from '../model/index.js';
import { quoteIdentifier, type Row, type Session } from '../postgres/index.js';

export interface ServerFacts {
  /** 18.4 is 180004. */
  readonly versionNumber: number;
  /** As the server prints it: `18.4`. */
  readonly version: string;
  readonly database: string;
  readonly capturedAt: string;
  /** May it read the statements of other roles, and settings that only pg_monitor sees? */
  readonly readsAllStatements: boolean;
  readonly readsAllSettings: boolean;
  readonly inRecovery: boolean;
  readonly settings: ReadonlyMap<string, string>;
  /** Undefined when the extension is not made in this database. */
  readonly extension?: ExtensionFacts;
  readonly extensions: readonly { readonly name: string; readonly version: string }[];
}

export interface ExtensionFacts {
  readonly version: string;
  /** What pg_available_extensions offers. */
  readonly newest?: string;
  /** The view, quoted and qualified. */
  readonly view: string;
  readonly columns: readonly string[];
  /** Entries of all databases. Undefined when the view cannot be read. */
  readonly entries?: number;
  /** Extension 1.9 and later. */
  readonly dealloc?: number;
  readonly statsReset?: string;
}

const oldest = 100_000;

const settingNames = [
  ...[
    'shared_preload_libraries',
    'compute_query_id',
    'track_activity_query_size',
    'track_io_timing',
    'track_counts',
  ],
  ...['autovacuum', 'logging_collector', 'log_destination', 'log_line_prefix', 'log_min_duration_statement'],
  ...['log_statement', 'log_min_duration_sample', 'log_transaction_sample_rate', 'log_parameter_max_length'],
  ...['pg_stat_statements.max', 'pg_stat_statements.track', 'pg_stat_statements.track_utility'],
  ...['pg_stat_statements.track_planning', 'pg_stat_statements.save'],
];

/** @throws UserError server-failed for a server that is too old, and what the server refuses */
export async function readServerFacts(session: Session): Promise<ServerFacts> {
  const [server] = await session.query(
    'asking for the version',
    `SELECT current_setting('server_version_num') AS number, split_part(current_setting('server_version'), ' ', 1) AS version,
            current_database() AS database, clock_timestamp()::timestamptz(3)::text AS now, pg_is_in_recovery() AS in_recovery`,
  );
  const versionNumber = Number(server?.number ?? 0);
  if (versionNumber < oldest) throw tooOld(server?.version ?? 'unknown');
  const [role] = await session.query(
    'asking for the privileges',
    `SELECT pg_has_role('pg_read_all_stats', 'usage') AS stats, pg_has_role('pg_read_all_settings', 'usage') AS settings`,
  );
  const extensions = await session.query(
    'asking for the extensions',
    `SELECT e.extname AS name, e.extversion AS version, n.nspname AS schema
       FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace ORDER BY e.extname::text COLLATE "C"`,
  );
  const extension = extensions.find(({ name }) => name === 'pg_stat_statements');
  return {
    versionNumber,
    version: server?.version ?? '',
    database: server?.database ?? '',
    capturedAt: server?.now ?? '',
    readsAllStatements: role?.stats === 't',
    readsAllSettings: role?.settings === 't',
    inRecovery: server?.in_recovery === 't',
    settings: await readSettings(session),
    extensions: extensions.map(({ name, version }) => ({ name: name ?? '', version: version ?? '' })),
    ...(extension === undefined ? {} : { extension: await readExtension(session, extension) }),
  };
}

function tooOld(version: string): UserError {
  return new UserError(
    'server-failed',
    `The server is PostgreSQL ${version}; 10 is the oldest that is read`,
    'Export its statements with \\copy and its schema with pg_dump, and analyse the files.',
  );
}

async function readSettings(session: Session): Promise<ReadonlyMap<string, string>> {
  const names = settingNames.map((name) => `'${name}'`).join(', ');
  const rows = await session.query(
    'reading the settings',
    `SELECT name, reset_val AS setting FROM pg_settings WHERE name IN (${names}) ORDER BY name`,
  );
  return new Map(rows.map(({ name, setting }) => [name ?? '', setting ?? '']));
}

async function readExtension(session: Session, { schema, version }: Row): Promise<ExtensionFacts> {
  const inSchema = (name: string): string => quoteIdentifier(schema ?? '', name);
  const view = inSchema('pg_stat_statements');
  const columns = await session.query(
    'reading pg_stat_statements',
    `SELECT attname AS name FROM pg_attribute WHERE attrelid = '${view.replaceAll("'", "''")}'::regclass AND attnum > 0
      ORDER BY attnum`,
  );
  const [newest] =
    (await session.attempt(
      `SELECT default_version AS version FROM pg_available_extensions WHERE name = 'pg_stat_statements'`,
    )) ?? [];
  const counted = await session.attempt(
    `SELECT count(*) AS entries FROM ${inSchema('pg_stat_statements')}(false)`,
  );
  const [info] =
    (await session.attempt(
      `SELECT dealloc, stats_reset::timestamptz(3)::text AS reset FROM ${inSchema('pg_stat_statements_info')}`,
    )) ?? [];
  return {
    version: version ?? '',
    view,
    columns: columns.map(({ name }) => name ?? ''),
    ...(newest?.version ? { newest: newest.version } : {}),
    ...(counted === undefined ? {} : { entries: Number(counted[0]?.entries ?? 0) }),
    ...(info?.dealloc ? { dealloc: Number(info.dealloc) } : {}),
    ...(info?.reset ? { statsReset: info.reset } : {}),
  };
}
