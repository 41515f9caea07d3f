// Makes a failing case small: first the statement, then the rows, then the schema. Whatever still fails is kept.
import { print, smaller } from './tree.js';

const mostAttempts = 150;

/**
 * @param {{ tree: any, schema: any, rows: Map<string, any[]> }} failing
 * @param {(one: { tree: any, schema: any, rows: Map<string, any[]> }) => Promise<boolean>} fails
 */
export async function shrink(failing, fails) {
  let attempts = 0;
  const stillFails = async (one) => {
    attempts += 1;
    return attempts <= mostAttempts && (await fails(one));
  };
  let best = failing;
  for (const steps of [smallerStatements, smallerRows, smallerSchemas, smallerStatements]) {
    attempts = 0;
    for (let found = await firstFailing(steps(best), stillFails); found !== undefined; ) {
      best = found;
      found = await firstFailing(steps(best), stillFails);
    }
  }
  return best;
}

async function firstFailing(candidates, fails) {
  for (const one of candidates) if (await fails(one)) return one;
  return undefined;
}

function* smallerStatements(one) {
  const length = print(one.tree).sql.length;
  for (const tree of smaller(one.tree)) {
    if (print(tree).sql.length < length) yield { ...one, tree };
  }
}

/** Halves of a table's rows, then single ones. */
function* smallerRows(one) {
  for (const [name, rows] of one.rows) {
    const less = (kept) => ({ ...one, rows: new Map([...one.rows, [name, kept]]) });
    if (rows.length > 1)
      yield* [less([]), less(rows.slice(0, rows.length / 2)), less(rows.slice(rows.length / 2))];
    for (let at = 0; at < rows.length; at += 1) yield less(rows.toSpliced(at, 1));
  }
}

function* smallerSchemas(one) {
  const { schema } = one;
  for (const code of ['views', 'triggers', 'functions'])
    if (schema[code].length > 0) yield { ...one, schema: { ...schema, [code]: schema[code].slice(1) } };
  for (const table of schema.tables) {
    const tables = schema.tables.filter((other) => other !== table);
    const isReferred = tables.some(({ foreign }) => foreign.some((key) => key.table === table.name));
    if (tables.length > 0 && !isReferred) yield { ...one, schema: { ...schema, tables } };
    for (const plainer of plainerTables(table)) {
      yield {
        ...one,
        schema: { ...schema, tables: schema.tables.map((other) => (other === table ? plainer : other)) },
      };
    }
    yield* withoutColumns(one, table);
  }
}

function* plainerTables(table) {
  if (table.foreign.length > 0 && table.placement.addKey === undefined) yield { ...table, foreign: [] };
  if (table.uniques.length > 0) yield { ...table, uniques: [] };
  if (table.primary.length > 0) yield { ...table, primary: [] };
}

function* withoutColumns(one, table) {
  const { schema } = one;
  const used = new Set([
    table.placement.key,
    ...table.primary,
    ...table.uniques.flat(),
    ...table.foreign.flatMap(({ columns }) => columns),
  ]);
  for (const [at, { name }] of table.columns.entries()) {
    const isReferred = schema.tables.some(({ foreign }) =>
      foreign.some((key) => key.table === table.name && key.target.includes(name)),
    );
    if (used.has(name) || isReferred || table.columns.length === 1) continue;
    const less = { ...table, columns: table.columns.toSpliced(at, 1) };
    const rows = new Map([
      ...one.rows,
      [table.name, one.rows.get(table.name).map((row) => row.toSpliced(at, 1))],
    ]);
    yield {
      ...one,
      rows,
      schema: { ...schema, tables: schema.tables.map((other) => (other === table ? less : other)) },
    };
  }
}
