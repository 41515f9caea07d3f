/**
 * What Vitess asks of a pair of VSchemas, for tests: the fields of proto/vschema.proto with their types, and what building a VSchema and
 * writing through its lookup vindexes refuses. Stricter than Vitess, which passes over fields that it does not know.
 */

import { z } from 'zod';

const keyspaceSchema = z.strictObject({
  sharded: z.boolean(),
  vindexes: z
    .record(
      z.string(),
      z.strictObject({
        type: z.string(),
        params: z.record(z.string(), z.string()).optional(),
        owner: z.string().optional(),
      }),
    )
    .default({}),
  tables: z.record(
    z.string(),
    z.strictObject({
      type: z.enum(['sequence', 'reference']).optional(),
      source: z.string().optional(),
      column_vindexes: z
        .array(z.strictObject({ columns: z.array(z.string()).min(1), name: z.string() }))
        .default([]),
      auto_increment: z.strictObject({ column: z.string(), sequence: z.string() }).optional(),
    }),
  ),
});

type Keyspace = z.output<typeof keyspaceSchema>;

/** One column a unique one, as `map` looks at the first alone. */
const vindexTypes = new Map([
  ['xxhash', { unique: true, params: [] as string[] }],
  ['consistent_lookup', { unique: false, params: ['table', 'from', 'to', 'ignore_nulls'] }],
  ['consistent_lookup_unique', { unique: true, params: ['table', 'from', 'to', 'ignore_nulls'] }],
]);

const plain = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** @returns sentences, none for VSchemas that Vitess takes */
export function vschemaErrors(
  shardedText: string,
  unshardedText: string,
  unshardedName: string,
): readonly string[] {
  const sharded = keyspaceSchema.parse(JSON.parse(shardedText));
  const unsharded = keyspaceSchema.parse(JSON.parse(unshardedText));
  const target = (name: string | undefined): Keyspace['tables'][string] | undefined => {
    const [keyspace, table, ...more] = (name ?? '').split('.');
    return keyspace === unshardedName && more.length === 0 ? unsharded.tables[table ?? ''] : undefined;
  };
  const errors: string[] = [];
  const expectThat = (holds: boolean, error: string): void => {
    if (!holds) errors.push(error);
  };

  expectThat(sharded.sharded && !unsharded.sharded, 'the keyspaces are not what their files say');
  expectThat(plain.test(unshardedName), `${unshardedName} would have to be quoted`);
  for (const [name, { type, params = {}, owner }] of Object.entries(sharded.vindexes)) {
    const known = vindexTypes.get(type);
    const unknown = Object.keys(params).filter((param) => known?.params.includes(param) !== true);
    expectThat(known !== undefined && unknown.length === 0, `${name}: type or params are unknown`);
    if (known === undefined || known.params.length === 0) continue;
    const from = params.from?.split(',') ?? [];
    expectThat(
      [...from, params.to ?? '', params.table?.split('.')[1] ?? ''].every((one) => plain.test(one)),
      `${name}: names are pasted without quotes`,
    );
    expectThat(new Set([...from, params.to]).size === from.length + 1, `${name}: columns of one name`);
    expectThat(
      target(params.table)?.type === undefined,
      `${name}: its table is not in the unsharded keyspace`,
    );
    expectThat(target(params.table) !== undefined, `${name}: there is no table ${params.table}`);
    expectThat(!known.unique || from.length === 1, `${name}: is asked by its first column alone`);
    expectThat(['true', 'false', undefined].includes(params.ignore_nulls), `${name}: ignore_nulls`);
    const owned = sharded.tables[owner ?? '']?.column_vindexes.find((one) => one.name === name);
    expectThat(owned !== undefined, `${name}: its owner does not use it`);
    expectThat(owned?.columns.length === from.length, `${name}: owner table column count does not match`);
  }
  for (const [name, table] of Object.entries(sharded.tables)) {
    const [primary] = table.column_vindexes;
    if (table.type === 'reference') {
      const source = target(table.source);
      expectThat(source !== undefined && source.type === undefined, `${name}: its source cannot be resolved`);
      expectThat(table.source?.split('.')[1] === name, `${name}: without its keyspace it would be ambiguous`);
      expectThat(primary === undefined, `${name}: a reference table has vindexes`);
      continue;
    }
    expectThat(table.type === undefined, `${name}: a sequence has to be in the unsharded keyspace`);
    expectThat(unsharded.tables[name] === undefined, `${name}: ambiguous table reference`);
    const first = sharded.vindexes[primary?.name ?? ''];
    expectThat(first !== undefined, `${name}: missing primary col vindex`);
    expectThat(
      vindexTypes.get(first?.type ?? '')?.unique === true && first?.owner !== name,
      `${name}: its primary vindex has to be unique and not its own`,
    );
    for (const { name: used } of table.column_vindexes)
      expectThat(sharded.vindexes[used] !== undefined, `${name}: vindex ${used} not found`);
    const { auto_increment: numbers } = table;
    expectThat(
      numbers === undefined || target(numbers.sequence)?.type === 'sequence',
      `${name}: cannot resolve sequence`,
    );
  }
  return errors;
}
