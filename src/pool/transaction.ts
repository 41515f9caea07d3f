/** A transaction on one shard: every statement in it has to belong there. */

import type { PoolClient } from 'pg';
import type { Decision, Shape } from '../model/index.js';
import type { Router } from '../router/index.js';
import type { Database } from './database.js';
import { ShardwrightRefusal } from './errors.js';
import { leavesTransaction, needsConnection, refuse } from './one-connection.js';
import { askedOf, givenBy, wholeAsk } from './statement.js';
import type { Place, Result, Statement, Transaction, TransactionKey, TransactionOptions } from './types.js';

export async function runTransaction<T>(
  router: Router,
  at: (place: Place) => Database,
  key: TransactionKey,
  work: (transaction: Transaction) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const place = placeOf(router, key);
  return at(place).withClient(async (client) => {
    await client.query(begin(options));
    let open = true;
    try {
      const result = await work({
        place,
        query: async <Row>(statement: string | Statement, values?: readonly unknown[]) => {
          if (!open) throw ended();
          return (await within(router, client, place, statement, values)) as Result<Row>;
        },
      });
      open = false;
      // A failed statement that the function got over has ended the transaction all the same.
      if ((await client.query('COMMIT')).command !== 'COMMIT') throw rolledBack();
      return result;
    } catch (error) {
      open = false;
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  });
}

function begin({ isolation, readOnly }: TransactionOptions): string {
  const level = isolation === undefined ? '' : ` ISOLATION LEVEL ${isolation.toUpperCase()}`;
  return `BEGIN${level}${readOnly === true ? ' READ ONLY' : ''}`;
}

function placeOf(router: Router, key: TransactionKey): Place {
  if (typeof key === 'object' && 'database' in key) return key.database;
  const { group, key: value } = typeof key === 'object' ? key : { group: undefined, key };
  const found = router.locate(String(value), group);
  if (found.kind === 'place') return found.shard;
  throw new ShardwrightRefusal({
    sqlstate: '0A000',
    verdict: 'unroutable',
    tables: [],
    reason: found.reason,
    because: [],
    fix: found.fix,
  });
}

async function within(
  router: Router,
  client: PoolClient,
  place: Place,
  statement: string | Statement,
  values: readonly unknown[] | undefined,
): Promise<Result<unknown>> {
  const asked = askedOf(statement, values);
  const shape = router.shape(asked.text);
  const refused = whyNotHere(shape, shape.decide(givenBy(asked)), place);
  if (refused !== undefined) throw refused;
  return client.query(wholeAsk(asked));
}

function whyNotHere(shape: Shape, decision: Decision, place: Place): ShardwrightRefusal | undefined {
  const here = place === 'unsharded' ? 'the unsharded database' : `shard ${place}`;
  const problem = needsConnection(shape) ?? leavesTransaction(shape);
  if (problem !== undefined) return problem;
  switch (decision.kind) {
    case 'any':
      // A copy of a global table on the unsharded database is as good.
      return undefined;
    case 'one':
      return decision.shard === place
        ? undefined
        : refuse(
            shape,
            `it belongs to shard ${decision.shard}, and the transaction runs on ${here}`,
            'run it in a transaction of its own key',
          );
    case 'unsharded':
      return place === 'unsharded'
        ? undefined
        : refuse(
            shape,
            `it belongs to the unsharded database, and the transaction runs on ${here}`,
            'run it outside the transaction',
          );
    case 'several':
      return refuse(
        shape,
        `it needs ${decision.parts.length} databases, and the transaction runs on ${here}`,
        'run it outside the transaction, or add the key to it',
      );
    case 'refused':
      return new ShardwrightRefusal(decision);
  }
}

function ended(): Error {
  return new Error('the transaction has ended; a promise in its function was not waited for');
}

function rolledBack(): Error {
  const failed = new Error('the transaction was rolled back: a statement in it failed');
  return Object.assign(failed, { code: '25P02' });
}
