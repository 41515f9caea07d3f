/**
 * What Citus itself plans for each statement: EXPLAIN's "Task Count" held against the verdict.
 *
 * EXPLAIN (GENERIC_PLAN) is refused for Citus tables (multi_explain.c), and EXPLAIN EXECUTE for INSERT … SELECT with parameters, which
 * Citus does run. So every statement is prepared, its parameters' types are read back, and it is explained with a value in the place of
 * each: other values for other parameters. Where Citus was foretold not to see the one shard (rules/citus.ts), several tasks agree.
 */

import type { Deployment, RolloutCheck, StatementOutcome, VerdictKind } from '../model/index.js';
import { requireCitus, type Servers } from './servers.js';
import { taskCount } from './task-count.js';

type Expected = 'one' | 'several' | 'unseen' | 'any' | 'unknown';

const expectations: Readonly<Record<VerdictKind, Expected>> = {
  tableless: 'any',
  'single-shard': 'one',
  'global-read': 'one',
  unsharded: 'one',
  conditional: 'unknown',
  'multi-shard': 'several',
  scatter: 'several',
  'global-write': 'unknown',
  'cross-shard': 'several',
  'cross-database': 'unknown',
  unroutable: 'unknown',
  unknown: 'unknown',
};

const words: Readonly<Record<Expected, string>> = {
  one: 'one task',
  several: 'several tasks, or an error',
  unseen: 'one task or several: Citus does not see the key',
  any: 'anything',
  unknown: 'nothing is claimed',
};

export async function citusChecks(
  servers: Servers,
  { statements }: Deployment,
): Promise<readonly RolloutCheck[]> {
  await requireCitus(servers);
  const checks: RolloutCheck[] = [];
  for (const statement of statements) checks.push(await checkOne(servers, statement));
  return checks;
}

async function checkOne(
  servers: Servers,
  { id, text, calls, verdict, rule, outcome }: StatementOutcome,
): Promise<RolloutCheck> {
  const expected = rule === 'key-not-seen' ? 'unseen' : expectations[verdict];
  const check = { subject: id, text, calls, expected: words[expected] };
  const explained = await explain(servers, text);
  if ('refused' in explained) {
    const foretold = outcome === 'refused' || outcome === 'with-settings';
    return {
      ...check,
      outcome: foretold && explained.byCitus ? 'agrees' : 'not-checked',
      found: explained.refused,
    };
  }
  const tasks = taskCount(explained.plan);
  const found = tasks === undefined ? 'no distributed plan' : tasks === 1 ? 'one task' : `${tasks} tasks`;
  const isOne = (tasks ?? 1) === 1;
  // Values that contradict each other need no shard at all.
  if (tasks === 0)
    return { ...check, outcome: 'not-checked', found: 'no task: nothing can be found by these values' };
  switch (expected) {
    case 'one':
      return { ...check, outcome: isOne ? 'agrees' : 'differs', found };
    case 'several':
      // Citus may know more; nothing goes wrong by it.
      return { ...check, outcome: isOne ? 'cautious' : 'agrees', found };
    case 'unseen':
    case 'any':
      return { ...check, outcome: 'agrees', found };
    case 'unknown':
      return { ...check, outcome: 'not-checked', found };
  }
}

type Explained =
  | { readonly plan: string }
  /** `byCitus`: it could be prepared, so PostgreSQL takes it. */
  | { readonly refused: string; readonly byCitus: boolean };

async function explain(servers: Servers, text: string): Promise<Explained> {
  const ask = (sql: string) => servers.ask('coordinator', 'explaining', sql);
  const plain = text.replaceAll(typedParameter, '$2::$1').replace(/[\s;]+$/, '');
  let byCitus = false;
  await ask('BEGIN');
  try {
    await ask(`SET LOCAL statement_timeout = '30s'; SET LOCAL citus.explain_all_tasks = off`);
    await ask(`PREPARE shardwright_verify AS ${plain}`);
    const types = await ask(parameterTypes);
    byCitus = true;
    const values = types.map((row, at) => sample(row, at));
    const rows = await ask(`EXPLAIN (COSTS OFF, FORMAT JSON) ${withValues(plain, values)}`);
    return { plan: rows.map((row) => row['QUERY PLAN'] ?? '').join('\n') };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error), byCitus };
  } finally {
    await ask('ROLLBACK');
    await ask('DEALLOCATE ALL');
  }
}

/** pg_stat_statements puts a parameter where a literal with its type stood: `interval $4` is no SQL. */
const typedParameter = /\b(interval|date|timestamptz|timestamp|timetz|time)\s+(\$\d+)/gi;

/** An enum is asked for its first value, which may be used in no more than this: its type is all that counts. */
const parameterTypes = `SELECT p.type::text AS type, t.typtype AS kind, format_type(nullif(t.typbasetype, 0), NULL) AS base,
    (SELECT quote_literal(e.enumlabel) FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder LIMIT 1) AS label
  FROM pg_prepared_statements s, unnest(s.parameter_types) WITH ORDINALITY AS p (type, at) JOIN pg_type t ON t.oid = p.type
  WHERE s.name = 'shardwright_verify' ORDER BY p.at`;

/** Not inside strings and quoted names. */
function withValues(text: string, values: readonly string[]): string {
  return text.replaceAll(/'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(\d+)/g, (all, number?: string) =>
    number === undefined ? all : `(${values[Number(number) - 1] ?? all})`,
  );
}

type Parameter = Readonly<Record<string, string | null>>;

/** A value of the type, another for each parameter. Of a domain it is NULL where its base is no number or uuid: its checks are not known. */
function sample({ type, kind, base, label }: Parameter, at: number): string {
  const name = type ?? 'text';
  if (kind === 'e') return `${label}::${name}`;
  if (kind !== 'd') return plainSample(name, at);
  const isKey = /^(?:smallint|integer|bigint|uuid)$/.test(base ?? '');
  return isKey ? `${plainSample(base ?? '', at)}::${name}` : `NULL::${name}`;
}

function plainSample(type: string, at: number): string {
  const number = at + 1;
  const day = String((at % 28) + 1).padStart(2, '0');
  if (type.endsWith('[]')) return `ARRAY[${plainSample(type.slice(0, -2), at)}]::${type}`;
  if (/^(?:smallint|integer|bigint|numeric|real|double precision|oid)$/.test(type))
    return `'${number}'::${type}`;
  if (type === 'regconfig') return `'simple'::regconfig`;
  if (type === 'uuid') return `'00000000-0000-4000-8000-${String(number).padStart(12, '0')}'::uuid`;
  if (type === 'boolean') return 'true';
  if (/^(?:date|timestamp)/.test(type)) return `'2026-01-${day}'::${type}`;
  if (/^time/.test(type)) return `'12:00:00'::${type}`;
  if (type === 'interval') return `'${number} days'::interval`;
  if (/^jsonb?$/.test(type)) return `'{}'::${type}`;
  if (/^(?:inet|cidr)$/.test(type)) return `'10.0.0.${(at % 250) + 1}'::${type}`;
  if (type === 'bytea') return `'\\x${number.toString(16).padStart(2, '0')}'::bytea`;
  return `'${number}'::${type}`;
}
