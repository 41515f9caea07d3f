/** The part of SPQR's console grammar (yacc/console/gram.y, lex.rl) that its files use: what it cannot read is an error. */

type Take = (tokens: readonly string[]) => readonly string[] | undefined;

const word =
  (text: string): Take =>
  ([first, ...rest]) =>
    first?.toLowerCase() === text ? rest : undefined;
const matching =
  (pattern: RegExp): Take =>
  ([first, ...rest]) =>
    first !== undefined && pattern.test(first) ? rest : undefined;
const sequence =
  (...parts: readonly Take[]): Take =>
  (tokens) =>
    parts.reduce<readonly string[] | undefined>(
      (left, part) => (left === undefined ? undefined : part(left)),
      tokens,
    );
const either =
  (...parts: readonly Take[]): Take =>
  (tokens) => {
    for (const part of parts) {
      const left = part(tokens);
      if (left !== undefined) return left;
    }
    return undefined;
  };
const words = (text: string): Take => sequence(...text.split(' ').map(word));

const reserved =
  /^(?:create|shard|options|distribution|column|types|hash|integer|int|varchar|uuid|alter|attach|relation|table|key|function|murmur|city|identity|range|from|route|to|for|reference|add|drop)$/i;
const identifier: Take = ([first, ...rest]) =>
  first !== undefined &&
  (/^"[^"]*"$/.test(first) ||
    (/^[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*$/.test(first) && !reserved.test(first)))
    ? rest
    : undefined;
const text = matching(/^'[^']*'$/);
const anyId = either(identifier, text);
const qualifiedName = either(sequence(identifier, word('.'), identifier), identifier, text);

const statement = either(
  sequence(words('create shard'), anyId, words('options ('), identifier, either(text, identifier), word(')')),
  sequence(
    words('create distribution'),
    anyId,
    words('column types'),
    either(word('integer'), word('varchar'), word('uuid')),
    word('hash'),
  ),
  sequence(
    words('alter distribution'),
    anyId,
    words('attach relation'),
    qualifiedName,
    words('distribution key'),
    anyId,
    words('hash function murmur'),
  ),
  sequence(
    words('create key range'),
    anyId,
    word('from'),
    matching(/^\d+$/),
    words('route to'),
    anyId,
    words('for distribution'),
    anyId,
  ),
  sequence(words('create reference table'), qualifiedName),
);

export function spqrErrors(script: string): readonly string[] {
  const bare = script.replaceAll(/--[^\n\r]*/g, '');
  return bare
    .split(';')
    .filter((one) => one.trim() !== '')
    .filter((one) => statement(one.match(/'[^']*'|"[^"\n]*"|[\w$\u0080-\uffff]+|\S/g) ?? [])?.length !== 0);
}
