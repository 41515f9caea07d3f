/**
 * A schema as files → the same schema on a server. What a lab cannot have is left out and told: owners and grants, since the
 * roles are not there, extensions that the server does not come with, and rows. Anything else that the server refuses is
 * an error with its place: a rehearsal on half a schema proves nothing.
 */

import type { Client } from 'pg';
import type { SchemaStatement } from '../catalog/index.js';
import { UserError } from '../model/index.js';
import { quoteIdentifier } from '../postgres/index.js';

/** What brings rows, or is about the server and not the database. */
const leftOut =
  /^(?:insert|update|delete|copy|merge|truncate|(?:create|drop|alter)\s+database|(?:create|drop|alter)\s+(?:role|user|group)\b|vacuum|analyze)\b|\bsetval\s*\(/i;

/** What may fail for want of a role or of a contrib package. */
const mayBeRefused =
  /^(?:alter\s+[^;]*\sowner\s+to|grant|revoke|reassign|comment|security\s+label|alter\s+default\s+privileges|(?:create|drop|alter)\s+(?:extension|policy|publication|subscription|event\s+trigger|server|user\s+mapping|tablespace)|set|reset|select|alter\s+table\s[^;]*enable\s+row)\b/i;

/**
 * Runs the statements as `role`, when one is given and the client may become it; extensions as whoever connected.
 * @returns what was left out, with its place
 * @throws UserError schema-refused
 */
export async function applySchema(
  client: Client,
  statements: readonly SchemaStatement[],
  role: string | undefined,
): Promise<readonly string[]> {
  const notes: string[] = [];
  const become = role === undefined ? undefined : `SET ROLE ${quoteIdentifier(role)}`;
  if (become !== undefined) await client.query(become);
  for (const { text, file, line } of statements) {
    const words = text.replace(/^(?:\s|--[^\n]*\n|\/\*[\s\S]*?\*\/)+/, '');
    if (leftOut.test(words)) continue;
    const needsSuperuser = become !== undefined && /^create\s+extension/i.test(words);
    try {
      if (needsSuperuser) await client.query('RESET ROLE');
      await client.query(text);
    } catch (error) {
      const { message = '' } = error as Error;
      if (!mayBeRefused.test(words)) throw refused(message, file, line);
      notes.push(`left out, ${message.replaceAll(/\s+/g, ' ')} (${file}:${line})`);
    } finally {
      if (needsSuperuser) await client.query(become);
    }
  }
  // A dump leaves search_path empty and checks off.
  await client.query('RESET ALL');
  if (become !== undefined) await client.query('RESET ROLE');
  return notes;
}

function refused(message: string, file: string, line: number): UserError {
  return new UserError(
    'schema-refused',
    `The server refuses a statement of the schema: ${message.replaceAll(/\s+/g, ' ')}`,
    'Mend the schema, or leave the statement out of the file.',
    { file, line },
  );
}
