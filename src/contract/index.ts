/** Every file that is read or written, as zod schemas; how each is read and printed. Touches no file itself. */
export { analysisJsonPieces, renderAnalysisJson } from './analysis.js';
export { parseBaseline, renderBaselineJson } from './baseline.js';
export { type CatalogFile, parseCatalog, renderCatalogJson } from './catalog.js';
export {
  certificateJsonPieces,
  parseCertificate,
  renderCertificateJson,
  renderVerificationJson,
} from './certificate.js';
export { renderCheckJson } from './check.js';
export { type ConfigFile, configSchema } from './config.js';
export { renderDeploymentJson } from './deployment.js';
export { renderDoctorJson } from './doctor.js';
export { renderExplanationJson } from './explanation.js';
export { renderGraphJson } from './graph.js';
export type { Tool } from './head.js';
export { type Complaint, firstComplaint, pathText } from './issues.js';
export { parseJson, printJson } from './json.js';
export { type KeyFile, parseKey, renderKeyJson } from './key.js';
export { renderLabLoadJson, renderLabStatusJson } from './lab.js';
export { type ManifestFile, parseOwnManifest, renderManifestJson } from './manifest.js';
export { parseMap, renderLocationJson, renderMapJson, renderMapMovesJson } from './map.js';
export { sqlTypeName } from './placement.js';
export { fullTableName, type PlanFile, parsePlan, renderPlanJson } from './plan.js';
export { publishedSchemas } from './published.js';
export { renderDriftJson, renderRolloutVerificationJson } from './rollout.js';
export { renderRouterBenchJson } from './router-bench.js';
export { renderRuleJson } from './rule.js';
export { renderSimulationJson } from './simulation.js';
export { renderVerdictJson } from './verdict.js';
