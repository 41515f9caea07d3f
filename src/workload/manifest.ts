/**
 * What a `manifest.json` beside the exports says of them: when each was taken, since when it counts, how many entries were
 * evicted. Takes the file's text, gives facts by file name; what it does not understand it passes over.
 *
 * Shape: `{"statsReset", "dealloc", "snapshots": [{"file", "capturedAt", "statsReset", "dealloc"}]}`, also in snake case;
 * what stands at the top holds for every file. A ps-discovery bundle's manifest is understood as well.
 */
import { UserError } from '../model/index.js';
import type { SnapshotFacts } from './input.js';
import { defined } from './snapshots.js';
import { parseTime } from './times.js';

export interface Manifest {
  readonly path: string;
  readonly factsOf: (fileName: string) => SnapshotFacts;
}

type JsonObject = Readonly<Record<string, unknown>>;

/** @throws UserError 'bad-json'. */
export function readManifest(path: string, text: string): Manifest {
  const root = parsed(path, text);
  const common = { ...factsOfBundle(root), ...factsIn(root) };
  const byFile = new Map<string, SnapshotFacts>();
  for (const entry of entriesIn(root)) {
    const file = entry.file ?? entry.name ?? entry.path;
    if (typeof file === 'string') byFile.set(lastPart(file), factsIn(entry));
  }
  return { path, factsOf: (fileName) => ({ ...common, ...byFile.get(lastPart(fileName)) }) };
}

function parsed(path: string, text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    if (isObject(value)) return value;
  } catch {
    // Said below, in the words of this tool.
  }
  throw new UserError('bad-json', `${path} is not a JSON object.`, 'Mend the manifest or take it away.', {
    file: path,
  });
}

function entriesIn(root: JsonObject): readonly JsonObject[] {
  const list = root.snapshots ?? root.exports ?? root.files;
  return Array.isArray(list) ? list.filter(isObject) : [];
}

function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function factsIn(entry: JsonObject): SnapshotFacts {
  const evictions = entry.dealloc ?? entry.evictions;
  return defined({
    capturedAt: time(entry.capturedAt ?? entry.captured_at),
    countsSince: time(entry.statsReset ?? entry.stats_reset ?? entry.countsSince),
    evictions: typeof evictions === 'number' && evictions >= 0 ? evictions : undefined,
  });
}

/** ps-discovery's manifest: its workload is already what ran in `window`. That entries were evicted it says, but not how many. */
function factsOfBundle({ window, pgss }: JsonObject): SnapshotFacts {
  const measured = isObject(window) ? window : {};
  return defined({
    capturedAt: time(measured.end),
    countsSince: time(measured.start),
    evictions: isObject(pgss) && pgss.evicted === false ? 0 : undefined,
  });
}

function time(value: unknown): number | undefined {
  return typeof value === 'string' || typeof value === 'number' ? parseTime(String(value)) : undefined;
}

/** Manifests name files beside them, whatever path they are reached by. */
function lastPart(file: string): string {
  return file.slice(Math.max(file.lastIndexOf('/'), file.lastIndexOf('\\')) + 1);
}
