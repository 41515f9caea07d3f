// Reading and classifying a workload, against a bare parse of the same texts in the same process. Reading and classifying is
// all that happens to the statements but planning: the export read and its rows merged, texts parsed and made into facts,
// verdicts under a fixed plan. The schema is read once before.

import { loadModule, parseSync } from 'libpg-query';
import { readStatements, resolveSettings, sortStatements } from '../dist/analysis/index.js';
import { loadTextFiles, readSchema, readStatistics } from '../dist/catalog/index.js';
import { emptyConfig } from '../dist/index.js';
import { classifyStatement } from '../dist/routability/index.js';
import { loadReader } from '../dist/syntax/index.js';
import { discoverInputs, openExport, readWorkload } from '../dist/workload/index.js';
import { cpuOf, medianOfTurns, timesOf } from './measure.js';
import { planOf } from './workload/plan.js';

const phases = ['readExport', 'parseAndResolve', 'classify'];

/** Times are milliseconds. The ratio by the clock, and that of the time of all processors, which a busy machine blurs less. */
export async function measureReading({ folder, tables, statements, rounds }) {
  const { catalog, reader } = await groundOf(folder);
  const plan = planOf(tables);
  const texts = statements.map(({ text }) => text);
  await loadModule();
  const times = await medianOfTurns(rounds, {
    bareParse: () =>
      timesOf('bareParse', () => {
        for (const text of texts) parseSync(text);
      }),
    ours: () => readAndClassify(folder, catalog, reader, plan),
  });
  const { bareParse } = times;
  const whole = sum(phases.map((name) => times[name]));
  const firstWhole = sum(phases.map((name) => times.first[name]));
  return {
    statements: texts.length,
    tables: tables.length,
    bareParse,
    whole,
    ratio: whole / bareParse,
    firstRatio: firstWhole / times.first.bareParse,
    cpuRatio: sum(phases.map((name) => times[cpuOf(name)])) / times[cpuOf('bareParse')],
    phases: Object.fromEntries(phases.map((name) => [name, times[name]])),
  };
}

function sum(values) {
  return values.reduce((all, value) => all + value, 0);
}

async function groundOf(folder) {
  const found = await discoverInputs([folder]);
  const declared = await readSchema(await loadTextFiles(found.schemas));
  const { catalog } = readStatistics(await loadTextFiles(found.statistics), declared);
  return { catalog, reader: await loadReader('libpg-query') };
}

async function readAndClassify(folder, catalog, reader, plan) {
  let workload;
  let sorted;
  const readExport = await timesOf('readExport', async () => {
    const found = await discoverInputs([folder]);
    workload = await readWorkload(found.exports.map(openExport), { sum: false });
  });
  const parseAndResolve = await timesOf('parseAndResolve', () => {
    const settings = resolveSettings(reader, emptyConfig, false);
    sorted = sortStatements(readStatements(workload.statements, reader), catalog, settings);
  });
  const classify = await timesOf('classify', () => {
    for (const { query } of sorted.application) classifyStatement(query, plan);
  });
  return { ...readExport, ...parseAndResolve, ...classify };
}
