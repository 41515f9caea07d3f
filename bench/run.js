// `npm run bench`: speed and memory as ratios and figures of one run. `--json` prints them as JSON; `--quick` measures small
// workloads once, to see that it works.

import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { measureAnalysis, measureColdStart, measureMarketplace } from './processes.js';
import { measureReading } from './reading.js';
import { writeWorkload } from './workloads.js';

const full = {
  reading: { tables: 1200, statements: 50_000 },
  analyses: [
    { tables: 32, statements: 5000 },
    { tables: 300, statements: 20_000 },
    { tables: 1200, statements: 50_000 },
  ],
  rounds: 3,
  readings: 5,
  starts: 15,
  solveSeconds: 60,
};
const quick = {
  reading: { tables: 100, statements: 2000 },
  analyses: [{ tables: 32, statements: 1000 }],
  rounds: 1,
  readings: 1,
  starts: 3,
  solveSeconds: 5,
};

/** What a whole analysis of 50,000 statements may take. */
const allowedMB = 400;

const { values } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
  },
});

const result = await inTemporaryFolder((folder) => measure(values.quick ? quick : full, folder));
process.stdout.write(values.json ? `${JSON.stringify(result, undefined, 2)}\n` : textOf(result));

async function measure(sizes, folder) {
  const coldStart = await measureColdStart(sizes.starts);
  const marketplace = await measureMarketplace(sizes.rounds);
  const reading = await inWorkload(sizes.reading, folder, (made) =>
    measureReading({ ...made, rounds: sizes.readings }),
  );
  const analyses = [];
  for (const size of sizes.analyses) {
    const measured = await inWorkload(size, folder, (made) =>
      measureAnalysis(made.folder, sizes.solveSeconds),
    );
    analyses.push({ ...size, ...measured });
  }
  return { node: process.version, cores: availableParallelism(), coldStart, marketplace, reading, analyses };
}

async function inWorkload(size, parent, use) {
  const folder = path.join(parent, `${size.tables}-${size.statements}`);
  return await use({ folder, ...(await writeWorkload({ ...size, seed: values.seed }, folder)) });
}

async function inTemporaryFolder(use) {
  const folder = await mkdtemp(path.join(tmpdir(), 'shardwright-bench-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function textOf({ node, cores, coldStart, marketplace, reading, analyses }) {
  const { phases } = reading;
  const lines = [
    `node ${node}, ${cores} cores; times are medians`,
    '',
    `cold start of --help            ${times(coldStart.ratio)} of node -e 0 (${ms(coldStart.help)} to ${ms(coldStart.node)})`,
    `analyze fixtures/marketplace    ${ms(marketplace.whole)}`,
    '',
    `reading and classifying         ${times(reading.ratio)} of a bare parse, ${reading.cpuRatio.toFixed(2)} of its CPU time (${ms(reading.whole)} to ${ms(reading.bareParse)}; ${reading.statements} statements, ${reading.tables} tables)`,
    `  ${'the first, still interpreted'.padEnd(30)}${times(reading.firstRatio)}`,
    ...Object.entries(phases).map(
      ([name, taken]) => `  ${name.padEnd(30)}${times(taken / reading.bareParse)}`,
    ),
    '',
    ...analyses.map(
      (one) =>
        `analyze ${one.tables} tables, ${one.statements} statements`.padEnd(41) +
        `${ms(one.whole)}, at most ${mb(one.peakMB)}`,
    ),
    ...memoryOf(analyses.find(({ statements }) => statements === 50_000)),
  ];
  return `${lines.join('\n')}\n`;
}

function memoryOf(analysis) {
  if (analysis === undefined) return [];
  const { peakMB, stagesMB } = analysis;
  return [
    '',
    `memory at 50,000 statements     ${times(peakMB / allowedMB)} of ${allowedMB} MB; the peak by the end of each stage:`,
    ...Object.entries(stagesMB).map(([stage, peak]) => `  ${stage.padEnd(30)}${mb(peak)}`),
  ];
}

function mb(value) {
  return `${Math.round(value)} MB`;
}

function times(ratio) {
  return `${ratio.toFixed(2)} times`;
}

function ms(value) {
  return value < 1000 ? `${Math.round(value)} ms` : `${(value / 1000).toFixed(2)} s`;
}
