/** People's intent in the planner's words. */

import type { Config } from '../config/index.js';
import { type Ban, defaultSettings, type Pin, type PlannerSettings } from '../planner/index.js';

export function plannerSettings(
  config: Config,
  shards: number,
  solveSeconds: number | undefined,
): PlannerSettings {
  return {
    ...defaultSettings,
    shards,
    pins: config.pins as ReadonlyMap<string, Pin>,
    forbid: config.forbid as ReadonlyMap<string, readonly Ban[]>,
    budgets: { ...defaultSettings.budgets, ...config.budgets },
    ...(solveSeconds === undefined ? {} : { solveSeconds }),
  };
}
