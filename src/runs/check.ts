/** The gate. */

import { coverageOf, type GateQuestion, gateInput } from '../analysis/index.js';
import { baselineOf, runGate } from '../gate/index.js';
import { type AnalysisRequest, noteUnreadLogs, readAll } from '../inputs/index.js';
import { type Baseline, type CheckResult, type ProgressListener, UserError } from '../model/index.js';
import { fingerprintOf } from '../sql/index.js';
import { noExport, readQueryFiles } from '../workload/index.js';

/**
 * The gate: workload and schema as they are now, held against a plan and, where there is one, a baseline.
 * @throws UserError for inputs that cannot be read
 */
export async function checkExports(
  request: AnalysisRequest,
  question: GateQuestion,
  progress: ProgressListener = () => {},
): Promise<CheckedExports> {
  refuseOtherWeights(request, question);
  noteUnreadLogs(request, progress);
  const fingerprints = new Map<string, string>();
  const queries = await readQueryFiles(request.exports);
  if (queries.others.length === 0 && queries.statements.length + queries.schemas.length === 0) {
    throw noExport(request.exports, []);
  }
  const schema = [...queries.schemas, ...request.schema];
  const { ground, workload, sorted, unread, catalog } = await readAll(
    { ...request, exports: queries.others, schema },
    progress,
    {
      queries: queries.statements,
      // A schema by itself can be held against a plan, and query files need not touch a table.
      mayTouchNothing: queries.others.length === 0,
      watch: (read, known) => {
        if (read.kind === 'application') fingerprints.set(read.source.id, fingerprintOf(read.tree, known));
      },
    },
  );
  progress({ stage: 'plan', message: 'checking' });
  const input = gateInput(question, {
    ground,
    config: request.config,
    fingerprints,
    ...(queries.others.length > 0 && question.isTraffic
      ? { coverage: coverageOf(workload, sorted, unread, catalog) }
      : {}),
  });
  if (question.newBaseline === undefined) return { result: runGate(input) };
  const baseline = { ...baselineOf(input), file: question.newBaseline };
  return { result: runGate({ ...input, baseline }), baseline };
}

/** @throws UserError bad-option: a share of the calls is no share of the time */
function refuseOtherWeights({ weight }: AnalysisRequest, { baseline }: GateQuestion): void {
  if (baseline === undefined || baseline.weight === weight) return;
  throw new UserError(
    'bad-option',
    `the baseline ${baseline.file} weighs statements by ${baseline.weight}, and this check by ${weight}`,
    `Check with --weight ${baseline.weight}, name another baseline with --baseline, or remove it and make it again with --update-baseline.`,
    { file: baseline.file },
  );
}

export interface CheckedExports {
  /** Under the new baseline, where one was asked for. */
  readonly result: CheckResult;
  /** To be written. */
  readonly baseline?: Baseline & { readonly file: string };
}
