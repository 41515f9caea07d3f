// Starts a real PostgreSQL in a temporary folder, for scripts that need one, and takes it away again.
// Takes settings (postgresql.conf names and values); gives { host, port, user, password, stop }. Listens on the
// loopback address only, on a free port, with a random password. The folder and the process are gone after
// stop(), and also when this process exits or is interrupted.
import { spawn, spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { runnableBinaries } from './binaries.js';

const host = '127.0.0.1';
const user = 'postgres';

/** The database is thrown away, so nothing needs to survive a crash. */
const throwawaySettings = {
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  unix_socket_directories: '',
  listen_addresses: host,
};

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, host, () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}

function ownedFolder(parent, name, owner) {
  const folder = path.join(parent, name);
  mkdirSync(folder, { mode: 0o700 });
  if (owner !== undefined) chownSync(folder, owner.uid, owner.gid);
  return folder;
}

function initialise(bin, data, secret, owner) {
  const passwordFile = path.join(secret, 'password');
  const password = randomBytes(18).toString('hex');
  writeFileSync(passwordFile, password, { mode: 0o600 });
  if (owner !== undefined) chownSync(passwordFile, owner.uid, owner.gid);
  const run = spawnSync(
    path.join(bin, 'initdb'),
    [
      '-D',
      data,
      '-U',
      user,
      '-A',
      'scram-sha-256',
      `--pwfile=${passwordFile}`,
      '-E',
      'UTF8',
      '--locale=C',
      '-N',
    ],
    { ...owner, cwd: data, encoding: 'utf8' },
  );
  if (run.status !== 0) throw new Error(`initdb failed: ${run.error?.message ?? run.stderr}`);
  rmSync(passwordFile);
  return password;
}

/** By the postmaster's own file: with logging_collector on, nothing is said on its stderr. */
function isReady(data) {
  const status = path.join(data, 'postmaster.pid');
  return existsSync(status) && /^ready/m.test(readFileSync(status, 'utf8'));
}

function serve(bin, data, port, settings, owner) {
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  return new Promise((resolve, reject) => {
    const child = spawn(path.join(bin, 'postgres'), ['-D', data, '-p', String(port), ...flags], {
      ...owner,
      cwd: data,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let log = '';
    const watch = setInterval(() => {
      if (isReady(data)) settle(resolve, child);
    }, 20);
    const settle = (finish, result) => {
      clearInterval(watch);
      finish(result);
    };
    child.once('error', (error) => settle(reject, error));
    child.once('exit', () => settle(reject, new Error(`postgres did not start:\n${log}`)));
    child.stderr.setEncoding('utf8');
    child.stderr.on('data', (text) => {
      if (log.length < 20_000) log += text;
    });
  });
}

function ended(child) {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', resolve));
}

/**
 * @param {Record<string, string | number>} [settings]
 * @returns {Promise<{ host: string, port: number, user: string, password: string, stop: () => Promise<void> }>}
 */
export async function startPostgres(settings = {}) {
  const scratch = mkdtempSync(path.join(os.tmpdir(), 'postgres-'));
  let child;
  const remove = () => {
    // "Immediate" shutdown: the postmaster takes its children with it and nothing is worth flushing.
    child?.kill('SIGQUIT');
    rmSync(scratch, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  };
  const interrupted = () => process.exit(130);
  process.once('exit', remove);
  process.once('SIGINT', interrupted);
  process.once('SIGTERM', interrupted);
  const stop = async () => {
    child?.kill('SIGQUIT');
    if (child !== undefined) await ended(child);
    remove();
    process.off('exit', remove);
    process.off('SIGINT', interrupted);
    process.off('SIGTERM', interrupted);
  };
  try {
    chmodSync(scratch, 0o755);
    const { bin, owner } = runnableBinaries(scratch);
    const data = ownedFolder(scratch, 'data', owner);
    const secret = ownedFolder(scratch, 'secret', owner);
    const password = initialise(bin, data, secret, owner);
    const port = await freePort();
    child = await serve(bin, data, port, { ...throwawaySettings, ...settings }, owner);
    return { host, port, user, password, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
