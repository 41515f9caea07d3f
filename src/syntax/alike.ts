/**
 * Statements of one shape are parsed twice: the first as it is, the second also as a pattern with placeholders for its names.
 * The pattern has to give the second one's own tree; then it gives the trees of all that follow.
 */
import type { ReadResult } from './result.js';
import { columnsMark, nameMark, type Shape, type ShapeOf } from './shapes.js';
import { columnsPlaceholder, type Filling, namePlaceholder, stampOf } from './stamps.js';
import type { Statement } from './tree.js';

type Read = (sql: string) => ReadResult;
type Known = 'once' | 'unlike' | ((filling: Filling) => Statement);

/** Longer ones are rarely alike. */
const longestText = 20_000;
const mostShapes = 10_000;

/** Gives what `read` gives. */
export function readAlike(read: Read, shapeOf: ShapeOf): Read {
  const known = new Map<string, Known>();
  return (sql) => {
    const shape = sql.length > longestText ? undefined : shapeOf(sql);
    if (shape === undefined) return read(sql);
    const before = known.get(shape.key);
    if (typeof before === 'function') return { ok: true, statement: before(shape) };
    const result = read(sql);
    if (before === 'unlike') return result;
    if (known.size >= mostShapes) known.clear();
    known.set(shape.key, before === undefined ? 'once' : (patternOf(shape, result, read) ?? 'unlike'));
    return result;
  };
}

/** Undefined when the pattern does not give this statement. */
function patternOf(shape: Shape, result: ReadResult, read: Read): Known | undefined {
  if (!result.ok) return undefined;
  const pattern = read(withPlaceholders(shape.key));
  const stamp = pattern.ok ? stampOf(pattern.statement) : undefined;
  const isSame = stamp !== undefined && JSON.stringify(stamp(shape)) === JSON.stringify(result.statement);
  return isSame ? stamp : undefined;
}

function withPlaceholders(key: string): string {
  const [start = '', ...others] = key.split(nameMark);
  const text = others.map((part, number) => `"${namePlaceholder(number)}"${part}`).join('');
  return (start + text).replace(columnsMark, `"${columnsPlaceholder}"`);
}
