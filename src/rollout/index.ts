/** rollout: the steps of an engine on live servers: taken one by one, looked at for drift, and verified. */
export { type StepEvent, takeSteps } from './apply.js';
export { type Addresses, serversAt } from './servers.js';
