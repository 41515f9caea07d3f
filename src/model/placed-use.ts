/** What placements take of what global and unsharded tables may have. Shares are 0…1; tables by what they take, the most first. */

import type { TableName } from './catalog.js';

export interface PlacedUse {
  readonly globalBytes: {
    readonly limit: number;
    /** Those whose size is known. */
    readonly tables: readonly { readonly table: TableName; readonly bytes: number }[];
  };
  /** How many of their calls write them. */
  readonly globalWrites: {
    readonly limit: number;
    readonly tables: readonly { readonly table: TableName; readonly share: number }[];
  };
  /** By what is limited. */
  readonly unsharded: readonly {
    readonly what: 'time' | 'writes';
    readonly limit: number;
    readonly used: number;
    readonly tables: readonly TableName[];
  }[];
}
