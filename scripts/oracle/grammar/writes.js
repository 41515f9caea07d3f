// INSERT, UPDATE, DELETE, MERGE and data-modifying CTEs. What is written never depends on the order of rows.

import { hasUnguardedUnique, someValue } from '../schema.js';
import { list, seq, sorted } from '../tree.js';
import { certainPin, conditions, linkedPairs } from './conditions.js';
import { linksOf, pinOf, readable, tableColumns } from './from.js';
import { ownColumns } from './scope.js';
import { query, scalarQuery } from './select.js';
import { constant, keyConstant, literal, parameterOf } from './values.js';

/** @returns {{ tree: any, table: any }} */
export function write(context) {
  const { draw } = context;
  const tables = readable(context).filter(
    ({ placement }) => placement.placement === 'sharded' || draw.chance(0.4),
  );
  const own = tables.filter(({ placement }) => placement.group === context.group);
  const table = draw.pick(
    own.length > 0 && draw.chance(0.9) ? own : tables.length > 0 ? tables : readable(context),
  );
  // A new row does not say a key that its table does not have yet.
  const adds = !context.pinned || table.placement.addKey === undefined;
  const make = draw.weighted([
    [adds ? 4 : 0, insertValues],
    [adds ? 3 : 0, insertSelect],
    [5, update],
    [4, remove],
    [adds ? 3 : 0, merge],
    [2, modifyingCte],
  ]);
  return make(context, { ...table, keyed: tableColumns(context, table) });
}

const top = { relations: [], outer: undefined, ctes: [] };
const targetOf = (table) => ({ alias: 'a', columns: table.keyed, table });
const keyOf = ({ keyed }) => keyed.find(({ isKey }) => isKey);

function returning({ draw }, table) {
  if (draw.chance(0.6)) return '';
  return draw.pick([
    ' RETURNING a.*',
    ` RETURNING a.${table.columns[0].name} AS k`,
    ' RETURNING a.n + 1 AS x',
  ]);
}

/** What a column is set to: no key, so that small numbers of any type fit. */
function settable(context, table, deep) {
  const { draw } = context;
  const own = { relations: [targetOf(table)], outer: undefined, ctes: [] };
  if (deep && context.budget.left > 0 && draw.chance(0.3))
    return sorted('value', 'least(', scalarQuery(context, own, 'integer', 1), ', 9)');
  return draw.pick(['5', 'NULL', 'a.n', `'${someValue(draw, 'integer')}'`, 'least(a.n + 1, 9)']);
}

const targetKeys = (table) => {
  const key = keyOf(table);
  return key === undefined ? [] : [`a.${key.name}`];
};

/** WHERE of a write: in a pinned statement a certain pin first. */
function whereOf(context, table, relations, joins) {
  const { draw, pinned } = context;
  const isPinned = pinned || draw.chance(context.pinning);
  const pin = isPinned ? [pinOf(context, targetOf(table), [])].filter((one) => one !== undefined) : [];
  const scope = { relations, outer: undefined, ctes: [] };
  return list([...pin, ...joins, ...conditions(context, scope, 2, draw.pick([0, 1, 1, 2]))], {
    before: ' WHERE ',
    between: ' AND ',
  });
}

function secondRelation(context, table) {
  const { draw } = context;
  const other = draw.pick(readable(context));
  const relation = { alias: 'b', columns: tableColumns(context, other), table: other };
  if (context.pinned) {
    const pin = pinOf(context, relation, targetKeys(table), linksOf(targetOf(table)));
    return { relation, tree: `${other.name} b`, joins: pin === undefined ? [] : [pin] };
  }
  const [own, key] = [keyOf(table), relation.columns.find(({ isKey }) => isKey)];
  const joined = own !== undefined && key !== undefined && draw.chance(0.8);
  const paths = linkedPairs(
    ownColumns(context, { relations: [targetOf(table)] }),
    ownColumns(context, { relations: [relation] }),
  );
  const along = paths.length > 0 && draw.chance(0.7);
  return {
    relation,
    tree: `${other.name} b`,
    joins: [
      ...(joined ? [sorted('condition', `a.${own.name}`, ' = ', `b.${key.name}`)] : []),
      ...(along ? [sorted('condition', paths[0][0], ' = ', paths[0][1])] : []),
    ],
  };
}

function update(context, table) {
  const { draw } = context;
  const second = draw.chance(0.3) ? secondRelation(context, table) : undefined;
  const relations = [targetOf(table), ...(second === undefined ? [] : [second.relation])];
  const set = seq('n = ', settable(context, table, true));
  const keySet =
    !context.pinned && draw.chance(0.03) && keyOf(table) !== undefined
      ? seq(`${keyOf(table).name} = `, keyConstant(context))
      : undefined;
  const tree = seq(
    `UPDATE ${table.name} a SET `,
    list(keySet === undefined ? [set] : [set, keySet]),
    second === undefined ? '' : ` FROM ${second.tree}`,
    whereOf(context, table, relations, second?.joins ?? []),
    returning(context, table),
  );
  return { tree, table };
}

function remove(context, table) {
  const second = context.draw.chance(0.3) ? secondRelation(context, table) : undefined;
  const relations = [targetOf(table), ...(second === undefined ? [] : [second.relation])];
  const tree = seq(
    `DELETE FROM ${table.name} a`,
    second === undefined ? '' : ` USING ${second.tree}`,
    whereOf(context, table, relations, second?.joins ?? []),
    returning(context, table),
  );
  return { tree, table };
}

/** A value for a column, as a tree and as the text that it means; null for NULL. */
function cellFor(context, table, column) {
  const { draw, main, pinned } = context;
  const isKey = column.name === keyOf(table)?.name;
  if (isKey && (pinned || draw.chance(0.5))) return main;
  if (!isKey && !column.notNull && draw.chance(0.2))
    return { tree: draw.pick(['NULL', 'DEFAULT']), text: null };
  const text = someValue(draw, column.family);
  const isParameter = isKey && draw.chance(0.3);
  return { text, tree: isParameter ? parameterOf(context, text) : literal(draw, column.family, text) };
}

function insertValues(context, table) {
  const { draw } = context;
  const filled = table.columns.filter(
    ({ byDefault, notNull }) => notNull || byDefault === undefined || draw.chance(0.5),
  );
  const rows = Array.from({ length: draw.pick([1, 1, 1, 2, 3]) }, () => {
    const cells = filled.map((column) => cellFor(context, table, column));
    const key = cells[filled.findIndex(({ name }) => name === table.placement.key)]?.text ?? null;
    return { kind: 'row', values: list(cells.map(({ tree }) => tree)), key, placement: table.placement };
  });
  const tree = seq(
    `INSERT INTO ${table.name} AS a (${filled.map(({ name }) => name).join(', ')}) VALUES `,
    list(rows),
    onConflict(context, table),
    returning(context, table),
  );
  return { tree, table };
}

function onConflict(context, table) {
  const { draw } = context;
  if (!draw.chance(0.5)) return '';
  const targets = [table.primary, ...table.uniques].filter((names) => names.length > 0);
  // A unique index without the key cannot be asked on one shard.
  if (context.pinned && hasUnguardedUnique(table)) return '';
  if (targets.length === 0) return ' ON CONFLICT DO NOTHING';
  const target = `(${draw.pick(targets).join(', ')})`;
  const set = () => {
    const key = keyOf(table);
    const one = draw.pick(readable(context));
    const relation = { alias: 'z', columns: tableColumns(context, one) };
    const theirs = relation.columns.find(({ isKey }) => isKey);
    const pins =
      key === undefined || theirs === undefined
        ? []
        : [
            sorted(
              'condition',
              `z.${theirs.name}`,
              ' = ',
              draw.pick([`excluded.${key.name}`, `a.${key.name}`]),
            ),
          ];
    if (draw.chance(0.5)) return draw.pick(['excluded.n', 'a.n', '7']);
    return seq('(SELECT least(count(*), 9) FROM ', one.name, ' z', list(pins, { before: ' WHERE ' }), ')');
  };
  return draw.weighted([
    [2, () => ' ON CONFLICT DO NOTHING'],
    [2, () => ` ON CONFLICT ${target} DO NOTHING`],
    [3, () => seq(` ON CONFLICT ${target} DO UPDATE SET n = `, set())],
  ])();
}

/** One row for each key, so that no conflict is decided by the order of rows. */
function insertSelect(context, table) {
  const { draw } = context;
  const key = keyOf(table);
  const family = key?.family ?? 'integer';
  const made = query(context, top, 2, { families: [family, 'integer'], keyFirst: true, unnamed: true });
  const others = table.columns.filter(
    ({ name, notNull }) => name !== key?.name && (notNull || name === 'id' || name === 'n'),
  );
  const number = 'least(abs(max(q.n)), 9)';
  const cells = others.map((column) => {
    if (column.name === 'n') return number;
    return column.family === 'integer'
      ? draw.pick(['100', `coalesce(${number}, 8) + 100`])
      : constant(context, column.family);
  });
  const keyCell = key === undefined ? [] : [context.pinned ? keyConstant(context) : 'q.k'];
  const names = [...(key === undefined ? [] : [key.name]), ...others.map(({ name }) => name)];
  const pin =
    !context.pinned && draw.chance(0.5)
      ? certainPin(context, 'q.k', keyConstant(context))
      : sorted('condition', 'q.k IS NOT NULL');
  const tree = seq(
    `INSERT INTO ${table.name} AS a (${names.join(', ')}) SELECT `,
    list([...keyCell, ...cells]),
    ' FROM (',
    made.tree,
    ') q(k, n)',
    list([pin], { before: ' WHERE ' }),
    ' GROUP BY q.k',
    onConflict(context, table),
    returning(context, table),
  );
  return { tree, table };
}

function merge(context, table) {
  const { draw } = context;
  const key = keyOf(table);
  const family = key?.family ?? 'integer';
  const made = query(context, top, 1, { families: [family, 'integer'], keyFirst: true, unnamed: true });
  const source = seq('(SELECT q.k, max(q.n) AS n FROM (', made.tree, ') q(k, n) GROUP BY q.k) s');
  const own = `a.${key?.name ?? table.columns[0].name}`;
  const pin = (side) => certainPin(context, side, keyConstant(context));
  const on = context.pinned
    ? [pin(own), pin('s.k')]
    : [
        ...(draw.chance(0.85) ? [sorted('condition', own, ' = ', 's.k')] : []),
        ...(draw.chance(0.4) ? [pin(own)] : []),
        ...(draw.chance(0.3) ? [pin('s.k')] : []),
      ];
  const filled = table.columns.filter(({ name, notNull }) => name === key?.name || notNull);
  const cells = filled.map((column) => {
    if (column.name === key?.name)
      return context.pinned ? keyConstant(context) : draw.pick(['s.k', 's.k', keyConstant(context)]);
    return column.family === 'integer' ? '77' : literal(draw, column.family, someValue(draw, column.family));
  });
  const matched = draw.pick(['DELETE', 'UPDATE SET n = s.n', 'UPDATE SET n = 4', 'DO NOTHING']);
  const actions = [
    ...(draw.chance(0.75)
      ? [seq(` WHEN MATCHED${draw.chance(0.2) ? ' AND a.n > 1' : ''} THEN `, matched)]
      : []),
    ...(draw.chance(0.5)
      ? [
          seq(
            ' WHEN NOT MATCHED',
            ...(draw.chance(0.3) ? [' AND ', pin('s.k')] : []),
            ` THEN INSERT (${filled.map(({ name }) => name).join(', ')}) VALUES (`,
            list(cells),
            ')',
          ),
        ]
      : []),
    ...(!context.pinned && draw.chance(0.06) ? [' WHEN NOT MATCHED BY SOURCE THEN DELETE'] : []),
  ];
  const done = actions.length > 0 ? actions : [' WHEN MATCHED THEN DELETE'];
  const condition = on.length > 0 ? list(on, { between: ' AND ' }) : 'true';
  const tree = seq(
    `MERGE INTO ${table.name} a USING `,
    source,
    ' ON ',
    condition,
    list(done, { between: '' }),
    draw.chance(0.2) ? ' RETURNING a.*' : '',
  );
  return { tree, table };
}

function modifyingCte(context, table) {
  const { draw } = context;
  const made = draw.pick([update, remove])(context, table);
  const parts = made.tree.parts.slice(0, -1);
  const key = keyOf(table);
  const shown = key?.name ?? table.columns[0].name;
  const tree = seq(...parts, ` RETURNING a.${shown} AS k, a.n AS n`);
  const columns = [
    {
      name: 'k',
      family: key?.family ?? table.columns[0].family,
      ...(key === undefined ? {} : { group: context.group }),
    },
    { name: 'n', family: 'integer' },
  ];
  const main = query(context, { ...top, ctes: [{ name: 'dm', columns }] }, 1, {});
  const clause = list([seq('dm AS (', tree, ')')], { before: 'WITH ', after: ' ' });
  return { tree: main.tree.with === undefined ? { ...main.tree, with: clause } : tree, table };
}
