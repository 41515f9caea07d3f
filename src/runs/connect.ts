/** A plan, a map and addresses → a pool for applications. */

import { emptyConfig } from '../config/index.js';
import { openPool, type PoolRequest, type ShardedPool } from '../pool/index.js';
import { openRouter, type RouterRequest } from './open-router.js';

export interface ConnectRequest
  extends Pick<RouterRequest, 'plan' | 'map' | 'severalWrites'>,
    Pick<PoolRequest, 'shards' | 'unsharded' | 'environment' | 'limits'> {
  /** DDL files or folders: with them more is proven, and less refused. */
  readonly schema?: RouterRequest['schema'];
  readonly config?: RouterRequest['config'];
}

/**
 * Looks at every server that can be reached; the others may come later.
 * @throws UserError when plan and schema do not fit or an address cannot be read, RangeError when the map has not as many shards as there are addresses,
 * DatabaseUnfit when a server would make rows wrong, DatabaseUnavailable when it refuses the login
 */
export async function connect(request: ConnectRequest): Promise<ShardedPool> {
  const { shards } = request;
  const router = await openRouter({
    plan: request.plan,
    schema: request.schema ?? [],
    config: request.config ?? emptyConfig,
    shards: shards.length,
    ...(request.map === undefined ? {} : { map: request.map }),
    ...(request.severalWrites === undefined ? {} : { severalWrites: request.severalWrites }),
  });
  const pool = openPool({
    router,
    shards,
    ...(request.unsharded === undefined ? {} : { unsharded: request.unsharded }),
    ...(request.environment === undefined ? {} : { environment: request.environment }),
    ...(request.limits === undefined ? {} : { limits: request.limits }),
  });
  try {
    await pool.check();
    return pool;
  } catch (error) {
    await pool.end();
    throw error;
  }
}
