/**
 * Load by shard. In: a plan, statistics of its keys, its statements with their verdicts. Out: by simulated hash placement, the
 * shares of rows, bytes and load of the shards, the keys that are felt, and what can be done about them.
 */

export { loadByShard } from './load.js';
