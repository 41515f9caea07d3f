// Takes a lab away when the process that started it is gone, however it ended. Takes the lab's folder as argument, and on
// standard input lines "watch PID" and "forget PID"; the pipe closes when the other end ends, even by kill -9.
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const [folder] = process.argv.slice(2);
const patienceMs = 5000;
const watched = new Set();

const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A signal to a process that is gone says nothing. */
function signal(pid, name) {
  try {
    process.kill(pid, name);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Servers that were started in the moment before the pipe closed. */
function postmasters() {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    try {
      return [
        Number(readFileSync(path.join(folder, name, 'data', 'postmaster.pid'), 'utf8').split('\n', 1)[0]),
      ];
    } catch {
      return [];
    }
  });
}

async function stop(pids) {
  // "Immediate" shutdown: the postmaster takes its children with it and nothing is worth flushing.
  for (const pid of pids) signal(pid, 'SIGQUIT');
  const until = Date.now() + patienceMs;
  while (pids.some((pid) => signal(pid, 0))) {
    if (Date.now() > until) for (const pid of pids) signal(pid, 'SIGKILL');
    await pause(10);
  }
}

async function takeAway() {
  for (let attempt = 0; attempt < 100; attempt += 1) {
    await stop([...new Set([...watched, ...postmasters()])].filter((pid) => pid > 1));
    try {
      rmSync(folder, { recursive: true, force: true });
      return;
    } catch {
      // Somebody still writes in it.
      await pause(50);
    }
  }
}

for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => {});
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  const [word, pid] = line.split(' ');
  if (word === 'watch') watched.add(Number(pid));
  else watched.delete(Number(pid));
});
lines.on('close', takeAway);
