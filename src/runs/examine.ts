/** Is an export, or a live server, good enough to plan from? */

import {
  coverageOf,
  exportChecks,
  serverChecks,
  trackingChecks,
  trackingOfManifest,
} from '../analysis/index.js';
import { examineServer, type SessionOptions, withTemporaryCapture } from '../capture/index.js';
import type { Tool } from '../contract/index.js';
import { type AnalysisRequest, noteUnreadLogs, readInputs } from '../inputs/index.js';
import type { DoctorReport, ProgressListener } from '../model/index.js';

/**
 * Checks of an export: what it covers, what it lacks, and what to do.
 * @throws UserError for inputs that cannot be read
 */
export async function examineExports(
  request: AnalysisRequest,
  progress: ProgressListener = () => {},
): Promise<DoctorReport> {
  noteUnreadLogs(request, progress);
  const { manifest, workload, catalog, sorted, unread } = await readInputs(request, progress);
  const tracking = await trackingOfManifest(manifest);
  const coverage = coverageOf(workload, sorted, unread, catalog);
  return {
    subject: request.exports.join(', '),
    source: 'export',
    checks: [
      ...(tracking === undefined ? [] : trackingChecks(tracking)),
      ...exportChecks({ workload, coverage, catalog }),
    ],
  };
}

/**
 * The same of a live server: its settings, its log and its statistics, and what a capture of it would be good for.
 * @throws UserError when it cannot be reached
 */
export async function examineLive(
  options: SessionOptions,
  request: AnalysisRequest,
  tool: Tool,
  progress: ProgressListener = () => {},
): Promise<DoctorReport> {
  noteUnreadLogs(request, progress);
  progress({ stage: 'read', message: 'asking the server' });
  const exam = await examineServer(options);
  const subject = `${exam.facts.database} on PostgreSQL ${exam.facts.version}`;
  const checks = serverChecks(exam);
  if (exam.captured === undefined) return { subject, source: 'server', checks };
  return withTemporaryCapture(exam.captured, tool, async (folder) => {
    const { workload, catalog, sorted, unread } = await readInputs(
      { ...request, exports: [folder] },
      progress,
    );
    const coverage = coverageOf(workload, sorted, unread, catalog);
    return {
      subject,
      source: 'server',
      checks: [...checks, ...exportChecks({ workload, coverage, catalog })],
    };
  });
}
