/** A live test database as an export: captured into a temporary folder, which is gone when the work is done. */

import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { CheckResult, Finding } from '../model/index.js';
import type { Surroundings } from './surroundings.js';
import { tool } from './version.js';

/** `dropCatalog`: the schema is given by files, whose lines people can mend. */
export async function withTestDatabase<T>(
  dsn: string | undefined,
  dropCatalog: boolean,
  { env }: Surroundings,
  work: (folder: string | undefined) => Promise<T>,
): Promise<T> {
  if (dsn === undefined) return work(undefined);
  const { captureServer, withTemporaryCapture } = await import('../index.js');
  const captured = await captureServer({ dsn, environment: env, allDatabases: false });
  return withTemporaryCapture(captured, tool, async (folder) => {
    if (dropCatalog) await rm(path.join(folder, 'catalog.json'), { force: true });
    return work(folder);
  });
}

/** A path that is gone helps nobody: the file's own name says what it was. */
export function withoutFolder(result: CheckResult, folder: string | undefined): CheckResult {
  if (folder === undefined) return result;
  const shown = (finding: Finding): Finding => {
    const { file, line } = finding.location;
    const isInside = file.startsWith(`${folder}${path.sep}`);
    const message = finding.message.replaceAll(`${folder}${path.sep}`, '');
    return isInside
      ? { ...finding, message, location: { file: path.basename(file), line } }
      : { ...finding, message };
  };
  return {
    ...result,
    findings: result.findings.map(shown),
    waived: result.waived.map((one) => ({ ...one, finding: shown(one.finding) })),
  };
}
