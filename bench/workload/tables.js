// Tables of an invented business: areas around a tenant each, with children, grandchildren that do not have the tenant's key,
// lookup tables that everybody refers to, and some tables that nobody would shard.

import { diceFrom } from './dice.js';

const areas =
  'billing crm support catalog shipping loyalty payroll fleet clinic campus booking media ledger hiring events estate insurance kitchen garden studio'.split(
    ' ',
  );
const tenants = 'account customer merchant company workspace member'.split(' ');
const things =
  'order invoice payment ticket message product shipment contract task document session visit note rating coupon address device campaign lead refund booking event job alert report subscription transfer statement claim quote asset'.split(
    ' ',
  );
const parts = 'item line entry event detail tag history attachment comment share'.split(' ');
const lookups = 'currency country status_type plan category language tax_rate unit region channel'.split(' ');

/** Columns that any table may have: name and type. */
const plainColumns = [
  ['title', 'text'],
  ['description', 'text'],
  ['status', 'character varying(32)'],
  ['kind', 'character varying(32)'],
  ['amount', 'numeric(14,2)'],
  ['quantity', 'integer'],
  ['position', 'integer'],
  ['locale', 'character varying(8)'],
  ['external_id', 'uuid'],
  ['reference', 'character varying(64)'],
  ['email', 'text'],
  ['phone', 'character varying(32)'],
  ['is_active', 'boolean DEFAULT true NOT NULL'],
  ['is_archived', 'boolean DEFAULT false NOT NULL'],
  ['metadata', 'jsonb'],
  ['settings', 'jsonb'],
  ['starts_at', 'timestamp with time zone'],
  ['ends_at', 'timestamp with time zone'],
  ['deleted_at', 'timestamp with time zone'],
  ['approved_at', 'timestamp with time zone'],
  ['score', 'double precision'],
  ['version', 'integer DEFAULT 0 NOT NULL'],
  ['checksum', 'character varying(64)'],
  ['source', 'text'],
  ['rate', 'numeric(8,4)'],
];
const stamps = [
  ['created_at', 'timestamp with time zone DEFAULT now() NOT NULL'],
  ['updated_at', 'timestamp with time zone DEFAULT now() NOT NULL'],
];

const tablesInArea = 24;

/**
 * Tables in an order in which foreign keys can be declared. Each: { name, role, area, columns: [name, type][], primaryKey,
 * uniques, indexes, references: { columns, table, target }[], tenantColumn?, rows }. Rows is an estimate for statistics.
 */
export function makeTables(count, seed) {
  const dice = diceFrom(`tables ${seed}`);
  const shared = makeLookups(Math.min(lookups.length, Math.floor(count / 6)), dice);
  const tables = [...shared];
  for (let area = 0; tables.length < count; area += 1) {
    const size = Math.min(dice.between(tablesInArea / 2, tablesInArea * 1.5), count - tables.length);
    tables.push(...makeArea(nameOfArea(area), size, shared, dice));
  }
  return tables;
}

function nameOfArea(number) {
  const round = Math.floor(number / areas.length);
  return round === 0 ? areas[number] : `${areas[number % areas.length]}${round + 1}`;
}

function makeLookups(count, dice) {
  return lookups.slice(0, count).map((name) => ({
    name: `${name}s`,
    role: 'lookup',
    area: 'shared',
    columns: [['id', 'integer NOT NULL'], ['code', 'text NOT NULL'], ['name', 'text NOT NULL'], ...stamps],
    primaryKey: ['id'],
    uniques: [['code']],
    indexes: [],
    references: [],
    rows: dice.between(5, 400),
  }));
}

function makeArea(area, size, shared, dice) {
  const tenant = makeTenant(area, dice);
  const made = [tenant];
  const names = new Set([tenant.name]);
  while (made.length < size) {
    const table = dice.weighted([
      [60, makeChild],
      [28, makePart],
      [6, makeAlone],
    ])(area, tenant, made, shared, dice);
    if (names.has(table.name)) table.name = `${table.name}_${made.length}`;
    names.add(table.name);
    made.push(table);
  }
  return made;
}

function makeTenant(area, dice) {
  const name = dice.one(tenants);
  return {
    name: `${area}_${name}s`,
    role: 'tenant',
    area,
    noun: name,
    columns: [['id', 'bigint NOT NULL'], ['name', 'text NOT NULL'], ...someColumns(dice, 3, 10), ...stamps],
    primaryKey: ['id'],
    uniques: [],
    indexes: [['created_at']],
    references: [],
    rows: dice.between(10_000, 20_000_000),
  };
}

/** Has the tenant's key; one in four has it in front of its primary key. */
function makeChild(area, tenant, made, shared, dice) {
  const key = `${tenant.noun}_id`;
  const composite = dice.chance(0.25);
  const parent = dice.chance(0.5) ? dice.one(made) : tenant;
  const extra = parent.role === 'child' ? [[`${parent.noun}_id`, 'bigint']] : [];
  const noun = dice.one(things);
  const columns = [
    ['id', 'bigint NOT NULL'],
    [key, dice.chance(0.9) ? 'bigint NOT NULL' : 'bigint'],
    ...extra,
    ...lookupColumns(shared, dice),
    ...someColumns(dice, 3, 18),
    ...stamps,
  ];
  if (composite) columns[1][1] = 'bigint NOT NULL';
  return {
    name: `${area}_${noun}s`,
    role: 'child',
    area,
    noun,
    tenantColumn: key,
    columns,
    primaryKey: composite ? [key, 'id'] : ['id'],
    uniques: dice.chance(0.2) ? [[key, columns.at(-3)[0]]] : [],
    indexes: [[key], [key, 'created_at']],
    references: [
      { columns: [key], table: tenant.name, target: ['id'] },
      ...extra.map(([column]) => parentReference(parent, column, key)),
      ...lookupReferences(columns, shared),
    ],
    rows: tenant.rows * dice.between(2, 60),
  };
}

/** To a composite key goes a composite reference. */
function parentReference(parent, column, key) {
  return parent.primaryKey.length === 2
    ? { columns: [key, column], table: parent.name, target: parent.primaryKey }
    : { columns: [column], table: parent.name, target: ['id'] };
}

/** Knows its parent alone: the tenant's key would have to be added. */
function makePart(area, tenant, made, shared, dice) {
  const parent = dice.one(made.filter(({ primaryKey }) => primaryKey.length === 1 && primaryKey[0] === 'id'));
  const noun = `${parent.noun}_${dice.one(parts)}`;
  const column = `${parent.noun}_id`;
  const columns = [
    ['id', 'bigint NOT NULL'],
    [column, 'bigint NOT NULL'],
    ...lookupColumns(shared, dice),
    ...someColumns(dice, 2, 12),
    ...stamps,
  ];
  return {
    name: `${area}_${noun}s`,
    role: parent === tenant ? 'child' : 'part',
    area,
    noun,
    ...(parent === tenant ? { tenantColumn: column } : {}),
    columns,
    primaryKey: ['id'],
    uniques: [],
    indexes: [[column]],
    references: [
      { columns: [column], table: parent.name, target: ['id'] },
      ...lookupReferences(columns, shared),
    ],
    rows: parent.rows * dice.between(1, 8),
  };
}

function makeAlone(area, _tenant, made, _shared, dice) {
  const noun = `${dice.one(['setting', 'migration', 'flag', 'import', 'report_run', 'outbox'])}_${made.length}`;
  return {
    name: `${area}_${noun}s`,
    role: 'alone',
    area,
    noun,
    columns: [['id', 'bigint NOT NULL'], ['name', 'text NOT NULL'], ...someColumns(dice, 2, 8), ...stamps],
    primaryKey: ['id'],
    uniques: [['name']],
    indexes: [],
    references: [],
    rows: dice.between(10, 50_000),
  };
}

function someColumns(dice, least, most) {
  return dice.some(plainColumns, dice.between(least, most)).map((column) => [...column]);
}

function lookupColumns(shared, dice) {
  const taken = dice.some(shared, dice.weighted([[5, 0], [3, 1], [2, 2]])); // biome-ignore format: pairs read best in one line
  return taken.map(({ name }) => [`${name.slice(0, -1)}_id`, 'integer']);
}

function lookupReferences(columns, shared) {
  return shared.flatMap(({ name }) => {
    const column = `${name.slice(0, -1)}_id`;
    return columns.some(([known]) => known === column)
      ? [{ columns: [column], table: name, target: ['id'] }]
      : [];
  });
}
