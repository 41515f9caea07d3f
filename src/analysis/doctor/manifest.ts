/** What the manifest of a capture says of pg_stat_statements at the last capture. Other manifests say less, and are passed over. */

import { readFile } from 'node:fs/promises';
import { parseOwnManifest } from '../../contract/index.js';
import type { Tracking } from './tracking.js';

export async function trackingOfManifest(file: string | undefined): Promise<Tracking | undefined> {
  if (file === undefined) return undefined;
  const manifest = parseOwnManifest(await readFile(file, 'utf8').catch(() => ''));
  const last = manifest?.snapshots.at(-1);
  if (manifest === undefined || last === undefined) return undefined;
  return {
    settings: new Map(Object.entries(manifest.settings)),
    extensionVersion: manifest.extensionVersion,
    entries: last.entries,
  };
}
