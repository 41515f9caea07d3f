/** What a driver throws, in words that say what to do. */

import { expect, it } from 'vitest';
import { connectionError } from '../../src/postgres/failures.js';
import { parseDsn } from '../../src/postgres/index.js';

it('a server that asks for a password which was not given is no stranger to the protocol', () => {
  const address = parseDsn('postgresql://me@host/db', {});
  for (const said of [
    'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a string',
    'SASL: SCRAM-SERVER-FIRST-MESSAGE: client password must be a non-empty string',
  ]) {
    expect(connectionError(new Error(said), address)).toMatchObject({
      message: 'The server at host:5432 cannot be reached: it asks for a password, and none was given',
      hint: 'Check the user, and the password in PGPASSWORD.',
    });
  }
});
