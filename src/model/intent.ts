/** What people want of a table: a placement that it must have, and those that it must not. */

export type Pin =
  | { readonly placement: 'sharded'; readonly key: string }
  | { readonly placement: 'global' }
  | { readonly placement: 'unsharded' };

/** A key column that must not be chosen, or a whole kind of placement. */
export type Ban = { readonly key: string } | { readonly placement: 'sharded' | 'global' | 'unsharded' };
