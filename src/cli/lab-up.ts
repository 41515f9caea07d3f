/** `shardwright lab up`: in the foreground until it is asked to stop, detached, or only filling databases that are there. */

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import {
  isReady,
  type LabNote,
  labFolder,
  labStatus,
  loadLab,
  readLabInputs,
  readMapFile,
  readNote,
  readPlanFile,
  renderLabStatusText,
  startLab,
  untilAskedToStop,
  writeNote,
} from '../index.js';
import { UserError } from '../model/index.js';
import { CheckFailed, printable } from './failures.js';
import type { CommonOptions } from './options.js';
import { type Surroundings, write } from './surroundings.js';

export interface LabUpOptions {
  readonly name: string;
  readonly plan: string;
  readonly shards?: number;
  readonly map?: string;
  readonly scale: number;
  readonly seed: string;
  readonly detach?: true;
  readonly binDir?: string;
  readonly monolithDsn?: string;
  readonly unshardedDsn?: string;
  readonly shardDsn?: readonly string[];
}

const usualShards = 4;
/** In the environment of a lab whose terminal is another's. */
const detachedMark = 'SHARDWRIGHT_LAB_DETACHED';

/** @throws UserError */
export async function labUp(
  inputs: readonly string[],
  options: LabUpOptions,
  common: CommonOptions,
  surroundings: Surroundings,
): Promise<void> {
  refuseContradictions(options);
  const say = async (line: string): Promise<void> => {
    if (!common.quiet) await write(surroundings.stderr, printable(`${line}\n`));
  };
  if (options.monolithDsn !== undefined) return fillGiven(inputs, options, surroundings, say);
  if (options.detach === true) return detach(options, surroundings);
  return foreground(inputs, options, surroundings, say);
}

type Say = (line: string) => Promise<void>;

async function foreground(
  inputs: readonly string[],
  options: LabUpOptions,
  surroundings: Surroundings,
  say: Say,
): Promise<void> {
  const request = await loadRequest(inputs, options, say);
  // Before servers are started for what cannot be loaded.
  await readLabInputs(inputs);
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => stopping.abort());
  }
  const shards = options.shards ?? request.map?.shards ?? usualShards;
  await say(`starting a monolith and ${shards} shards`);
  const lab = await startLab({
    shards,
    folder: labFolder(options.name),
    ...(options.binDir === undefined ? {} : { binDir: options.binDir }),
  });
  // Whatever is going on then ends with the servers.
  stopping.signal.addEventListener('abort', () => void lab.stop());
  try {
    const { notes } = await loadLab(lab, request);
    for (const note of notes) await say(`note: ${note}`);
    const { folder, database, role, monolith, unsharded } = lab;
    const note: LabNote = {
      name: options.name,
      folder,
      database,
      role,
      monolith,
      shards: lab.shards,
      unsharded,
      inputs: inputs.map((input) => path.resolve(surroundings.cwd, input)),
    };
    const status = renderLabStatusText(await labStatus(note, false));
    writeNote(note);
    await write(surroundings.stdout, status);
    const end = surroundings.env[detachedMark] === undefined ? 'Ctrl-C' : 'shardwright lab down';
    await say(`Passwords: shardwright lab status --show-passwords. ${end} ends it.`);
    await untilAskedToStop(folder, stopping.signal);
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
  } finally {
    await lab.stop();
  }
}

/** The same command in a process of its own, waited for until its databases are filled. */
async function detach({ name }: LabUpOptions, surroundings: Surroundings): Promise<void> {
  const command = process.argv.slice(1).filter((argument) => argument !== '--detach');
  const child = spawn(process.execPath, command, {
    detached: true,
    stdio: ['ignore', 'ignore', 'pipe'],
    cwd: surroundings.cwd,
    env: { ...surroundings.env, [detachedMark]: '1' } as NodeJS.ProcessEnv,
  });
  child.stderr.pipe(surroundings.stderr, { end: false });
  const ended = once(child, 'exit').then(() => true);
  const wasReady = isReady(name);
  for (;;) {
    if (await Promise.race([ended, pause(100, false)])) throw new CheckFailed();
    if (!wasReady && isReady(name)) break;
  }
  child.stderr.destroy();
  child.unref();
  await write(surroundings.stdout, renderLabStatusText(await labStatus(readNote(name), false)));
}

async function fillGiven(
  inputs: readonly string[],
  options: LabUpOptions,
  surroundings: Surroundings,
  say: Say,
): Promise<void> {
  const at = (dsn: string) => ({ dsn, adminDsn: dsn });
  const { tables, notes } = await loadLab(
    {
      monolith: at(options.monolithDsn ?? ''),
      shards: (options.shardDsn ?? []).map(at),
      ...(options.unshardedDsn === undefined ? {} : { unsharded: at(options.unshardedDsn) }),
    },
    { ...(await loadRequest(inputs, options, say)), environment: surroundings.env },
  );
  for (const note of notes) await say(`note: ${note}`);
  const rows = tables.reduce((sum, { monolith }) => sum + monolith, 0);
  await write(surroundings.stdout, `${rows} rows in ${tables.length} tables\n`);
}

async function loadRequest(inputs: readonly string[], options: LabUpOptions, say: Say) {
  const plan = await readPlanFile(options.plan);
  const map = options.map === undefined ? undefined : await readMapFile(options.map);
  return {
    inputs,
    placements: plan.tables,
    scale: options.scale,
    seed: options.seed,
    progress: (message: string) => void say(message),
    ...(map === undefined ? {} : { map }),
  };
}

function refuseContradictions(options: LabUpOptions): void {
  const { monolithDsn, unshardedDsn, shardDsn, shards, detach: asksDetach, binDir } = options;
  if (monolithDsn === undefined && (unshardedDsn !== undefined || shardDsn !== undefined)) {
    throw new UserError(
      'bad-option',
      '--shard-dsn and --unsharded-dsn are filled from a monolith, and no --monolith-dsn is given',
      'Give --monolith-dsn with an empty database, or none of them.',
    );
  }
  if (
    monolithDsn !== undefined &&
    (shards !== undefined || asksDetach !== undefined || binDir !== undefined)
  ) {
    throw new UserError(
      'bad-option',
      '--shards, --detach and --bin-dir are about servers that the lab starts, and --monolith-dsn names one that runs',
      'Leave them out: there are as many shards as --shard-dsn.',
    );
  }
}
