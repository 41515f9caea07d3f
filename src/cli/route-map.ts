/** `shardwright route map`: the shard map of a plan, where one key lives, and what moves between two maps. */

import { type Command, InvalidArgumentError } from 'commander';
import { type ShardMap, UserError } from '../model/index.js';
import { addCommonOptions, commonOptions, jsonOptions, shardsOption, wantsJson } from './options.js';
import { type Surroundings, textOptions, write } from './surroundings.js';
import { tool } from './version.js';

interface MapOptions {
  readonly plan?: string;
  readonly map?: string;
  readonly shards?: number;
  readonly to?: number;
  readonly key?: string;
  readonly diff?: string;
  readonly json?: true;
  readonly format?: 'text' | 'json';
}

const examples = `
Examples:
  shardwright route map --plan shardplan.json                          the share of each shard
  shardwright route map --plan shardplan.json --key 42                 where a key lives, and why
  shardwright route map --plan shardplan.json --key public.users.id=42 --map map.json
  shardwright route map --plan shardplan.json --to 32 --json > map-32.json
  shardwright route map --map map-32.json --diff map.json              what has to move

A key's bucket is PostgreSQL's own partition hash modulo the buckets. Without --map it is the map before anything has
moved: bucket b on shard b modulo shards, so that the shard is the database's own hash partition.`;

export function addRouteMap(route: Command, surroundings: Surroundings): void {
  const command = route
    .command('map')
    .summary('which shard owns which keys')
    .description('Prints the shard map, where a key lives, or what moves between two maps.')
    .option('--plan <file>', 'the shardplan.json whose shards and groups are meant')
    .option('--map <file>', 'the map as it is now (default: before anything has moved)')
    .addOption(shardsOption())
    .option('--to <n>', 'the map for another number of shards, with the fewest moves', shardCount)
    .option('--key <[group=]value>', 'where this key lives')
    .option('--diff <file>', 'what has to move from that map to this one');
  addCommonOptions(jsonOptions(command))
    .addHelpText('after', examples)
    .action((options: MapOptions) => printMap(options, command, surroundings));
}

async function printMap(options: MapOptions, command: Command, surroundings: Surroundings): Promise<void> {
  refuseContradictions(options);
  const face = await import('../index.js');
  const plan = options.plan === undefined ? undefined : await face.readPlanFile(options.plan);
  const now: ShardMap =
    options.map === undefined
      ? face.initialMap(options.shards ?? plan?.shards ?? 16)
      : await face.readMapFile(options.map);
  const map = options.to === undefined ? now : grown(face.resized, now, options.to);
  const json = wantsJson(options);
  const layout = textOptions(surroundings, commonOptions(command));
  const text = async (): Promise<string> => {
    if (options.diff !== undefined) {
      const before = await face.readMapFile(options.diff);
      const moves = movesOf(face.movesBetween, before, map);
      return json
        ? face.renderMapMovesJson(moves, map.buckets, tool)
        : face.renderMapMovesText(moves, map.buckets, layout);
    }
    if (options.key !== undefined && plan !== undefined) {
      const location = face.locateKey(plan.tables, map, options.key);
      return json ? face.renderLocationJson(location, tool) : face.renderLocationText(location, map, layout);
    }
    if (json) return face.renderMapJson(map, tool);
    const moves = options.to === undefined ? undefined : face.movesBetween(now, map);
    const shares = face.renderMapText(map, layout);
    return moves === undefined ? shares : `${shares}\n${face.renderMapMovesText(moves, map.buckets, layout)}`;
  };
  await write(surroundings.stdout, await text());
}

function refuseContradictions({ plan, map, shards, key, diff }: MapOptions): void {
  if (key !== undefined && plan === undefined) {
    throw new UserError('bad-option', '--key needs the plan: it says of which type a key is', 'Give --plan.');
  }
  if (key !== undefined && diff !== undefined) {
    throw new UserError('bad-option', '--key and --diff ask for different things', 'Give one of them.');
  }
  if (map !== undefined && shards !== undefined) {
    throw new UserError(
      'bad-option',
      '--shards is for a map in which nothing has moved, and --map gives another',
      'Leave it out, or write --to for another number of shards.',
    );
  }
  if (plan === undefined && map === undefined && shards === undefined) {
    throw new UserError(
      'bad-option',
      'there is nothing to make a map of',
      'Give --plan shardplan.json, --map map.json or --shards 16.',
    );
  }
}

function grown(resized: (map: ShardMap, shards: number) => ShardMap, map: ShardMap, shards: number) {
  if (shards <= map.buckets) return resized(map, shards);
  throw new UserError(
    'bad-option',
    `--to ${shards}: the map has only ${map.buckets} buckets, and a shard owns whole ones`,
    'A map with more buckets gives keys other buckets: it is made once, at the beginning.',
  );
}

function movesOf<Moves>(
  movesBetween: (before: ShardMap, after: ShardMap) => Moves,
  before: ShardMap,
  after: ShardMap,
): Moves {
  if (before.buckets === after.buckets) return movesBetween(before, after);
  throw new UserError(
    'bad-option',
    `the maps have ${before.buckets} and ${after.buckets} buckets, so nothing compares`,
    'Compare maps of one number of buckets: --to keeps it, --shards does not.',
  );
}

function shardCount(text: string): number {
  const shards = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (shards >= 1) return shards;
  throw new InvalidArgumentError('It must be a whole number of shards above 0.');
}
