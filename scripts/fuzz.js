// Sends 100,000 broken messages to a router: node scripts/fuzz.js [messages] [seed]. See test/wire/fuzz.test.ts.
import { spawnSync } from 'node:child_process';

const [messages = '100000', seed = '1'] = process.argv.slice(2);
const { status } = spawnSync('npx', ['vitest', 'run', 'test/wire/fuzz.test.ts'], {
  stdio: 'inherit',
  env: { ...process.env, FUZZ_MESSAGES: messages, FUZZ_SEED: seed },
});
process.exitCode = status ?? 1;
