// `npm run build && node bench/router.js`: what a decision of the router takes, on the marketplace's plan, in microseconds:
// of a text seen before, of one that differs from others in its literals alone, and of one never seen.

import { emptyConfig, openRouter, readPlanFile } from '../dist/index.js';

const rounds = 200_000;
const router = await openRouter({
  plan: await readPlanFile('reports/marketplace/shardplan.json'),
  schema: ['fixtures/marketplace/schema.sql'],
  config: emptyConfig,
});

function microseconds(count, work) {
  for (let at = 0; at < Math.min(count, 2000); at += 1) work(at);
  const before = process.cpuUsage();
  for (let at = 0; at < count; at += 1) work(at);
  const { user, system } = process.cpuUsage(before);
  return ((user + system) / count).toFixed(2);
}

const bound =
  'SELECT id, status, total_cents FROM orders WHERE user_id = $1 AND status = $2 ORDER BY id LIMIT 20';
const decide = (text, values) => router.shape(text).decide({ values });
console.log(
  `a known text            ${microseconds(rounds, (at) => decide(bound, [String(at), 'paid']))} µs`,
);
const literal = (at) => `SELECT id, status FROM orders WHERE user_id = ${at} AND status = 'paid'`;
console.log(`known but for literals  ${microseconds(rounds, (at) => decide(literal(at), []))} µs`);
const fresh = (at) => `SELECT id AS a${at}, status FROM orders WHERE user_id = $1 AND status = $2`;
console.log(
  `a new text, known tree  ${microseconds(3000, (at) => decide(fresh(at + (at < 2000 ? 1e6 : 0)), ['1', 'a']))} µs`,
);
let made = 0;
const unlike = () => {
  made += 1;
  const columns = Array.from({ length: 1 + (made % 7) }, (_, at) => `(id + ${made * 31 + at}.5) AS c${at}`);
  return `SELECT ${columns.join(', ')} FROM orders o WHERE o.user_id = $1 AND (status = $2 OR total_cents > ${made}.5)`;
};
console.log(`a new text and tree     ${microseconds(3000, () => decide(unlike(), ['1', 'a']))} µs`);
