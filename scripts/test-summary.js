// Prints one plain line from vitest's JSON report: `tests: 123 passed, 0 failed`.
// Usage: node scripts/test-summary.js FILE. A missing or empty report means that no test was reached.
import { readFileSync } from 'node:fs';

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

function summary(report) {
  if (report === undefined) return 'tests: not run';
  const skipped = report.numPendingTests + report.numTodoTests;
  const counts = [`${report.numPassedTests} passed`, `${report.numFailedTests} failed`];
  if (skipped > 0) counts.push(`${skipped} skipped`);
  return `tests: ${counts.join(', ')}`;
}

process.stdout.write(`${summary(readReport(process.argv[2] ?? ''))}\n`);
