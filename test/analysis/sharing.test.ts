import { describe, expect, it } from 'vitest';
import { sharing } from '../../src/analysis/sharing.js';
import type { Query } from '../../src/model/index.js';

const rows = { columns: [2], wholeRows: [0] };
const query = (): Query => ({
  command: 'select',
  nodeCount: 3,
  instances: [
    {
      id: 0,
      table: 'public.t',
      label: 't',
      access: 'read',
      columns: new Map([['a', 2]]),
      vacuous: false,
      via: 'policy p of public.t',
    },
  ],
  flows: [{ from: [0, 1], to: 2, because: 't.a = $1' }],
  sources: [
    { kind: 'one', node: 0, constant: { kind: 'param', number: 1 }, label: '$1' },
    { kind: 'list', node: 1, length: 2, label: 'a list of 2' },
  ],
  blocks: [
    {
      id: 0,
      shape: 'core',
      all: false,
      arms: [1],
      preserved: [{ instance: 0 }],
      groupingSets: [rows],
      aggregates: 'none',
      having: false,
      windows: [rows],
      distinct: false,
      distinctOn: rows,
      limited: false,
      outputs: [2, undefined],
    },
  ],
  top: 0,
  writes: [
    {
      instance: 0,
      table: 'public.t',
      kind: 'update',
      setColumns: ['a'],
      generatedColumns: [],
      triggerColumns: [],
      hiddenWrites: [],
    },
    {
      instance: 0,
      table: 'public.t',
      kind: 'insert',
      setColumns: [],
      givenColumns: ['a', 'b'],
      generatedColumns: ['b'],
      arbiters: [['a'], ['a', 'b']],
      triggerColumns: ['c'],
      hiddenWrites: ['trigger w of public.t'],
    },
  ],
  unseen: ['it is odd'],
  joins: [{ left: { table: 'public.t', column: 'a' }, right: { table: 'public.u', column: 'b' } }],
  systemOnly: false,
  tables: ['public.t'],
});

/** Every value that differs from this one in one place, at any depth. */
function* changed(value: unknown): Generator<unknown> {
  if (value instanceof Map) {
    for (const [name, node] of value) {
      yield new Map([[`${name}x`, node]]);
      yield new Map([[name, node + 1]]);
    }
    yield new Map();
  } else if (Array.isArray(value)) {
    yield [];
    yield [...value, value.at(-1)];
    for (const [at, item] of value.entries()) for (const other of changed(item)) yield value.with(at, other);
  } else if (typeof value === 'object' && value !== null) {
    // A kind of another name would be another type.
    for (const [field, item] of Object.entries(value).filter(([name]) => name !== 'kind'))
      for (const other of changed(item)) yield { ...value, [field]: other };
  } else if (typeof value === 'string') yield `${value}x`;
  else if (typeof value === 'number') yield value + 10;
  else if (typeof value === 'boolean') yield !value;
}

describe('queries held once', () => {
  it('are equal, and the first of their kind', () => {
    const shared = sharing();
    const first = shared(query());
    expect(first).toEqual(query());
    expect(shared(query())).toBe(first);
  });

  it('do not differ in anything', () => {
    const shared = sharing();
    shared(query());
    let count = 0;
    for (const other of changed(query()) as Generator<Query>) {
      expect(shared(other)).toEqual(other);
      count += 1;
    }
    expect(count).toBeGreaterThan(100);
  });

  it('tell what is not there or not known from an empty list', () => {
    const write = query().writes[0] as Query['writes'][number];
    const { givenColumns, arbiters } = { givenColumns: [], arbiters: [] };
    const writes = [
      { ...write, givenColumns },
      { ...write, arbiters },
      { ...write, arbiters: 'unknown' as const },
      { ...write, triggerColumns: 'any' as const },
    ];
    const block = query().blocks[0] as Query['blocks'][number];
    const { groupingSets: _, ...ungrouped } = block;
    const blocks = [block, ungrouped, { ...block, groupingSets: [] }];
    const others = [
      ...writes.map((one): Query => ({ ...query(), writes: [one] })),
      ...blocks.map((one): Query => ({ ...query(), blocks: [one] })),
    ];
    const shared = sharing();
    for (const other of others) expect(shared(other)).toEqual(other);
    expect(new Set(others.map(shared)).size).toBe(others.length);
  });
});
