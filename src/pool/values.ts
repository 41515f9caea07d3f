/** Values as a program passes them → the texts that PostgreSQL reads, as far as that is certain. */

import type { ParameterText } from '../model/index.js';

/** Undefined for what the driver writes in a way of its own (dates, buffers, objects): no key is guessed from those. */
export function parameterText(value: unknown): ParameterText {
  if (value === null || value === undefined) return null;
  switch (typeof value) {
    case 'string':
      return value;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return Array.isArray(value) ? arrayText(value) : undefined;
  }
}

function arrayText(values: readonly unknown[]): ParameterText {
  const elements: string[] = [];
  for (const value of values) {
    const text = parameterText(value);
    if (text === undefined) return undefined;
    if (text === null) elements.push('NULL');
    else elements.push(Array.isArray(value) ? text : `"${text.replace(/[\\"]/g, '\\$&')}"`);
  }
  return `{${elements.join(',')}}`;
}
