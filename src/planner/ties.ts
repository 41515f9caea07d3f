/**
 * Decides between plans of the same cost, level by level, then by each table's liking.
 *
 * A solver first finds which tables can differ at all between cheapest plans; all others are closed. What is left falls
 * into small pieces, nearly always small enough to be tried through.
 */

import type { Assignment, Level, LinearLimit, Open } from './assignment.js';
import { compareAssignments, isEqual, isLess, isWithin, levelCost } from './assignment.js';
import { type Bench, run } from './bench.js';
import { componentsOf, restrictLevel } from './components.js';
import { enumerate, isSmall } from './enumerate.js';
import type { Part } from './part.js';
import { readAssignment } from './program.js';
import { narrowingTo, reduceLevel } from './reduce.js';

/** The best of the cheapest assignments. Assumes that `incumbent` is one, and that `part.open` leaves all of them open. */
export async function breakTies(part: Part, incumbent: Assignment, bench: Bench): Promise<Assignment> {
  let best = incumbent;
  for (const piece of piecesOf(part, best)) {
    if (isSmall(piece.tables, piece.open, bench.enumerateUpTo)) best = settleSmall(piece, best);
    else best = await settleLarge(piece, best, bench);
  }
  return best;
}

async function settleLarge(piece: Part, incumbent: Assignment, bench: Bench): Promise<Assignment> {
  const narrowed = await closeUnvarying(piece, incumbent, bench);
  let best = incumbent;
  for (const rest of piecesOf(narrowed, best)) {
    if (isSmall(rest.tables, rest.open, bench.enumerateUpTo)) best = settleSmall(rest, best);
    else best = await levelByLevel(rest, best, bench);
  }
  return best;
}

/** Tables that are still open, apart where nothing but closed tables links them. */
function piecesOf(part: Part, assignment: Assignment): readonly Part[] {
  const undecided = part.tables.filter((table) => (part.open[table] as readonly number[]).length > 1);
  const narrowing = narrowingTo(part.open);
  const levels = part.levels.map((level) => reduceLevel(level, part.open, narrowing));
  const limits = part.limits.filter((limit) => mayBreak(limit, undecided, part.open, assignment));
  const pieces = limits.length > 0 ? [undecided] : componentsOf(undecided, levels);
  return pieces.map((tables) => {
    const members = new Set(tables);
    const own = levels.map((level) => restrictLevel(level, members)) as unknown as Part['levels'];
    return { ...part, tables, limits, levels: own };
  });
}

/** Whether some choice of the open tables, the others as they are, could break the limit. */
function mayBreak(
  limit: LinearLimit,
  undecided: readonly number[],
  open: Open,
  assignment: Assignment,
): boolean {
  const most = limit.loads.reduce((sum, loads, table) => {
    const positions = undecided.includes(table) ? (open[table] ?? []) : [assignment[table] as number];
    return sum + positions.reduce((load, position) => Math.max(load, loads[position] ?? 0), 0);
  }, 0);
  return isLess(limit.limit, most);
}

function settleSmall(piece: Part, incumbent: Assignment): Assignment {
  return enumerate(piece.tables, piece.open, piece.levels, piece.limits, incumbent) ?? incumbent;
}

// ── which tables can vary ────────────────────────────────────────────────────────────────────────────────────────────

/** Asks for the cheapest assignment that differs in as many tables as possible, until no further table can differ. */
async function closeUnvarying(part: Part, incumbent: Assignment, bench: Bench): Promise<Part> {
  const varying = new Set<number>();
  for (;;) {
    const found = await mostDifferent(part, incumbent, varying, bench);
    if (found === undefined) return part;
    const fresh = part.tables.filter((table) => found[table] !== incumbent[table] && !varying.has(table));
    if (fresh.length === 0) break;
    for (const table of fresh) varying.add(table);
  }
  const open = part.open.map((positions, table) =>
    part.tables.includes(table) && !varying.has(table) ? [incumbent[table] as number] : positions,
  );
  return { ...part, open };
}

async function mostDifferent(
  part: Part,
  incumbent: Assignment,
  varying: ReadonlySet<number>,
  bench: Bench,
): Promise<Assignment | undefined> {
  const linear: number[][] = part.open.map(() => []);
  for (const table of part.tables) {
    if (!varying.has(table)) (linear[table] as number[])[incumbent[table] as number] = 1;
  }
  const [cost] = part.levels;
  const { tables, open, limits } = part;
  const answer = await run(bench, {
    tables,
    open,
    objective: { terms: [], linear },
    kept: [{ level: cost, atMost: levelCost(cost, incumbent) }],
    limits,

    others: incumbent,
    start: incumbent,
  });
  if (answer?.result.status !== 'optimal') bench.cutShort = true;
  if (answer?.result.status !== 'optimal') return undefined;
  const found = readAssignment(answer.built, answer.result, incumbent);
  const isCheapest = isEqual(levelCost(cost, found), levelCost(cost, incumbent));
  return isCheapest && isWithin(part.limits, found) ? found : undefined;
}

// ── level by level ───────────────────────────────────────────────────────────────────────────────────────────────────

async function levelByLevel(part: Part, incumbent: Assignment, bench: Bench): Promise<Assignment> {
  let best = incumbent;
  for (const [at, level] of part.levels.entries()) {
    if (at > 0 && !isConstant(level, part)) best = await improve(part, part.levels, level, best, bench);
  }
  return followLiking(part, part.levels, best, bench);
}

function isConstant(level: Level, part: Part): boolean {
  return (
    level.terms.length === 0 &&
    part.tables.every((table) => {
      const charges = (part.open[table] ?? []).map((position) => level.linear[table]?.[position] ?? 0);
      return charges.every((charge) => charge === charges[0]);
    })
  );
}

/** Minimises one more objective while no level gets worse than it is. */
async function improve(
  part: Part,
  levels: readonly Level[],
  objective: Level,
  known: Assignment,
  bench: Bench,
): Promise<Assignment> {
  const at = levels.indexOf(objective);
  const before = at < 0 ? levels : levels.slice(0, at);
  const kept = before
    .filter((level) => !isConstant(level, part))
    .map((level) => ({ level, atMost: levelCost(level, known) }));
  const { tables, open, limits } = part;
  const answer = await run(bench, {
    tables,
    open,
    objective,
    kept,
    limits,

    others: known,
    start: known,
  });
  if (answer?.result.status !== 'optimal') bench.cutShort = true;
  if (answer?.result.values === undefined) return known;
  const found = readAssignment(answer.built, answer.result, known);
  const isNoWorse = isWithin(part.limits, found) && compareAssignments(before, found, known) <= 0;
  return isNoWorse && isLess(levelCost(objective, found), levelCost(objective, known)) ? found : known;
}

/** The last word: in the order of names, each table takes the position it likes most that makes no level worse. */
async function followLiking(
  part: Part,
  levels: readonly Level[],
  incumbent: Assignment,
  bench: Bench,
): Promise<Assignment> {
  let best = incumbent;
  let open = part.open;
  for (const chunk of chunksByChoice(part)) {
    const now: Part = { ...part, open };
    const undecided = now.tables.filter((table) => (open[table] as readonly number[]).length > 1);
    if (isSmall(undecided, open, bench.enumerateUpTo))
      return enumerate(undecided, open, levels, part.limits, best) ?? best;
    best = await improve(now, levels, likingOf(chunk, open), best, bench);
    const decided = best;
    open = open.map((positions, table) => (chunk.includes(table) ? [decided[table] as number] : positions));
  }
  return best;
}

/** Tables in order, in lots of which one objective can still tell every combination apart. */
function chunksByChoice(part: Part): readonly (readonly number[])[] {
  const chunks: number[][] = [[]];
  let combinations = 1;
  for (const table of part.tables) {
    combinations *= (part.open[table] as readonly number[]).length;
    if (combinations > 100_000) {
      chunks.push([]);
      combinations = (part.open[table] as readonly number[]).length;
    }
    chunks.at(-1)?.push(table);
  }
  return chunks;
}

/** Mixed radix: the first table counts most. */
function likingOf(chunk: readonly number[], open: Open): Level {
  const linear: number[][] = open.map(() => []);
  let worth = 1;
  for (const table of [...chunk].reverse()) {
    const charges: number[] = [];
    for (const [rank, position] of (open[table] as readonly number[]).entries())
      charges[position] = rank * worth;
    linear[table] = charges;
    worth *= (open[table] as readonly number[]).length;
  }
  return { terms: [], linear };
}
