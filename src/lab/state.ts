/**
 * A lab that others find by its name: a folder among the temporary files with a note in it of what runs there. The note holds
 * passwords and is for its owner alone. A lab ends when somebody puts a file `stop` beside it.
 */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { UserError } from '../model/index.js';
import { watchdogScript } from './home.js';
import type { Lab } from './lab.js';

export interface LabNote
  extends Pick<Lab, 'folder' | 'database' | 'role' | 'monolith' | 'shards' | 'unsharded'> {
  readonly name: string;
  /** What the lab was loaded from, absolute. */
  readonly inputs: readonly string[];
}

const pollMs = 100;
const patienceMs = 5000;

export function labFolder(name: string): string {
  return path.join(os.tmpdir(), `shardwright-lab-${os.userInfo().uid}-${name}`);
}

const noteFile = (folder: string): string => path.join(folder, 'lab.json');

/** Appears whole or not at all: who waits for a lab waits for this. */
export function writeNote(note: LabNote): void {
  const file = noteFile(note.folder);
  writeFileSync(`${file}.new`, JSON.stringify(note), { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

export function isReady(name: string): boolean {
  return existsSync(noteFile(labFolder(name)));
}

/** @throws UserError no-lab */
export function readNote(name: string): LabNote {
  const file = noteFile(labFolder(name));
  // Somebody else may have made a folder of that name, to be told what we do in it.
  if (!existsSync(file) || statSync(file).uid !== os.userInfo().uid) {
    throw new UserError(
      'no-lab',
      `There is no lab named ${name}`,
      'Start one with "shardwright lab up"; --name says which one is meant.',
    );
  }
  return JSON.parse(readFileSync(file, 'utf8')) as LabNote;
}

/** Resolves when somebody has asked for the end of the lab, or when its folder is gone. */
export async function untilAskedToStop(folder: string, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && existsSync(folder) && !existsSync(path.join(folder, 'stop'))) {
    await pause(pollMs, undefined, { signal }).catch(() => {});
  }
}

/** Asks the lab to end; one whose tool does not answer any more is taken away. @throws UserError no-lab */
export async function stopLab(name: string): Promise<void> {
  const { folder } = readNote(name);
  writeFileSync(path.join(folder, 'stop'), '');
  const until = Date.now() + patienceMs;
  while (existsSync(folder) && Date.now() < until) await pause(pollMs);
  if (!existsSync(folder)) return;
  const child = spawn(process.execPath, [watchdogScript, folder], { stdio: ['pipe', 'ignore', 'ignore'] });
  child.stdin.end();
  await once(child, 'exit');
}
