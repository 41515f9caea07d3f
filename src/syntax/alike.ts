/**
 * Statements of one shape are parsed twice: the first as it is, the second also as a pattern with placeholders for its names.
 * The pattern has to give the second one's own tree; then it gives the trees of all that follow.
 */
import type { ReadResult } from './result.js';
import { columnsMark, nameMark, type Shape, type ShapeOf } from './shapes.js';
import { columnsPlaceholder, type Filling, namePlaceholder, stampOf } from './stamps.js';
import type { Statement } from './tree.js';

type Read = (sql: string) => ReadResult;
type Known = 'once' | 'unlike' | Pattern;

interface Pattern {
  readonly number: number;
  readonly stamp: (filling: Filling) => Statement;
}

/** Longer ones are rarely alike. */
const longestText = 20_000;
const mostShapes = 10_000;

/** Gives what `read` gives, and what is alike in all but the columns that it lists. */
export function readAlike(read: Read, shapeOf: ShapeOf): Read {
  const known = new Map<string, Known>();
  let patterns = 0;
  return (sql) => {
    const shape = sql.length > longestText ? undefined : shapeOf(sql);
    if (shape === undefined) return read(sql);
    const before = known.get(shape.key);
    if (typeof before === 'object') return stamped(shape, before);
    const result = read(sql);
    if (before === 'unlike') return result;
    if (known.size >= mostShapes) known.clear();
    const stamp = before === undefined ? undefined : stampFor(shape, result, read);
    if (stamp !== undefined) patterns += 1;
    const unstamped = before === undefined ? 'once' : 'unlike';
    known.set(shape.key, stamp === undefined ? unstamped : { number: patterns, stamp });
    return result;
  };
}

function stamped(shape: Shape, { number, stamp }: Pattern): ReadResult {
  const statement = stamp(shape);
  if (shape.columns.length === 0) return { ok: true, statement };
  return { ok: true, statement, likeness: `${number}${nameMark}${shape.names.join(nameMark)}` };
}

/** Undefined when the pattern does not give this statement. */
function stampFor(shape: Shape, result: ReadResult, read: Read): Pattern['stamp'] | undefined {
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
