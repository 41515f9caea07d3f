/** What an analysis is asked for, and what is taken where nothing is said. */

import { plannerSettings } from '../analysis/index.js';
import { type Config, emptyConfig } from '../config/index.js';
import type { ProgressListener, Weight } from '../model/index.js';
import type { PlannerSettings } from '../planner/index.js';
import type { ReaderName } from '../syntax/index.js';

export interface AnalysisRequest {
  /** Files and folders; '-' is standard input. */
  readonly exports: readonly string[];
  readonly schema: readonly string[];
  readonly stats: readonly string[];
  /** The server's csvlog or jsonlog: transactions are judged under the plan. */
  readonly logs?: readonly string[];
  readonly database?: string;
  readonly sum: boolean;
  readonly weight: Weight;
  readonly shards: number;
  readonly config: Config;
  readonly reader: ReaderName;
  readonly crossCheck: boolean;
  /** Policies pin keys for the roles that run the statements. */
  readonly assumeRls: boolean;
  readonly solveSeconds?: number;
  /** Curves of what limits buy: always, never, or by default when the puzzle is small. */
  readonly curve?: boolean;
  /** What each table's other choices would do to the statements, for report.html. */
  readonly whatIf?: boolean;
}

/** A request of exports with everything else as the command line has it by default. */
export function analysisRequest(
  exports: readonly string[],
  more: Partial<Omit<AnalysisRequest, 'exports'>> = {},
): AnalysisRequest {
  return {
    exports,
    schema: [],
    stats: [],
    sum: false,
    weight: 'calls',
    shards: 16,
    config: emptyConfig,
    reader: 'libpg-query',
    crossCheck: false,
    assumeRls: false,
    ...more,
  };
}

/** Where nothing is said of transactions, that is said: a flag that is taken and does nothing would pass for a check. */
export function noteUnreadLogs({ logs = [] }: AnalysisRequest, progress: ProgressListener): void {
  if (logs.length === 0) return;
  const message =
    '--log was not read: transactions are judged by analyze, doc, explain and graph; nothing else says anything of them';
  progress({ stage: 'read', message: 'reading exports', note: { code: 'log-unread', message } });
}

export function settingsOf({ config, shards, solveSeconds }: AnalysisRequest): PlannerSettings {
  return plannerSettings(config, shards, solveSeconds);
}
