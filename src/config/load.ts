/** Finds the config upwards from a folder, or takes the file that is named, and checks it. */

import path from 'node:path';
import { lilconfig } from 'lilconfig';
import {
  type Complaint,
  type ConfigFile,
  configSchema,
  firstComplaint,
  fullTableName,
  pathText,
} from '../contract/index.js';
import { type Ban, type Pin, type TableName, UserError } from '../model/index.js';
import { type Config, emptyConfig } from './config.js';
import { onlyGiven } from './given.js';
import { interpret } from './interpret.js';
import { parseConfigText } from './languages.js';
import { nearMiss } from './near-miss.js';
import { readText } from './read-text.js';

const fileNames = ['yaml', 'yml', 'toml', 'json'].map((ending) => `shardwright.config.${ending}`);

/**
 * The config named by `file`, else the one found upwards from the folder `from`, else the empty one.
 * @throws UserError bad-config with file, line and key, or what reading the file raises
 */
export async function loadConfig(options: {
  readonly file?: string;
  readonly from: string;
}): Promise<Config> {
  if (options.file !== undefined) {
    return parseConfig(await readText(options.file, 'a config (.yaml, .toml or .json)'), options.file);
  }
  const found = await search(options.from);
  return found === undefined ? emptyConfig : parseConfig(found.text, found.file);
}

async function search(from: string) {
  const asText = (_: string, text: string): string => text;
  const searcher = lilconfig('shardwright', {
    searchPlaces: fileNames,
    loaders: { '.yaml': asText, '.yml': asText, '.toml': asText, '.json': asText },
    cache: false,
  });
  const found = await searcher.search(from);
  return found === null ? undefined : { file: nearName(found.filepath), text: found.config as string };
}

/** As a person would name it from here: findings point to it, and no report is to hold the paths of a machine. */
function nearName(file: string): string {
  const near = path.relative(process.cwd(), file);
  return near.startsWith('..') ? file : near;
}

/** @throws UserError bad-config or bad-json */
export function parseConfig(text: string, file: string): Config {
  const { value, lineOf } = parseConfigText(text, file);
  const read = configSchema.safeParse(onlyGiven(value));
  if (read.success) {
    const config = interpret(read.data, file, (waiver) => lineOf(['waivers', waiver]));
    refuseContradictions(config, file, (table) => lineOf(placeOfPin(read.data, table)));
    return config;
  }
  const complaint = firstComplaint(configSchema, read.error);
  const firstUnknown = complaint.unknownKeys?.found.slice(0, 1) ?? [];
  const line = lineOf([...complaint.path, ...firstUnknown]);
  throw new UserError(
    'bad-config',
    `${file}: ${sentence(complaint)}`,
    hintFor(complaint),
    line === undefined ? { file } : { file, line },
  );
}

/** @throws UserError bad-config when a table must be what it must not be */
function refuseContradictions(
  { pins, forbid }: Config,
  file: string,
  lineOf: (table: TableName) => number | undefined,
): void {
  for (const [table, pin] of pins) {
    if (!(forbid.get(table) ?? []).some((ban) => isBanned(pin, ban))) continue;
    const what = pin.placement === 'sharded' ? `sharded by ${pin.key}` : pin.placement;
    const line = lineOf(table);
    throw new UserError(
      'bad-config',
      `${file}: pins has ${table} ${what}, which forbid does not allow`,
      'Take one of the two away.',
      line === undefined ? { file } : { file, line },
    );
  }
}

function isBanned(pin: Pin, ban: Ban): boolean {
  if ('placement' in ban) return ban.placement === pin.placement;
  return pin.placement === 'sharded' && pin.key === ban.key;
}

function placeOfPin({ pins = {} }: ConfigFile, table: TableName): readonly string[] {
  const written = Object.keys(pins).find((name) => fullTableName(name) === table);
  return written === undefined ? ['pins'] : ['pins', written];
}

function sentence({ path, message }: Complaint): string {
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

function hintFor({ unknownKeys }: Complaint): string {
  if (unknownKeys === undefined) return 'Mend that entry of the config.';
  const meant = nearMiss(unknownKeys.found[0] ?? '', unknownKeys.allowed);
  const allowed = unknownKeys.allowed.filter((key) => key !== '$schema').join(', ');
  return `${meant === undefined ? '' : `Did you mean ${JSON.stringify(meant)}? `}Allowed here: ${allowed}.`;
}
