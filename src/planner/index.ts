/**
 * The best plan with its proof. In: catalog, workload, each statement's cost as boxes, people's settings. Out: options of
 * each table, the plan with its bound, what every other choice would cost, constraints that no shard can check, flags.
 */

export { type Certified, certifyPlan } from './certificate/certify.js';
export { verifyClaims } from './certificate/verify.js';
export { distinctOf, statisticsOf } from './columns.js';
export { flagsOf, hotKeyText } from './flags.js';
export { flipsOf } from './flips.js';
export { givenPlan } from './given-plan.js';
export { exactCost, isSamePlacement } from './judge.js';
export { type OptionsOfTables, tableOptions } from './options.js';
export { placedLoad } from './placed-load.js';
export { planProblem } from './plan-problem.js';
export type { Budget, PlanProblem, TieBreak } from './problem.js';
export { defaultSettings, type PlannerSettings, type WeightedQuery, WHALE_FRACTION } from './settings.js';
export { type Solution, solvePlan } from './solve.js';
export { type Unenforceable, unenforceable } from './unenforceable.js';
