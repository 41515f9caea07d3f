/**
 * The parameters of a logged execution: `parameters: $1 = '42', $2 = NULL` (from PostgreSQL 16 with a capital). Quotes are
 * doubled. A value that log_parameter_max_length has cut ends in dots within its quotes: it is not known.
 */

const item = /\$(\d+) = (?:NULL|'((?:[^']|'')*)')(?:, |$)/y;

/** At n − 1 the value of `$n`; undefined for NULL and for what is not known. Undefined when the log says nothing of parameters. */
export function parametersOf(detail: string): readonly (string | undefined)[] | undefined {
  const start = /^parameters: /i.exec(detail);
  if (start === null) return undefined;
  const values: (string | undefined)[] = [];
  for (item.lastIndex = start[0].length; item.lastIndex < detail.length; ) {
    const found = item.exec(detail);
    if (found === null) break;
    const value = found[2]?.replaceAll("''", "'");
    values[Number(found[1]) - 1] = value?.endsWith('...') === true ? undefined : value;
  }
  return values;
}
