/** What the triggers of a sharded table reach: an engine runs them on the server of their row, which sees its own rows alone. */

import { byCodeUnit, type Catalog, type Table, type Trigger } from '../../model/index.js';
import { triggerEffects } from '../../sql/index.js';

export interface ReachingTrigger {
  readonly trigger: Trigger;
  /** Clauses: 'trigger t runs public.f(), which names public.orders'. Empty where it keeps to its own row. */
  readonly reaches: readonly string[];
  /** It may change the row's key, and so where the row belongs. */
  readonly changesKey: boolean;
}

/** By name. */
export function triggersOf(
  catalog: Catalog,
  table: Table | undefined,
  key: string,
): readonly ReachingTrigger[] {
  return effectsOf(catalog, table).map(({ trigger, hiddenWrites, triggerColumns }) => ({
    trigger,
    reaches: hiddenWrites,
    changesKey: triggerColumns === 'any' || triggerColumns.includes(key),
  }));
}

/** Of a table with a copy on every server, whose triggers each copy runs by itself: names of those that write. Sorted. */
export function triggersThatWrite(catalog: Catalog, table: Table | undefined): readonly string[] {
  return effectsOf(catalog, table)
    .filter(({ hiddenWrites, triggerColumns }) => hiddenWrites.length > 0 || triggerColumns.length > 0)
    .map(({ trigger }) => trigger.name);
}

function effectsOf(catalog: Catalog, table: Table | undefined) {
  return [...(table?.triggers ?? [])]
    .sort((a, b) => byCodeUnit(a.name, b.name))
    .map((trigger) => ({
      trigger,
      ...triggerEffects(catalog, { ...(table as Table), triggers: [trigger] }, trigger.events),
    }));
}
