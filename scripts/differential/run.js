// npm run differential -- [--through library|router|both] [--seed S] [--statements N] [--schemas M] [--shards 4] [--workers 2] [--only N]
// The marketplace's traffic and random statements through the library and the wire router, against one database. Exit code 1
// when an answer is wrong. --only N: the random statement of that number alone.
import { parseArgs } from 'node:util';
import { startPostgres } from '../postgres/server.js';
import { runDifferential } from './random.js';
import { newTally, tallyText } from './tally.js';
import { runTraffic } from './traffic.js';

const { values } = parseArgs({
  options: {
    through: { type: 'string', default: 'both' },
    seed: { type: 'string', default: '1' },
    statements: { type: 'string', default: '6000' },
    schemas: { type: 'string' },
    shards: { type: 'string', default: '4' },
    workers: { type: 'string', default: '2' },
    only: { type: 'string' },
  },
});
const through = { both: ['library', 'router'], library: ['library'], router: ['router'] }[values.through];
if (through === undefined) throw new Error('--through is library, router or both');
const statements = Number(values.statements);
const names = ['syntax', 'catalog', 'topology', 'router', 'pool', 'wire', 'postgres', 'planner', 'lab'];
const rooms = Object.fromEntries(
  await Promise.all(names.map(async (name) => [name, await import(`../../dist/${name}/index.js`)])),
);
const tally = newTally();
if (values.only === undefined) {
  const traffic = newTally();
  const onFound = (found) => {
    traffic.add(found);
    tally.add(found);
  };
  const index = await import('../../dist/index.js');
  await runTraffic(
    {
      rooms: { ...rooms, index },
      through,
      plan: await index.readPlanFile('reports/marketplace/shardplan.json'),
      inputs: ['fixtures/marketplace'],
      schema: ['fixtures/marketplace/schema.sql'],
      shards: Number(values.shards),
      perStatement: 12,
      writesPerStatement: 4,
    },
    onFound,
  );
  console.log(`the marketplace's traffic: ${tallyText(traffic)}\n`);
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
      through,
      ...(values.only === undefined ? {} : { only: Number(values.only) }),
    },
    server,
    rooms,
    tally.add,
  );
} finally {
  await server.stop();
}
console.log(`seed ${values.seed}, with the random statements: ${tallyText(tally)}`);
for (const { number, way, form, verdict, sql, params, why } of tally.wrong)
  console.log(
    `\nWRONG through the ${way} (${form}), ${verdict}: --seed ${values.seed} --statements ${statements} --only ${number}\n  ${sql}\n  ${JSON.stringify(params)}\n  ${why}`,
  );
process.exitCode = tally.wrong.length > 0 ? 1 : 0;
