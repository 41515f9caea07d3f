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
import { medianOfTurns, timeOf } from './measure.js';
import { planOf } from './workload/plan.js';

/** `files` as writeWorkload gives them. Times are milliseconds. */
export async function measureReading({ folder, tables, statements, rounds }) {
  const { catalog, reader } = await groundOf(folder);
  const plan = planOf(tables);
  const texts = statements.map(({ text }) => text);
  await loadModule();
  const times = await medianOfTurns(rounds, {
    bareParse: () =>
      timeOf(() => {
        for (const text of texts) parseSync(text);
      }),
    ours: () => readAndClassify(folder, catalog, reader, plan),
  });
  const { bareParse, ...phases } = times;
  const whole = Object.values(phases).reduce((sum, ms) => sum + ms, 0);
  return {
    statements: texts.length,
    tables: tables.length,
    bareParse,
    whole,
    ratio: whole / bareParse,
    phases,
  };
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
  const readExport = await timeOf(async () => {
    const found = await discoverInputs([folder]);
    workload = await readWorkload(found.exports.map(openExport), { sum: false });
  });
  const parseAndResolve = await timeOf(() => {
    const settings = resolveSettings(reader, emptyConfig, false);
    sorted = sortStatements(readStatements(workload.statements, reader), catalog, settings);
  });
  const classify = await timeOf(() => {
    for (const { query } of sorted.application) classifyStatement(query, plan);
  });
  return { readExport, parseAndResolve, classify };
}
