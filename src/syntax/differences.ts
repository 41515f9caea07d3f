/**
 * Where two readings of one text differ. Both readers must make the same tree of what both can read; what may differ
 * without meaning anything is made equal first.
 */
import type { Statement } from './tree.js';

/** More would only repeat the first. */
const maximumReported = 10;

/** Empty when the trees are equal, else one line for each place: its path and what each reader made of it, literals left out. */
export function differences(a: Statement, b: Statement): readonly string[] {
  const found: string[] = [];
  compare(a, b, a.kind, found);
  return found;
}

function compare(a: unknown, b: unknown, path: string, found: string[]): void {
  if (found.length >= maximumReported || Object.is(a, b)) return;
  if (Array.isArray(a) && Array.isArray(b)) {
    if (a.length !== b.length) found.push(`${path}: ${a.length} or ${b.length} elements`);
    else for (let at = 0; at < a.length; at += 1) compare(a[at], b[at], `${path}[${at}]`, found);
    return;
  }
  if (isNode(a) && isNode(b)) {
    if (a.kind !== b.kind) found.push(`${path}: ${sketch(a)} or ${sketch(b)}`);
    else compareFields(a, b, path, found);
    return;
  }
  found.push(`${path}: ${sketch(a)} or ${sketch(b)}`);
}

type Fields = { readonly [field: string]: unknown };

function compareFields(a: Fields, b: Fields, path: string, found: string[]): void {
  const fields = [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
  const literal = a.kind === 'literal';
  for (const field of fields) {
    if (literal && field === 'text') {
      if (!sameLiteral(a, b)) found.push(`${path}: two values of a literal`);
    } else compare(a[field], b[field], `${path}.${field}`, found);
  }
}

/** Zeros before a number mean nothing; zeros behind its point make it another type. */
function sameLiteral(a: Fields, b: Fields): boolean {
  if (a.text === b.text) return true;
  return a.type === 'number' && b.type === 'number' && bare(a.text) === bare(b.text);
}

function bare(number: unknown): string {
  return String(number).replace(/^(-?)0+(?=\d)/, '$1');
}

function isNode(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function sketch(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return `${value.length} elements`;
  if (isNode(value)) return typeof value.kind === 'string' ? value.kind : 'a node';
  return String(value);
}
