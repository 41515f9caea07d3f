/** Inputs as a request names them: exports, schema, statistics and query files, read and resolved. */

export { type ReadInputs, readAll, readInputs } from './read-inputs.js';
export { type AnalysisRequest, analysisRequest, noteUnreadLogs, settingsOf } from './request.js';
