/** manifest.json: what `capture` says of the files beside it. The readers of exports understand more spellings than it writes. */

import { z } from 'zod';
import { countSchema, head, type Tool, toolSchema } from './head.js';
import { printJson } from './json.js';

const snapshotSchema = z.looseObject({
  file: z.string(),
  /** Times as the server prints them: `2026-03-02 04:00:00.000+00`. */
  capturedAt: z.string(),
  /** Since when the counters count. */
  statsReset: z.string().optional(),
  /** Entries dropped since then for want of room; extension 1.9 and later say it. */
  dealloc: countSchema.optional(),
  /** Entries of all databases, and how many there is room for. */
  entries: countSchema,
  max: countSchema.optional(),
  /** Rows of the file; those whose text the role may not read, and those whose text the server has lost. */
  statements: countSchema,
  masked: countSchema,
  withoutText: countSchema,
});

export const manifestSchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('manifest'),
  tool: toolSchema,
  database: z.string(),
  serverVersion: z.string(),
  extensionVersion: z.string(),
  /** Settings that say what the statements are: track, track_utility and so on. */
  settings: z.record(z.string(), z.string()),
  /** In the order of taking. */
  snapshots: z.array(snapshotSchema),
  notes: z.array(z.string()),
  anonymized: z
    .looseObject({
      /** Tells keys apart, and nothing of the key. */
      keyId: z.string(),
      /** What could not be renamed for sure and is left out, by kind. */
      dropped: z.record(z.string(), countSchema),
    })
    .optional(),
});

type Described = z.infer<typeof manifestSchema>;

/** A manifest without its head. */
export type ManifestFile = Pick<
  Described,
  'database' | 'serverVersion' | 'extensionVersion' | 'settings' | 'snapshots' | 'notes' | 'anonymized'
>;

/** Undefined for a manifest that `capture` has not written. */
export function parseOwnManifest(text: string): ManifestFile | undefined {
  try {
    return manifestSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

export function renderManifestJson(manifest: ManifestFile, tool: Tool): string {
  return printJson({ ...head('manifest', tool), ...manifest });
}
