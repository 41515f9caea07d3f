/** Names and texts as SQL. Names are always quoted, so that no list of keywords has to be known. */

export function quoteIdentifier(...path: readonly string[]): string {
  return path.map((part) => `"${part.replaceAll('"', '""')}"`).join('.');
}

/** With standard_conforming_strings on, as every server since 9.1 has it. */
export function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
