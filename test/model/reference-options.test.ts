/** A foreign key that is made again, as it was or with the shard key in front. */

import { expect, it } from 'vitest';
import { type ForeignKey, referenceOptions } from '../../src/model/index.js';

const key: ForeignKey = {
  name: 'orders_address_fkey',
  columns: ['address_id'],
  target: 'public.addresses',
  targetColumns: ['id'],
  onDelete: 'set null',
  onUpdate: 'set default',
  matchFull: true,
  deferrable: 'deferred',
};
const quoted = (name: string): string => `"${name}"`;

it('says what it said before', () => {
  expect(referenceOptions(key, ['address_id'], quoted)).toBe(
    ' MATCH FULL ON DELETE SET NULL ON UPDATE SET DEFAULT DEFERRABLE INITIALLY DEFERRED',
  );
  const plain = { ...key, onDelete: 'no action', onUpdate: 'no action' } as const;
  const { matchFull: _, deferrable: __, ...bare } = plain;
  expect(referenceOptions(bare, ['address_id'], quoted)).toBe('');
});

it('never lets a widened key take the shard key away, nor refuse a row that refers to nothing', () => {
  expect(referenceOptions(key, ['user_id', 'address_id'], quoted)).toBe(
    ' ON DELETE SET NULL ("address_id") DEFERRABLE INITIALLY DEFERRED',
  );
  const cascading = { ...key, onDelete: 'cascade', onUpdate: 'cascade' } as const;
  expect(referenceOptions(cascading, ['user_id', 'address_id'], quoted)).toBe(
    ' ON DELETE CASCADE ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED',
  );
});
