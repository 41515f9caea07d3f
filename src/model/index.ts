/**
 * The nouns everything speaks. Types only, but for the closed sets, the orders and spelling of names and the one error class.
 * A file that holds types alone is handed on as types: nothing has to be loaded for it, and --help is quick.
 */
export type * from './analysis.js';
export type * from './blocked.js';
export type * from './capture.js';
export type * from './catalog.js';
export type * from './certificate.js';
export type * from './curves.js';
export type * from './decision.js';
export * from './deployment.js';
export type * from './doctor.js';
export * from './document.js';
export * from './errors.js';
export type * from './explanation.js';
export * from './findings.js';
export type * from './intent.js';
export type * from './lab.js';
export type * from './load.js';
export type * from './map.js';
export * from './numbers.js';
export * from './order.js';
export type * from './page.js';
export type * from './placed-use.js';
export type * from './placement.js';
export type * from './plan.js';
export type * from './query.js';
export * from './reference-options.js';
export type * from './router-bench.js';
export type * from './routing.js';
export type * from './simulation.js';
export type * from './source.js';
export * from './tags.js';
export type * from './transactions.js';
export * from './verdict.js';
export type * from './what-if.js';
export * from './wording.js';
export type * from './workload.js';
