/** Which tags of a statement say where it comes from. */

/** Places in the application. Others, such as trace ids, may hold values of requests and are never printed. */
const placeTags = ['action', 'application', 'controller', 'db_driver', 'framework', 'job', 'route'];

/** In the order of their names. */
export function placeTagsOf(tags: Readonly<Record<string, string>>): readonly (readonly [string, string])[] {
  return placeTags.flatMap((tag) => (tags[tag] === undefined ? [] : [[tag, tags[tag]] as const]));
}
