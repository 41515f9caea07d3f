// Random rows for a schema, and the shard of each by the project's own hash and map.
import { someValue, stepUp } from './schema.js';

/** Rows by table, each a list of texts and nulls in the order of the columns; constraints hold. */
export function makeRows(draw, { tables }) {
  const rows = new Map();
  for (const table of tables) rows.set(table.name, tableRows(draw, table, rows, tables));
  return rows;
}

function tableRows(draw, table, rows, tables) {
  const wanted = draw.weighted([
    [1, 0],
    [2, 3],
    [4, 10],
    [3, 16],
  ]);
  const made = [];
  for (let at = 0; at < wanted; at += 1) {
    const row = withReferences(draw, table, makeRow(draw, table), rows, tables);
    if (row !== undefined && isUnique(table, made, row)) made.push(row);
  }
  return made;
}

function makeRow(draw, { columns }) {
  return columns.map(({ family, notNull }) =>
    !notNull && draw.chance(0.2) ? null : someValue(draw, family),
  );
}

/** The row with its foreign columns taken from a row that is there; undefined when there is none. */
function withReferences(draw, table, row, rows, tables) {
  let result = row;
  for (const { columns, table: name, target } of table.foreign) {
    const there = rows.get(name);
    if (there.length === 0) return undefined;
    const referred = tables.find((one) => one.name === name);
    const found = draw.pick(there);
    columns.forEach((own, at) => {
      const value = found[referred.columns.findIndex((one) => one.name === target[at])];
      result = result.with(
        table.columns.findIndex((one) => one.name === own),
        value,
      );
    });
  }
  return result;
}

function isUnique({ columns, primary, uniques }, made, row) {
  return [primary, ...uniques].every((names) => {
    const places = names.map((name) => columns.findIndex((one) => one.name === name));
    if (places.length === 0 || places.some((place) => row[place] === null)) return true;
    return !made.some((other) => places.every((place) => other[place] === row[place]));
  });
}

/** The rows of a table that one shard holds. `shardOfKey` takes the placement and the key's text or null. */
export function rowsOfShard(tables, table, rows, shard, shardOfKey) {
  const { placement } = table;
  if (placement.placement === 'unsharded') return [];
  if (placement.placement === 'global') return rows.get(table.name);
  return rows
    .get(table.name)
    .filter((row) => shardOfKey(placement, keyOf(tables, table, row, rows)) === shard);
}

const cell = ({ columns }, row, wanted) => row[columns.findIndex(({ name }) => name === wanted)];

/** The key of a row, or of the row that it names. */
function keyOf(tables, table, row, rows) {
  const step = stepUp(table);
  if (step === undefined) return cell(table, row, table.placement.key);
  const parent = tables.find(({ name }) => name === step.table);
  const value = cell(table, row, step.own);
  const named = rows.get(parent.name).find((one) => cell(parent, one, step.target) === value);
  // Nothing is named only while a case is made smaller; the foreign key refuses such rows.
  return named === undefined ? null : keyOf(tables, parent, named, rows);
}

/** @returns {string} INSERT statements, parents before children */
export function insertsOf(tables, rowsOfTable) {
  const literal = (value) => (value === null ? 'NULL' : `'${value}'`);
  return tables
    .flatMap((table) => {
      const rows = rowsOfTable(table);
      const values = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
      return rows.length === 0 ? [] : [`INSERT INTO ${table.name} VALUES ${values};`];
    })
    .join('\n');
}
