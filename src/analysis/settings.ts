/** People's intent in the planner's words. */

import type { Config } from '../config/index.js';
import { defaultSettings, type PlannerSettings } from '../planner/index.js';

export function plannerSettings(
  config: Config,
  shards: number,
  solveSeconds: number | undefined,
): PlannerSettings {
  return {
    ...defaultSettings,
    shards,
    pins: config.pins,
    forbid: config.forbid,
    budgets: { ...defaultSettings.budgets, ...config.budgets },
    ...(solveSeconds === undefined ? {} : { solveSeconds }),
  };
}
