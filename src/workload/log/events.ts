/**
 * Records → what happened in sessions. An execution is told once: when log_statement has said it, the server writes the
 * duration alone; parse and bind steps are none. auto_explain's plans and all other messages are `other`.
 */

import { parametersOf } from './parameters.js';
import type { LogRecord } from './record.js';

export type LogEvent =
  | {
      readonly kind: 'execution';
      readonly text: string;
      readonly parameters: readonly (string | undefined)[];
      /** Told when it ended, so it did not fail; else when it began. */
      readonly ended: boolean;
    }
  /** A bind step is no execution, but has the parameters of one that may fail without being told. */
  | {
      readonly kind: 'bind';
      readonly text: string;
      readonly parameters: readonly (string | undefined)[];
    }
  | { readonly kind: 'error'; readonly text: string; readonly fatal: boolean }
  | { readonly kind: 'disconnection' }
  | { readonly kind: 'other' };

const execution = /^(duration: [\d.]+ ms {2})?(?:statement|execute (?!fetch from )[^:]*): ([\s\S]*)$/;
const prepared = /^prepare: prepare\s+(?:"(?:[^"]|"")*"|[^\s("]+)\s*(?:\([^)]*\)\s*)?as\s+([\s\S]*)$/i;
const executeCommand = /^\s*execute\s+(?:"(?:[^"]|"")*"|[^\s("]+)\s*(?:\(([^()]*)\))?\s*;?\s*$/i;

export function eventOf(record: LogRecord): LogEvent {
  const { severity, message, detail, statement, backendType } = record;
  if (backendType !== '' && backendType !== 'client backend') return { kind: 'other' };
  if (severity === 'ERROR' || severity === 'FATAL' || severity === 'PANIC') {
    return { kind: 'error', text: statement, fatal: severity !== 'ERROR' };
  }
  if (severity !== 'LOG') return { kind: 'other' };
  if (message.startsWith('disconnection: ')) return { kind: 'disconnection' };
  const found = execution.exec(message);
  if (found === null) return bindOf(message, detail);
  const ended = found[1] !== undefined;
  const text = found[2] ?? '';
  const inner = executedText(text, detail);
  return inner === undefined
    ? { kind: 'execution', text, parameters: parametersOf(detail) ?? [], ended }
    : { kind: 'execution', ...inner, ended };
}

const bind = /^duration: [\d.]+ ms {2}bind [^:]*: ([\s\S]*)$/;

function bindOf(message: string, detail: string): LogEvent {
  const text = bind.exec(message)?.[1];
  return text === undefined
    ? { kind: 'other' }
    : { kind: 'bind', text, parameters: parametersOf(detail) ?? [] };
}

const argument = /\s*(?:'((?:[^'\\]|'')*)'|(-?\d+)|(null))\s*(?:,|$)/iy;

/** SQL's own EXECUTE: the detail has the text that was prepared, the command has its arguments. */
function executedText(
  text: string,
  detail: string,
): { readonly text: string; readonly parameters: readonly (string | undefined)[] } | undefined {
  const inner = prepared.exec(detail)?.[1];
  const command = inner === undefined ? null : executeCommand.exec(text);
  if (inner === undefined || command === null) return undefined;
  const list = command[1] ?? '';
  const parameters: (string | undefined)[] = [];
  for (argument.lastIndex = 0; argument.lastIndex < list.length; ) {
    const found = argument.exec(list);
    // An expression: neither it nor what follows is known.
    if (found === null) break;
    parameters.push(found[1]?.replaceAll("''", "'") ?? found[2]);
  }
  return { text: inner, parameters };
}
