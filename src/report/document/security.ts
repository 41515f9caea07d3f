/** Security and residency: what guards rows today, what an erasure reaches, where keys can be kept. */

import { code, codes, plain } from '../markdown-words.js';
import { plural } from '../numbers.js';
import { type Block, bullets, field, heading, type Section, say, sql, table } from './blocks.js';
import { erasureOf, localSql } from './erasure.js';
import type { Facts } from './facts.js';
import type { KeyGroup } from './key-groups.js';
import { ownerOf } from './spelling.js';

const MOST_TABLES = 60;
const MOST_STATEMENTS = 15;
const MOST_ALIKE = 20;

export function securitySection(facts: Facts): Section {
  if (facts.groups.length === 0) return { title: 'Security and data residency', blocks: [] };
  return {
    title: 'Security and data residency',
    blocks: [
      ...guards(facts),
      ...facts.groups.flatMap((group) => erasure(facts, group)),
      heading('Beyond the tables'),
      ...bullets([
        'What has to be kept by law, such as entries of a ledger, is left out of these statements: then the row that the key is of is blanked and not deleted, so that what refers to it still does.',
        'Copies outside of the shards that an erasure has to reach as well, none of which an export shows: backups and archives of WAL, standbys and replicas, topics and the warehouse, search indexes and caches, logs.',
        'During the migration the key exists on both sides: the erasure is written down first, applied on the owner, and then proven absent on the old server, on every shard and in staging. Backfill and repair read that list, so that they never bring a row back.',
        `Residency: a key stays where its bucket is. Buckets of keys that have to stay in one place are given to shards of that place; a single key can be pinned in the map. Which keys those are is not in the export.`,
        'Links: the tool, the router and the replication streams use TLS; roles on the shards are those of the old server, and no application role can write past the guards of a migration.',
        'This document, the plan and the analysis hold names of tables and columns and texts of statements without literals. They hold no value of any row.',
      ]),
    ],
  };
}

/** Row-level security is part of the schema: without one nothing can be said. */
function guards({ catalog, name }: Facts): readonly Block[] {
  if (catalog.origin !== 'schema') {
    return [say('No schema was given, so that row-level security, foreign keys and triggers are unknown.')];
  }
  const guarded = [...catalog.tables.values()].filter(
    ({ rowSecurity, parent }) => rowSecurity !== 'off' && parent === undefined,
  );
  if (guarded.length === 0) {
    return [
      say(
        'The schema has no table with row-level security: who may see which rows is decided in the application, and stays so.',
      ),
    ];
  }
  return [
    say(
      `${plural(guarded.length, 'table')} ${guarded.length === 1 ? 'has' : 'have'} row-level security; the policies are created on every shard before rows arrive, and the settings that they read are passed with each transaction.`,
    ),
    ...table(
      ['Table', 'Row security', 'Policies'],
      guarded.map(({ name: of, rowSecurity, policies }) => [
        name(of),
        rowSecurity,
        codes(policies.map((policy) => policy.name)),
      ]),
      'the schema that was given',
    ),
  ];
}

function erasure(facts: Facts, group: KeyGroup): readonly Block[] {
  const found = erasureOf(facts, group);
  const label = code(facts.bare(group.group));
  const added = found.local.filter(({ placement }) => placement.addKey !== undefined);
  return [
    heading(`Erasing one key of ${label}`),
    say(
      found.local.length === 1
        ? 'One table carries the key: its rows are on one shard.'
        : `${plural(found.local.length, 'table')} carry the key: their rows are on one shard, and one transaction there erases them${found.local.length > MOST_TABLES ? '' : ', referring tables first'}.`,
      added.length === 0
        ? undefined
        : `${codes(added.map(({ name }) => facts.bare(name)))} only once the new key column is filled.`,
    ),
    ...(found.local.length > MOST_TABLES ? [] : [sql(localSql(found))]),
    ...(found.lookups.length === 0
      ? []
      : [
          say(
            `Lookup tables hold values of these rows, each on the shard of its value: read the values before the rows go, and erase the entries of ${codes(found.lookups)} as well.`,
          ),
        ]),
    ...(found.elsewhere.length === 0
      ? facts.catalog.origin === 'schema'
        ? [say('No foreign key from outside of this domain refers to these tables.')]
        : []
      : [
          say(
            'Rows elsewhere refer to them. They have another key, so that each of these is a statement to every shard, or follows from a list that the application keeps:',
          ),
          ...table(
            ['Table', 'Column', 'Refers to', 'On delete today', 'Lies'],
            found.elsewhere.map(({ table: name, column, target, onDelete }) => [
              facts.name(name),
              code(column),
              facts.name(target),
              onDelete,
              liesWhere(facts, name),
            ]),
            'foreign keys of the schema that was given',
          ),
        ]),
    ...(found.alike.length === 0
      ? []
      : [
          say(
            `By their names alone these columns may hold the key as well, though no foreign key says so: ${codes(
              found.alike.map(({ table: of, column }) => `${facts.bare(of)}.${column}`),
              MOST_ALIKE,
            )}.`,
          ),
        ]),
    ...(found.deletes.length === 0
      ? [
          say(
            'No statement of the workload deletes from these tables: how an erasure is done today is not in the export.',
          ),
        ]
      : [
          say('Statements of today that delete from them:'),
          ...table(
            ['Statement', 'Verdict', 'Tables', 'Owner'],
            found.deletes
              .slice(0, MOST_STATEMENTS)
              .map((one) => [
                code(one.id),
                one.verdict.verdict,
                codes(one.verdict.tables.map(facts.bare), 5),
                ownerOf(one) ?? 'no tag',
              ]),
            field('statements'),
          ),
        ]),
  ];
}

function liesWhere({ analysis, bare }: Facts, name: string): string {
  const placement = analysis.plan.tables.get(name);
  if (placement === undefined) return 'unknown';
  return placement.placement === 'sharded' ? `by ${code(bare(placement.group))}` : plain(placement.placement);
}
