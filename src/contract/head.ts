/** What every JSON output begins with. */

import { z } from 'zod';

/** Who wrote a file. */
export interface Tool {
  readonly name: string;
  readonly version: string;
}

export const SCHEMA_VERSION = 1;

export const toolSchema = z.looseObject({ name: z.string(), version: z.string() });

export const weightSchema = z.enum(['calls', 'time', 'rows'], {
  error: 'must be "calls", "time" or "rows"',
});

export const shareSchema = z.number().min(0).max(1);

export const countSchema = z.number().min(0);

export const sourceSchema = z.looseObject({ file: z.string(), line: z.int().min(1) });

export function head(kind: string, tool: Tool) {
  return { schemaVersion: SCHEMA_VERSION, kind, tool: { name: tool.name, version: tool.version } };
}
