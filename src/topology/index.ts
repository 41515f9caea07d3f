/** PostgreSQL's partition hash, key values, buckets and the shard map. Pure. */
export { goldenVectors } from './golden.js';
export { canonicalKeyValue, type KeyFamily, type KeyValue, keyFamilyOf, keyText } from './key.js';
export { locate } from './locate.js';
export { bucketOf, initialMap, shardOf } from './map.js';
export { movesBetween } from './moves.js';
export { partitionHash, remainder } from './partition.js';
export { resized } from './resize.js';
