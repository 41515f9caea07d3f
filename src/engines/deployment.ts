/** Everything that an engine is given for a plan. */

import {
  byCodeUnit,
  type DeployedTable,
  type DeployFile,
  type Deployment,
  type DeployStep,
  type Engine,
  type OutcomeShare,
  outcomeKinds,
  type StatementOutcome,
} from '../model/index.js';
import { citusFiles, citusSteps } from './citus.js';
import { findingsOf } from './findings.js';
import { type DeployInput, type DeployStatement, shardedTables } from './input.js';
import { pgdogFiles } from './pgdog.js';
import { postgresFiles, postgresSteps } from './postgres/index.js';
import { outcomeUnder } from './rules/index.js';
import { spqrFiles } from './spqr.js';
import { vitessFiles } from './vitess.js';

/** What only steps need, and no file gets. */
export interface EngineSecrets {
  /** The schema as SQL, to be loaded on shards that do not have it. */
  readonly schema?: string;
  /** Of the shards' users. */
  readonly passwords: readonly (string | undefined)[];
}

export function deployment(
  engine: Engine,
  input: DeployInput,
  secrets: EngineSecrets = { passwords: [] },
): Deployment {
  const statements = outcomesOf(engine, input);
  return {
    engine,
    shards: input.shards,
    tables: deployedTables(input),
    servers: input.servers.map(({ host, port, database }) => ({ host, port, database })),
    map: input.map,
    files: filesOf(engine, input),
    steps: stepsOf(engine, input, secrets),
    findings: findingsOf(engine, input),
    statements,
    summary: summaryOf(statements),
  };
}

function filesOf(engine: Engine, input: DeployInput): readonly DeployFile[] {
  switch (engine) {
    case 'citus':
      return citusFiles(input);
    case 'pgdog':
      return pgdogFiles(input);
    case 'vitess':
      return vitessFiles(input);
    case 'spqr':
      return spqrFiles(input);
    case 'postgres':
      return postgresFiles(input);
  }
}

function deployedTables(input: DeployInput): readonly DeployedTable[] {
  const types = new Map(shardedTables(input).map(({ name, keyType }) => [name, keyType]));
  return [...input.placements]
    .sort(([a], [b]) => byCodeUnit(a, b))
    .map(([name, placement]) => {
      if (placement.placement !== 'sharded') return { name, placement: placement.placement };
      const { key, group } = placement;
      return { name, placement: 'sharded', key, group, keyType: types.get(name) ?? 'bigint' };
    });
}

/** Only two engines are driven live. */
function stepsOf(
  engine: Engine,
  input: DeployInput,
  { schema, passwords }: EngineSecrets,
): readonly DeployStep[] {
  if (engine === 'citus') return citusSteps(input);
  return engine === 'postgres' ? postgresSteps(input, schema, passwords) : [];
}

function outcomesOf(engine: Engine, input: DeployInput): readonly StatementOutcome[] {
  const worst = (one: StatementOutcome): number => outcomeKinds.indexOf(one.outcome);
  return input.statements
    .map((statement) => outcomeOf(engine, input, statement))
    .sort((a, b) => worst(b) - worst(a) || b.calls - a.calls || byCodeUnit(a.id, b.id));
}

function outcomeOf(engine: Engine, input: DeployInput, statement: DeployStatement): StatementOutcome {
  const { id, queryId, text, calls, source, verdict } = statement;
  return {
    id,
    ...(queryId === undefined ? {} : { queryId }),
    text,
    calls,
    verdict: verdict.verdict,
    tables: verdict.tables,
    ...outcomeUnder(engine, input, statement),
    source,
  };
}

function summaryOf(statements: readonly StatementOutcome[]): readonly OutcomeShare[] {
  const all = statements.reduce((sum, { calls }) => sum + calls, 0);
  return outcomeKinds.map((outcome) => {
    const some = statements.filter((one) => one.outcome === outcome);
    const calls = some.reduce((sum, one) => sum + one.calls, 0);
    return { outcome, statements: some.length, calls, share: all === 0 ? 0 : calls / all };
  });
}
