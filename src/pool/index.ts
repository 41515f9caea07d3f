/** pool: a drop-in for pg.Pool over the databases of a plan. */
export { DatabaseUnavailable, DatabaseUnfit, ShardwrightRefusal } from './errors.js';
export { openPool } from './pool.js';
export type * from './types.js';
