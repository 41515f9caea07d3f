/** What an engine would refuse late, or keep silent about, told before anything is touched. */

import {
  byCodeUnit,
  type Catalog,
  type ConstraintToChange,
  type DeployFinding,
  type Engine,
  type Table,
  type TableName,
} from '../model/index.js';
import { foreignKeyFates } from './changes/foreign-keys.js';
import { isGuarded } from './changes/guard.js';
import { type ReachingTrigger, triggersOf, triggersThatWrite } from './changes/triggers.js';
import { narrowKeys } from './changes/unique-keys.js';
import { citusFates, hasGeneratedBeforeKey } from './citus.js';
import {
  type DeployInput,
  groupsOf,
  isUnmoved,
  type ShardedTable,
  shardedTables,
  tablesPlaced,
} from './input.js';
import { anotherSchema, schemaMissing } from './plan-and-schema.js';
import { bareName } from './sql-text.js';
import { isKeptByLookup } from './vitess.js';

/** Errors first, then warnings and notes, each by code and tables. */
export function findingsOf(engine: Engine, input: DeployInput): readonly DeployFinding[] {
  const sharded = shardedTables(input);
  const found = [
    ...mixedTypes(sharded),
    ...keyTypes(engine, sharded),
    ...(engine === 'citus' || engine === 'vitess' ? [] : movedMap(engine, input)),
    ...(engine === 'pgdog' || engine === 'spqr' || engine === 'vitess' ? sameNames(engine, input) : []),
    ...(engine === 'citus'
      ? [...uniqueByHand(input), ...settingKeys(input), ...rewriteRules(sharded), ...generatedBefore(sharded)]
      : []),
    ...(engine === 'vitess' ? [] : triggers(engine, input.catalog, sharded)),
    ...(engine === 'vitess' || engine === 'postgres' ? [] : triggersOfCopies(input)),
    ...(engine === 'postgres' ? rowSecurity(sharded) : []),
    ...schemaMissing(engine, input),
    ...anotherSchema(input),
    ...(engine === 'postgres' || engine === 'pgdog' ? unguarded(sharded) : []),
    ...withoutIdentity(engine, sharded),
    ...uniqueLost(engine, input),
    ...foreignKeysLost(input),
    ...(engine === 'citus' ? [] : smallNumbers(engine, sharded)),
  ];
  const order = { error: 0, warning: 1, note: 2 };
  return found.sort(
    (a, b) =>
      order[a.level] - order[b.level] ||
      byCodeUnit(a.code, b.code) ||
      byCodeUnit(a.tables.join(), b.tables.join()) ||
      byCodeUnit(a.message, b.message),
  );
}

function mixedTypes(sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  return [...groupsOf(sharded)].flatMap(([group, tables]): readonly DeployFinding[] => {
    const types = [...new Set(tables.map(({ keyType }) => keyType))].sort(byCodeUnit);
    if (types.length < 2) return [];
    return [
      {
        level: 'error',
        code: 'key-types-differ',
        tables: tables.map(({ name }) => name),
        message: `The keys of ${group} have several types: ${types.join(', ')}.`,
        fix: `Make them one type, as by ALTER TABLE … ALTER COLUMN … TYPE ${types.includes('bigint') ? 'bigint' : types[0]}.`,
      },
    ];
  });
}

const typesOf: Readonly<Record<Engine, RegExp | undefined>> = {
  citus: undefined,
  postgres: undefined,
  pgdog: /^(?:smallint|integer|bigint|uuid|text|character varying.*)$/,
  spqr: /^(?:smallint|integer|bigint|uuid|text|character varying.*)$/,
  vitess: /^(?:smallint|integer|bigint|uuid|text|character varying.*|date)$/,
};

function keyTypes(engine: Engine, sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  const known = typesOf[engine];
  if (known === undefined) return [];
  return sharded
    .filter(({ keyType }) => !known.test(keyType))
    .map(({ name, placement, keyType }) => ({
      level: 'error',
      code: 'key-type-unknown',
      tables: [name],
      message: `${engine} has no hash for keys of type ${keyType}: ${name}.${placement.key}.`,
      fix: 'Choose another key in the plan, or another engine: PostgreSQL and Citus hash every type.',
    }));
}

function movedMap(engine: Engine, input: DeployInput): readonly DeployFinding[] {
  if (isUnmoved(input) || engine === 'spqr') return [];
  return [
    {
      level: 'error',
      code: 'map-has-moved',
      tables: [],
      message: `The map has moved buckets or pins, and ${engine} places a key by its hash modulo the shards alone.`,
      fix: 'Deploy it with the map before anything has moved, or route with "shardwright route serve" or the library, which follow the map.',
    },
  ];
}

function sameNames(engine: Engine, { placements }: DeployInput): readonly DeployFinding[] {
  const byName = new Map<string, TableName[]>();
  for (const name of [...placements.keys()].sort(byCodeUnit)) {
    byName.set(bareName(name), [...(byName.get(bareName(name)) ?? []), name]);
  }
  return [...byName.values()]
    .filter((names) =>
      engine === 'vitess'
        ? names.length > 1
        : new Set(names.map((name) => JSON.stringify(placements.get(name)))).size > 1,
    )
    .map((names) => ({
      level: 'error',
      code: 'same-name-in-schemas',
      tables: names,
      message:
        engine === 'vitess'
          ? `MySQL has no schemas, and these would be one table: ${names.join(', ')}.`
          : `${engine} tells tables by their bare names, and these are placed differently: ${names.join(', ')}.`,
      fix: 'Rename one of them.',
    }));
}

function uniqueByHand(input: DeployInput): readonly DeployFinding[] {
  return narrowKeys(input).byHand.map(({ table, key, shardKey }) => ({
    level: 'error',
    code: 'unique-without-key',
    tables: [table],
    message: `${key.name} on ${table} is ${key.exclusion ? 'an exclusion constraint' : 'on expressions or on a part of the rows'} and has no ${shardKey}: Citus refuses to distribute the table.`,
    fix: `Drop it, or make it again with ${shardKey} (for an exclusion, ${shardKey} WITH =).`,
  }));
}

/** Citus is told to take them (citus.ts); everywhere they run on the server of their row. */
function triggers(
  engine: Engine,
  catalog: Catalog,
  sharded: readonly ShardedTable[],
): readonly DeployFinding[] {
  return sharded.flatMap((table) =>
    triggersOf(catalog, table.table, table.placement.key).flatMap((one) =>
      triggerFinding(engine, table, one),
    ),
  );
}

function triggerFinding(
  engine: Engine,
  { name, placement }: ShardedTable,
  { trigger, reaches, changesKey }: ReachingTrigger,
): readonly DeployFinding[] {
  const where = engine === 'citus' ? 'worker' : 'shard';
  if (changesKey) {
    return [
      {
        level: 'error',
        code: 'trigger-changes-key',
        tables: [name],
        message: `The trigger ${trigger.name} on ${name} may change ${placement.key} on the ${where}, after the row was sent there: the row would lie where nobody looks for it.`,
        fix: 'Let the application set the key, and drop the trigger or take the key out of it.',
      },
    ];
  }
  if (reaches.length > 0) {
    return [
      {
        level: engine === 'citus' ? 'error' : 'warning',
        code: 'trigger-on-sharded',
        tables: [name],
        message: `On ${name} the ${reaches.join('; ')}: it runs on the ${where} of its row, and is right only while it touches rows of the same key.`,
        fix: 'Where it touches others, drop it and let the application do it.',
      },
    ];
  }
  return engine === 'citus'
    ? [
        {
          level: 'note',
          code: 'trigger-keeps-to-row',
          tables: [name],
          message: `The trigger ${trigger.name} on ${name} keeps to its own row; Citus takes it with citus.enable_unsafe_triggers = on, as the steps have it.`,
          fix: 'Nothing is to be done.',
        },
      ]
    : [];
}

function triggersOfCopies(input: DeployInput): readonly DeployFinding[] {
  return tablesPlaced(input, 'global').flatMap((name): readonly DeployFinding[] => {
    const writing = triggersThatWrite(input.catalog, input.catalog.tables.get(name));
    if (writing.length === 0) return [];
    return [
      {
        level: 'error',
        code: 'trigger-on-global',
        tables: [name],
        message: `Every copy of ${name} runs ${writing.join(', ')} by itself: what a trigger makes anew, as by now(), differs from copy to copy.`,
        fix: 'Drop the trigger and let the application write the value, or accept that such columns differ.',
      },
    ];
  });
}

function rewriteRules(sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  return sharded
    .filter(({ table }) => (table?.rules.length ?? 0) > 0)
    .map(({ name }) => ({
      level: 'error',
      code: 'rule-on-sharded',
      tables: [name],
      message: `${name} has rules, which Citus does not carry to its shards.`,
      fix: 'Drop them first.',
    }));
}

function generatedBefore(sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  return sharded.filter(hasGeneratedBeforeKey).map(({ name, placement }) => ({
    level: 'warning',
    code: 'generated-before-key',
    tables: [name],
    message: `${name} has a generated column before ${placement.key}: create_distributed_table_concurrently and splits of its shards put its rows on the wrong shards, without an error (seen on Citus 13.2).`,
    fix: 'The files distribute it by create_distributed_table, and writes to it wait; never split its shards, or keep the key before the generated columns.',
  }));
}

function rowSecurity(sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  return sharded
    .filter(({ table }) => table !== undefined && table.rowSecurity !== 'off')
    .map(({ name }) => ({
      level: 'error',
      code: 'row-security',
      tables: [name],
      message: `${name} has row-level security: through a foreign table every row is read as one user, and the policies would not hold.`,
      fix: 'Choose Citus, or a router that connects as the user.',
    }));
}

function withoutIdentity(engine: Engine, sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  const why: Readonly<Record<Engine, string | undefined>> = {
    citus: 'create_distributed_table_concurrently and moving shards replicate it',
    pgdog: 'resharding with PgDog replicates it',
    vitess: undefined,
    spqr: 'moving key ranges finds its rows by primary key',
    postgres: undefined,
  };
  const reason = why[engine];
  if (reason === undefined) return [];
  return sharded
    .filter(({ table }) => table !== undefined && !hasIdentity(table))
    .map(({ name }) => ({
      level: 'warning',
      code: 'no-replica-identity',
      tables: [name],
      message: `${name} has no primary key and so no replica identity; ${reason}.`,
      fix: `Give it a primary key, or ALTER TABLE ${name} REPLICA IDENTITY FULL for as long as it takes.`,
    }));
}

function hasIdentity({ uniqueKeys }: Table): boolean {
  return uniqueKeys.some((key) => key.primary);
}

function uniqueLost(engine: Engine, input: DeployInput): readonly DeployFinding[] {
  const owners = new Map(shardedTables(input).map((one) => [one.name, one]));
  const keeper = (key: ConstraintToChange): string => {
    const owner = owners.get(key.table);
    return engine === 'vitess' && owner !== undefined && isKeptByLookup(owner, key)
      ? 'Only a lookup vindex'
      : 'Nothing';
  };
  return input.constraints
    .filter(
      ({ kind, change }) => (kind === 'unique' || kind === 'primary-key') && change !== 'uuid-or-snowflake',
    )
    .map((key) => ({
      level: 'warning',
      code: 'unique-not-over-shards',
      tables: [key.table],
      message: `${keeper(key)} keeps ${key.name} on ${key.table} (${key.columns.join(', ')}) unique over all shards.`,
      fix: 'Keep a lookup table of its values that is written first, or let the application see to it.',
    }));
}

function foreignKeysLost({ constraints }: DeployInput): readonly DeployFinding[] {
  const lost = constraints.filter(({ kind }) => kind === 'foreign-key');
  if (lost.length === 0) return [];
  return [
    {
      level: 'warning',
      code: 'foreign-keys-dropped',
      tables: [...new Set(lost.map(({ table }) => table))].sort(byCodeUnit),
      message: `${lost.length} foreign keys cannot be checked over shards: ${lost
        .map(({ table, name }) => `${bareName(table)}.${name}`)
        .sort(byCodeUnit)
        .join(', ')}.`,
      fix: 'Check them in the application, and look for orphans from time to time.',
    },
  ];
}

function settingKeys(input: DeployInput): readonly DeployFinding[] {
  const before = new Map(
    foreignKeyFates(input).map((one) => [`${one.table}.${one.key.name}`, one.fate] as const),
  );
  return citusFates(input)
    .filter(({ table, key, fate }) => fate === 'dropped' && before.get(`${table}.${key.name}`) !== 'dropped')
    .map(({ table, key, why }) => ({
      level: 'warning',
      code: 'foreign-key-sets-key',
      tables: [table],
      message: `${key.name} on ${table} is dropped: ${why}, which Citus refuses.`,
      fix: 'Give it another action first, or let the application see to it.',
    }));
}

function smallNumbers(engine: Engine, sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  if (engine === 'postgres' || engine === 'vitess') return [];
  return sharded.flatMap(({ name, table }) =>
    (table?.columns ?? [])
      .filter((column) => column.default?.kind === 'sequence' && /^int[24]$/.test(column.type ?? ''))
      .map(
        (column): DeployFinding => ({
          level: 'warning',
          code: 'small-identifiers',
          tables: [name],
          message: `${name}.${column.name} is ${column.type === 'int2' ? 'smallint' : 'integer'}: shards that step over each other's numbers use them up quickly.`,
          fix: 'Make it bigint first.',
        }),
      ),
  );
}

function unguarded(sharded: readonly ShardedTable[]): readonly DeployFinding[] {
  return sharded
    .filter((table) => !isGuarded(table))
    .map(({ name, keyType }) => ({
      level: 'warning',
      code: 'no-guard',
      tables: [name],
      message: `No constraint can tell which keys of ${name} belong on a shard (${keyType}): a row on the wrong shard is not noticed.`,
      fix: 'Look for such rows with "shardwright route verify" from time to time.',
    }));
}
