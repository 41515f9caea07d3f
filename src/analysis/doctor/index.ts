/** Checks of exports and servers: is what comes in good enough to plan from? */
export { exportChecks } from './export.js';
export { trackingOfManifest } from './manifest.js';
export { serverChecks } from './server.js';
export { trackingChecks } from './tracking.js';
