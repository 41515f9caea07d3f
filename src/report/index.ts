/** Results → text. Pure: width and colours come in as arguments. */

export { renderAnalysisText } from './analysis-text.js';
export { renderCaptureText } from './capture.js';
export { renderCheckGithub } from './check/github.js';
export { renderCheckJunit } from './check/junit.js';
export { renderCheckMarkdown } from './check/markdown.js';
export { renderCheckSarif } from './check/sarif.js';
export { renderCheckText } from './check-text.js';
export { renderDeploymentMarkdown } from './deployment/markdown.js';
export { renderDriftText, renderRolloutVerificationText } from './deployment/rollout.js';
export { renderStepText } from './deployment/steps.js';
export { renderDeploymentText } from './deployment/text.js';
export { renderDoctorText } from './doctor.js';

export { type DocumentKind, renderDocument, renderDocumentHtml } from './document/documents.js';
export { type Staleness, staleFrom } from './document/freshness.js';
export { renderExplanationText } from './explanation-text.js';

export { busiest } from './graph/busiest.js';
export { graphGexf } from './graph/gexf.js';
export { graphDot, graphMermaid, graphSvg } from './graph/pictures.js';
export { type PageAssets, type ReportPageOptions, renderReportPage } from './html/report-page.js';

export { renderLabLoadText, renderLabStatusText } from './lab.js';
export { renderLocationText, renderMapMovesText, renderMapText } from './map-text.js';
export { renderRouterBenchText } from './router-bench.js';
export { renderSimulationText } from './simulation-text.js';
export { renderVerdictText } from './verdict-text.js';
export { renderVerificationText } from './verification.js';
