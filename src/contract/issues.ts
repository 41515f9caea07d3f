/** What a schema found wrong, in words: the path as one would write it, what is there, what is allowed. */

import { z } from 'zod';

export interface Complaint {
  readonly path: readonly PropertyKey[];
  readonly message: string;
  /** Keys that are not known at `path`, with the ones that are. */
  readonly unknownKeys?: { readonly found: readonly string[]; readonly allowed: readonly string[] };
}

/** The first thing to mend; one at a time reads better than a list of consequences. */
export function firstComplaint(schema: z.ZodType, error: z.ZodError): Complaint {
  const [issue] = error.issues;
  if (issue === undefined) return { path: [], message: 'it is not valid' };
  if (issue.code === 'unrecognized_keys') {
    const allowed = allowedKeys(schema, issue.path);
    return {
      path: issue.path,
      message: `unknown key ${issue.keys.map((key) => JSON.stringify(key)).join(', ')}`,
      unknownKeys: { found: issue.keys, allowed },
    };
  }
  return { path: issue.path, message: issue.message };
}

/** `tables["public.orders"].key` */
export function pathText(path: readonly PropertyKey[]): string {
  return path
    .map((step, at) => {
      if (typeof step === 'number') return `[${step}]`;
      const name = String(step);
      if (!/^[A-Za-z_$][\w$]*$/.test(name)) return `[${JSON.stringify(name)}]`;
      return at === 0 ? name : `.${name}`;
    })
    .join('');
}

function allowedKeys(schema: unknown, path: readonly PropertyKey[]): readonly string[] {
  if (schema instanceof z.ZodOptional) return allowedKeys(schema.unwrap(), path);
  if (schema instanceof z.ZodArray) return allowedKeys(schema.element, path.slice(1));
  if (schema instanceof z.ZodRecord) return allowedKeys(schema.valueType, path.slice(1));
  if (!(schema instanceof z.ZodObject)) return [];
  const [step, ...rest] = path;
  return step === undefined ? Object.keys(schema.shape) : allowedKeys(schema.shape[String(step)], rest);
}
