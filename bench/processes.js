// What the command line takes as a process of its own: cold start, a whole analysis, the most memory it ever had.

import { spawn } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { medianOfTurns, timeOf } from './measure.js';

const root = fileURLToPath(new URL('..', import.meta.url));
const command = path.join(root, 'bin/shardwright.js');
const tellMemory = new URL('tell-memory.js', import.meta.url).href;

/** `--help` against node that does nothing. */
export async function measureColdStart(rounds) {
  const times = await medianOfTurns(rounds, {
    node: () => timeOf(() => run(['-e', '0'])),
    help: () => timeOf(() => run([command, '--help'])),
  });
  return { ...times, ratio: times.help / times.node };
}

export async function measureMarketplace(rounds) {
  const whole = () => timeOf(() => run([command, 'analyze', path.join(root, 'fixtures/marketplace')]));
  return await medianOfTurns(rounds, { whole });
}

/** Milliseconds of a whole analysis that writes its files, and its peak of resident memory in MB, by the end of each stage. */
export async function measureAnalysis(folder, solveSeconds) {
  let stagesMB = {};
  const whole = await timeOf(async () => {
    const out = ['--out', path.join(folder, 'plan'), '--solve-seconds', String(solveSeconds)];
    const peaks = JSON.parse(await run(['--import', tellMemory, command, 'analyze', folder, ...out]));
    stagesMB = Object.fromEntries(Object.entries(peaks).map(([stage, kB]) => [stage, kB / 1024]));
  });
  return { whole, peakMB: Math.max(...Object.values(stagesMB)), stagesMB };
}

/** Gives what the process says on its fourth stream. */
function run(args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'ignore', 'pipe', 'pipe'],
      env: { ...process.env, CI: '', TERM: 'xterm' },
    });
    const said = ['', ''];
    child.stdio[2].on('data', (chunk) => {
      said[0] += chunk;
    });
    child.stdio[3].on('data', (chunk) => {
      said[1] += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      if (code === 0) resolve(said[1]);
      else reject(new Error(`${args.join(' ')} ended with ${code}\n${said[0]}`));
    });
  });
}
