/** routability: Query × placements → Verdict with its evidence. The heart, pure. */
export { type Analysis, analyse } from './analysis.js';
export { costOf } from './boxes.js';
export { classify, classifyStatement } from './classify.js';
export { costOfVerdict, defaultCosts } from './costs.js';
export { type Fix, fixFor } from './fixes.js';
export { nameShards } from './shards.js';
