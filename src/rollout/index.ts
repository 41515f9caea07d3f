/** rollout: the steps of an engine on live servers: taken one by one, looked at for drift, and verified. */
export { type StepEvent, takeSteps } from './apply.js';
export { driftOf } from './drift.js';
export { type Addresses, type Servers, serversAt } from './servers.js';
export { taskCount } from './task-count.js';
export { verifyRollout } from './verify.js';
