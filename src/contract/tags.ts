/** The tags of a statement that may be printed. */

/** Tags that say where in the application a statement comes from. Others, such as trace ids, may hold values of requests. */
const placeTags = ['action', 'application', 'controller', 'db_driver', 'framework', 'job', 'route'];

export function tagsJson(tags: Readonly<Record<string, string>>) {
  const kept = placeTags.flatMap((tag) => (tags[tag] === undefined ? [] : [[tag, tags[tag]] as const]));
  return kept.length === 0 ? undefined : Object.fromEntries(kept);
}
