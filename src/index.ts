/** The library's public face: the cli and a user's program enter by this door. */

export { type Config, emptyConfig, loadConfig, readPlanFile } from './config/index.js';
export {
  type PlanFile,
  renderAnalysisJson,
  renderPlanJson,
  renderSimulationJson,
  renderVerdictJson,
  type Tool,
} from './contract/index.js';
export type * from './model/index.js';
export { UserError, verdictKinds } from './model/index.js';
export {
  type AnalysisRequest,
  analyzeExports,
  type Explainer,
  type ExplainRequest,
  explainer,
  simulateExports,
} from './pipeline.js';
export { renderAnalysisText, renderSimulationText, renderVerdictText } from './report/index.js';
export type { ReaderName } from './syntax/index.js';
