/** The nouns everything speaks. Types only, but for the closed sets, the orders and spelling of names and the one error class. */
export * from './analysis.js';
export * from './blocked.js';
export * from './catalog.js';
export * from './curves.js';
export * from './errors.js';
export * from './intent.js';
export * from './load.js';
export * from './order.js';
export * from './placement.js';
export * from './plan.js';
export * from './query.js';
export * from './simulation.js';
export * from './source.js';
export * from './transactions.js';
export * from './verdict.js';
export * from './wording.js';
export * from './workload.js';
