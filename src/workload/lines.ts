/** Text in chunks to lines with their numbers. Assumes `\n` line ends; the last line need not have one. */

export interface Line {
  readonly text: string;
  /** 1-based. */
  readonly number: number;
}

export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<Line> {
  let number = 0;
  // Parts of a line that spans chunks are joined once, at its end: a 1 MB line costs 1 MB, not its square.
  let parts: string[] = [];
  for await (const chunk of chunks) {
    let from = 0;
    for (let end = chunk.indexOf('\n'); end >= 0; end = chunk.indexOf('\n', from)) {
      parts.push(chunk.slice(from, end));
      number += 1;
      yield { text: parts.length === 1 ? (parts[0] ?? '') : parts.join(''), number };
      parts = [];
      from = end + 1;
    }
    if (from < chunk.length) parts.push(chunk.slice(from));
  }
  if (parts.length > 0) yield { text: parts.join(''), number: number + 1 };
}
