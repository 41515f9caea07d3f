/** Pins and bans of the config, applied to one table's options. What cannot be followed is an error of the config. */

import {
  type Ban,
  type Pin,
  type Placement,
  type Rejected,
  type TableName,
  UserError,
} from '../model/index.js';

export interface Pinned {
  readonly option: Placement;
  /** Gates that would have kept the option out. */
  readonly overruled: readonly string[];
}

/** @throws UserError bad-config when the pinned key is no column of the table and cannot be added either. */
export function applyPin(
  name: TableName,
  pin: Pin,
  options: readonly Placement[],
  rejected: readonly Rejected[],
  makeKey: (column: string) => Placement | undefined,
): Pinned {
  if (pin.placement !== 'sharded') {
    return { option: { placement: pin.placement }, overruled: overruledBy(pin.placement, rejected) };
  }
  const known = options.find((option) => option.placement === 'sharded' && option.key === pin.key);
  const option = known ?? makeKey(pin.key);
  if (option === undefined) {
    throw new UserError(
      'bad-config',
      `${name} is pinned to the key ${pin.key}, which is no column of it and cannot be added along foreign keys`,
      'Name a column of the table, or one that a table it refers to is sharded by.',
    );
  }
  return { option, overruled: overruledBy(pin.key, rejected) };
}

function overruledBy(option: string, rejected: readonly Rejected[]): readonly string[] {
  return rejected
    .filter((one) => one.option === option)
    .map((one) => `pinned to ${option}, although ${one.reason}`);
}

/** @throws UserError bad-config when no option is left. */
export function applyBans(
  name: TableName,
  bans: readonly Ban[],
  options: readonly Placement[],
  rejected: readonly Rejected[],
): { readonly options: readonly Placement[]; readonly rejected: readonly Rejected[] } {
  const banned = options.filter((option) => bans.some((ban) => isBanned(option, ban)));
  const left = options.filter((option) => !banned.includes(option));
  if (left.length === 0) {
    throw new UserError(
      'bad-config',
      `the config forbids every option of ${name}`,
      'Allow one of its keys, or one of the placements global and unsharded.',
    );
  }
  const reasons = banned.map((option) => ({ option: optionName(option), reason: 'forbidden by the config' }));
  return { options: left, rejected: [...rejected, ...reasons] };
}

export function isBanned(option: Placement, ban: Ban): boolean {
  if ('placement' in ban) return option.placement === ban.placement;
  return option.placement === 'sharded' && option.key === ban.key;
}

/** As reports name it. */
function optionName(option: Placement): string {
  return option.placement === 'sharded' ? option.key : option.placement;
}
