// npm run oracle -- --seed S --statements N [--schemas M] [--shards 4] [--workers 3] [--replay seed:number] [--keep DIR]
//   [--missed]: ask which other statements stayed on one shard
//   [--stop] [--tree dist]: stop at the first wrong verdict; judge by another compiled tree
// Exit code 1 when a verdict is wrong. With --keep each wrong verdict is written there as a case of its own.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { startPostgres } from '../postgres/server.js';
import { loadProject } from './judge.js';
import { runOracle } from './oracle.js';
import { makeSummary, summaryText } from './summary.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    statements: { type: 'string', default: '5000' },
    schemas: { type: 'string' },
    shards: { type: 'string', default: '4' },
    workers: { type: 'string', default: '3' },
    shrinks: { type: 'string', default: '3' },
    replay: { type: 'string' },
    keep: { type: 'string' },
    missed: { type: 'boolean', default: false },
    stop: { type: 'boolean', default: false },
    tree: { type: 'string', default: 'dist' },
  },
});

const statements = Number(values.statements);
const [replaySeed, replayNumber] = values.replay?.split(':') ?? [];
const settings = {
  seed: replaySeed ?? values.seed,
  statements,
  schemas: Number(values.schemas ?? Math.max(1, Math.ceil(statements / 100))),
  shards: Number(values.shards),
  workers: Number(values.workers),
  shrinks: Number(values.shrinks),
  stop: values.stop,
  missed: values.missed,
  ...(replayNumber === undefined ? {} : { only: Number(replayNumber) }),
};

const project = await loadProject(
  (room) => import(pathToFileURL(resolve(values.tree, room, 'index.js')).href),
);
const server = await startPostgres({
  max_connections: 60,
  jit: 'off',
  max_locks_per_transaction: 256,
  autovacuum: 'off',
});
const summary = makeSummary();
const startedAt = performance.now();
try {
  const failures = await runOracle(settings, server, project, summary.add, summary.addStaying);
  const seconds = (performance.now() - startedAt) / 1000;
  console.log(`seed ${settings.seed}, ${settings.schemas} schemas, ${settings.shards} shards`);
  console.log(summaryText(summary, seconds));
  for (const failure of failures) report(failure);
  process.exitCode = failures.length > 0 ? 1 : 0;
} finally {
  await server.stop();
}

function report({ number, finding, small }) {
  console.log(
    `\nWRONG ${finding.verdict}  --replay ${settings.seed}:${number}\n  ${finding.sql}\n  ${finding.why}`,
  );
  if (small === undefined) return;
  console.log(
    `small: ${small.sql}  ${JSON.stringify(small.params)}\n  ${small.why}\n${small.schema}\n  rows ${JSON.stringify(small.rows)}\n  plan ${JSON.stringify(small.plan)}`,
  );
  if (values.keep === undefined) return;
  mkdirSync(values.keep, { recursive: true });
  const sound = {
    comment: `found by the oracle, ${settings.seed}:${number}`,
    sql: small.sql,
    verdict: 'cross-shard',
    schema: small.schema,
    tables: small.plan,
  };
  writeFileSync(
    join(values.keep, `${settings.seed}-${number}.json`),
    `${JSON.stringify([sound], null, 2)}\n`,
  );
}
