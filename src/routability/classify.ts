/**
 * Query × placements → Verdict. The statement gets the best verdict of which it meets the requirements; every verdict
 * carries the evidence, and every one that is not single-shard names what blocks it.
 *
 * The core test is that of VoltDB, Citus and Vitess: one constant flows to the shard key of every sharded instance.
 */

import type { Blocker, Placements, Query, TableName, Verdict } from '../model/index.js';
import { type Analysis, analyse, type Sharded } from './analysis.js';
import { conditionalVerdict } from './conditional.js';
import { crossShardVerdict } from './cross-shard.js';
import { scatterVerdict } from './fan-out.js';
import { addedTo, shardedInstances } from './placed.js';
import { singleVerdict } from './single.js';
import { writeProblem } from './writes.js';

export function classifyStatement(query: Query, placements: Placements): Verdict {
  return classify(analyse(query, addedTo(query, placements)), placements);
}

function classify(analysis: Analysis, placements: Placements): Verdict {
  const { query, live } = analysis;
  if (query.unseen.length > 0) return verdict(query, 'unknown', query.unseen, 'unseen-code');
  const missing = query.tables.filter((table) => !placements.has(table));
  if (missing.length > 0) {
    return verdict(
      query,
      'unknown',
      missing.map((table) => `${table} is not in the plan`),
      'table-not-in-plan',
    );
  }
  if (query.tables.length === 0) return verdict(query, 'tableless', ['it reads no application table']);
  if (live.length === 0) return neverTrueVerdict(analysis, placements);

  const kindOf = (table: TableName) => placements.get(table)?.placement;
  const liveTables = [...new Set(live.map(({ table }) => table))].sort();
  const unsharded = liveTables.filter((table) => kindOf(table) === 'unsharded');
  const globalWritten = liveTables.filter(
    (table) => kindOf(table) === 'global' && analysis.written.has(table),
  );
  const sharded = shardedInstances(live, placements);
  if (unsharded.length > 0 && sharded.length + globalWritten.length > 0) {
    const others = [...tablesOf(sharded), ...globalWritten].join(', ');
    return verdict(
      query,
      'cross-database',
      [`${unsharded.join(', ')} unsharded`, `${others} on the shards`],
      'two-databases',
    );
  }
  if (unsharded.length > 0) return verdict(query, 'unsharded', are(unsharded, 'unsharded'));
  if (globalWritten.length > 0) return globalWriteVerdict(analysis, globalWritten, sharded);
  if (sharded.length === 0) return verdict(query, 'global-read', are(liveTables, 'global'));
  return shardedVerdict(analysis, sharded);
}

function are(tables: readonly TableName[], what: string): readonly string[] {
  return tables.map((table) => `${table} is ${what}`);
}

/**
 * Every shard writes its copy. What is written must be the same everywhere: rows of several shards must not go into it,
 * and rows of one shard only when that one is known.
 */
function globalWriteVerdict(
  analysis: Analysis,
  globalWritten: readonly TableName[],
  sharded: readonly Sharded[],
): Verdict {
  const { query } = analysis;
  const because = globalWritten.map((table) => `${table} is global and ${howWritten(analysis, table)}`);
  const isModified = globalWritten.some((table) => analysis.modified.has(table));
  const isAlike = query.command === 'utility' || !isModified || sharded.length === 0;
  if (isAlike || shardedVerdict(analysis, sharded).verdict === 'single-shard') {
    return verdict(query, 'global-write', because, 'global-written');
  }
  const reads = `it reads ${tablesOf(sharded).join(', ')} on several shards, and each copy would get something else`;
  return verdict(query, 'cross-shard', [...because, reads], 'global-from-shards');
}

function shardedVerdict(analysis: Analysis, sharded: readonly Sharded[]): Verdict {
  const { query } = analysis;
  if (query.command === 'utility')
    return verdict(query, 'scatter', [utilityReason(query)], 'runs-everywhere');
  const problem = writeProblem(analysis, sharded);
  if (problem?.final === true) return verdict(query, problem.verdict, problem.because, problem.blocker);
  const groups = [...new Set(sharded.map(({ placement }) => placement.group))].sort();
  if (groups.length > 1) {
    return verdict(query, 'cross-shard', [`keys of different groups: ${groups.join(', ')}`], 'two-groups');
  }
  if (problem !== undefined) {
    return problem.verdict === 'conditional'
      ? (conditionalVerdict(analysis, sharded, problem) ??
          verdict(query, 'unroutable', problem.because, problem.blocker))
      : verdict(query, problem.verdict, problem.because, problem.blocker);
  }
  return (
    singleVerdict(analysis, sharded) ??
    conditionalVerdict(analysis, sharded) ??
    scatterVerdict(analysis, sharded) ??
    crossShardVerdict(analysis, sharded)
  );
}

function utilityReason({ instances }: Query): string {
  const loads = instances.some(({ access }) => access === 'insert');
  return loads
    ? 'its rows have to be split: each goes to the shard of its key'
    : 'the command runs on every shard';
}

/** No row can pass. Where a constant is at hand anyway, the statement goes to its shard. */
function neverTrueVerdict(analysis: Analysis, placements: Placements): Verdict {
  const { query } = analysis;
  const sharded = shardedInstances(query.instances, placements);
  const pinned =
    sharded.length > 0 && query.writes.length === 0 ? singleVerdict(analysis, sharded) : undefined;
  return pinned ?? verdict(query, 'tableless', ['its condition is never true, or nothing reads the table']);
}

function tablesOf(sharded: readonly Sharded[]): readonly TableName[] {
  return [...new Set(sharded.map(({ instance }) => instance.table))].sort();
}

function howWritten(analysis: Analysis, table: TableName): string {
  const written = analysis.live.find((instance) => instance.table === table && instance.access !== 'read');
  if (written?.access === 'lock') return 'locked by FOR UPDATE or SHARE';
  return written?.via === undefined ? 'written' : `written through ${written.via}`;
}

function verdict(
  query: Query,
  kind: Verdict['verdict'],
  because: readonly string[],
  blocker?: Blocker,
): Verdict {
  return { verdict: kind, tables: query.tables, because, ...(blocker === undefined ? {} : { blocker }) };
}
