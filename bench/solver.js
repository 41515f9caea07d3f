/**
 * The solver alone on puzzles of three sizes, with and without budgets that press. Prints one line each: seconds, gap,
 * status, and seconds as a ratio of the smallest puzzle's. `npm run bench:solver [-- --solve-seconds 60] [--sizes 32,300]`.
 */

import { parseArgs } from 'node:util';
import { solvePlan } from '../dist/planner/index.js';
import { puzzleOfSize } from './puzzles.js';

const sizes = /** @type {const} */ ([
  [32, 5_000],
  [300, 20_000],
  [1_200, 50_000],
]);

const { values } = parseArgs({
  options: {
    'solve-seconds': { type: 'string', default: '60' },
    seed: { type: 'string', default: '1' },
    sizes: { type: 'string', default: sizes.map(([tables]) => tables).join(',') },
    budgets: { type: 'string', default: 'roomy,pressing' },
  },
});

const wanted = new Set(values.sizes.split(',').map(Number));
let smallest = 0;
console.log('tables/statements  budgets    seconds    ratio  gap       status     ties  rss MB');
for (const [tables, statements] of sizes.filter(([count]) => wanted.has(count))) {
  for (const budgets of /** @type {('roomy' | 'pressing')[]} */ (values.budgets.split(','))) {
    const problem = puzzleOfSize({
      tables,
      statements,
      budgets,
      seed: Number(values.seed),
      solveSeconds: Number(values['solve-seconds']),
    });
    const before = performance.now();
    const solution = await solvePlan(problem);
    const seconds = (performance.now() - before) / 1000;
    if (smallest === 0) smallest = seconds;
    const columns = [
      `${tables}/${statements}`.padEnd(18),
      budgets.padEnd(10),
      seconds.toFixed(2).padStart(7),
      (seconds / smallest).toFixed(1).padStart(8),
      ` ${solution.gap.toExponential(1)}`.padEnd(9),
      solution.status.padEnd(10),
      (solution.tiesDecided ? 'all' : 'open').padEnd(5),
      (process.resourceUsage().maxRSS / 1024).toFixed(0).padStart(6),
    ];
    console.log(columns.join(' '));
  }
}
