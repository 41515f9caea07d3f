/** A committed document beside the one that is made today: where they part first. */

export interface Staleness {
  /** 1-based, in the committed document. */
  readonly line: number;
  /** As the document of today calls it; undefined above the first heading. */
  readonly section?: string;
}

/** Undefined when they are the same. Line ends are a matter of the checkout. */
export function staleFrom(committed: string, made: string): Staleness | undefined {
  const [old, fresh] = [linesOf(committed), linesOf(made)];
  const length = Math.max(old.length, fresh.length);
  let section: string | undefined;
  for (let at = 0; at < length; at += 1) {
    const heading = /^#{1,2} (.+)$|^<h[12][^>]*>(.+)<\/h[12]>$/.exec(fresh[at] ?? '');
    section = heading?.[1] ?? heading?.[2] ?? section;
    if (old[at] !== fresh[at]) return { line: at + 1, ...(section === undefined ? {} : { section }) };
  }
  return undefined;
}

function linesOf(text: string): readonly string[] {
  return text.replaceAll('\r\n', '\n').split('\n');
}
