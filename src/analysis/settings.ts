/** People's intent in the planner's words. */

import type { Config } from '../config/index.js';
import { type CostTable, UserError } from '../model/index.js';
import { defaultSettings, type PlannerSettings } from '../planner/index.js';
import { defaultCosts } from '../routability/index.js';

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
    ...(config.file === undefined ? {} : { intentFile: config.file }),
    budgets: { ...defaultSettings.budgets, ...config.budgets },
    ...(solveSeconds === undefined ? {} : { solveSeconds }),
  };
}

/**
 * What a call costs by its verdict. A worse verdict must not be cheaper than a better one: the plan would seek it.
 * @throws UserError bad-config
 */
export function costsOf(config: Config, shards: number): CostTable {
  const costs = { ...defaultCosts(shards), ...config.costs };
  const ascending = [
    ['single', 'scatter'],
    ['scatter', 'globalWrite'],
    ['scatter', 'crossDatabase'],
    ['globalWrite', 'crossShard'],
    ['crossDatabase', 'crossShard'],
  ] as const;
  const wrong = ascending.find(([better, worse]) => costs[better] > costs[worse]);
  if (wrong === undefined) return costs;
  const [better, worse] = wrong;
  throw new UserError(
    'bad-config',
    `costs.${better} is ${costs[better]}, more than costs.${worse}, which is ${costs[worse]} for ${shards} shards`,
    'Let costs rise: single, scatter, then globalWrite and crossDatabase, then crossShard.',
    config.file === undefined ? {} : { file: config.file },
  );
}
