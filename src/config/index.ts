/** People's intent, found, read and checked; and the plan file beside it. */
export { type Config, emptyConfig } from './config.js';
export { loadConfig, parseConfig } from './load.js';
export { nearMiss } from './near-miss.js';
export { readBaselineFile, readCertificateFile, readMapFile, readPlanFile } from './plan-file.js';
export { type ConfigSeed, configTemplate } from './template.js';
