/** What the transactions of a log needed: the part of analysis.json that --log adds. Counts and shares, no values. */

import { z } from 'zod';
import {
  type KeySkew,
  type LogCoverage,
  type TransactionReport,
  type TransactionShares,
  verdictKinds,
} from '../model/index.js';
import { countSchema, shareSchema, sourceSchema } from './head.js';
import { rounded, without } from './json.js';

const sharesSchema = z.looseObject({
  /** That touch the sharded database and could be followed from beginning to end. */
  transactions: countSchema,
  /** One key value in all statements, or global tables only. null when there is no transaction. */
  oneKeyShare: shareSchema.nullable(),
  /** With those whose several key values this map keeps on one shard. */
  oneShardShare: shareSchema.nullable(),
  crossingShare: shareSchema.nullable(),
  unknownShare: shareSchema.nullable(),
});

const logSchema = z.looseObject({
  files: z.array(z.string()),
  records: countSchema,
  executions: countSchema,
  otherRecords: countSchema,
  unreadable: countSchema,
  unreadableAt: z.array(sourceSchema),
  duplicates: countSchema,
  otherDatabase: countSchema,
  failedExecutions: countSchema,
  /** Executions whose key's value is not in the log. */
  withoutValues: countSchema,
  notJudged: countSchema,
  /** Executions of statements that the export has. */
  inExport: countSchema,
  /** Of the export's calls, those of statements that the log has. */
  exportShareSeen: shareSchema.optional(),
  sessions: countSchema,
  committed: countSchema,
  rolledBack: countSchema,
  /** Aborted by an error; not judged. */
  failed: countSchema,
  /** Cut off by the log's beginning or end; not judged. */
  incomplete: countSchema,
  from: z.string().optional(),
  to: z.string().optional(),
});

export const transactionsSchema = z.looseObject({
  log: logSchema,
  outcomes: z.looseObject({
    oneKey: countSchema,
    anyShard: countSchema,
    oneShardByMap: countSchema,
    crosses: countSchema,
    unsharded: countSchema,
    unknown: countSchema,
    noTable: countSchema,
  }),
  all: sharesSchema,
  severalStatements: sharesSchema,
  pairs: z.array(
    z.looseObject({
      statement: z.string(),
      pair: z.string(),
      executions: countSchema,
      equal: countSchema,
      unknown: countSchema,
      /** Of the executions whose values are known. null when there are none. */
      equalShare: shareSchema.nullable(),
    }),
  ),
  skew: z.array(
    z.looseObject({
      group: z.string(),
      executions: countSchema,
      distinctKeys: countSchema,
      notFollowed: countSchema,
      heaviestShare: shareSchema,
      topTenShare: shareSchema,
      effectiveKeys: countSchema,
      /** By number of the shard, from 0. */
      shardShares: z.array(shareSchema),
    }),
  ),
  crossing: z.array(
    z.looseObject({
      /** Ids in order of first appearance, each once. */
      statements: z.array(z.string()),
      /** Those that ran more than once. */
      repeated: z.array(z.string()),
      transactions: countSchema,
      crossing: countSchema,
      blamed: z.array(z.looseObject({ statement: z.string(), transactions: countSchema })),
    }),
  ),
  shapesNotFollowed: countSchema,
  logOnly: z.array(
    z.looseObject({
      id: z.string(),
      text: z.string(),
      verdict: z.enum(verdictKinds),
      executions: countSchema,
    }),
  ),
});

/** Named one by one, so that nothing gets out that nobody meant to print. */
export function transactionsJson(report: TransactionReport) {
  const { oneKey, anyShard, oneShardByMap, crosses, unsharded, unknown, noTable } = report.outcomes;
  return {
    log: logJson(report.log),
    outcomes: { oneKey, anyShard, oneShardByMap, crosses, unsharded, unknown, noTable },
    all: sharesJson(report.all),
    severalStatements: sharesJson(report.severalStatements),
    pairs: report.pairs.map(({ statement, pair, executions, equal, unknown: withoutValue }) => ({
      statement,
      pair,
      executions,
      equal,
      unknown: withoutValue,
      equalShare: executions > withoutValue ? rounded(equal / (executions - withoutValue)) : null,
    })),
    skew: report.skew.map(skewJson),
    crossing: report.crossing.map(({ statements, repeated, transactions, crossing, blamed }) => ({
      statements,
      repeated,
      transactions,
      crossing,
      blamed: blamed.map(({ statement, transactions: times }) => ({ statement, transactions: times })),
    })),
    shapesNotFollowed: report.shapesNotFollowed,
    logOnly: report.logOnly.map(({ id, text, verdict, executions }) => ({ id, text, verdict, executions })),
  };
}

function logJson(log: LogCoverage) {
  return without({
    files: log.files,
    records: log.records,
    executions: log.executions,
    otherRecords: log.otherRecords,
    unreadable: log.unreadable,
    unreadableAt: log.unreadableAt.map(({ file, line }) => ({ file, line })),
    duplicates: log.duplicates,
    otherDatabase: log.otherDatabase,
    failedExecutions: log.failedExecutions,
    withoutValues: log.withoutValues,
    notJudged: log.notJudged,
    inExport: log.inExport,
    exportShareSeen: log.exportShareSeen === undefined ? undefined : rounded(log.exportShareSeen),
    sessions: log.sessions,
    committed: log.committed,
    rolledBack: log.rolledBack,
    failed: log.failed,
    incomplete: log.incomplete,
    from: log.from,
    to: log.to,
  });
}

function sharesJson(shares: TransactionShares) {
  const share = (of: number | undefined) => (of === undefined ? null : rounded(of));
  return {
    transactions: shares.transactions,
    oneKeyShare: share(shares.oneKeyShare),
    oneShardShare: share(shares.oneShardShare),
    crossingShare: share(shares.crossingShare),
    unknownShare: share(shares.unknownShare),
  };
}

function skewJson(skew: KeySkew) {
  return {
    group: skew.group,
    executions: skew.executions,
    distinctKeys: skew.distinctKeys,
    notFollowed: skew.notFollowed,
    heaviestShare: rounded(skew.heaviestShare),
    topTenShare: rounded(skew.topTenShare),
    effectiveKeys: rounded(skew.effectiveKeys),
    shardShares: skew.shardShares.map(rounded),
  };
}
