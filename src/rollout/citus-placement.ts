/** Where the rows of Citus's shards lie, held against their keys' hashes: every row is asked, on its own worker. */

import type { Deployment, RolloutCheck } from '../model/index.js';
import type { Servers } from './servers.js';

export async function citusPlacement(
  servers: Servers,
  { tables }: Deployment,
): Promise<readonly RolloutCheck[]> {
  const checks: RolloutCheck[] = [];
  for (const table of tables) {
    if (table.key === undefined) continue;
    const expected = 'every row on the shard of its key';
    if (!(await isDistributed(servers, table.name))) {
      checks.push({ subject: table.name, expected, outcome: 'differs', found: 'not distributed' });
      continue;
    }
    const [row] = await servers.ask(
      'coordinator',
      `verifying ${table.name}`,
      countQuery(table.name, table.key),
    );
    const { rows = '0', elsewhere = '0', unasked = '0' } = row ?? {};
    checks.push({
      subject: table.name,
      expected,
      ...(unasked === '0'
        ? {
            outcome: elsewhere === '0' ? ('agrees' as const) : ('differs' as const),
            found: elsewhere === '0' ? `${rows} rows there` : `${elsewhere} of ${rows} rows elsewhere`,
          }
        : { outcome: 'not-checked' as const, found: `${unasked} shards gave no answer` }),
    });
  }
  return checks;
}

async function isDistributed(servers: Servers, table: string): Promise<boolean> {
  const [row] = await servers.ask(
    'coordinator',
    `verifying ${table}`,
    `SELECT EXISTS (SELECT FROM pg_dist_partition WHERE logicalrelid = to_regclass(${literal(relation(table))}) AND partmethod = 'h') AS here`,
  );
  return row?.here === 't';
}

/** The name of a shard ends with its number, and takes the place of %1$s. */
function countQuery(table: string, key: string): string {
  const onShard = `SELECT count(*) || ' ' || count(*) FILTER (WHERE worker_hash(r.${quoted(key).replaceAll('%', '%%')}) NOT BETWEEN s.shardminvalue::int AND s.shardmaxvalue::int)
    FROM %1$s r, pg_dist_shard s WHERE s.shardid = substring(%1$L FROM '_([0-9]+)"?$')::bigint`;
  return `SELECT coalesce(sum(CASE WHEN success THEN split_part(result, ' ', 1)::bigint END), 0) AS rows,
      coalesce(sum(CASE WHEN success THEN split_part(result, ' ', 2)::bigint END), 0) AS elsewhere,
      count(*) FILTER (WHERE NOT success) AS unasked
    FROM run_command_on_shards(${literal(relation(table))}, ${literal(onShard)})`;
}

function relation(table: string): string {
  const dot = table.indexOf('.');
  return `${quoted(table.slice(0, dot))}.${quoted(table.slice(dot + 1))}`;
}

function quoted(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
