/** What the gate is asked about: a plan from its file, and the workload and schema as they are now. */

import type { Config } from '../config/index.js';
import type { PlanFile } from '../contract/index.js';
import type { GateInput, GateSettings, GateStatement, GateWaiver } from '../gate/index.js';
import type { Baseline, Coverage, PlacedUse, ProofFile, WorkloadStatement } from '../model/index.js';
import { defaultSettings, placedLoad, unenforceable } from '../planner/index.js';
import { fixFor, onlyReads } from '../routability/index.js';
import { digest } from '../workload/index.js';
import type { Judged } from './judged.js';
import { type Groundwork, judgeAll } from './plan-under.js';
import { scoreOf } from './score.js';
import { plannerSettings } from './settings.js';

export interface GateQuestion {
  readonly plan: PlanFile & { readonly file: string };
  readonly baseline?: Baseline & { readonly file: string };
  /** Of the certificate beside the plan: what the plan takes of budgets, more than all of some where it had no choice. */
  readonly budgets?: ProofFile['budgets'];
  /** Instead of the config's budgets.maxCrossShard. */
  readonly maxCrossShard?: number;
  /** Where the new baseline is to be: all that is found now is known from then on. */
  readonly newBaseline?: string;
  /** The counts are those of real traffic, not of tests. */
  readonly isTraffic: boolean;
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
  const { plan, baseline, maxCrossShard, isTraffic, tolerance, failOn, newOnly, today } = question;
  const { ground, config, coverage } = facts;
  const { catalog, application, weight } = ground;
  const shards = plan.shards ?? defaultSettings.shards;
  const statements = gateStatements(judgeAll(ground, plan.tables), isTraffic, facts.fingerprints, baseline);
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
    statements,
    score: scoreOf(statements),
    ...(coverage === undefined ? {} : { coverage }),
    constraints: brokenConstraints(ground, plan),
    load: withAccepted(
      placedLoad(catalog, queries, plan.tables, plannerSettings(config, shards, undefined)),
      question.budgets ?? [],
    ),
    ...(baseline === undefined ? {} : { baseline }),
    settings: {
      tolerance,
      failOn,
      newOnly,
      today,
      ...(limit === undefined ? {} : { maxCrossShard: limit }),
      waivers: waiversOf(config),
    },
  };
}

/**
 * Statements with their weights and places. Those of query files and of tests have no weight of their own: one that an export or the baseline
 * knows by its fingerprint weighs what it weighs there, any other 1. What was counted is found where it is written, if it is.
 */
function gateStatements(
  judged: readonly Judged[],
  isTraffic: boolean,
  fingerprints: ReadonlyMap<string, string>,
  baseline: Baseline | undefined,
): readonly GateStatement[] {
  const isCounted = ({ source }: Judged): boolean => isTraffic && source.mergedRows > 0;
  // A text that nobody can read has no meaning to be known by: it is known as it is written.
  const all = judged.map((one) => ({
    one,
    fingerprint: fingerprints.get(one.source.id) ?? digest(one.source.text).slice(0, 16),
  }));
  const counted = new Set(all.flatMap(({ one, fingerprint }) => (isCounted(one) ? [fingerprint] : [])));
  const written = new Map<string, WorkloadStatement>();
  for (const { one, fingerprint } of all) {
    if (!isCounted(one) && !written.has(fingerprint)) written.set(fingerprint, one.source);
  }
  return all.flatMap(({ one, fingerprint }) => {
    const file = written.get(fingerprint);
    if (isCounted(one)) return [statementOf(one, fingerprint, one.weight, file ?? one.source)];
    if (counted.has(fingerprint) || file !== one.source) return [];
    const weight = baseline?.statements.get(fingerprint)?.weight ?? 1;
    return [{ ...statementOf(one, fingerprint, weight, file), calls: 0 }];
  });
}

function statementOf(
  { source, verdict, query }: Judged,
  fingerprint: string,
  weight: number,
  { source: place, label = source.label }: WorkloadStatement,
): GateStatement {
  const fix = fixFor(verdict, onlyReads(query));
  return {
    id: source.id,
    fingerprint,
    ...(source.queryId === undefined ? {} : { queryId: source.queryId }),
    text: source.text,
    ...(label === undefined ? {} : { label }),
    tags: source.tags,
    calls: source.counters.calls,
    weight,
    source: place,
    verdict,
    ...(fix === undefined ? {} : { fix: sentence(fix.text) }),
    ...(query === undefined ? {} : { query }),
  };
}

/** What a load may grow beyond what the plan took of a budget knowingly. */
const GROWTH = 1.25;

/** Where the plan had to break a budget, what it took is allowed, and a little more. */
function withAccepted(load: PlacedUse, budgets: ProofFile['budgets']): PlacedUse {
  const widened = (limit: number, name: string): number => {
    const taken = budgets.find((budget) => budget.name === name);
    const ratio = taken === undefined || taken.limit === 0 ? 0 : taken.used / taken.limit;
    return ratio > 1 ? limit * ratio * GROWTH : limit;
  };
  const { globalBytes, unsharded } = load;
  return {
    ...load,
    globalBytes: { ...globalBytes, limit: widened(globalBytes.limit, 'bytes of global tables') },
    unsharded: unsharded.map((one) => ({
      ...one,
      limit: widened(one.limit, `${one.what} of the unsharded database`),
    })),
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
    const { table, constraint: name, columns, target, problem, advice } = one;
    return [{ table, kind, name, columns, problem, advice, ...(target === undefined ? {} : { target }) }];
  });
}

function waiversOf({ waivers, file }: Config): readonly GateWaiver[] {
  return waivers.map(({ line, ...waiver }) => ({
    ...waiver,
    location: { file: file ?? 'shardwright.config', line: line ?? 1 },
  }));
}
