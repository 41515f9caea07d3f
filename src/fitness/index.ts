/** Which servers may serve: what is asked of each when a connection to it begins, and what it is held against. */
export { alwaysExact, hasDigits, isIso } from './exact-values.js';
export { type Inspection, inspectionOf } from './inspection.js';
export type { Ask } from './survey.js';
