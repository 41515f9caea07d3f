/**
 * Who may log in: a file with a line for each user, `"name" "SCRAM-SHA-256$…"`, the verifier as pg_authid keeps it. It is also
 * what PgBouncer calls userlist.txt; passwords in clear text or as md5 are refused, for whoever reads the file could use them.
 */

import { UserError } from '../model/index.js';
import { readVerifier, type Verifier } from './scram.js';

export type Users = ReadonlyMap<string, Verifier>;

const hint =
  'Write "name" "SCRAM-SHA-256$4096:…", as in: SELECT rolname, rolpassword FROM pg_authid WHERE rolcanlogin.';

/** @throws UserError bad-input, naming the line and nothing of what stands there */
export function parseUsers(text: string, file: string): Users {
  const users = new Map<string, Verifier>();
  for (const [i, line] of text.split(/\r?\n/).entries()) {
    if (/^\s*(?:[;#].*)?$/.test(line)) continue;
    const [, name, stored] = /^\s*"((?:[^"]|"")+)"\s+"((?:[^"]|"")*)"\s*$/.exec(line) ?? [];
    const verifier = stored === undefined ? undefined : readVerifier(stored);
    if (name === undefined || verifier === undefined) {
      throw new UserError(
        'bad-input',
        'a line of the users is not a name and a SCRAM-SHA-256 verifier',
        hint,
        {
          file,
          line: i + 1,
        },
      );
    }
    users.set(name.replaceAll('""', '"'), verifier);
  }
  if (users.size === 0) throw new UserError('bad-input', 'the file names no users', hint, { file });
  return users;
}
