/**
 * What keeps statements from one shard: groups of one blocker on the same tables, the heaviest first, each with fixes from a
 * closed set and the share that they would gain. Gains are computed: rewritten statements are classified again, and a table
 * made global is tried out on all statements that touch it.
 */

import {
  type BlockedExample,
  type BlockedGroup,
  byCodeUnit,
  type Concern,
  type GroupFix,
  isOnOneDatabase,
  type Placements,
  type TableName,
  type TableOptions,
  type VerdictKind,
} from '../model/index.js';
import {
  classifyStatement,
  concernsOf,
  fixFor,
  fixWithoutRewriting,
  onlyReads,
} from '../routability/index.js';
import type { Judged } from './judged.js';
import type { Rewritten } from './rewrite.js';

export interface BlockedFacts {
  readonly judged: readonly Judged[];
  readonly placements: Placements;
  readonly options: TableOptions;
  /** By statement id. */
  readonly rewritten: ReadonlyMap<string, Rewritten>;
}

const mostExamples = 3;
/** Trying a table as global classifies all its statements again: the heaviest groups are worth it. */
const mostTried = 20;

export function isBlocked({ verdict }: Judged): boolean {
  return !isOnOneDatabase(verdict.verdict);
}

export function blockedGroups(facts: BlockedFacts): readonly BlockedGroup[] {
  const { judged } = facts;
  const whole = sum(
    judged.filter(({ verdict }) => verdict.verdict !== 'tableless' && verdict.verdict !== 'unsharded'),
  );
  const groups = new Map<string, { readonly concerns: readonly Concern[]; readonly members: Judged[] }>();
  for (const one of judged.filter(isBlocked)) {
    const concerns = one.query === undefined ? [] : concernsOf(one.query, facts.placements, one.verdict);
    const name = JSON.stringify([
      one.verdict.blocker,
      concerns,
      one.verdict.blocker === 'unseen-code' ? one.verdict.because : [],
    ]);
    const known = groups.get(name) ?? { concerns, members: [] };
    known.members.push(one);
    groups.set(name, known);
  }
  const gainOfGlobal = remembered((table: TableName) => globalGain(facts, table, whole));
  return [...groups]
    .sort(([a, { members: left }], [b, { members: right }]) => sum(right) - sum(left) || byCodeUnit(a, b))
    .flatMap(([, { concerns, members }], index) => {
      const group = groupOf(
        facts,
        concerns,
        members,
        whole,
        index < mostTried ? gainOfGlobal : () => undefined,
      );
      return group === undefined ? [] : [group];
    });
}

function groupOf(
  facts: BlockedFacts,
  concerns: readonly Concern[],
  members: readonly Judged[],
  whole: number,
  gainOfGlobal: (table: TableName) => number | undefined,
): BlockedGroup | undefined {
  const sorted = [...members].sort((a, b) => b.weight - a.weight || byCodeUnit(a.source.id, b.source.id));
  const blocker = sorted[0]?.verdict.blocker;
  if (blocker === undefined) return undefined;
  const weight = sum(sorted);
  return {
    blocker,
    concerns,
    statements: sorted.length,
    calls: sorted.reduce((total, { source }) => total + source.counters.calls, 0),
    weight,
    share: share(weight, whole),
    fixes: fixesOf(facts, sorted, concerns, whole, gainOfGlobal),
    examples: sorted.slice(0, mostExamples).map((one) => exampleOf(one, facts.rewritten)),
  };
}

function exampleOf({ source, verdict }: Judged, rewritten: ReadonlyMap<string, Rewritten>): BlockedExample {
  const text = rewritten.get(source.id)?.text;
  return {
    id: source.id,
    text: source.text,
    verdict: verdict.verdict,
    calls: source.counters.calls,
    source: source.source,
    tags: source.tags,
    ...(text === undefined ? {} : { rewritten: text }),
  };
}

// ── fixes ────────────────────────────────────────────────────────────────────────────────────────────────────────────

function fixesOf(
  facts: BlockedFacts,
  members: readonly Judged[],
  concerns: readonly Concern[],
  whole: number,
  gainOfGlobal: (table: TableName) => number | undefined,
): readonly GroupFix[] {
  const said = saidGain(facts, members, whole);
  const reads = members.every(({ query }) => onlyReads(query));
  const usual = members[0] === undefined ? undefined : fixWithoutRewriting(members[0].verdict, reads);
  const globals = concerns.flatMap(({ table }): readonly GroupFix[] => {
    const gain = mayBeGlobal(facts, table) ? gainOfGlobal(table) : undefined;
    return gain === undefined || gain <= 0
      ? []
      : [{ kind: 'make-global', text: `make ${table} global`, gain }];
  });
  const computed = [...said, ...globals].sort((a, b) => (b.gain ?? 0) - (a.gain ?? 0));
  return usual === undefined || computed.some(({ kind }) => kind === usual.kind)
    ? computed
    : [...computed, usual];
}

/** The rewritten statements of the group that become single-shard. */
function saidGain(
  { rewritten }: BlockedFacts,
  members: readonly Judged[],
  whole: number,
): readonly GroupFix[] {
  const helped = members.filter(({ source }) => rewritten.get(source.id)?.verdict.verdict === 'single-shard');
  const first = helped[0];
  const fix = first === undefined ? undefined : fixFor(first.verdict, onlyReads(first.query));
  if (fix === undefined) return [];
  const kind =
    fix.kind === 'split-statement' || fix.kind === 'accept-scatter' ? 'add-key-to-where' : fix.kind;
  const text = `pass the key: ${helped.length} of ${members.length} rewritten, for when the application knows it or looks it up first`;
  return [{ kind, text, gain: share(sum(helped), whole) }];
}

function mayBeGlobal({ placements, options }: BlockedFacts, table: TableName): boolean {
  const isAllowed = options.get(table)?.some(({ placement }) => placement === 'global') ?? false;
  return isAllowed && placements.get(table)?.placement !== 'global';
}

/** What the share of single-shard weight gains, or loses, when one table is global and all else stays as planned. */
function globalGain({ judged, placements }: BlockedFacts, table: TableName, whole: number): number {
  const changed: Placements = new Map([...placements, [table, { placement: 'global' }]]);
  const gained = judged.reduce((total, { query, verdict, weight }) => {
    if (query === undefined || !query.tables.includes(table)) return total;
    const after = classifyStatement(query, changed).verdict;
    return total + weight * (Number(isSingle(after)) - Number(isSingle(verdict.verdict)));
  }, 0);
  return share(gained, whole);
}

function isSingle(verdict: VerdictKind): boolean {
  return verdict === 'single-shard' || verdict === 'global-read';
}

function sum(judged: readonly Judged[]): number {
  return judged.reduce((total, { weight }) => total + weight, 0);
}

function share(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}

function remembered<K, V>(compute: (key: K) => V): (key: K) => V {
  const known = new Map<K, V>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const value = compute(key);
    known.set(key, value);
    return value;
  };
}
