/** What the pipeline's stages give each other: statements read, resolved, judged; coverage, score and table reports. */

export { blindSpots } from './blind-spots.js';
export { coverageOf } from './coverage.js';
export { crossCheck } from './cross-check.js';
export { type Judged, judgeUnread, resolveAll, unreadVerdict, weightOf } from './judged.js';
export { planCatalog } from './plan-catalog.js';
export { readStatements } from './read-statements.js';
export { accessOf, constraintReport, nothingToAnalyse, skippedNote } from './reports.js';
export { resolveSettings } from './resolve-settings.js';
export { scoreOf } from './score.js';
export { costsOf, plannerSettings } from './settings.js';
export { reportStatements } from './statements.js';
export { tableReports } from './tables.js';
