/** The key of an anonymised capture: the secret of its hashes, and what each pseudonym stands for. It stays where it was made. */

import { z } from 'zod';
import { UserError } from '../model/index.js';
import { head, type Tool, toolSchema } from './head.js';
import { parseJson, printJson } from './json.js';

const keySchema = z.looseObject({
  schemaVersion: z.literal(1),
  kind: z.literal('anonymization-key'),
  tool: toolSchema,
  /** 32 bytes, base64. */
  secret: z.base64().length(44),
  /** Pseudonym → name. */
  names: z.record(z.string(), z.string()),
});

export type KeyFile = Pick<z.infer<typeof keySchema>, 'secret' | 'names'>;

/** @throws UserError bad-json, bad-input; nothing of the file is repeated */
export function parseKey(text: string, file: string): KeyFile {
  const read = keySchema.safeParse(parseJson(text, file));
  if (read.success) return read.data;
  throw new UserError(
    'bad-input',
    `${file} is not the key of a capture`,
    'Give the file that capture --anonymize wrote with --key-file.',
    { file },
  );
}

export function renderKeyJson({ secret, names }: KeyFile, tool: Tool): string {
  return printJson({ ...head('anonymization-key', tool), secret, names });
}
