/** What was captured, in numbers. */

import type { CaptureSummary } from '../model/index.js';
import type { Captured } from './capture.js';
import { notesOf } from './files.js';

export function summaryOf(captured: Captured): CaptureSummary {
  const { facts, statements, catalog, anonymized } = captured;
  return {
    database: facts.database,
    serverVersion: facts.version,
    capturedAt: facts.capturedAt,
    statements: statements.rows.length,
    calls: statements.rows.reduce((sum, { calls }) => sum + Number(calls ?? 0), 0),
    tables: catalog.tables.length,
    views: catalog.views.length,
    functions: catalog.functions.length,
    notes: notesOf(captured),
    ...(anonymized === undefined ? {} : { dropped: anonymized.dropped }),
  };
}
