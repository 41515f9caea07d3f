/** What real engines did with statements, where that data is at hand: Citus one statement a rule, Vitess and SPQR their own tests. */

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { planCatalog } from '../../src/analysis/index.js';
import { planOf, type RoutingCase } from '../routing-cases.js';
import { judgeFor, placementsOf } from './house.js';

const folder = new URL('../../../shared/corpora/', import.meta.url);
const read = (name: string) => JSON.parse(readFileSync(new URL(name, folder), 'utf8'));
// The corpora are not part of the project: without them there is nothing to compare with.
const isHere = existsSync(new URL('citus_observed.json', folder));

describe.runIf(isHere)('statements that Citus was seen to run', async () => {
  if (!isHere) return;
  const citus = read('citus_observed.json');
  const judge = await judgeFor(citus.schema as string);
  const plan = placementsOf(citus.plan);
  const oneShard = ['single-shard', 'global-read', 'tableless'];

  it.each(citus.cases as { comment: string; sql: string; expected: string }[])(
    '$comment',
    ({ sql, expected }) => {
      const { verdict } = judge.verdict(sql, plan);
      if (expected === 'not single') expect(oneShard).not.toContain(verdict);
      else expect(expected.split(' or ')).toContain(verdict);
    },
  );
});

describe.runIf(isHere)('statements that Vitess and SPQR route in their own tests', async () => {
  if (!isHere) return;
  const several = ['multi-shard', 'scatter', 'cross-shard', 'global-write', 'unroutable', 'conditional'];
  const accepted: Readonly<Record<string, readonly string[]>> = {
    single: ['single-shard'],
    multi: several,
    'multi-in': several,
    reference: ['global-read', 'global-write', 'tableless'],
    unsharded: ['unsharded'],
    none: ['tableless', 'single-shard'],
  };
  const cases = read('routing_cases.json').cases as RoutingCase[];
  const verdicts = await Promise.all(cases.map(async (one) => ({ ...one, verdict: await verdictOf(one) })));

  it('calls nothing single-shard that the engine sends to several', () => {
    const wrong = verdicts.filter(
      ({ expected, verdict }) => expected.startsWith('multi') && verdict === 'single-shard',
    );
    expect(wrong.map(({ id, sql }) => `${id}: ${sql}`)).toEqual([]);
  });

  it('agrees but for what another kind of placement or a lookup index decides', () => {
    const disagree = verdicts.filter(({ expected, verdict }) => !accepted[expected]?.includes(verdict));
    const unexplained = disagree.filter((one) => reasonFor(one) === undefined);
    expect(
      unexplained.map(({ id, expected, verdict, sql }) => `${id}: ${expected}, not ${verdict}: ${sql}`),
    ).toEqual([]);
  });
});

async function verdictOf(one: RoutingCase): Promise<string> {
  const plan = planOf(one);
  const judge = await judgeFor(planCatalog(plan));
  return judge.verdict(one.sql, plan).verdict;
}

/** Why a verdict differs, for those differences that are known to be right. */
function reasonFor({
  sql,
  expected,
  verdict,
  tables,
}: RoutingCase & { verdict: string }): string | undefined {
  const byRange = tables.some(({ hash }) => hash?.includes('identity'));
  if (byRange && expected === 'single' && ['scatter', 'multi-shard'].includes(verdict)) {
    return 'its keys lie in one range: a hash does not keep ranges together';
  }
  if (byRange && /update \w+ set/i.test(sql))
    return 'old and new key lie in one range: a hash would move the row';
  if (/join xjoin b on true/i.test(sql))
    return 'SPQR sends it to the shard of one side; the other side has rows elsewhere';
  if (/from music/i.test(sql) && expected === 'single') return 'decided by a lookup index on another column';
  if (verdict === 'unknown' && /\bsh\d\./.test(sql)) return 'a schema that the plan does not name';
  if (verdict === 'unknown' && /udf_aggr/.test(sql)) return 'calls code that cannot be seen';
  return undefined;
}
