/** wire: a PostgreSQL server in front of the shards, which sends each statement where its rows are. */
export { type RunningRouter, startRouter, type WireOptions } from './service.js';
export { parseUsers } from './users.js';
