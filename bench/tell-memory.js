// Loaded before a measured process: at its end it writes to its fourth stream, as JSON, its peak of resident memory in kB by
// the end of each stage that it announced on the terminal, which it takes its stderr to be.

import { writeSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

/** What a stage is called that a line of progress ends. */
const ends = [
  ['reading the export', /^reading schema/],
  ['schema', /^reading \d+ statements/],
  ['facts of statements', /^computing/],
  ['planning', /^proving/],
  ['proof', /^writing/],
];

if (isMainThread) {
  const stages = {};
  const peak = () => process.resourceUsage().maxRSS;
  const { stderr } = process;
  const write = stderr.write.bind(stderr);
  stderr.isTTY = true;
  stderr.write = (text, ...rest) => {
    const line = String(text).trim();
    for (const [stage, end] of ends) if (end.test(line)) stages[stage] ??= peak();
    return write(text, ...rest);
  };
  process.on('exit', () => writeSync(3, JSON.stringify({ ...stages, report: peak() })));
}
