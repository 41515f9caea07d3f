/** What was made of an anonymised capture, in its own names again: plans, analyses, documents, anything that is text. */

import { type KeyFile, printJson } from '../../contract/index.js';
import { byCodeUnit } from '../../model/index.js';
import { pseudonymPattern } from './pseudonyms.js';

export interface Translated {
  readonly text: string;
  /** Pseudonyms that the key does not know: they are another key's. */
  readonly unknown: readonly string[];
}

/** JSON stays JSON, its objects sorted by the new names where they were sorted by the old; other text is replaced word by word. */
export function translate(text: string, { names }: Pick<KeyFile, 'names'>): Translated {
  const unknown = new Set<string>();
  const inText = (part: string): string =>
    part.replaceAll(pseudonymPattern, (pseudonym) => {
      const name = Object.hasOwn(names, pseudonym) ? names[pseudonym] : undefined;
      if (name === undefined) unknown.add(pseudonym);
      return name ?? pseudonym;
    });
  const json = parsed(text);
  const translated = json === undefined ? inText(text) : printJson(inJson(json, inText));
  return { text: translated, unknown: [...unknown].sort(byCodeUnit) };
}

function parsed(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    // JSON lines, or no JSON at all.
    return undefined;
  }
}

function inJson(value: unknown, inText: (text: string) => string): unknown {
  if (typeof value === 'string') return inText(value);
  if (Array.isArray(value)) return value.map((one) => inJson(one, inText));
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [inText(key), inJson(one, inText)] as const);
  const isByName = Object.keys(value).some((key) => inText(key) !== key);
  return Object.fromEntries(isByName ? entries.sort(([left], [right]) => byCodeUnit(left, right)) : entries);
}
