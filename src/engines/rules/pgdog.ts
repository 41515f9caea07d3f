/**
 * PgDog, by its source (frontend/router/parser/statement.rs, query/select.rs, aggregate.rs):
 *
 * - `search_stmt` walks the whole statement and stops at the first `key = constant` or `key IN (…)` of a table that it knows,
 *   wherever that stands: in an arm of a UNION, in EXISTS, in a join's condition, in the output. Only OR and NOT are not entered.
 *   Of an expression the first constant inside counts: `key = $1 + 1` goes to the shard of $1.
 * - `key = ANY (…)` goes to all shards; so does whatever has no such comparison.
 * - What goes to all shards is put together: rows, ORDER BY of output columns, LIMIT, DISTINCT, and count, sum, min, max and avg
 *   that are outputs by themselves. HAVING, other aggregates, set operations and joins between shards are not seen to.
 * - An INSERT goes by its key's constant; with several rows they are split (`rewrite.split_inserts`); without the key's value it
 *   goes to a shard in turn, whichever that is; the constraint that the shards are given refuses it there (changes/guard.ts).
 * - A SELECT without FROM goes to one shard in turn, whatever its subqueries read.
 * - Of UPDATE … FROM and DELETE … USING it knows the target's alias alone.
 * - COPY, DECLARE CURSOR and CREATE TABLE AS are run on every shard as they are, and nothing is put together; EXPLAIN is looked into.
 * - A name that is not listed, such as a view's, is a table that all shards have: one of them is asked.
 */

import { GUARD } from '../changes/guard.js';
import type { DeployInput, DeployStatement } from '../input.js';
import { bareName } from '../sql-text.js';
import type { Traits } from '../traits/index.js';
import {
  changeStatement,
  copiesDiffer,
  decidingConstants,
  keyComparisons,
  keysByName,
  passOneKey,
  type Ruling,
  refused,
  rowsAreGuarded,
  supported,
  withSettings,
  wrong,
} from './rule.js';

const apart =
  'cross_shard_disabled = true for the user makes PgDog refuse it; better: change the statement or the plan.';

export function underPgdog(input: DeployInput, statement: DeployStatement): Ruling {
  const { verdict, traits } = statement;
  switch (verdict.verdict) {
    case 'tableless':
      return supported('tableless', 'It needs no table: any shard answers it.');
    case 'unknown':
      return wrong(
        'not-judged',
        'What it needs could not be told, and PgDog sends what it does not understand to any shard.',
        changeStatement,
      );
    case 'unsharded':
      return withSettings(
        'other-database',
        'It reads unsharded tables, which are a database of their own.',
        'Connect to the unsharded database for it.',
      );
    case 'cross-database':
      return refused(
        'two-databases',
        'The unsharded tables are not on the shards: the relation does not exist there.',
        changeStatement,
      );
    case 'global-read':
      return globalRead(traits);
    case 'global-write':
      if (traits?.command === 'select' && traits.locking)
        return wrong(
          'locks-one-copy',
          'It locks the rows of one copy, in turn: two sessions may hold them at once.',
          'Lock a row of a sharded table, or an advisory lock of one database.',
        );
      return (
        copiesDiffer(statement) ??
        withSettings(
          'all-shards-write',
          'It is run on every shard.',
          'two_phase_commit = true, as pgdog.toml has it, makes that one commit.',
        )
      );
    case 'unroutable':
      return unroutable(input, statement);
    default:
      return traits === undefined
        ? wrong('not-judged', 'It could not be read.', changeStatement)
        : routed(input, statement, traits);
  }
}

function unroutable(input: DeployInput, statement: DeployStatement): Ruling {
  const { verdict } = statement;
  if (verdict.blocker === 'key-updated') {
    return refused(
      'key-updated',
      'It sets the key, which would move the row: rewrite.shard_key = "error" refuses that.',
      changeStatement,
    );
  }
  return rowAnywhere(input, 'It has no value of the key', statement);
}

function routed(input: DeployInput, statement: DeployStatement, traits: Traits): Ruling {
  const { verdict } = statement.verdict;
  if (traits.command === 'merge') {
    return wrong(
      'merge-everywhere',
      'PgDog does not look into MERGE: it runs on every shard.',
      'Write it as INSERT … ON CONFLICT.',
    );
  }
  if (isHidden(input, statement)) {
    return wrong(
      'hidden-tables',
      'It names no sharded table itself, but a view or a function: PgDog takes that for something all shards have, and asks one in turn.',
      'Name the tables, or list the view in pgdog.toml with the column that is its key.',
    );
  }
  const { utility } = traits;
  if (utility?.around === true && utility.command !== 'explain')
    return inside(utility.command, verdict === 'single-shard');
  if (traits.insert !== undefined) return insert(input, statement, traits);
  const found = keyComparisons(input, traits).filter(
    ({ operator, optional }) => operator !== 'other' && operator !== 'any' && !optional,
  );
  const deciding = decidingConstants(statement);
  if (verdict === 'cross-shard') {
    return wrong(
      'joins-own-rows',
      'Rows of several shards would have to meet, in a join or an aggregate, and each shard sees only its own.',
      apart,
    );
  }
  // Where no key is to be seen all shards are asked, and rows of one table need not meet others.
  if (verdict === 'conditional' && found.length === 0 && statement.query?.instances.length === 1)
    return (
      mergeFault(traits) ?? supported('all-shards', 'PgDog asks every shard and puts the rows together.')
    );
  if (verdict === 'conditional') {
    return wrong(
      'first-key-wins',
      'PgDog goes by the first key that it meets and does not look whether the others are equal.',
      passOneKey,
    );
  }
  if (found.some(({ exact }) => !exact)) {
    return wrong(
      'computed-key',
      'The key is compared with something computed, or with a list: PgDog takes the first constant in it for the key.',
      passOneKey,
    );
  }
  if (verdict === 'single-shard') {
    const elsewhere = found.some(({ values }) => values.some((value) => !deciding.has(value)));
    if (elsewhere) {
      return wrong(
        'first-key-wins',
        'A key is compared with another value as well, and PgDog goes by the first that it meets.',
        passOneKey,
      );
    }
    if (found.some(({ table }) => !isBesideTarget(statement, table)))
      return supported('by-key', 'PgDog finds the key and sends it to that shard.');
    const merge = mergeFault(traits);
    return (
      merge ??
      withSettings(
        'key-not-seen',
        'PgDog does not see the key and asks every shard; the answer is right.',
        'Compare the key column itself, named with its table or alias, with the value.',
      )
    );
  }
  // multi-shard and scatter.
  if (verdict === 'multi-shard' && found.length > 0) {
    const isTheList = found.every(
      ({ operator, values }) =>
        operator === 'in' && values.every((value) => deciding.size === 0 || deciding.has(value)),
    );
    if (!isTheList || found.length > 1) {
      return wrong(
        'first-key-wins',
        'It needs the shards of several keys, and PgDog stops at the first comparison.',
        passOneKey,
      );
    }
    return mergeFault(traits) ?? supported('by-list', 'PgDog asks the shards of the listed keys.');
  }
  if (found.length > 0) {
    return wrong(
      'first-key-wins',
      'A key stands in it that does not pin all its rows, and PgDog sends it to the shard of that key alone.',
      changeStatement,
    );
  }
  return mergeFault(traits) ?? supported('all-shards', 'PgDog asks every shard and puts the rows together.');
}

/** What the key of a table beside the one that is written is worth: nothing, where it has an alias. */
function isBesideTarget({ traits, query }: DeployStatement, table: string | undefined): boolean {
  if (traits?.command !== 'update' && traits?.command !== 'delete') return false;
  return !(query?.writes ?? []).some((write) => bareName(write.table) === table);
}

function globalRead(traits: Traits | undefined): Ruling {
  const command = traits?.utility?.command;
  if (command === 'copy' || command === 'declare cursor')
    return wrong(
      'every-copy',
      'It is run on every shard, and the rows of each copy come again.',
      'Send the SELECT itself.',
    );
  if (command?.startsWith('create '))
    return withSettings(
      'every-copy-makes',
      'Every shard makes its own from its copy.',
      'Nothing is to be done.',
    );
  return supported('any-shard', 'All shards have these tables: one is asked in turn.');
}

/** Its sharded tables are all read through something else. */
function isHidden(input: DeployInput, { traits, verdict }: DeployStatement): boolean {
  const keys = keysByName(input);
  const needsSharded = verdict.tables.some((table) => keys.has(bareName(table)));
  return needsSharded && traits?.relations.some((name) => keys.has(name)) === false;
}

function inside(command: string, onOneShard: boolean): Ruling {
  if (command === 'prepare')
    return withSettings(
      'prepared-in-sql',
      'EXECUTE of what SQL prepared is refused.',
      'Prepare it by the protocol, as drivers do, or set prepared_statements = "full".',
    );
  return onOneShard
    ? withSettings(
        'key-not-seen',
        `PgDog does not look into ${command.toUpperCase()} and asks every shard; one has the rows.`,
        'Send the statement itself where that is too much.',
      )
    : wrong(
        'merge-fault',
        `${command.toUpperCase()} is run on every shard, and nothing is put together: no order, LIMIT or aggregate holds over all of them.`,
        'Send the statement itself.',
      );
}

/** What goes to all shards and is put together wrongly. */
function mergeFault(traits: Traits): Ruling | undefined {
  const fault = (what: string): Ruling => wrong('merge-fault', `It goes to all shards, and ${what}.`, apart);
  if (traits.onlySubqueries) {
    return wrong(
      'one-shard-in-turn',
      'It has no FROM, so PgDog asks one shard in turn, whatever the subqueries read.',
      'Write the subquery as the statement itself.',
    );
  }
  if (traits.writingCte) return fault('a WITH that writes writes on each of them');
  if (traits.setOperation)
    return fault('the arms of the set operation are put together for each shard alone');
  if (traits.having) return fault('HAVING looks at the groups of each shard alone');
  if (traits.aggregates === 'other')
    return fault(
      'an aggregate inside an expression, DISTINCT, FILTER or unknown to PgDog comes once for each shard',
    );
  if (traits.groupsByOther) return fault('groups by something that is no output column are not put together');
  if (traits.ordersByOther) return fault('the order by an expression is that of each shard alone');
  return traits.limitComputed ? fault('a LIMIT that is computed is not kept over all of them') : undefined;
}

function insert(input: DeployInput, statement: DeployStatement, traits: Traits): Ruling {
  const { insert: into } = traits;
  const key = into === undefined ? undefined : keysByName(input).get(into.table);
  const at = into?.columns?.indexOf(key ?? '') ?? -1;
  if (into === undefined || key === undefined) {
    return wrong(
      'insert-of-shards-rows',
      'Rows of shards would be written to tables that all shards have, each shard its own.',
      changeStatement,
    );
  }
  if (into.rows > 1) {
    return withSettings(
      'rows-split',
      'The rows are split by shard and sent one by one.',
      'rewrite.split_inserts = "rewrite", as pgdog.toml has it, and two_phase_commit.',
    );
  }
  const value = into.columns === undefined ? undefined : into.values[at];
  if (into.columns === undefined && into.rows === 1 && statement.verdict.verdict === 'single-shard') {
    return supported(
      'by-key',
      'PgDog knows the columns from the schema and sends it to the shard of the key.',
    );
  }
  if (value === undefined) {
    return rowAnywhere(input, 'The key gets no plain constant', statement);
  }
  if (statement.verdict.verdict !== 'single-shard' || !decidingConstants(statement).has(value)) {
    return wrong(
      'first-key-wins',
      'PgDog goes by the value of the key alone, and the statement needs more than that shard.',
      changeStatement,
    );
  }
  return supported('by-key', 'PgDog sends it to the shard of the key that it inserts.');
}

/** A row on a shard in turn: the constraint on the shards lets it in only where it belongs. */
function rowAnywhere(input: DeployInput, why: string, { verdict }: DeployStatement): Ruling {
  const remedy = 'Give the key its value, a constant or a parameter, in VALUES.';
  return rowsAreGuarded(input, verdict.tables)
    ? refused(
        'row-anywhere',
        `${why}: PgDog takes one shard after the other, and the constraint ${GUARD} there refuses the row unless it belongs.`,
        remedy,
      )
    : wrong(
        'row-anywhere',
        `${why}: PgDog puts the row on one shard after the other, not where its key lives.`,
        remedy,
      );
}
