/** Citus's own catalogs (pg_dist_partition, pg_dist_node) held against the plan. */

import type { DeployedTable, Deployment, Drift } from '../model/index.js';
import { requireCitus, type Servers } from './servers.js';
import { stepsUndone } from './steps-undone.js';

interface Placed {
  readonly kind: 'sharded' | 'global' | 'local';
  readonly key?: string;
  readonly colocation: string;
}

export async function citusDrift(servers: Servers, deployment: Deployment): Promise<readonly Drift[]> {
  const { tables, servers: workers } = deployment;
  await requireCitus(servers);
  const rows = await servers.ask('coordinator', 'reading pg_dist_partition', tablesQuery);
  const placed = new Map(
    rows.map((row) => [
      row.name ?? '',
      {
        kind: row.partmethod === 'h' ? 'sharded' : row.repmodel === 't' ? 'global' : 'local',
        colocation: row.colocationid ?? '',
        ...(row.key == null ? {} : { key: row.key }),
      } as Placed,
    ]),
  );
  const nodes = await servers.ask('coordinator', 'reading pg_dist_node', nodesQuery);
  const known = new Set(nodes.map(({ nodename, nodeport }) => `${nodename}:${nodeport}`));
  return [
    ...workers
      .map(({ host, port }) => `${host}:${port}`)
      .filter((name) => !known.has(name))
      .map(
        (name): Drift => ({
          code: 'node-missing',
          subject: name,
          expected: 'a node of the cluster',
          found: 'none',
        }),
      ),
    ...nodes
      .filter(({ isactive }) => isactive !== 't')
      .map(
        (node): Drift => ({
          code: 'node-inactive',
          subject: `${node.nodename}:${node.nodeport}`,
          expected: 'active',
          found: 'not active',
        }),
      ),
    ...tables.flatMap((table) => tableDrift(table, placed.get(table.name))),
    ...groupDrift(tables, placed),
    ...typeDrift(tables, rows),
    ...(await stepsUndone(servers, deployment, ['widen', 'add-foreign-key'])),
    ...[...placed]
      .filter(([name, { kind }]) => kind !== 'local' && !tables.some((table) => table.name === name))
      .map(
        ([name, found]): Drift => ({
          code: 'not-in-plan',
          subject: name,
          expected: 'not in the plan',
          found: spelt(found),
        }),
      ),
  ];
}

const tablesQuery = `SELECT n.nspname || '.' || c.relname AS name, p.partmethod, p.repmodel, p.colocationid,
  CASE WHEN p.partmethod = 'h' THEN column_to_column_name(p.logicalrelid, p.partkey) END AS key,
  CASE WHEN p.partmethod = 'h' THEN (SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = p.logicalrelid AND attname = column_to_column_name(p.logicalrelid, p.partkey)) END AS type
  FROM pg_dist_partition p JOIN pg_class c ON c.oid = p.logicalrelid JOIN pg_namespace n ON n.oid = c.relnamespace
  WHERE NOT c.relispartition ORDER BY 1`;

const nodesQuery = 'SELECT nodename, nodeport, isactive FROM pg_dist_node ORDER BY 1, 2';

function tableDrift(table: DeployedTable, found: Placed | undefined): readonly Drift[] {
  const expected =
    table.placement === 'sharded'
      ? `distributed by ${table.key}`
      : table.placement === 'global'
        ? 'a reference table'
        : 'local';
  const isThere = found === undefined ? 'local' : spelt(found);
  return expected === isThere ? [] : [{ code: 'placement', subject: table.name, expected, found: isThere }];
}

function typeDrift(
  tables: readonly DeployedTable[],
  rows: readonly Readonly<Record<string, string | null>>[],
): readonly Drift[] {
  return tables.flatMap(({ name, key, keyType }) => {
    const row = rows.find((one) => one.name === name && one.key === key);
    return row?.type == null || keyType === undefined || row.type === keyType.replace(/\(.*\)/, '')
      ? []
      : [{ code: 'key-type', subject: name, expected: `${key} ${keyType}`, found: row.type }];
  });
}

function spelt({ kind, key }: Placed): string {
  if (kind === 'local') return 'local';
  return kind === 'global' ? 'a reference table' : `distributed by ${key ?? 'nothing'}`;
}

/** Tables of one group are together: those that are not where most of it is are apart. */
function groupDrift(tables: readonly DeployedTable[], placed: ReadonlyMap<string, Placed>): readonly Drift[] {
  const groups = new Set(tables.flatMap(({ group }) => (group === undefined ? [] : [group])));
  return [...groups].flatMap((group) => {
    const there = tables.flatMap(({ name, group: own }) => {
      const colocation = own === group ? placed.get(name)?.colocation : undefined;
      return colocation === undefined ? [] : [{ name, colocation }];
    });
    const sizeOf = (id: string): number => there.filter(({ colocation }) => colocation === id).length;
    const home = there.reduce(
      (best, one) => (best === undefined || sizeOf(one.colocation) > sizeOf(best.colocation) ? one : best),
      there[0],
    );
    return there
      .filter(({ colocation }) => colocation !== home?.colocation)
      .map(({ name, colocation }) => ({
        code: 'apart',
        subject: name,
        expected: `co-located with ${home?.name}`,
        found: `in co-location group ${colocation}, not ${home?.colocation}`,
      }));
  });
}
