// npm run differential -- [--seed S] [--statements N] [--schemas M] [--shards 4] [--workers 2] [--only N]
// The marketplace's reads and random statements through the library, against one database. Exit code 1 when an answer is wrong.
// --only N: the random statement of that number alone.
import { parseArgs } from 'node:util';
import { startPostgres } from '../postgres/server.js';
import { runDifferential } from './random.js';
import { newTally, tallyText } from './tally.js';
import { runTraffic } from './traffic.js';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    statements: { type: 'string', default: '6000' },
    schemas: { type: 'string' },
    shards: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const statements = Number(values.statements);
const names = ['syntax', 'catalog', 'topology', 'router', 'pool'];
const rooms = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await import(`../../dist/${name}/index.js`)])),
);
const tally = newTally();
if (values.only === undefined) {
  const index = await import('../../dist/index.js');
  const lab = await import('../../dist/lab/index.js');
  const given = {
    plan: await index.readPlanFile('reports/marketplace/shardplan.json'),
    inputs: ['fixtures/marketplace'],
    schema: ['fixtures/marketplace/schema.sql'],
    shards: Number(values.shards),
    perStatement: 12,
  };
  await runTraffic({ lab, index, ...given }, tally.add);
  console.log(`the marketplace's reads: ${tallyText(tally)}`);
}
const server = await startPostgres({
  max_connections: 100,
  max_prepared_transactions: 64,
  max_locks_per_transaction: 256,
  jit: 'off',
  autovacuum: 'off',
});
try {
  await runDifferential(
    {
      seed: values.seed,
      statements,
      schemas: Number(values.schemas ?? Math.max(1, Math.ceil(statements / 60))),
      shards: Number(values.shards),
      workers: Number(values.workers),
      ...(values.only === undefined ? {} : { only: Number(values.only) }),
    },
    server,
    rooms,
    tally.add,
  );
} finally {
  await server.stop();
}
console.log(`seed ${values.seed}: ${tallyText(tally)}`);
for (const { number, verdict, sql, params, why } of tally.wrong)
  console.log(
    `\nWRONG ${verdict} --seed ${values.seed} --statements ${statements} --only ${number}\n  ${sql}\n  ${JSON.stringify(params)}\n  ${why}`,
  );
process.exitCode = tally.wrong.length > 0 ? 1 : 0;
