import { describe, expect, it } from 'vitest';
import type { Placement } from '../../src/model/index.js';
import { unenforceable } from '../../src/planner/index.js';
import { type Case, catalogOf } from './cases.js';

/** What is said about foreign keys of tables that all lie in one group, each by its key. */
function foreignKeys(tables: Case['tables'], keys: Readonly<Record<string, string>>) {
  const catalog = catalogOf({ shards: 16, tables, statements: [], expected: {} });
  const placements = new Map(
    Object.entries(keys).map(([table, key]): [string, Placement] => [
      table,
      { placement: 'sharded', key, group: 'one' },
    ]),
  );
  return unenforceable(catalog, placements).filter(({ kind }) => kind === 'foreign-key');
}

describe('a foreign key between tables of one group', () => {
  it('is widened by a tenant that both rows can be expected to share', () => {
    const tenant = 'tenant_id -> public.tenants.id';
    const found = foreignKeys(
      {
        'public.tenants': { columns: { id: 'int8!' }, primary: ['id'] },
        'public.orders': {
          columns: { id: 'int8!', tenant_id: 'int8!' },
          primary: ['id'],
          foreign: [tenant],
        },
        'public.items': {
          columns: { tenant_id: 'int8!', order_id: 'int8!' },
          foreign: [tenant, 'order_id -> public.orders.id'],
        },
      },
      { 'public.tenants': 'id', 'public.orders': 'tenant_id', 'public.items': 'tenant_id' },
    );
    expect(found.map(({ remedy, problem, advice }) => [remedy, `${problem} ${advice}`])).toEqual([
      [
        'composite-key',
        'items_order_id_fkey on items (order_id) refers to orders, and nothing says that tenant_id here equals tenant_id there. Where it always does, widen it to (tenant_id, order_id) referring to (tenant_id, id).',
      ],
    ]);
  });

  it('is for the application when a row refers to its parent by the key itself', () => {
    const nodes = { columns: { id: 'int8!', parent_id: 'int8!' }, primary: ['id'] };
    const found = foreignKeys(
      { 'public.nodes': { ...nodes, foreign: ['parent_id -> public.nodes.id'] } },
      { 'public.nodes': 'parent_id' },
    );
    expect(found.map(({ remedy, problem, advice }) => [remedy, `${problem} ${advice}`])).toEqual([
      [
        'application-check',
        'nodes_parent_id_fkey on nodes (parent_id) refers to nodes, which lies where its own parent_id says, not where the row that refers to it lies. Check it in the application, and look for orphans from time to time.',
      ],
    ]);
  });

  it('is for the application in a circle of references', () => {
    const found = foreignKeys(
      {
        'public.a': {
          columns: { id: 'int8!', b_id: 'int8!' },
          primary: ['id'],
          foreign: ['b_id -> public.b.id'],
        },
        'public.b': {
          columns: { id: 'int8!', a_id: 'int8!' },
          primary: ['id'],
          foreign: ['a_id -> public.a.id'],
        },
      },
      { 'public.a': 'b_id', 'public.b': 'id' },
    );
    expect(found.map(({ table, remedy }) => [table, remedy])).toEqual([['public.b', 'application-check']]);
  });
});

it('names a table with its schema where another one bears its name', () => {
  const ids = { columns: { id: 'int8!#', user_id: 'int8!' } };
  const catalog = catalogOf({
    shards: 16,
    tables: { 'crm.tasks': ids, 'public.tasks': ids, 'public.notes': ids, 'crm.calls': ids },
    statements: [],
    expected: {},
  });
  const placement: Placement = { placement: 'sharded', key: 'user_id', group: 'public.users.id' };
  const placements = new Map([...catalog.tables.keys()].map((table) => [table, placement]));
  expect(unenforceable(catalog, placements).map(({ problem }) => problem.split(' ')[0])).toEqual([
    'crm.calls.id',
    'crm.tasks.id',
    'notes.id',
    'public.tasks.id',
  ]);
});
