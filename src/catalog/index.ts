/** Schema and statistics → Catalog, and the questions that are asked of one. */
export { inferCatalog } from './infer.js';
export { loadTextFiles } from './load-text-files.js';
export {
  columnOf,
  emptyCatalog,
  isSystemRelation,
  keyTypeOf,
  lookupFunctions,
  lookupTable,
  lookupView,
  primaryKeyOf,
} from './lookup.js';
export { descendantsOf, familyUniqueKeys, resolveParent } from './partitions.js';
export { readSchema, type SchemaFile } from './read-schema.js';
export { readStatistics } from './statistics.js';
