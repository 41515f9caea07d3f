/** Rows of two shards are rows of one answer only when their columns are the same, in the same order. */

import { type Complaint, fieldsOf } from './backend-messages.js';

/** From here on types are a database's own, numbered by each. */
const firstOwn = 16_384;

/** `one` and `two`: RowDescription messages. */
export function haveSameColumns(one: Buffer | undefined, two: Buffer | undefined): boolean {
  if (one === undefined || two === undefined) return one === two;
  const [left, right] = [fieldsOf(one), fieldsOf(two)];
  return (
    left.length === right.length &&
    left.every(({ name, type }, at) => {
      const other = right[at];
      return name === other?.name && (type === other.type || (type >= firstOwn && other.type >= firstOwn));
    })
  );
}

export function otherColumns(name: string): Complaint {
  return {
    sqlstate: '0A000',
    message: `${name} gives other columns than the shards before it, or in another order`,
    hint: 'List the columns in the statement, and give every shard the same ones.',
  };
}
