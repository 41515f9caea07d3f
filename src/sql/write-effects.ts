/** What a write sets beside what it says: inputs of generated columns, and whatever triggers do. */

import { familyTriggers } from '../catalog/index.js';
import type { Catalog, SqlFunction, Table, Trigger } from '../model/index.js';
import { type Assignment, salvageTables } from '../syntax/index.js';

/** Columns that change when these are assigned: the columns themselves and those generated from them. Sorted. */
export function settableColumns(table: Table, assignments: readonly Assignment[]): readonly string[] {
  return withGenerated(table, new Set(assignments.map(({ column }) => column)));
}

function withGenerated(table: Table, set: Set<string>): readonly string[] {
  for (const column of table.columns) {
    if (column.generatedFrom?.some((input) => set.has(input))) set.add(column.name);
  }
  return [...set].sort();
}

/** OVERRIDING USER VALUE: identity columns store the server's own value, whatever is given. */
export function ignoredColumns(
  table: Table,
  { overridingUserValue }: { readonly overridingUserValue?: boolean },
): ReadonlySet<string> {
  const identity = table.columns.filter((column) => column.default?.kind === 'sequence');
  return new Set(overridingUserValue === true ? identity.map(({ name }) => name) : []);
}

export interface TriggerEffects {
  readonly triggerColumns: readonly string[] | 'any';
  readonly hiddenWrites: readonly string[];
}

export function triggerEffects(
  catalog: Catalog,
  table: Table,
  events: readonly Trigger['events'][number][],
): TriggerEffects {
  const fired = familyTriggers(catalog, table).filter((trigger) =>
    trigger.events.some((event) => events.includes(event)),
  );
  const changed = fired
    .filter((trigger) => trigger.timing !== 'after')
    .map((trigger) => functionOf(catalog, trigger)?.rowTargets?.newColumns ?? 'any');
  return {
    triggerColumns: changed.includes('any') ? 'any' : withGenerated(table, new Set(changed.flat())),
    hiddenWrites: fired.flatMap((trigger) => writesOf(catalog, trigger)).sort(),
  };
}

/** A trigger that names no table and runs no dynamic SQL writes only the row at hand. */
function writesOf(catalog: Catalog, trigger: Trigger): readonly string[] {
  const body = functionOf(catalog, trigger)?.body;
  const runs = `trigger ${trigger.name} runs ${trigger.function}()`;
  if (body === undefined) return [`${runs}, whose code is not in the schema`];
  const tables = [...new Set(salvageTables(body).map((name) => name.join('.')))].sort();
  if (tables.length > 0) return [`${runs}, which names ${tables.join(', ')}`];
  return /\bexecute\b/i.test(body) ? [`${runs}, which runs dynamic SQL`] : [];
}

function functionOf(catalog: Catalog, trigger: Trigger): SqlFunction | undefined {
  return catalog.functions.get(trigger.function)?.find((one) => one.returnsTrigger);
}
