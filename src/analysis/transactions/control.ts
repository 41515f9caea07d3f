/** Commands that begin and end transactions, by their first words. */

export type Control = 'begin' | 'commit' | 'commitAndChain' | 'rollback' | 'rollbackAndChain' | 'rollbackTo';

const commands: readonly (readonly [RegExp, Control])[] = [
  [/^(begin|start\s+transaction)\b/i, 'begin'],
  [/^(commit|end)(\s+(work|transaction))?\s+and\s+chain\b/i, 'commitAndChain'],
  [/^(rollback|abort)(\s+(work|transaction))?\s+and\s+chain\b/i, 'rollbackAndChain'],
  // COMMIT PREPARED and ROLLBACK PREPARED end another transaction than the session's own.
  [/^(commit|end)\b(?!\s+prepared)/i, 'commit'],
  [/^prepare\s+transaction\b/i, 'commit'],
  [/^rollback(\s+(work|transaction))?\s+to\b/i, 'rollbackTo'],
  [/^(rollback|abort)\b(?!\s+prepared)/i, 'rollback'],
];

export function controlOf(text: string): Control | undefined {
  return commands.find(([pattern]) => pattern.test(text))?.[1];
}
