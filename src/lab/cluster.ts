/**
 * One PostgreSQL cluster: made once, copied as often as needed, and started on a free port of the loopback address.
 * Passwords are random and checked by SCRAM; nothing survives a crash, because nothing has to.
 */

import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chownSync,
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { UserError } from '../model/index.js';
import type { Home } from './home.js';
import { type Owner, type Programs, program } from './programs.js';

/** Settings of postgresql.conf by name. */
export type ServerSettings = Readonly<Record<string, string | number>>;

export interface Server {
  readonly host: string;
  readonly port: number;
  /** The superuser. */
  readonly user: string;
  readonly password: string;
  /** Process id of the postmaster. */
  readonly pid: number;
}

const host = '127.0.0.1';
const user = 'postgres';
const pollMs = 20;
const mostAttempts = 3;

const throwawaySettings: ServerSettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  unix_socket_directories: '',
  listen_addresses: host,
};

export interface MadeCluster {
  readonly folder: string;
  readonly password: string;
}

/** `initdb` into a new folder `name` of the home. */
export async function makeCluster(programs: Programs, home: Home, name: string): Promise<MadeCluster> {
  const folder = path.join(home.folder, name);
  const password = randomBytes(18).toString('hex');
  const data = makeFolder(path.join(folder, 'data'), programs.owner);
  const passwordFile = path.join(folder, 'password');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  own(passwordFile, programs.owner);
  const flags = ['-D', data, '-U', user, '-A', 'scram-sha-256', `--pwfile=${passwordFile}`];
  const child = spawn(
    program(programs, 'initdb'),
    [...flags, '-E', 'UTF8', '--locale=C', '-N', '--wal-segsize=1'],
    { ...programs.owner, cwd: data, stdio: ['ignore', 'ignore', 'pipe'], detached: true },
  );
  home.watch(child);
  let said = '';
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const [status, error] = await new Promise<[number | null, string]>((resolve) => {
    child.once('error', (failure) => resolve([null, failure.message]));
    child.once('close', (code) => resolve([code, said]));
  });
  rmSync(passwordFile, { force: true });
  if (status !== 0) throw notStarted('initdb', error);
  return { folder, password };
}

/** The same cluster once more: much quicker than another initdb. */
export function copyCluster(
  made: MadeCluster,
  { owner }: Programs,
  { folder: parent }: Home,
  name: string,
): MadeCluster {
  const folder = path.join(parent, name);
  const data = makeFolder(path.join(folder, 'data'), owner);
  copyTree(path.join(made.folder, 'data'), data, owner);
  return { ...made, folder };
}

/** Another program may take the free port first: then the next one is tried. */
export async function startCluster(
  { folder, password }: MadeCluster,
  programs: Programs,
  home: Home,
  settings: ServerSettings,
): Promise<Server> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const started = await serve(folder, port, programs, home, { ...throwawaySettings, ...settings });
    if ('pid' in started) return { host, port, user, password, pid: started.pid };
    if (attempt === mostAttempts || !/could not bind|Address already in use/i.test(started.log)) {
      throw notStarted('postgres', started.log);
    }
  }
}

function serve(
  folder: string,
  port: number,
  programs: Programs,
  home: Home,
  settings: ServerSettings,
): Promise<{ readonly pid: number } | { readonly log: string }> {
  const data = path.join(folder, 'data');
  const logFile = path.join(folder, 'server.log');
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openSync(logFile, 'a', 0o600);
  // In a group of its own: Ctrl-C in a terminal is for the tool, which then stops the servers in order.
  const child = spawn(program(programs, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
    ...programs.owner,
    cwd: data,
    stdio: ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  home.watch(child);
  return untilReady(child, data).then((failure) =>
    failure === undefined
      ? { pid: child.pid as number }
      : { log: failure === '' ? readFileSync(logFile, 'utf8') : failure },
  );
}

/** By the postmaster's own file: with logging_collector on, nothing is said on its stderr. */
function untilReady(child: ChildProcess, data: string): Promise<string | undefined> {
  const status = path.join(data, 'postmaster.pid');
  return new Promise((resolve) => {
    const settle = (failure?: string): void => {
      clearInterval(watch);
      child.off('exit', ended).off('error', failed);
      child.unref();
      resolve(failure);
    };
    const ended = (): void => settle('');
    const failed = (error: Error): void => settle(error.message);
    child.once('exit', ended).once('error', failed);
    const watch = setInterval(() => {
      if (existsSync(status) && /^ready/m.test(readFileSync(status, 'utf8'))) settle();
    }, pollMs);
  });
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const { port } = probe.address() as net.AddressInfo;
      probe.close(() => resolve(port));
    });
  });
}

function makeFolder(folder: string, owner: Owner | undefined): string {
  mkdirSync(path.dirname(folder), { recursive: true, mode: 0o755 });
  own(path.dirname(folder), owner);
  mkdirSync(folder, { mode: 0o700 });
  own(folder, owner);
  return folder;
}

function own(file: string, owner: Owner | undefined): void {
  if (owner !== undefined) chownSync(file, owner.uid, owner.gid);
}

/** By reading and writing: copies that the kernel makes are on the disk at once, and slow to remove. */
function copyTree(from: string, to: string, owner: Owner | undefined): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [path.join(from, entry.name), path.join(to, entry.name)];
    if (entry.isDirectory()) {
      mkdirSync(target, { mode: 0o700 });
      copyTree(source, target, owner);
    } else writeFileSync(target, readFileSync(source), { mode: 0o600 });
    own(target, owner);
  }
}

function notStarted(what: string, said: string): UserError {
  const lines = said.trim().split('\n').slice(-3).join(' · ');
  return new UserError(
    'server-failed',
    `${what} did not start: ${lines === '' ? 'it said nothing' : lines}`,
    'Check memory, disk and limits of this machine, or give --bin-dir with other server programs.',
  );
}
