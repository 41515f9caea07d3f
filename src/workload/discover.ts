/**
 * What the paths of a command line hold: exports, schemas, statistics, a manifest, and what was skipped and why.
 *
 * A folder is taken as a whole and by content, not recursively but for `migrations/`. A file that was named must be
 * something; a file that merely lies in a folder may be anything.
 */
import { byCodeUnit, byNumberedName } from '../model/index.js';
import { decodeText } from './decode.js';
import type { ExportFormat, SnapshotFacts, WorkloadInput } from './input.js';
import { type Manifest, readManifest } from './manifest.js';
import { bytesOf, displayName, type FolderEntry, folderEntries, kindOfPath, standardInput } from './open.js';
import { unknownFormat } from './refusals.js';
import { isBundledWorkload, sniffed } from './sniff.js';

export interface ExportFile {
  readonly path: string;
  /** Unknown for standard input: it can be read once only. */
  readonly format?: ExportFormat;
  readonly facts?: SnapshotFacts;
}

export interface SkippedFile {
  readonly path: string;
  /** A clause: `it is empty`. */
  readonly why: string;
}

export interface DiscoveredInputs {
  /** Exports and copies of pg_stat_statements_info. */
  readonly exports: readonly ExportFile[];
  /** schema*.sql and catalog.json, then migrations in order. */
  readonly schemas: readonly string[];
  readonly statistics: readonly string[];
  readonly manifest?: string;
  readonly skipped: readonly SkippedFile[];
}

interface Found {
  readonly exports: { path: string; format?: ExportFormat }[];
  readonly schemas: string[];
  readonly migrations: string[];
  readonly statistics: string[];
  readonly manifests: string[];
  readonly skipped: SkippedFile[];
}

/** @throws UserError for a path that does not exist and for a named file that is none of these. */
export async function discoverInputs(paths: readonly string[]): Promise<DiscoveredInputs> {
  const found: Found = {
    exports: [],
    schemas: [],
    migrations: [],
    statistics: [],
    manifests: [],
    skipped: [],
  };
  for (const path of paths) {
    if (path === standardInput) found.exports.push({ path });
    else if ((await kindOfPath(path)) === 'file') await takeNamed(path, found);
    else await takeFolder(path, found);
  }
  const manifests = await Promise.all(found.manifests.map(manifestAt));
  const [manifest] = found.manifests;
  return {
    exports: distinct(found.exports.map((file) => withFacts(file, manifests))),
    schemas: [...new Set([...found.schemas, ...found.migrations])],
    statistics: [...new Set(found.statistics)],
    ...(manifest === undefined ? {} : { manifest }),
    skipped: [...found.skipped].sort((a, b) => byCodeUnit(a.path, b.path)),
  };
}

/** Opens nothing yet. */
export function openExport({ path, facts }: ExportFile): WorkloadInput {
  return { name: displayName(path), bytes: bytesOf(path), ...(facts === undefined ? {} : { facts }) };
}

async function takeNamed(path: string, found: Found): Promise<void> {
  const { kind, error } = await sniffed(path);
  if (kind.kind === 'unrecognised') throw error ?? unknownFormat(path);
  take(path, kind, found);
}

type Recognised = Exclude<Awaited<ReturnType<typeof sniffed>>['kind'], { kind: 'unrecognised' }>;

function take(path: string, kind: Recognised, found: Found): void {
  switch (kind.kind) {
    case 'export':
    case 'evictions':
      found.exports.push({ path, format: kind.format });
      return;
    case 'schema':
    case 'catalog':
      found.schemas.push(path);
      return;
    case 'statistics':
      found.statistics.push(path);
      return;
    case 'manifest':
      found.manifests.push(path);
      return;
  }
}

async function takeFolder(folder: string, found: Found): Promise<void> {
  if (isMigrations(folder)) return takeMigrations(folder, found);
  for (const entry of await folderEntries(folder)) {
    if (!entry.folder) await takeEntry(entry, found);
    else if (isMigrations(entry.name)) await takeMigrations(entry.path, found);
    else found.skipped.push({ path: entry.path, why: 'it is a folder inside a folder' });
  }
}

function isMigrations(folder: string): boolean {
  return /(?:^|[/\\])migrations[/\\]*$/i.test(folder);
}

async function takeEntry({ name, path }: FolderEntry, found: Found): Promise<void> {
  if (
    /\.sql(?:\.gz)?$/i.test(name) &&
    !/^schema.*\.sql(?:\.gz)?$/i.test(name) &&
    !(await isBundledWorkload(path))
  ) {
    found.skipped.push({ path, why: 'only schema*.sql is taken from a folder' });
    return;
  }
  const { kind } = await sniffed(path);
  if (kind.kind === 'unrecognised') found.skipped.push({ path, why: kind.why });
  else take(path, kind, found);
}

/** Tools lay migrations flat or in a folder each; the way back down is no part of the schema. */
async function takeMigrations(folder: string, found: Found): Promise<void> {
  const entries = [...(await folderEntries(folder))].sort((a, b) => byNumberedName(a.name, b.name));
  for (const { name, path, folder: isFolder } of entries) {
    if (isFolder) await takeMigrations(path, found);
    else if (/(?:^|[._-])down\.sql$/i.test(name)) found.skipped.push({ path, why: 'it is a migration down' });
    else if (/\.sql$/i.test(name)) found.migrations.push(path);
    else found.skipped.push({ path, why: 'it is no .sql file' });
  }
}

async function manifestAt(path: string): Promise<Manifest> {
  const parts: string[] = [];
  for await (const text of decodeText(bytesOf(path), path)) parts.push(text);
  return readManifest(path, parts.join(''));
}

function withFacts(file: Found['exports'][number], manifests: readonly Manifest[]): ExportFile {
  const facts = Object.assign({}, ...manifests.map(({ factsOf }) => factsOf(file.path))) as SnapshotFacts;
  return Object.keys(facts).length === 0 ? file : { ...file, facts };
}

/** A file named twice, or named beside its folder, is read once. */
function distinct(exports: readonly ExportFile[]): readonly ExportFile[] {
  return [...new Map(exports.map((file) => [file.path, file])).values()];
}
