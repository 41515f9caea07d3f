/** The text form of a PostgreSQL array, as clients send it: `{1,2,"a \"b\"",NULL}`. */

/** The elements, NULLs as null, inner arrays opened; undefined for a text that is no array in its plain form. */
export function arrayElements(text: string): readonly (string | null)[] | undefined {
  const elements: (string | null)[] = [];
  let depth = 0;
  let at = 0;
  let expectsElement = false;
  while (at < text.length) {
    const character = text[at];
    if (character === '{') {
      depth += 1;
      expectsElement = true;
      at += 1;
    } else if (character === '}') {
      depth -= 1;
      expectsElement = false;
      at += 1;
      if (depth === 0) return text.slice(at).trim() === '' ? elements : undefined;
    } else if (character === ',') {
      expectsElement = true;
      at += 1;
    } else if (/\s/.test(character ?? '')) at += 1;
    else {
      const element = depth > 0 && expectsElement ? elementAt(text, at) : undefined;
      if (element === undefined) return undefined;
      elements.push(element.value);
      at = element.end;
      expectsElement = false;
    }
  }
  return undefined;
}

function elementAt(
  text: string,
  from: number,
): { readonly value: string | null; readonly end: number } | undefined {
  if (text[from] === '"') {
    const quoted = /"((?:[^"\\]|\\.)*)"/sy;
    quoted.lastIndex = from;
    const found = quoted.exec(text);
    if (found === null) return undefined;
    return { value: (found[1] ?? '').replace(/\\(.)/gs, '$1'), end: quoted.lastIndex };
  }
  const plain = /(?:[^{},"\\]|\\.)+/sy;
  plain.lastIndex = from;
  const found = plain.exec(text);
  if (found === null) return undefined;
  const written = found[0].trimEnd();
  const value = /^null$/i.test(written) ? null : written.replace(/\\(.)/gs, '$1');
  return { value, end: plain.lastIndex };
}
