/** What the gate is asked about: a plan from its file, and the workload and schema as they are now. */

import type { Config } from '../config/index.js';
import type { PlanFile } from '../contract/index.js';
import type { GateInput, GateSettings, GateStatement, GateWaiver } from '../gate/index.js';
import type { Baseline, Coverage } from '../model/index.js';
import { defaultSettings, placedLoad, unenforceable } from '../planner/index.js';
import { fixFor } from '../routability/index.js';
import { digest } from '../workload/index.js';
import type { Judged } from './judged.js';
import { type Groundwork, judgeAll } from './plan-under.js';
import { scoreOf } from './score.js';
import { plannerSettings } from './settings.js';

export interface GateQuestion {
  readonly plan: PlanFile & { readonly file: string };
  readonly baseline?: Baseline & { readonly file: string };
  /** Instead of the config's budgets.maxCrossShard. */
  readonly maxCrossShard?: number;
  readonly tolerance: number;
  readonly failOn: GateSettings['failOn'];
  readonly newOnly: boolean;
  /** YYYY-MM-DD, which waivers' expiry is held against. */
  readonly today: string;
}

export interface GateFacts {
  readonly ground: Groundwork;
  readonly config: Config;
  /** By statement id; those that could not be read have none. */
  readonly fingerprints: ReadonlyMap<string, string>;
  readonly coverage?: Coverage;
}

export function gateInput(question: GateQuestion, facts: GateFacts): GateInput {
  const { plan, baseline, maxCrossShard, ...asked } = question;
  const { ground, config, coverage } = facts;
  const { catalog, application, weight } = ground;
  const shards = plan.shards ?? defaultSettings.shards;
  const judged = judgeAll(ground, plan.tables);
  const queries = application.map(({ source, query }) => ({
    id: source.id,
    query,
    calls: source.counters.calls,
    totalExecMs: source.counters.totalExecMs,
  }));
  const limit = maxCrossShard ?? config.budgets.maxCrossShard;
  return {
    plan: {
      file: plan.file,
      tables: plan.tables,
      shards,
      ...(plan.score === undefined ? {} : { score: plan.score }),
    },
    catalog,
    weight,
    statements: judged.map((one) => statementOf(one, facts.fingerprints)),
    score: scoreOf(judged),
    ...(coverage === undefined ? {} : { coverage }),
    constraints: brokenConstraints(ground, plan),
    load: placedLoad(catalog, queries, plan.tables, plannerSettings(config, shards, undefined)),
    ...(baseline === undefined ? {} : { baseline }),
    settings: {
      ...asked,
      ...(limit === undefined ? {} : { maxCrossShard: limit }),
      waivers: waiversOf(config),
    },
  };
}

function statementOf(
  { source, weight, verdict, query }: Judged,
  fingerprints: ReadonlyMap<string, string>,
): GateStatement {
  const fix = fixFor(verdict);
  return {
    id: source.id,
    // A text that nobody can read has no meaning to be known by: it is known as it is written.
    fingerprint: fingerprints.get(source.id) ?? digest(source.text).slice(0, 16),
    ...(source.queryId === undefined ? {} : { queryId: source.queryId }),
    text: source.text,
    ...(source.label === undefined ? {} : { label: source.label }),
    tags: source.tags,
    calls: source.counters.calls,
    weight,
    source: source.source,
    verdict,
    ...(fix === undefined ? {} : { fix: sentence(fix.text) }),
    ...(query === undefined ? {} : { query }),
  };
}

/** Fixes are clauses. */
function sentence(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}.`;
}

function brokenConstraints({ catalog }: Groundwork, plan: PlanFile): GateInput['constraints'] {
  return unenforceable(catalog, plan.tables).flatMap((one) => {
    // A sequence is no constraint: the primary key that it fills is told apart.
    if (one.kind === 'sequence') return [];
    const kind = one.kind === 'foreign-key' ? ('foreign-key' as const) : ('unique' as const);
    const { table, constraint: name, columns, problem, advice } = one;
    return [{ table, kind, name, columns, problem, advice }];
  });
}

function waiversOf({ waivers, file }: Config): readonly GateWaiver[] {
  return waivers.map(({ line, ...waiver }) => ({
    ...waiver,
    location: { file: file ?? 'shardwright.config', line: line ?? 1 },
  }));
}
