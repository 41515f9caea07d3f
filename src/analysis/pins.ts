/** Placements as pins: what is chosen already is posed to the planner the way people's config does. */

import type { Pin, Placements, TableName } from '../model/index.js';
import type { PlannerSettings } from '../planner/index.js';

export function pinned(settings: PlannerSettings, pins: ReadonlyMap<TableName, Pin>): PlannerSettings {
  const { intentFile: _, ...others } = settings;
  return { ...others, pins: new Map([...settings.pins, ...pins]) };
}

/** Pins for those of the tables that are known. */
export function pinsOf(placements: Placements, known: ReadonlySet<TableName>): ReadonlyMap<TableName, Pin> {
  return new Map(
    [...placements].flatMap(([table, placement]): readonly (readonly [TableName, Pin])[] => {
      if (!known.has(table)) return [];
      if (placement.placement !== 'sharded') return [[table, { placement: placement.placement }]];
      return [[table, { placement: 'sharded', key: placement.key }]];
    }),
  );
}
