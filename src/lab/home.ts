/**
 * A lab's folder, and the watchdog that takes the folder and its servers away when this process ends, however it ends.
 * The watchdog is there before the folder is: at no moment could a kill leave something behind.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { chmodSync, mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { UserError } from '../model/index.js';

export const watchdogScript = fileURLToPath(new URL('../../bin/lab-watchdog.js', import.meta.url));

export interface Home {
  readonly folder: string;
  /** Counts the process as the lab's until it has ended. */
  readonly watch: (child: ChildProcess) => void;
  /** Ends every process of the lab and removes the folder. May be called twice. */
  readonly remove: () => Promise<void>;
}

/** @throws UserError lab-exists when the folder is there already */
export async function openHome(folder: string): Promise<Home> {
  const living = new Set<number>();
  let closing = false;
  let watchdog = startWatchdog();

  function startWatchdog(): ChildProcess {
    // In a session of its own, so that what a terminal sends to our group does not reach it.
    const child = spawn(process.execPath, [watchdogScript, folder], {
      detached: true,
      cwd: '/',
      stdio: ['pipe', 'ignore', 'ignore'],
    });
    child.stdin?.on('error', () => {});
    child.unref();
    (child.stdin as unknown as { unref: () => void }).unref();
    for (const pid of living) child.stdin?.write(`watch ${pid}\n`);
    child.once('exit', () => {
      // Somebody has ended the watchdog: the lab gets another one.
      if (!closing) watchdog = startWatchdog();
    });
    return child;
  }

  const remove = async (): Promise<void> => {
    closing = true;
    if (watchdog.exitCode !== null || watchdog.signalCode !== null) return;
    const ended = new Promise((resolve) => watchdog.once('exit', resolve));
    watchdog.ref();
    watchdog.stdin?.end();
    await ended;
  };

  try {
    mkdirSync(folder);
  } catch (error) {
    // The folder is somebody else's: the watchdog must not take it away.
    closing = true;
    watchdog.kill('SIGKILL');
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new UserError(
      'lab-exists',
      `There is a lab in ${folder} already`,
      'Look at it with "shardwright lab status", end it with "shardwright lab down", or give another --name.',
    );
  }
  // Whatever the umask: as root the servers run as another user.
  chmodSync(folder, 0o755);

  const watch = (child: ChildProcess): void => {
    const { pid } = child;
    if (pid === undefined) return;
    living.add(pid);
    watchdog.stdin?.write(`watch ${pid}\n`);
    child.once('exit', () => {
      living.delete(pid);
      if (!closing) watchdog.stdin?.write(`forget ${pid}\n`);
    });
  };
  return { folder, watch, remove };
}
