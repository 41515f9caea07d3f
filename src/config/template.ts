/**
 * A config to begin with: every key there is, commented out with its default, so that what is written is what somebody wants.
 * Settings are commented out by # alone, prose by # and a blank: taking the # away makes a setting count.
 */

export interface ConfigSeed {
  /** Weight that may cross shards, as a percentage. */
  readonly maxCrossShardPercent?: number;
  /** Whether tables may get new key columns; undefined says nothing. */
  readonly mayAddKeys?: boolean;
  readonly assumeRls?: boolean;
  /** What a plan says of each table: a suggestion to pin. */
  readonly tables: readonly { readonly name: string; readonly pin: string }[];
}

const schema = './node_modules/shardwright/schemas/config.json';

export function configTemplate(seed: ConfigSeed): string {
  const { maxCrossShardPercent, mayAddKeys, assumeRls } = seed;
  const addedKeys = mayAddKeys === false ? '0' : undefined;
  const crossing = maxCrossShardPercent === undefined ? undefined : `${maxCrossShardPercent}%`;
  const rls = assumeRls === true ? 'true' : undefined;
  return `# yaml-language-server: $schema=${schema}
# What people want of the shard plan. The plan itself is computed: see shardwright analyze.
# Take the # away from what you want, and from the line above it that it belongs to.

# What a table has to be: the column it is sharded by, "global" (a copy on every shard) or "unsharded".
#pins:
${pins(seed)}
# Keys and placements that must not be chosen. A table by itself must not be sharded.
#forbid:
#  - orders.status
#  - table: audit_log
#    placements: [global]

# What the plan must keep to.
${section('budgets', [addedKeys, crossing])}
# All global tables together. Default: 1 GB or 1 % of all bytes, whichever is more.
#  globalBytes: 1GB
# Key columns that tables do not have yet. Default: no limit.
${setting('addedKeys', addedKeys, '0')}
# Time in the unsharded database. Default: 10 %.
#  unshardedTimeShare: 10%
# Writes to the unsharded database. Default: 5 %.
#  unshardedWriteShare: 5%
# Weight that may need more than one shard; check fails above it. Default: no limit.
${setting('maxCrossShard', crossing, '5%')}

# Findings of check that are accepted, each with its reason. One that silences nothing is a finding itself.
#waivers:
#  - rule: new-cross-shard-statement
#    tables: [orders]
#    reason: the monthly report moves to the warehouse
#    expires: "2030-12-31"

# What cannot be seen, and is vouched for.
${section('assume', [rls])}
# Functions that touch no table, although their code is not seen.
#  functions:
#    - app.is_holiday
# Row-level security pins the key for all roles that run the statements.
${setting('rls', rls, 'true')}

# What no export can tell, for the design document; what is left out is said to be missing there.
#document:
#  title: The shop, sharded
#  owner: Storage team
# The first day of the migration. Without it the document has no dates.
#  start: "2030-01-07"
# How many days a phase takes, and who leads it.
#  phases:
#    backfill: { days: 12, owner: Storage team }
# Cores of the server that the export is of.
#  cores: 32
# At which rate the backfill may copy, in a second.
#  copyBytesPerSecond: 100MB
# What one database server costs a month, and how many standbys each shard has.
#  nodeCost: { perMonth: 900, currency: EUR }
#  standbys: 1

# What one call costs, in shards bothered. Left out: what analyze takes by itself.
#costs:
#  crossShard: 40
`;
}

function pins({ tables }: ConfigSeed): string {
  const examples = tables.length === 0 ? [{ name: 'orders', pin: 'user_id' }] : tables;
  return examples.map(({ name, pin }) => `#  ${quotedText(name)}: ${quotedText(pin)}\n`).join('');
}

/** It counts when one of its settings does. */
function section(name: string, values: readonly (string | undefined)[]): string {
  return values.some((value) => value !== undefined) ? `${name}:` : `#${name}:`;
}

function setting(name: string, value: string | undefined, example: string): string {
  return value === undefined ? `#  ${name}: ${example}` : `  ${name}: ${value}`;
}

/** A text as YAML: plain where it can be nothing else, in double quotes, as JSON has them, where it could. */
function quotedText(text: string): string {
  const isPlain = /^[A-Za-z_][\w.]*$/.test(text) && !/^(?:true|false|null|yes|no|on|off)$/i.test(text);
  return isPlain ? text : JSON.stringify(text);
}
