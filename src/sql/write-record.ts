/** Notes down what a write does to its table, triggers and rules included. */

import { familyRules } from '../catalog/index.js';
import type { Table, Write } from '../model/index.js';
import type { OpenInstance } from './builder.js';
import { type Context, unseen } from './context.js';
import { runRowCode } from './row-code.js';
import { triggerEffects } from './write-effects.js';

type WriteFacts = Pick<Write, 'kind' | 'setColumns'> &
  Partial<Pick<Write, 'givenColumns' | 'generatedColumns' | 'arbiters'>>;

export function recordWrite(
  context: Context,
  target: { readonly instance: OpenInstance; readonly table: Table },
  facts: WriteFacts,
): Write {
  const { instance, table } = target;
  const rules = familyRules(context.catalog, table).filter((rule) => rule.event === facts.kind);
  for (const rule of rules) unseen(context, `rule ${rule.name} of ${table.name} rewrites it`);
  const events =
    facts.kind === 'insert' && facts.setColumns.length > 0 ? (['insert', 'update'] as const) : [facts.kind];
  runRowCode(context, table, events, facts.setColumns);
  const write: Write = {
    generatedColumns: [],
    ...facts,
    instance: instance.id,
    table: table.name,
    ...triggerEffects(context.catalog, table, events),
  };
  context.builder.writes.push(write);
  return write;
}
