/** Schema and statistics → Catalog, and the questions that are asked of one. */
export { inferCatalog } from './infer.js';
export { loadTextFiles, type TextFile } from './load-text-files.js';
export {
  columnOf,
  columnsByName,
  emptyCatalog,
  isSystemRelation,
  keyTypeOf,
  lookupFunctions,
  lookupTable,
  lookupView,
  primaryKeyOf,
  referencesTo,
  relationsNamed,
  unknownTable,
} from './lookup.js';
export { descendantsOf, familyRules, familyTriggers, familyUniqueKeys, resolveParent } from './partitions.js';
export { holdsSql, readSchema, type SchemaStatement, schemaStatements } from './read-schema.js';
export { readStatistics } from './statistics.js';
export { isSystemName } from './system-relations.js';
