/** Tags that sqlcommenter libraries write into comments: `key='value',key2='value2'`, URL-encoded. */

const tagPattern = /([A-Za-z0-9_.%-]+)\s*=\s*'((?:[^'\\]|\\.)*)'/g;
/** Longer comments are prose. */
const maximumLength = 4_096;

/** The tags of a block comment, empty for any other comment. */
export function commentTags(comment: string): ReadonlyMap<string, string> {
  const tags = new Map<string, string>();
  if (!comment.startsWith('/*') || comment.length > maximumLength || !comment.includes("='")) return tags;
  for (const [, key = '', value = ''] of comment.slice(2, -2).matchAll(tagPattern)) {
    tags.set(decoded(key), decoded(value.replace(/\\(.)/g, '$1')));
  }
  return tags;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
