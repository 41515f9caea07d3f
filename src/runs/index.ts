/** What is asked of the same inputs beside the plan itself, a file for each question. */

export { benchRouter } from './bench-router.js';
export { checkExports } from './check.js';
export { type ConnectRequest, connect } from './connect.js';
export { type DeployQuestion, deployExports } from './deploy.js';
export { documentExports } from './document.js';
export { examineExports, examineLive } from './examine.js';
export { explainExports } from './explain.js';
export { graphExports } from './graph.js';
export { type Explainer, type ExplainRequest, explainer } from './judge-statements.js';
export { listenForMaps } from './map-news.js';
export { openRouter, type RouterRequest } from './open-router.js';
export { driftBetween, rollOut, verifyDeployed } from './roll-out.js';
export { simulateExports } from './simulate.js';
export { verifyExports } from './verify.js';
