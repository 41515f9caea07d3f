/**
 * Plan problems of any size from a seed, shaped like a grown application: domains around a tenant, a user or a catalog
 * that tables belong to, foreign keys mostly within a domain, calls that follow Zipf, statements over one to four tables.
 */

import { diceOf } from './random.js';

/**
 * @typedef {import('../dist/planner/index.js').PlanProblem} PlanProblem
 * @typedef {import('./random.js').Dice} Dice
 * @typedef {{ tables: number, statements: number, seed: number, budgets: 'pressing' | 'roomy', solveSeconds: number }} Size
 * @typedef {{ name: string, domain: number, hasDomainKey: boolean, parents: readonly number[], bytes: number, options: readonly any[], nullable: readonly boolean[] }} Table
 */

const SHARDS = 16;

/**
 * @param {Size} size
 * @returns {PlanProblem}
 */
export function puzzleOfSize({ tables, statements, seed, budgets, solveSeconds }) {
  const dice = diceOf(seed);
  const schema = schemaOf(tables, dice);
  const costs = Array.from({ length: statements }, (_, rank) => statementOf(rank, schema, dice));
  const weights = new Map(schema.map((table) => [table.name, 0]));
  for (const cost of costs)
    for (const name of cost.tables) weights.set(name, (weights.get(name) ?? 0) + cost.weight);
  return {
    options: new Map(schema.map((table) => [table.name, table.options])),
    costs,
    charges: new Map(schema.map((table) => [table.name, chargesOf(table, weights.get(table.name) ?? 0)])),
    chargedWishes: schema.flatMap((table) => stayTogether(table, schema, weights.get(table.name) ?? 0)),
    budgets: budgetsOf(schema, weights, budgets === 'pressing' ? 1 : 1000),
    tieBreaks: tieBreaksOf(schema),
    liking: new Map(schema.map((table) => [table.name, table.options.map((_, at) => at)])),
    solveSeconds,
  };
}

/**
 * @param {number} count
 * @param {Dice} dice
 * @returns {readonly Table[]}
 */
function schemaOf(count, dice) {
  /** @type {Table[]} */
  const schema = [];
  const domains = 3 + Math.floor(count / 40);
  for (let at = 0; at < count; at += 1) {
    const domain = Math.floor(domains * dice.real() ** 2);
    const kin = schema.flatMap((table, other) => (table.domain === domain ? [other] : []));
    const strangers = schema.map((_, other) => other);
    const parents = new Set(
      Array.from({ length: Math.min(dice.below(4), at) }, () => {
        const pool = kin.length > 0 && !dice.happens(0.12) ? kin : strangers;
        return pool[Math.floor(pool.length * dice.real() ** 2)];
      }),
    );
    const name = `public.t${String(at).padStart(4, '0')}`;
    const hasDomainKey = dice.happens(0.65);
    const keys = [
      { key: 'id', group: `${name}.id` },
      ...(hasDomainKey ? [{ key: 'domain_id', group: `domain ${domain}` }] : []),
      ...[...parents].map((parent) => ({ key: `t${parent}_id`, group: `${schema[parent].name}.id` })),
    ];
    const added = parents.size > 0 && !hasDomainKey && dice.happens(0.4);
    const path = [`${name} -> ${schema[[...parents][0]]?.name}`];
    schema.push({
      name,
      domain,
      hasDomainKey: hasDomainKey || added,
      parents: [...parents],
      bytes: Math.round(2e8 * dice.spread() ** 2),
      nullable: keys.map((_, rank) => rank > 0 && dice.happens(0.15)),
      options: [
        ...keys.map((key) => ({ placement: 'sharded', ...key })),
        ...(added
          ? [{ placement: 'sharded', key: 'domain_id', group: `domain ${domain}`, addKey: { path } }]
          : []),
        ...(dice.happens(0.7) ? [{ placement: 'global' }] : []),
        { placement: 'unsharded' },
      ],
    });
  }
  return schema;
}

/**
 * @param {number} rank
 * @param {readonly Table[]} schema
 * @param {Dice} dice
 */
function statementOf(rank, schema, dice) {
  const members = membersOf(schema, dice);
  const written = dice.happens(0.3) ? members[0] : -1;
  const names = members.map((at) => schema[at].name);
  /** @type {any[]} */
  const boxes = [];
  const add = (tier, cost, positions) => {
    if (positions.every((list) => list.length > 0))
      boxes.push({
        tier,
        cost,
        assumedCost: cost,
        allowed: new Map(names.map((name, at) => [name, positions[at]])),
      });
  };
  const where = (at, is) => schema[at].options.flatMap((option, position) => (is(option) ? [position] : []));
  const isReadGlobal = (at) => (option) => option.placement === 'global' && at !== written;
  for (const group of groupsOf(members, schema)) {
    const allowed = members.map((at) =>
      where(at, (option) => option.group === group || isReadGlobal(at)(option)),
    );
    const pinned = dice.happens(group.startsWith('domain') ? 0.6 : members.length === 1 ? 0.5 : 0.35);
    if (pinned) add('single-shard', 1, allowed);
    else if (members.length > 1) add('scatter', SHARDS, allowed);
  }
  const copied = members.map((at) => where(at, (option) => option.placement === 'global'));
  if (members.length === 1)
    add(
      'scatter',
      SHARDS,
      members.map((at) => where(at, (option) => option.placement === 'sharded')),
    );
  add(written < 0 ? 'global-read' : 'global-write', written < 0 ? 1 : 2 * SHARDS, copied);
  add(
    'unsharded',
    1,
    members.map((at) => where(at, (option) => option.placement === 'unsharded' || isReadGlobal(at)(option))),
  );
  return {
    id: `s${String(rank).padStart(6, '0')}`,
    weight: Math.ceil((1e9 * dice.spread()) / (rank + 10)),
    tables: [...new Set(names)].sort(),
    boxes,
    otherwise: 4 * SHARDS,
  };
}

/** A table and, for joins, what it refers to, step by step. */
function membersOf(schema, dice) {
  const members = [Math.floor(schema.length * dice.real() ** 1.5)];
  const size = [1, 1, 1, 1, 2, 2, 2, 3, 3, 4][dice.below(10)];
  while (members.length < size) {
    const near = members.flatMap((at) => schema[at].parents).filter((at) => !members.includes(at));
    if (near.length === 0) break;
    members.push(near[dice.below(near.length)]);
  }
  return members;
}

function groupsOf(members, schema) {
  return new Set(members.flatMap((at) => schema[at].options.flatMap(({ group }) => group ?? [])));
}

function chargesOf(table, weight) {
  return table.options.map((option, at) => {
    if (option.addKey !== undefined) return 0.02 * weight;
    if (option.placement === 'unsharded') return 0.01 * weight;
    return table.nullable[at] ? 0.02 * weight : 0;
  });
}

/** A key apart from the tables referred to has to save something. */
function stayTogether(table, schema, weight) {
  const parents = table.parents.map((at) => schema[at]);
  const sharded = table.options.flatMap(({ group }) => group ?? []);
  if (parents.length === 0 || sharded.length < 2) return [];
  const where = (of, is) => of.options.flatMap((option, at) => (is(option) ? [at] : []));
  const alternatives = [
    new Map([[table.name, where(table, (option) => option.placement !== 'sharded')]]),
    ...parents.flatMap((parent) =>
      sharded.map(
        (group) =>
          new Map([
            [table.name, where(table, (option) => option.group === group)],
            [parent.name, where(parent, (option) => option.group === group)],
          ]),
      ),
    ),
  ];
  const possible = alternatives.filter((allowed) => [...allowed.values()].every((list) => list.length > 0));
  return [{ id: table.name, alternatives: possible, charge: 0.02 * weight }];
}

/** As the planner's own: a tenth of the time on the unsharded database, a hundredth of the bytes in copies. */
function budgetsOf(schema, weights, room) {
  const all = [...weights.values()].reduce((sum, weight) => sum + weight, 0);
  const bytes = schema.reduce((sum, table) => sum + table.bytes, 0);
  const loading = (name, limit, placement, load) => ({
    name,
    limit: limit * room,
    loads: new Map(
      schema.map((table) => [
        table.name,
        table.options.map((option) => (option.placement === placement ? load(table) : 0)),
      ]),
    ),
  });
  return [
    loading('time of the unsharded database', 0.1 * all, 'unsharded', ({ name }) => weights.get(name)),
    loading('bytes of global tables', Math.max(1e9, 0.01 * bytes), 'global', (table) => table.bytes),
  ];
}

function tieBreaksOf(schema) {
  const charging = (name, charge) => ({
    name,
    charges: new Map(schema.map((table) => [table.name, table.options.map(charge)])),
    wishes: [],
  });
  const kinds = { sharded: 0, global: 1, unsharded: 2 };
  const groups = new Set(schema.flatMap((table) => table.options.flatMap(({ group }) => group ?? [])));
  return [
    charging('added keys', (option) => Number(option.addKey !== undefined)),
    charging('kinds', (option) => kinds[option.placement]),
    {
      name: 'key domains',
      charges: new Map(),
      wishes: [...groups].sort().map((group) => ({ id: group, alternatives: [withoutGroup(schema, group)] })),
    },
  ];
}

function withoutGroup(schema, group) {
  const among = schema.filter((table) => table.options.some((option) => option.group === group));
  return new Map(
    among.map((table) => [
      table.name,
      table.options.flatMap((option, at) => (option.group === group ? [] : [at])),
    ]),
  );
}
