/** PostgreSQL's partition hash, key values, buckets and the shard map. Pure. */
export { canonicalKeyValue, type KeyFamily, type KeyValue, keyFamilyOf, keyText } from './key.js';
export { bucketOf, initialMap, type ShardMap, shardOf } from './map.js';
export { partitionHash, remainder } from './partition.js';
