/** sql: syntax tree + Catalog → Query. Pure. */
export { assignedConstant } from './constants.js';
export { fingerprintOf } from './fingerprint/index.js';
export { isByTheClock, madeAnew, madeAnewIn } from './made-anew.js';
export { evidence, type FlowIndex, indexFlows, type Reached, reach } from './reach.js';
export { type ResolveSettings, resolveStatement } from './resolve.js';
export { leavesListUnread } from './select.js';
export { type TriggerEffects, triggerEffects } from './write-effects.js';
