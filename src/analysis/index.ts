/** What the pipeline's stages give each other: statements read, resolved, judged; coverage, score and table reports. */

export { blindSpots } from './blind-spots.js';
export { blockedReport, rewriteFor } from './blocked-report.js';
export { certify, claimsNothing, verify } from './certify.js';
export { checkPlan, claimNotes, goneNotes } from './check-plan.js';
export { coverageOf } from './coverage.js';
export { crossCheck } from './cross-check.js';
export { curvesOf, isSmallEnoughForCurves } from './curves.js';
export { exportChecks, serverChecks, trackingChecks, trackingOfManifest } from './doctor/index.js';
export { explain } from './explain.js';
export { type GateQuestion, gateInput } from './gate-input.js';
export { judgeUnread, unreadVerdict } from './judged.js';
export { keyTypes } from './key-types.js';
export { locateKey } from './locate-key.js';
export { nameNotes } from './name-notes.js';
export { planCatalog } from './plan-catalog.js';
export {
  type Groundwork,
  judgeAll,
  judgedUnder,
  planAsGiven,
  type Solved,
  solveUnder,
  weightedQueries,
} from './plan-under.js';
export { type ReadStatement, readStatements, treesOf } from './read-statements.js';
export { accessOf, constraintReport, nothingToAnalyse, refuseUnknownWeight, skippedNote } from './reports.js';
export { resolveSettings } from './resolve-settings.js';
export { emptySchemaNote, loadSchemaFiles } from './schema-files.js';
export { scoreOf } from './score.js';
export { costsOf, plannerSettings } from './settings.js';
export { type Question, simulate } from './simulate.js';
export { sortStatements } from './sort-statements.js';
export { statementCosts } from './statement-costs.js';
export { tableReports } from './tables.js';
export { readTransactions } from './transactions/read-transactions.js';
export { whatIf } from './what-if.js';
export { withQueries } from './with-queries.js';
