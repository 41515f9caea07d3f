/** Completion is tried in the shell itself. */

import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { shardwright } from './surroundings.js';

const { stdout: script } = await shardwright(['completion', 'bash']);

function completed(...words: readonly string[]): readonly string[] {
  const ask = `COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _shardwright; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const argv = ['-c', `${script}\n${ask}`, 'bash', 'shardwright', ...words];
  return execFileSync('bash', argv, { encoding: 'utf8' }).trim().split('\n');
}

describe('completion in bash', () => {
  it('of commands', () => expect(completed('anal')).toEqual(['analyze']));
  it('of commands below a command', () => expect(completed('route', 'expl')).toEqual(['explain']));
  it('of flags', () => expect(completed('analyze', 'x', '--solve')).toEqual(['--solve-seconds']));
  it('of the flags of the command that was named last', () =>
    expect(completed('route', 'explain', '--inp')).toEqual(['--input']));
  it('of choices', () => expect(completed('analyze', '--weight', '')).toEqual(['calls', 'time', 'rows']));
  it('leaves files to the shell', () => expect(completed('analyze', 'export')).toEqual(['']));
});

it.each(['zsh', 'fish'])('%s has a script with every command', async (shell) => {
  const { stdout } = await shardwright(['completion', shell]);
  for (const name of ['analyze', 'simulate', 'verify-plan', 'explain']) expect(stdout).toContain(name);
});
