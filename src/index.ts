/** The library's public face: the cli and a user's program enter by this door. */

export type { GateQuestion } from './analysis/index.js';
export { locateKey } from './analysis/index.js';
export {
  anonymize,
  type Captured,
  type CaptureRequest,
  captureServer,
  earlierCaptures,
  pseudonymsFor,
  readKeyFile,
  summaryOf,
  translate,
  withTemporaryCapture,
  writeCapture,
  writeKeyFile,
} from './capture/index.js';
export {
  type Config,
  type ConfigSeed,
  configTemplate,
  emptyConfig,
  loadConfig,
  readBaselineFile,
  readCertificateFile,
  readMapFile,
  readPlanFile,
} from './config/index.js';
export {
  analysisJsonPieces,
  type PlanFile,
  renderAnalysisJson,
  renderBaselineJson,
  renderCertificateJson,
  renderCheckJson,
  renderDeploymentJson,
  renderDoctorJson,
  renderExplanationJson,
  renderGraphJson,
  renderLabLoadJson,
  renderLabStatusJson,
  renderLocationJson,
  renderMapJson,
  renderMapMovesJson,
  renderPlanJson,
  renderRuleJson,
  renderSimulationJson,
  renderVerdictJson,
  renderVerificationJson,
  type Tool,
} from './contract/index.js';
export { gateRules } from './gate/index.js';
export { layoutOf, type Point } from './graph/index.js';
export { type AnalysisRequest, analysisRequest } from './inputs/index.js';
export {
  bindStatements,
  isReady,
  type LabNote,
  labFolder,
  labStatus,
  loadLab,
  readNote,
  readTraffic,
  runTraffic,
  startLab,
  stopLab,
  untilAskedToStop,
  writeNote,
} from './lab/index.js';
export type * from './model/index.js';
export { UserError, verdictKinds } from './model/index.js';
export { analyzeExports } from './pipeline.js';
export {
  DatabaseUnavailable,
  type Limits,
  type ShardedPool,
  ShardwrightRefusal,
  type Statement,
  type Transaction,
  type TransactionKey,
  type TransactionOptions,
} from './pool/index.js';
export { parseDsn } from './postgres/index.js';
export {
  busiest,
  type DocumentKind,
  graphDot,
  graphGexf,
  graphMermaid,
  graphSvg,
  type PageAssets,
  type ReportPageOptions,
  renderAnalysisText,
  renderCaptureText,
  renderCheckGithub,
  renderCheckJunit,
  renderCheckMarkdown,
  renderCheckSarif,
  renderCheckText,
  renderDeploymentMarkdown,
  renderDeploymentText,
  renderDoctorText,
  renderDocument,
  renderDocumentHtml,
  renderExplanationText,
  renderLabLoadText,
  renderLabStatusText,
  renderLocationText,
  renderMapMovesText,
  renderMapText,
  renderReportPage,
  renderSimulationText,
  renderVerdictText,
  renderVerificationText,
  type Staleness,
  staleFrom,
} from './report/index.js';
export type { Router } from './router/index.js';
export {
  type ConnectRequest,
  checkExports,
  connect,
  type DeployQuestion,
  deployExports,
  documentExports,
  type Explainer,
  type ExplainRequest,
  examineExports,
  examineLive,
  explainExports,
  explainer,
  openRouter,
  type RouterRequest,
  simulateExports,
  verifyExports,
} from './runs/index.js';
export type { ReaderName } from './syntax/index.js';
export { initialMap, movesBetween, resized } from './topology/index.js';
export { parseUsers, type RunningRouter, startRouter, type WireOptions } from './wire/index.js';
