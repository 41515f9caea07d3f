/** The config file: people's intent. Quantities may be written as people say them ("1GB", "5%"). */

import { z } from 'zod';
import { type MigrationPhaseName, migrationPhaseNames } from '../model/index.js';

const asShare = { error: 'must be a share from 0 to 1, or a percentage such as "5%"' };
const asBytes = { error: 'must be a number of bytes, or a size such as "1GB"' };

const percentage = /^\s*(?:100(?:\.0+)?|\d{1,2}(?:\.\d+)?)\s*%\s*$/;
const size = /^\s*\d+(?:\.\d+)?\s*(?:bytes|B|kB|MB|GB|TB|KiB|MiB|GiB|TiB)\s*$/;

const share = z.union(
  [z.number().min(0, asShare).max(1, asShare), z.string().regex(percentage, asShare)],
  asShare,
);

const bytes = z.union([z.number().min(0, asBytes), z.string().regex(size, asBytes)], asBytes);

const cost = z
  .number({ error: 'must be a number of shards' })
  .positive({ error: 'must be more than 0' })
  .optional();

const name = z.string({ error: 'must be a name' }).min(1, { error: 'must not be empty' });

const pin = z.union([name, z.strictObject({ key: name })], {
  error: 'must be the name of a column, "global", "unsharded" or {key: column}',
});

const ban = z.union(
  [
    name,
    z.strictObject({
      table: name,
      columns: z.array(name).optional(),
      placements: z.array(z.enum(['sharded', 'global', 'unsharded'])).optional(),
    }),
  ],
  {
    error:
      'must be "table", "table.column", "schema.table.column", or an object with table and columns or placements (sharded, global, unsharded)',
  },
);

const names = z.array(name, { error: 'must be a list of names' });

const waiver = z.strictObject(
  {
    rule: name,
    tables: names.optional(),
    statement: name.optional(),
    reason: z.string({ error: 'a waiver needs a reason' }).min(1, { error: 'a waiver needs a reason' }),
    expires: z
      .string({ error: 'must be a date such as "2030-12-31"' })
      .regex(/^\d{4}-\d{2}-\d{2}$/, { error: 'must be a date such as "2030-12-31"' })
      .optional(),
  },
  {
    error: (issue) =>
      issue.code === 'unrecognized_keys' ? undefined : 'must be an object with rule and reason',
  },
);

const object = (what: string) => ({
  error: (issue: { readonly code?: string | undefined }) =>
    issue.code === 'unrecognized_keys' ? undefined : `must be ${what}`,
});

const day = z
  .string({ error: 'must be a date such as "2030-12-31"' })
  .refine(isDay, { error: 'must be a date such as "2030-12-31"' });

/** The thirtieth of February is no day, although it looks like one. */
function isDay(text: string): boolean {
  const at = new Date(`${text}T00:00:00Z`);
  return /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

const phase = z.strictObject(
  {
    days: z
      .int({ error: 'must be a whole number of days' })
      .min(1, { error: 'must be at least 1 day' })
      .max(3650, { error: 'must be at most 3650 days' })
      .optional(),
    owner: name.optional(),
  },
  object('an object with days and owner'),
);

const phases = z.strictObject(
  Object.fromEntries(migrationPhaseNames.map((one) => [one, phase.optional()])) as Record<
    MigrationPhaseName,
    z.ZodOptional<typeof phase>
  >,
  object('an object of phases'),
);

const documentSchema = z.strictObject(
  {
    title: name.optional(),
    owner: name.optional().describe('Who answers for the document.'),
    start: day.optional().describe('The first day of the migration. Without it the document has no dates.'),
    phases: phases.optional().describe('How many days a phase takes, and who leads it.'),
    cores: z
      .int({ error: 'must be a whole number of cores' })
      .min(1, { error: 'must be at least 1' })
      .optional()
      .describe('Cores of the server that the export is of.'),
    copyBytesPerSecond: bytes
      .optional()
      .describe('At which rate the backfill may copy, such as "100MB" a second.'),
    nodeCost: z
      .strictObject(
        {
          perMonth: z.number({ error: 'must be a number' }).min(0, { error: 'must not be negative' }),
          currency: name,
        },
        object('an object with perMonth and currency'),
      )
      .optional()
      .describe('What one database server costs a month.'),
    standbys: z
      .int({ error: 'must be a whole number' })
      .min(0, { error: 'must not be negative' })
      .optional()
      .describe('Standbys of each shard.'),
  },
  object('an object'),
);

export const configSchema = z
  .strictObject(
    {
      $schema: z.string().optional(),
      pins: z
        .record(name, pin, { error: 'must be an object of tables' })
        .optional()
        .describe('What a table has to be: a key column, "global" or "unsharded".'),
      forbid: z
        .array(ban, { error: 'must be a list' })
        .optional()
        .describe('Keys and placements that must not be chosen. A table by itself must not be sharded.'),
      budgets: z
        .strictObject(
          {
            globalBytes: bytes
              .optional()
              .describe('All global tables together. Default: 1 GB or 1 % of all bytes.'),
            addedKeys: z
              .int({ error: 'must be a whole number of columns' })
              .min(0, { error: 'must not be negative' })
              .optional()
              .describe('Key columns that tables do not have yet. Default: no limit.'),
            unshardedTimeShare: share.optional().describe('Time in the unsharded database. Default: 10 %.'),
            unshardedWriteShare: share.optional().describe('Writes to the unsharded database. Default: 5 %.'),
            maxCrossShard: share.optional().describe('Weight that may need more than one shard.'),
          },
          object('an object of budgets'),
        )
        .optional(),
      waivers: z.array(waiver, { error: 'must be a list' }).optional(),
      assume: z
        .strictObject(
          {
            functions: names
              .optional()
              .describe('Functions that touch no table, although their code is not seen.'),
            rls: z
              .boolean({ error: 'must be true or false' })
              .optional()
              .describe('Row-level security pins the key, as --assume-rls says.'),
          },
          object('an object of assumptions'),
        )
        .optional(),
      costs: z
        .strictObject(
          {
            single: cost,
            scatter: cost,
            globalWrite: cost,
            crossShard: cost,
            crossDatabase: cost,
            listLength: cost,
          },
          object('an object of costs'),
        )
        .optional()
        .describe('What one call costs, in shards bothered.'),
      document: documentSchema
        .optional()
        .describe('What "shardwright doc" cannot know of itself: names, dates, prices.'),
    },
    object('an object'),
  )
  .meta({ title: 'shardwright.config.{yaml,toml,json}', description: 'What people want of a shard plan.' });

export type ConfigFile = z.infer<typeof configSchema>;
