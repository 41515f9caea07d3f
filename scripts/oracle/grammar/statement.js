// One random statement over a schema. Half of them are single-shard by construction: one value is picked, and every sharded
// instance's key is held to it by a condition that no row can escape. The others say anything.
import { someValue } from '../schema.js';
import { query } from './select.js';
import { literal, parameterOf } from './values.js';
import { write } from './writes.js';

/**
 * @param {import('../draw.js').Draw} draw
 * @param {import('../schema.js').Schema} schema
 * @returns {{ tree: any, pinned: boolean }}
 */
export function makeStatement(draw, schema) {
  const sharded = schema.tables.filter(({ placement }) => placement.placement === 'sharded');
  const isUnsharded = (table) => table.placement.placement === 'unsharded';
  const unshardedOnly =
    schema.tables.every(isUnsharded) || (schema.tables.some(isUnsharded) && draw.chance(0.05));
  const keyed = sharded.filter(({ placement }) => placement.addKey === undefined);
  const chosen = keyed.length > 0 ? draw.pick(keyed) : schema.tables[0];
  const key = chosen.columns.find(({ name }) => name === chosen.placement.key) ?? chosen.columns[0];
  const context = {
    draw,
    schema,
    unshardedOnly,
    pinned: !unshardedOnly && sharded.length > 0 && draw.chance(0.4),
    group: chosen.placement.group ?? 'none',
    family: key.family,
    pinning: draw.pick([0.2, 0.5, 0.9]),
    tightness: draw.pick([0.3, 0.8, 0.95]),
    budget: { left: draw.pick([2, 4, 7, 10]) },
    names: { next: 1 },
    parameters: [],
  };
  const text = someValue(draw, key.family);
  const tree = draw.chance(0.3) ? parameterOf(context, text) : literal(draw, key.family, text);
  const full = { ...context, main: { text, tree } };
  if (draw.chance(0.25)) return { tree: write(full).tree, pinned: context.pinned };
  const scope = { relations: [], outer: undefined, ctes: [] };
  return {
    tree: query(full, scope, draw.pick([1, 2, 2, 3]), { top: true, unnamed: true }).tree,
    pinned: context.pinned,
  };
}
