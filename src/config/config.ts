/** What people want of a plan, checked and spelt out: tables as `schema.table`, sizes in bytes, shares from 0 to 1. */

import type { Ban, CostTable, DocumentIntent, Pin, TableName } from '../model/index.js';

export interface Budgets {
  /** Bytes of all global tables together. */
  readonly globalBytes?: number;
  /** Key columns that tables do not have yet. */
  readonly addedKeys?: number;
  readonly unshardedTimeShare?: number;
  readonly unshardedWriteShare?: number;
  readonly maxCrossShard?: number;
}

export interface Waiver {
  readonly rule: string;
  readonly tables?: readonly TableName[];
  readonly statement?: string;
  readonly reason: string;
  /** The last day on which it holds, as YYYY-MM-DD. */
  readonly expires?: string;
  /** Of the config, where it stands. */
  readonly line?: number;
}

export type Costs = Partial<Omit<CostTable, 'shards'>>;

export interface Config {
  /** Undefined when there is none. */
  readonly file?: string;
  readonly pins: ReadonlyMap<TableName, Pin>;
  readonly forbid: ReadonlyMap<TableName, readonly Ban[]>;
  readonly budgets: Budgets;
  readonly waivers: readonly Waiver[];
  readonly assume: {
    /** Functions that touch no application table, as they are written. */
    readonly functions: readonly string[];
    readonly rls: boolean;
  };
  readonly costs: Costs;
  /** For "shardwright doc". */
  readonly document?: DocumentIntent;
}

export const emptyConfig: Config = {
  pins: new Map(),
  forbid: new Map(),
  budgets: {},
  waivers: [],
  assume: { functions: [], rls: false },
  costs: {},
};
