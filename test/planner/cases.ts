/**
 * A case is a small schema, a workload told as facts, and the plan that is expected. Statements are turned into queries
 * and boxes by rules much simpler than the classifier's; see `case.json` files in fixtures/planner.
 */

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import type {
  Box,
  Catalog,
  Column,
  Placement,
  Query,
  StatementCost,
  Table,
  TableOptions,
} from '../../src/model/index.js';
import {
  defaultSettings,
  exactCost,
  type OptionsOfTables,
  type PlannerSettings,
  planProblem,
  type Solution,
  solvePlan,
  tableOptions,
  type WeightedQuery,
} from '../../src/planner/index.js';

const folder = new URL('../../fixtures/planner/', import.meta.url);

interface TableFacts {
  /** Type by column; `!` behind it: NOT NULL; `#`: numbered by a sequence. */
  readonly columns: Readonly<Record<string, string>>;
  readonly primary?: readonly string[];
  readonly unique?: readonly (readonly string[])[];
  /** `a, b -> public.t.c, d`. */
  readonly foreign?: readonly string[];
  readonly rows?: number;
  readonly bytes?: number;
  readonly distinct?: Readonly<Record<string, number>>;
  readonly mostCommon?: Readonly<Record<string, number>>;
  readonly nulls?: Readonly<Record<string, number>>;
}

interface StatementFacts {
  readonly id: string;
  readonly calls: number;
  readonly ms?: number;
  readonly reads?: readonly string[];
  readonly writes?: readonly string[];
  readonly insert?: boolean;
  /** Columns that equal one constant, a list each; `public.t.+key` is a key that t does not have yet. */
  readonly pinned?: readonly (readonly string[])[];
  /** Columns that are equal to each other. */
  readonly joined?: readonly (readonly [string, string])[];
  /** Columns that an UPDATE sets. */
  readonly sets?: readonly string[];
}

export interface Case {
  readonly shards: number;
  readonly tables: Readonly<Record<string, TableFacts>>;
  readonly statements: readonly StatementFacts[];
  /** `global`, `unsharded`, a key, or `key via path`. */
  readonly expected: Readonly<Record<string, string>>;
}

export function caseNames(): readonly string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(new URL(`${name}/case.json`, folder)))
    .sort();
}

export function readCase(name: string): Case {
  return JSON.parse(readFileSync(new URL(`${name}/case.json`, folder), 'utf8')) as Case;
}

export interface Planned {
  readonly catalog: Catalog;
  readonly queries: readonly WeightedQuery[];
  readonly tables: OptionsOfTables;
  readonly costs: readonly StatementCost[];
  readonly settings: PlannerSettings;
  readonly solution: Solution;
}

export async function planCase(of: Case, change: Partial<PlannerSettings> = {}): Promise<Planned> {
  const catalog = catalogOf(of);
  const queries = of.statements.map(queryOf);
  const settings = { ...defaultSettings, shards: of.shards, ...change };
  const tables = tableOptions(catalog, queries, settings);
  const costs = of.statements.map((facts) => costOf(facts, tables.options, settings.shards));
  const solution = await solvePlan(
    planProblem({ catalog, queries, options: tables.options, costs, settings }),
  );
  return { catalog, queries, tables, costs, settings, solution };
}

export function judge({ costs, solution, tables }: Planned): ReturnType<typeof exactCost> {
  return exactCost(costs, solution.placements, tables.options);
}

/** The plan in the words of `expected`. */
export function inWords(solution: Solution): Record<string, string> {
  return Object.fromEntries([...solution.placements].map(([name, placement]) => [name, word(placement)]));
}

function word(placement: Placement): string {
  if (placement.placement !== 'sharded') return placement.placement;
  return placement.addKey === undefined
    ? placement.key
    : `${placement.key} via ${placement.addKey.path.join(', ')}`;
}

// ── catalog ──────────────────────────────────────────────────────────────────────────────────────────────────────────

export function catalogOf(of: Case): Catalog {
  return {
    tables: new Map(Object.entries(of.tables).map(([name, facts]) => [name, tableOf(name, facts)])),
    views: new Map(),
    functions: new Map(),
    operators: new Map(),
    types: new Set(),
    sequences: [],
    searchPath: ['public'],
    origin: 'schema',
    unreadable: [],
  };
}

function tableOf(name: string, facts: TableFacts): Table {
  const unique = (columns: readonly string[], primary: boolean) => ({
    name: `${name.split('.')[1]}_${columns.join('_')}_key`,
    columns,
    primary,
    expressions: false,
    partial: false,
    constraint: true,
    exclusion: false,
  });
  const isMeasured =
    facts.rows !== undefined ||
    facts.bytes !== undefined ||
    facts.distinct !== undefined ||
    facts.nulls !== undefined;
  return {
    name,
    columns: Object.entries(facts.columns).map(([column, type]) => columnOf(column, type)),
    columnsComplete: true,
    uniqueKeys: [
      ...(facts.primary === undefined ? [] : [unique(facts.primary, true)]),
      ...(facts.unique ?? []).map((columns) => unique(columns, false)),
    ],
    foreignKeys: (facts.foreign ?? []).map((text) => foreignKeyOf(name, text)),
    indexes: [],
    triggers: [],
    rules: [],
    policies: [],
    rowCode: [],
    rowSecurity: 'off',
    unlogged: false,
    ...(isMeasured ? { statistics: statisticsOf(facts) } : {}),
  };
}

function columnOf(name: string, type: string): Column {
  return {
    name,
    type: type.replace(/[!#]/g, ''),
    modified: false,
    array: false,
    nullable: !type.includes('!'),
    ...(type.includes('#') ? { default: { kind: 'sequence', text: 'nextval()' } as const } : {}),
  };
}

function foreignKeyOf(table: string, text: string): Table['foreignKeys'][number] {
  const [from = '', to = ''] = text.split(' -> ');
  const [first = '', ...more] = to.split(', ');
  const at = first.lastIndexOf('.');
  return {
    name: `${table.split('.')[1]}_${from.replaceAll(', ', '_')}_fkey`,
    columns: from.split(', '),
    target: first.slice(0, at),
    targetColumns: [first.slice(at + 1), ...more],
    onDelete: 'no action',
    onUpdate: 'no action',
  };
}

function statisticsOf(facts: TableFacts): NonNullable<Table['statistics']> {
  const names = new Set(
    [facts.distinct, facts.mostCommon, facts.nulls].flatMap((known) => Object.keys(known ?? {})),
  );
  return {
    ...(facts.rows === undefined ? {} : { rowCount: facts.rows }),
    ...(facts.bytes === undefined ? {} : { totalBytes: facts.bytes }),
    columns: Object.fromEntries(
      [...names].map((name) => {
        const distinct = facts.distinct?.[name];
        const most = facts.mostCommon?.[name];
        const nullShare = facts.nulls?.[name];
        return [
          name,
          {
            ...(distinct === undefined ? {} : { distinct }),
            ...(nullShare === undefined ? {} : { nullShare }),
            commonFrequencies: most === undefined ? [] : [most],
          },
        ];
      }),
    ),
  };
}

// ── statements ───────────────────────────────────────────────────────────────────────────────────────────────────────

function tablesOf(facts: StatementFacts): readonly string[] {
  return [...new Set([...(facts.reads ?? []), ...(facts.writes ?? [])])].sort();
}

function split(column: string): { readonly table: string; readonly column: string } {
  const at = column.lastIndexOf('.');
  return { table: column.slice(0, at), column: column.slice(at + 1) };
}

function queryOf(facts: StatementFacts): WeightedQuery {
  const writes = new Set(facts.writes ?? []);
  const mentioned = (facts.pinned ?? []).flat().concat((facts.joined ?? []).flat());
  const names = [...new Set(mentioned)].filter((column) => !column.includes('.+'));
  const kind = facts.insert ? 'insert' : 'update';
  const query: Query = {
    command: writes.size > 0 ? kind : 'select',
    nodeCount: names.length,
    instances: tablesOf(facts).map((table, id) => ({
      id,
      table,
      label: table,
      access: writes.has(table) ? kind : 'read',
      columns: new Map(
        names.flatMap((name, node) => (split(name).table === table ? [[split(name).column, node]] : [])),
      ),
      vacuous: false,
    })),
    flows: names.map((_, node) => ({ from: [], to: node, because: '' })),
    sources: [],
    blocks: [],
    top: 0,
    writes: [...writes].map((table) => ({
      instance: tablesOf(facts).indexOf(table),
      table,
      kind,
      setColumns: (facts.sets ?? []).map(split).flatMap((set) => (set.table === table ? set.column : [])),
      generatedColumns: [],
      fromValues: facts.insert ?? false,
      triggerColumns: [],
      hiddenWrites: [],
    })),
    unseen: [],
    joins: (facts.joined ?? []).map(([left, right]) => ({ left: split(left), right: split(right) })),
    systemOnly: false,
    tables: tablesOf(facts),
  };
  return { id: facts.id, query, calls: facts.calls, totalExecMs: facts.ms ?? 0 };
}

function costOf(facts: StatementFacts, options: TableOptions, shards: number): StatementCost {
  const tables = tablesOf(facts);
  const isWritten = (table: string): boolean => facts.writes?.includes(table) ?? false;
  const box = (tier: Box['tier'], cost: number, may: (table: string, option: Placement) => boolean): Box => ({
    tier,
    cost,
    assumedCost: cost,
    allowed: new Map(
      tables.map((table) => [
        table,
        (options.get(table) ?? []).flatMap((option, at) => (may(table, option) ? [at] : [])),
      ]),
    ),
  });
  const isIn = (columns: readonly string[], table: string, option: Placement): boolean =>
    option.placement === 'sharded' &&
    columns.includes(`${table}.${option.addKey === undefined ? '' : '+'}${option.key}`);
  const isCopied = (table: string, option: Placement): boolean =>
    option.placement === 'global' && !isWritten(table);
  return {
    id: facts.id,
    weight: facts.calls,
    tables,
    otherwise: 4 * shards,
    boxes: [
      ...(facts.pinned ?? []).map((columns) =>
        box('single-shard', 1, (table, option) => isIn(columns, table, option) || isCopied(table, option)),
      ),
      box('global-read', 1, isCopied),
      box('unsharded', 1, (table, option) => option.placement === 'unsharded' || isCopied(table, option)),
      ...(facts.insert
        ? []
        : [(facts.joined ?? []).flat()].map((columns) =>
            box('scatter', shards, (table, option) =>
              tables.length === 1 ? option.placement === 'sharded' : isIn(columns, table, option),
            ),
          )),
      box('global-write', 2 * shards, (_, option) => option.placement === 'global'),
    ],
  };
}
