/**
 * A pool over all databases of a plan: each statement goes where the router says, and nowhere when it says so. In the common
 * use it is a drop-in for pg.Pool: `query` takes and gives what the driver's does.
 */

import type { QueryResult } from 'pg';
import { type Ask, inspectionOf } from '../fitness/index.js';
import type { Shape, ShardMap } from '../model/index.js';
import { isRefusedLogin } from '../postgres/index.js';
import { type Database, defaultLimits, openDatabase } from './database.js';
import { DatabaseUnavailable, DatabaseUnfit, ShardwrightRefusal } from './errors.js';
import { needsConnection, needsTransaction } from './one-connection.js';
import { readSeveral } from './read-several.js';
import { type Asked, askedOf, givenBy, wholeAsk } from './statement.js';
import { runTransaction } from './transaction.js';
import { twoPhase } from './two-phase.js';
import type { Place, PoolRequest, ShardedPool } from './types.js';

export function openPool(request: PoolRequest): ShardedPool {
  const { router, unsharded, environment = {} } = request;
  const limits = { ...defaultLimits, ...request.limits };
  mustFit(router.map(), request.shards);
  const inspection = inspectionOf({
    router,
    shards: request.shards.length,
    nameOf: (place) => (place < request.shards.length ? `shard ${place}` : 'the unsharded database'),
    changed: () => {
      for (const database of all) database.renew();
    },
  });
  const open = (place: Place, dsn: string): Database => {
    const at = place === 'unsharded' ? request.shards.length : place;
    const unfit = (ask: Ask, version: string): Promise<string | undefined> =>
      inspection.unfit(at, ask, version);
    return openDatabase(place, { dsn, environment, limits, unfit });
  };
  const shards = request.shards.map((dsn, shard) => open(shard, dsn));
  const rest = unsharded === undefined ? undefined : open('unsharded', unsharded);
  const all: readonly Database[] = rest === undefined ? shards : [...shards, rest];
  const at = (place: Place): Database => {
    const found = place === 'unsharded' ? rest : shards[place];
    if (found === undefined) throw new RangeError(`there is no database ${place}`);
    return found;
  };
  const databases = { at, defaults: inspection.defaults };
  const writes = twoPhase(databases, all, rest ?? at(0));
  let turn = 0;
  const anyOf = async (shape: Shape, asked: Asked): Promise<QueryResult> => {
    turn = (turn + 1) % shards.length;
    return askAny([...shards.slice(turn), ...shards.slice(0, turn)], shape, asked);
  };
  return {
    query: async (statement, values) => {
      const asked = askedOf(statement, values);
      const shape = router.shape(asked.text);
      const problem = needsConnection(shape) ?? needsTransaction(shape);
      if (problem !== undefined) throw problem;
      const decision = shape.decide(givenBy(asked));
      switch (decision.kind) {
        case 'one':
          return at(decision.shard).query(wholeAsk(asked));
        case 'any':
          return anyOf(shape, asked);
        case 'unsharded':
          if (rest === undefined) throw noUnsharded(shape);
          return rest.query(wholeAsk(asked));
        case 'several': {
          const parts = decision.parts.filter(({ shard }) => shard !== 'unsharded' || rest !== undefined);
          const here = { ...decision, parts };
          return decision.isWrite ? writes.write(here, asked) : readSeveral(databases, here, asked);
        }
        case 'refused':
          throw new ShardwrightRefusal(decision);
      }
    },
    transaction: (key, work, options) => runTransaction(router, at, key, work, options),
    reload: ({ map }) => {
      mustFit(map, request.shards);
      router.useMap(map);
    },
    settle: writes.settle,
    check: () => check(all),
    end: async () => {
      writes.end();
      await Promise.all(all.map((database) => database.end()));
    },
  };
}

/**
 * The first one before the others, which are measured by it. What cannot be reached is looked at when it can be; a login that is
 * refused is a mistake in what was given.
 */
async function check([first, ...others]: readonly Database[]): Promise<void> {
  const looked = async (database: Database): Promise<void> => {
    try {
      await database.withClient(async () => {});
    } catch (error) {
      if (!(error instanceof DatabaseUnavailable) || isRefusedLogin(error.code)) throw error;
    }
  };
  if (first !== undefined) await looked(first);
  await Promise.all(others.map(looked));
}

function mustFit(map: ShardMap, shards: readonly string[]): void {
  if (map.shards !== shards.length)
    throw new RangeError(`the map has ${map.shards} shards, and there are addresses of ${shards.length}`);
}

/** One after the other, as long as they cannot serve: each would give the same answer. */
async function askAny(databases: readonly Database[], shape: Shape, asked: Asked): Promise<QueryResult> {
  let failure: unknown;
  for (const database of databases) {
    try {
      return await database.query(wholeAsk(asked));
    } catch (error) {
      const isTheirs = error instanceof DatabaseUnavailable || error instanceof DatabaseUnfit;
      const isInDoubt = error instanceof DatabaseUnavailable && error.inDoubt && shape.isWrite;
      if (!isTheirs || isInDoubt) throw error;
      failure ??= error;
    }
  }
  throw failure;
}

function noUnsharded(shape: Shape): ShardwrightRefusal {
  return new ShardwrightRefusal({
    sqlstate: '0A000',
    verdict: shape.verdict,
    tables: shape.tables,
    reason: 'it belongs to the unsharded database, and there is none',
    because: [],
    fix: 'give the address of the unsharded database (unsharded)',
  });
}
