/** engines: plan, schema, map and judged statements → the files of an engine, the steps that apply them, and what it makes of each statement. Pure. */
export { deployment } from './deployment.js';
export type { DeployInput, ServerAddress } from './input.js';
export { type Traits, traitsOf } from './traits/index.js';
