/** The gate: plan, schema and judged statements → findings of its rules. */
export { gateRules, runGate } from './check.js';
export type {
  GateInput,
  GateSettings,
  GateStatement,
  GateWaiver,
} from './input.js';
export { baselineOf } from './new-baseline.js';
