/** routability: Query × placements → Verdict with its evidence. The heart, pure. */
export { costOf } from './boxes.js';
export { classifyStatement } from './classify.js';
export { costOfVerdict, defaultCosts } from './costs.js';
export { fixFor } from './fixes.js';
export { keyValues, nameShards, type TypeOfKey } from './shards.js';
