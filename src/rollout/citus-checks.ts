/**
 * What Citus itself plans for each statement: EXPLAIN's "Task Count" held against the verdict.
 *
 * EXPLAIN (GENERIC_PLAN) is refused for Citus tables (multi_explain.c), so every statement is prepared, its parameters' types are read
 * back, and it is explained with a value for each: other values for other parameters, none of them null.
 */

import type { Deployment, RolloutCheck, StatementOutcome, VerdictKind } from '../model/index.js';
import type { Servers } from './servers.js';
import { taskCount } from './task-count.js';

type Expected = 'one' | 'several' | 'any' | 'unknown';

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
  any: 'anything',
  unknown: 'nothing is claimed',
};

export async function citusChecks(
  servers: Servers,
  { statements }: Deployment,
): Promise<readonly RolloutCheck[]> {
  const checks: RolloutCheck[] = [];
  for (const statement of statements) checks.push(await checkOne(servers, statement));
  return checks;
}

async function checkOne(
  servers: Servers,
  { id, text, calls, verdict }: StatementOutcome,
): Promise<RolloutCheck> {
  const expected = expectations[verdict];
  const check = { subject: id, text, calls, expected: words[expected] };
  const explained = await explain(servers, text);
  if ('refused' in explained) {
    // A refusal is no wrong answer; but what is said to be on one shard is expected to run.
    return { ...check, outcome: expected === 'several' ? 'agrees' : 'not-checked', found: explained.refused };
  }
  const tasks = taskCount(explained.plan);
  const found = tasks === undefined ? 'no distributed plan' : tasks === 1 ? 'one task' : `${tasks} tasks`;
  const isOne = (tasks ?? 1) <= 1;
  switch (expected) {
    case 'one':
      return { ...check, outcome: isOne ? 'agrees' : 'differs', found };
    case 'several':
      // Citus may know more; nothing goes wrong by it.
      return { ...check, outcome: isOne ? 'cautious' : 'agrees', found };
    case 'any':
      return { ...check, outcome: 'agrees', found };
    case 'unknown':
      return { ...check, outcome: 'not-checked', found };
  }
}

type Explained = { readonly plan: string } | { readonly refused: string };

async function explain(servers: Servers, text: string): Promise<Explained> {
  const ask = (what: string, sql: string) => servers.ask('coordinator', what, sql);
  await ask('explaining', 'BEGIN');
  try {
    await ask(
      'explaining',
      `SET LOCAL plan_cache_mode = force_custom_plan; SET LOCAL statement_timeout = '30s'; SET LOCAL citus.explain_all_tasks = off`,
    );
    await ask('explaining', `PREPARE shardwright_verify AS ${text}`);
    const [types] = await ask(
      'explaining',
      `SELECT array_to_json(parameter_types::text[])::text AS types FROM pg_prepared_statements WHERE name = 'shardwright_verify'`,
    );
    const values = (JSON.parse(types?.types ?? '[]') as readonly string[]).map(sample);
    const given = values.length === 0 ? '' : `(${values.join(', ')})`;
    const rows = await ask(
      'explaining',
      `EXPLAIN (COSTS OFF, FORMAT JSON) EXECUTE shardwright_verify${given}`,
    );
    return { plan: rows.map((row) => row['QUERY PLAN'] ?? '').join('\n') };
  } catch (error) {
    return { refused: error instanceof Error ? error.message : String(error) };
  } finally {
    await ask('explaining', 'ROLLBACK');
    await ask('explaining', 'DEALLOCATE ALL');
  }
}

/** A value of the type, another for each parameter. */
function sample(type: string, at: number): string {
  const number = at + 1;
  const day = String((at % 28) + 1).padStart(2, '0');
  if (type.endsWith('[]')) return `ARRAY[${sample(type.slice(0, -2), at)}]::${type}`;
  if (/^(?:smallint|integer|bigint|numeric|real|double precision|oid)$/.test(type))
    return `'${number}'::${type}`;
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
