/** Finds the config upwards from a folder, or takes the file that is named, and checks it. */

import { lilconfig } from 'lilconfig';
import { type Complaint, configSchema, firstComplaint, pathText } from '../contract/index.js';
import { UserError } from '../model/index.js';
import { type Config, emptyConfig } from './config.js';
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
  return found === null ? undefined : { file: found.filepath, text: found.config as string };
}

/** @throws UserError bad-config or bad-json */
export function parseConfig(text: string, file: string): Config {
  const { value, lineOf } = parseConfigText(text, file);
  const read = configSchema.safeParse(value);
  if (read.success) return interpret(read.data, file);
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

function sentence({ path, message }: Complaint): string {
  return path.length === 0 ? message : `${pathText(path)}: ${message}`;
}

function hintFor({ unknownKeys }: Complaint): string {
  if (unknownKeys === undefined) return 'Mend that entry of the config.';
  const meant = nearMiss(unknownKeys.found[0] ?? '', unknownKeys.allowed);
  const allowed = unknownKeys.allowed.filter((key) => key !== '$schema').join(', ');
  return `${meant === undefined ? '' : `Did you mean ${JSON.stringify(meant)}? `}Allowed here: ${allowed}.`;
}
