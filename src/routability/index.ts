/** routability: Query × placements → Verdict with its evidence. The heart, pure. */
export type { Sharded } from './analysis.js';
export { costOf } from './boxes.js';
export { classifyStatement } from './classify.js';
export { concernsOf } from './concerns.js';
export { costOfVerdict, defaultCosts } from './costs.js';
export { fixFor, fixWithoutRewriting, onlyReads } from './fixes.js';
export { type OpenKeys, openKeys, withColumnsAdded } from './open-keys.js';
export { proofOf } from './proof.js';
export { keyValues, nameShards, type TypeOfKey } from './shards.js';
