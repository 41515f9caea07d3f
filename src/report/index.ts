/** Results → text. Pure: width and colours come in as arguments. */

export { renderAnalysisText } from './analysis-text.js';
export { renderCaptureText } from './capture.js';
export { renderCheckText } from './check-text.js';
export { renderExplanationText } from './explanation-text.js';
export { renderSimulationText } from './simulation-text.js';
export { renderVerdictText } from './verdict-text.js';
export { renderVerificationText } from './verification.js';
