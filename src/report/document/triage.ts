/** For the on-call: what can go wrong under this plan, the first query to run, the first thing to do. */

import { bytes } from '../../model/index.js';
import { code } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Block, bullets, field, type Section, say, sql, table } from './blocks.js';
import type { Facts } from './facts.js';
import { bucketOfRow } from './key-hash.js';
import { lookupsOf } from './lookups.js';
import type { Document } from './markdown.js';
import { gistOf, share } from './spelling.js';
import { ident, quote, remark } from './sql-words.js';

const MOST_SHAPES = 10;
const MOST_QUERIES = 12;

/** A failure mode: how it shows, the first query, the first fixes. */
interface Failure {
  readonly title: string;
  readonly shows: string;
  readonly query: string;
  readonly where: string;
  readonly fixes: readonly string[];
  readonly more?: readonly Block[];
}

export function triageSheet(facts: Facts): Document {
  const failures = [
    ...hotShard(facts),
    ...scatters(facts),
    ...wrongShard(facts),
    ...newKeys(facts),
    ...duplicates(facts),
    ...ids(facts),
    ...orphans(facts),
    ...copies(facts),
    ...unshardedDatabase(facts),
    ...(facts.groups.length === 0 ? [] : [slots, writersWait, connections, prepared]),
  ];
  return {
    title: facts.intent.title === undefined ? 'Sharding: triage' : `${facts.intent.title}: triage`,
    preface: [
      say(
        'Failure mode, first query, first fix. Queries are SQL to paste; they read only, but where a line says otherwise.',
        `Where a statement goes and why: ${code('shardwright route explain --plan shardplan.json -- "SELECT …"')}.`,
      ),
    ],
    contents: true,
    sections: failures.map(sectionOf),
  };
}

function sectionOf({ title, shows, query, where, fixes, more = [] }: Failure): Section {
  return {
    title,
    blocks: [
      say(`**Shows as:** ${shows}`),
      say(`**First query**, ${where}:`),
      sql(query),
      say('**First fix:**'),
      ...bullets(fixes),
      ...more,
    ],
  };
}

const busyNow = `SELECT pid, now() - query_start AS running, wait_event_type, wait_event, left(query, 120) AS query
FROM pg_stat_activity
WHERE state = 'active' AND backend_type = 'client backend' AND pid <> pg_backend_pid()
ORDER BY query_start LIMIT 20;`;

function hotShard(facts: Facts): readonly Failure[] {
  if (facts.groups.length === 0) return [];
  const { plan, load } = facts.analysis;
  const whales = load.groups.flatMap((group) => group.whales);
  const heaviest = facts.groups.flatMap(({ tables }) => {
    const own = tables.find(({ placement }) => placement.addKey === undefined);
    return own === undefined
      ? []
      : [
          `SELECT ${quote(own.placement.key)}, count(*) FROM ${ident(own.name)} TABLESAMPLE SYSTEM (1) GROUP BY 1 ORDER BY 2 DESC LIMIT 10;`,
        ];
  });
  return [
    {
      title: 'One shard is slow, the others are not',
      shows: `load, latency or disk of one shard far above the even share of ${share(1 / plan.shards)}.`,
      where: 'on that shard: what runs, then which keys are heavy there',
      query: [busyNow, ...heaviest].join('\n'),
      fixes: [
        'One statement: end it, and stop its caller. `SELECT pg_cancel_backend(pid);` changes the state of the server.',
        'One key: pin it to the emptiest shard; until then, limit its requests at the door.',
        'Many keys: move buckets from this shard; a bucket is the unit.',
        whales.length === 0
          ? 'The statistics that the plan was made from show no key so heavy: export them again.'
          : `The statistics of the plan know ${plural(whales.length, 'heavy key')}: ${whales
              .slice(0, 4)
              .map(
                ({ group, table: name, frequency }) =>
                  `one of ${code(facts.bare(group))} with ${share(frequency)} of ${facts.name(name)}`,
              )
              .join(', ')}.`,
      ],
    },
  ];
}

function scatters(facts: Facts): readonly Failure[] {
  if (facts.groups.length === 0) return [];
  const { crossing } = facts;
  return [
    {
      title: 'Every shard is busier, the application is not',
      shows:
        'calls on all shards rise together: a statement that was on one shard now goes to all, or a new one does.',
      where: 'on any one shard; compare with the shard’s share of yesterday',
      query: `SELECT queryid, calls, round(total_exec_time) AS ms, rows, left(query, 150) AS query
FROM pg_stat_statements
WHERE toplevel
ORDER BY calls DESC LIMIT 20;`,
      fixes: [
        `Ask where the top ones go: ${code('shardwright route explain')}. One that is not single-shard${crossing.length === 0 ? '' : `, and not among the ${plural(crossing.length, 'statement')} that the design document lists as crossing,`} is new: turn its feature off, or roll its release back.`,
        ...(crossing.length === 0
          ? []
          : [
              'One that is listed: its fix is there, with the rewritten text. The heaviest of them are below.',
            ]),
        'A report: end it, run it on the warehouse or a replica.',
      ],
      more: table(
        ['Known to cross', '>Share', 'Verdict', 'Text'],
        crossing
          .slice(0, MOST_SHAPES)
          .map((one) => [
            code(one.id),
            share(facts.shareOf(one)),
            one.verdict.verdict,
            code(gistOf(one.text, 80)),
          ]),
        `${field('statements')}; ${plural(crossing.length, 'statement')} in all`,
      ),
    },
  ];
}

/** The table that others refer to shows a wrong placement first. */
function wrongShard(facts: Facts): readonly Failure[] {
  const { shards } = facts.analysis.plan;
  const queries = facts.groups.flatMap(({ tables }) => {
    const own = tables.find(({ placement }) => placement.addKey === undefined);
    const bucket = own === undefined ? undefined : bucketOfRow(own, facts.buckets);
    if (own === undefined || bucket === undefined) return [];
    return [
      `SELECT ${quote(own.placement.key)} FROM ${ident(own.name)}\nWHERE ${bucket} % ${shards} <> :this_shard LIMIT 20;`,
    ];
  });
  if (queries.length === 0) return [];
  return [
    {
      title: 'A row is not found, or found on two shards',
      shows: 'a read by key misses a row that somebody just wrote; counts over shards are too high.',
      where: `on each shard, with its own number for ${code(':this_shard')} (valid until the first bucket has moved; after that ask the map)`,
      query: queries.join('\n'),
      fixes: [
        'Rows in the result are on the wrong shard: somebody writes past the router, or with an old map. Find the writer: `SELECT application_name, client_addr, count(*) FROM pg_stat_activity GROUP BY 1, 2;`',
        'Stop that writer first. Then copy the rows to their shard in one transaction there, compare, and only then delete them here.',
        'Never delete on both sides while buckets are moving.',
      ],
    },
  ];
}

function newKeys(facts: Facts): readonly Failure[] {
  const added = facts.groups.flatMap(({ tables }) =>
    tables.filter(({ placement }) => placement.addKey !== undefined),
  );
  if (added.length === 0) return [];
  const queries = added.slice(0, MOST_QUERIES).map(({ name, placement }) => {
    const [step = ''] = placement.addKey?.path ?? [];
    const [column = '', target = ''] = step.split(' -> ');
    const dot = target.lastIndexOf('.');
    const parent = target.slice(0, dot);
    const last =
      placement.addKey?.path.length === 1 ? (placement.addKey.targetKey ?? placement.key) : undefined;
    const missing = `SELECT count(*) FROM ${ident(name)} WHERE ${quote(placement.key)} IS NULL;`;
    return last === undefined
      ? missing
      : `${missing}\nSELECT c.${quote(column)} FROM ${ident(name)} c JOIN ${ident(parent)} p ON p.${quote(target.slice(dot + 1))} = c.${quote(column)}\nWHERE c.${quote(placement.key)} IS DISTINCT FROM p.${quote(last)} LIMIT 20;`;
  });
  return [
    {
      title: 'Rows without their new key',
      shows: `INSERTs refused with a null in ${added
        .slice(0, 4)
        .map(({ name, placement }) => code(`${facts.bare(name)}.${placement.key}`))
        .join(', ')}, or children that their parent does not find.`,
      where: 'on the old server before the cutover, on each shard after it',
      query: queries.join('\n'),
      fixes: [
        'Nulls: a writer does not pass the key yet. Its statement is in the design document with its rewritten text; roll the release back if it is new.',
        'Another key than the parent’s: stop the writer, set the key from the parent (before the cutover), or move the row to its parent’s shard (after it).',
      ],
    },
  ];
}

function duplicates(facts: Facts): readonly Failure[] {
  const lookups = lookupsOf(facts).filter(({ columns }) => columns.length > 0);
  if (lookups.length === 0) return [];
  const queries = lookups.slice(0, MOST_QUERIES).map(({ table: name, columns }) => {
    const list = columns.map(quote).join(', ');
    const hashed = columns.map((column) => `${quote(column)}::text`).join(` || '|' || `);
    return `COPY (SELECT md5(${hashed}) FROM ${ident(name)} WHERE (${list}) IS NOT NULL) TO STDOUT;  ${remark(`${facts.bare(name)} (${columns.join(', ')})`)}`;
  });
  return [
    {
      title: 'A value that was unique is there twice',
      shows: 'two accounts with one address, a reference that finds two rows.',
      where: 'on each shard, then `sort | uniq -d` over all files: hashes leave the shard, values do not',
      query: queries.join('\n'),
      fixes: [
        'The row that the lookup table names is the right one; the other came from a writer that does not write the lookup table first. Stop that writer.',
        'Keep both rows until their owner has decided; rename the younger value if logins depend on it.',
      ],
    },
  ];
}

function ids(facts: Facts): readonly Failure[] {
  const numbered = facts.constraints.filter(({ kind }) => kind === 'sequence');
  if (numbered.length === 0) return [];
  return [
    {
      title: 'INSERT fails with a duplicate id',
      shows: `unique\\_violation on a primary key of one of ${plural(numbered.length, 'table')} that were numbered by a sequence.`,
      where: 'on the shard that refused it',
      query: `SELECT table_name, column_name, coalesce(column_default, 'identity') AS numbered_by
FROM information_schema.columns
WHERE table_schema NOT IN ('pg_catalog', 'information_schema')
  AND (is_identity = 'YES' OR column_default LIKE 'nextval(%')
ORDER BY 1, 2;
SELECT schemaname, sequencename, last_value FROM pg_sequences ORDER BY 1, 2;`,
      fixes: [
        'A row in the first result still numbers itself on the shard: let the application make the id, then drop the default.',
        'Two generators with one worker number: give each process its own, restart the later one.',
      ],
    },
  ];
}

function orphans(facts: Facts): readonly Failure[] {
  const broken = facts.constraints.filter(
    ({ kind, change }) => kind === 'foreign-key' && change === 'application-check',
  );
  if (broken.length === 0) return [];
  const queries = broken.slice(0, MOST_QUERIES).flatMap(({ table: name, name: constraint }) => {
    const key = facts.catalog.tables.get(name)?.foreignKeys.find((one) => one.name === constraint);
    if (key === undefined) return [];
    const on = key.columns
      .map((column, at) => `p.${quote(key.targetColumns[at] ?? '')} = c.${quote(column)}`)
      .join(' AND ');
    const present = key.columns.map((column) => `c.${quote(column)} IS NOT NULL`).join(' AND ');
    return [
      `SELECT count(*) FROM ${ident(name)} c WHERE ${present}\n  AND NOT EXISTS (SELECT FROM ${ident(key.target)} p WHERE ${on});  ${remark(constraint)}`,
    ];
  });
  return [
    {
      title: 'Rows refer to rows that are gone',
      shows: `a page misses its other half; ${plural(broken.length, 'foreign key')} ${broken.length === 1 ? 'is' : 'are'} checked by no database any more.`,
      where:
        'on the warehouse or a replica that has all rows (on one shard the other half is missing by design)',
      query: queries.join('\n'),
      fixes: [
        'An event of the delete was not applied: look at the relay of the shard that deleted, let it run again; applying twice does no harm.',
        'Otherwise put the missing row back from the backup, or delete the orphans by their own key, shard by shard.',
      ],
    },
  ];
}

function copies(facts: Facts): readonly Failure[] {
  const globals = facts.globals.filter(({ totalBytes = 0 }) => totalBytes < COMPARABLE);
  if (facts.globals.length === 0) return [];
  const queries = globals
    .slice(0, MOST_QUERIES)
    .map(
      ({ name }) =>
        `SELECT '${facts.bare(name).replaceAll("'", "''")}', count(*), sum(hashtextextended(t::text, 0)::numeric) FROM ${ident(name)} t;`,
    );
  return [
    {
      title: 'A copy of a global table differs',
      shows: 'the same request has another answer on another shard.',
      where: `on the owner and on each shard; the lines must be the same${globals.length === facts.globals.length ? '' : ` (tables of ${bytes(COMPARABLE)} or more left out)`}`,
      query: [
        ...queries,
        'SELECT subname, received_lsn, latest_end_time, now() - latest_end_time AS behind FROM pg_stat_subscription;',
      ].join('\n'),
      fixes: [
        'The subscription is behind or down: its error is in the log of that shard; most often a row that somebody wrote there by hand. Remove that row, the subscription goes on by itself.',
        'It is up and the sums differ: take the shard out of reads of that table, truncate the copy, copy it again.',
      ],
    },
  ];
}

/** Tables beyond this are not summed by the way. */
const COMPARABLE = 10 * 1024 ** 3;

function unshardedDatabase(facts: Facts): readonly Failure[] {
  if (facts.unsharded.length === 0) return [];
  return [
    {
      title: 'The unsharded database is the bottleneck',
      shows: `${plural(facts.unsharded.length, 'table')} live there (${facts.unsharded
        .slice(0, 6)
        .map(({ name }) => facts.name(name))
        .join(', ')}); its latency is in requests of every shard.`,
      where: 'there',
      query: `${busyNow}
SELECT left(query, 120) AS query, calls, round(mean_exec_time::numeric, 2) AS mean_ms, round(total_exec_time) AS ms
FROM pg_stat_statements ORDER BY total_exec_time DESC LIMIT 10;`,
      fixes: [
        'A statement that is new in the second result: roll its release back.',
        `Growth of what was there: it has ${share(facts.analysis.load.kinds.unsharded)} of the load by the plan; ${code('shardwright check')} says when a budget is broken.`,
      ],
    },
  ];
}

const slots: Failure = {
  title: 'A replication slot keeps WAL and the disk fills',
  shows: 'free disk falls steadily; a consumer is down or slow.',
  where: 'on the server whose disk fills',
  query: `SELECT slot_name, active, wal_status, pg_size_pretty(safe_wal_size) AS left,
       pg_size_pretty(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)) AS kept
FROM pg_replication_slots ORDER BY pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn) DESC NULLS LAST;`,
  fixes: [
    'The consumer can come back before the disk is full: start it, and watch `kept` fall.',
    'It cannot: production first. `SELECT pg_drop_replication_slot(name);` ends the stream for good; what it fed has to be compared and repaired, and gates of the migration fall back to the backfill.',
  ],
};

const writersWait: Failure = {
  title: 'Writers wait',
  shows: 'writes of some keys hang, reads do not; during a hand-over for longer than its deadline.',
  where: 'on the server that owns these keys',
  query: `SELECT a.pid, pg_blocking_pids(a.pid) AS blocked_by, now() - a.xact_start AS in_transaction, a.state, left(a.query, 120) AS query
FROM pg_stat_activity a
WHERE cardinality(pg_blocking_pids(a.pid)) > 0 OR a.state LIKE 'idle in transaction%'
ORDER BY a.xact_start;`,
  fixes: [
    'The first blocker is an application, idle in a transaction: `SELECT pg_terminate_backend(pid);` and tell its owner.',
    'The blocker is a hand-over: let its deadline pass, it rolls back by itself and nothing has changed. End it by hand only when the deadline is over.',
  ],
};

const connections: Failure = {
  title: 'No connections left on a shard',
  shows: 'too\\_many\\_connections, while few sessions are active.',
  where: 'on that shard',
  query: `SELECT application_name, state, count(*), max(now() - state_change) AS longest
FROM pg_stat_activity WHERE backend_type = 'client backend'
GROUP BY 1, 2 ORDER BY 3 DESC;`,
  fixes: [
    'Mostly idle: each process keeps a pool for every shard. Lower the pool for each shard, not the limit of the server; put a pooler before the shards.',
    'Mostly active and of one statement: that is a slow statement, not a lack of connections.',
  ],
};

const prepared: Failure = {
  title: 'Vacuum does not clean up, or a slot cannot be made',
  shows: 'tables grow, old row versions stay, creating a slot hangs.',
  where: 'on that server',
  query: `SELECT gid, prepared, owner FROM pg_prepared_xacts ORDER BY prepared;
SELECT pid, now() - xact_start AS open, state, backend_xmin, left(query, 100) AS query
FROM pg_stat_activity WHERE xact_start IS NOT NULL ORDER BY xact_start LIMIT 10;`,
  fixes: [
    'A prepared transaction of an hour ago has lost its owner: this plan needs none. `ROLLBACK PREPARED` it after its owner has said so.',
    'A session open for hours: end it.',
  ],
};
