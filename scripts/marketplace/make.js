// Makes the committed export of the marketplace again: day-1.csv … day-7.csv, stats.csv and manifest.json.
// Usage: node scripts/marketplace/make.js [folder, default fixtures/marketplace]
// Runs a seeded week of traffic on a real PostgreSQL in a temporary folder; takes a minute or two. Statements and their
// calls are the same in every run; times, blocks and bytes are what this machine measured. Any error of any
// statement ends the run with exit 1.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import pg from 'pg';
import { capturedAt, days, startOf } from './calendar.js';
import { connectClients } from './clients.js';
import { openMarketplace } from './marketplace-database.js';
import { takeSnapshot } from './snapshot.js';
import { statisticsCsv } from './statistics.js';
import { trafficOf } from './traffic.js';

const seed = 'marketplace 1';
const folder = process.argv[2] ?? fileURLToPath(new URL('../../fixtures/marketplace', import.meta.url));

const say = (text) => process.stderr.write(`${text}\n`);
const write = (name, text) => writeFileSync(path.join(folder, name), text);
const fileOf = (day) => `day-${day}.csv`;

async function serverTime(exporter) {
  const { rows } = await exporter.query('SELECT clock_timestamp()::text AS now');
  return rows[0].now;
}

async function liveThroughWeek(clients, exporter) {
  const realStarts = [];
  for (const day of days) {
    realStarts.push(await serverTime(exporter));
    const { first, mixed, night } = trafficOf(day, seed);
    await clients.oneByOne(first);
    await clients.atOnce(mixed);
    await clients.oneByOne(night);
    write(fileOf(day), await takeSnapshot(exporter, day, realStarts));
    say(
      `day ${day}: ${first.length + mixed.length + night.length} pieces of traffic by ${clients.size} clients`,
    );
  }
}

async function manifest(exporter) {
  const { rows } = await exporter.query(
    `SELECT current_setting('server_version') AS server_version, i.dealloc::int AS dealloc,
            (SELECT extversion FROM pg_extension WHERE extname = 'pg_stat_statements') AS extension_version
       FROM pg_stat_statements_info i`,
  );
  const snapshots = days.map((day) => ({ file: fileOf(day), captured_at: capturedAt(day) }));
  return { database: 'marketplace', ...rows[0], stats_reset: startOf(1), snapshots };
}

function printShares(sent) {
  const application = [...sent].filter(([keyed]) => keyed !== 'noise');
  const all = application.reduce((sum, [, calls]) => sum + calls, 0);
  for (const [keyed, calls] of application.sort((a, b) => b[1] - a[1])) {
    say(
      `  ${keyed.padEnd(8)} ${String(calls).padStart(7)} calls ${((100 * calls) / all).toFixed(2).padStart(6)} %`,
    );
  }
  say(`  noise    ${String(sent.get('noise')).padStart(7)} calls beside ${all} of the application`);
}

async function main() {
  mkdirSync(folder, { recursive: true });
  const sent = new Map();
  const marketplace = await openMarketplace();
  try {
    say('the marketplace is open');
    const exporter = new pg.Client(marketplace.settingsFor('marketplace_app'));
    await exporter.connect();
    await exporter.query(`SET pg_stat_statements.track = 'none'`);
    const clients = await connectClients(marketplace.settingsFor, (keyed) =>
      sent.set(keyed, (sent.get(keyed) ?? 0) + 1),
    );
    await liveThroughWeek(clients, exporter);
    await clients.close();
    write('manifest.json', `${JSON.stringify(await manifest(exporter), null, 2)}\n`);
    write('stats.csv', statisticsCsv());
    await exporter.end();
    printShares(sent);
  } finally {
    await marketplace.stop();
  }
}

main().catch((error) => {
  say(`${error.stack}`);
  process.exitCode = 1;
});
