/** Reads the cases of fixtures/workload: folders of input files, with options.json when there are options. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Workload } from '../../src/model/index.js';
import { discoverInputs, openExport, readWorkload, type WorkloadInput } from '../../src/workload/index.js';

const fixtures = fileURLToPath(new URL('../../fixtures/workload/', import.meta.url));

export interface Case {
  readonly name: string;
  readonly folder: string;
  readonly expected: string;
}

export function casesOf(theme: string): Case[] {
  const names = readdirSync(path.join(fixtures, theme)).sort();
  return names.map((name) => {
    const folder = path.join(fixtures, theme, name);
    return { name, folder, expected: path.join(folder, 'expected.json') };
  });
}

export function fixture(...parts: string[]): string {
  return path.join(fixtures, ...parts);
}

/** Everything in a case's folder but the files that steer the case, as if each had been named. */
export function filesOf(folder: string): string[] {
  const own = ['expected.json', 'options.json'];
  return readdirSync(folder)
    .filter((name) => !own.includes(name))
    .map((name) => path.join(folder, name));
}

export async function workloadOf(
  paths: readonly string[],
  options: { sum?: boolean; database?: string } = {},
): Promise<Workload> {
  const { exports } = await discoverInputs(paths);
  return readWorkload(exports.map(openExport), { sum: false, ...options });
}

export function optionsOf(folder: string): { sum?: boolean; database?: string } {
  const file = path.join(folder, 'options.json');
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** As JSON, with the paths of this machine taken out. */
export function portable(value: unknown, folder: string): string {
  return `${JSON.stringify(value, null, 2).replaceAll(`${folder}${path.sep}`, '')}\n`;
}

export function inputOf(content: string | Uint8Array, name = 'export.csv'): WorkloadInput {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  return { name, bytes: inPieces(bytes) };
}

/** Small pieces, so that characters, line ends and fields are cut between them. */
async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let from = 0; from < bytes.length; from += 7) yield bytes.subarray(from, from + 7);
}

/** What must not depend on the order of rows: everything but the places where they were read. */
export function withoutPlaces(workload: Workload): unknown {
  const statements = workload.statements.map(({ source: _, ...statement }) => statement);
  return { ...workload, statements };
}
