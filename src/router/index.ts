/** router: a statement and its values → the shards that it needs and how their rows are put together, or why it is refused. Pure. */
export { compileRouter, type Router } from './compile.js';
export type { RouterInput } from './input.js';
export { type AboutOne, aboutOneConnection } from './one-connection.js';
export { mostParameters } from './parameters.js';
