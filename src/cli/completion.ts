/** `shardwright completion <shell>`: a script that completes commands, flags and their choices, made from the commands themselves. */

import { Argument, type Command } from 'commander';
import { type Surroundings, write } from './surroundings.js';

const shells = ['bash', 'zsh', 'fish'] as const;
type Shell = (typeof shells)[number];

const examples = `
Examples:
  source <(shardwright completion bash)                                        in ~/.bashrc
  source <(shardwright completion zsh)                                         in ~/.zshrc, after compinit
  shardwright completion fish > ~/.config/fish/completions/shardwright.fish`;

export function addCompletion(program: Command, surroundings: Surroundings): void {
  program
    .command('completion')
    .summary('print a completion script for a shell')
    .description('Prints a script that completes commands, flags and their choices.')
    .addArgument(new Argument('<shell>', 'the shell').choices(shells))
    .addHelpText('after', examples)
    .action((shell: Shell) => write(surroundings.stdout, scripts[shell](commandsBelow(program))));
}

/** A command as a shell sees it. */
interface Completed {
  /** Names from the program on: `route explain`; the program itself is ''. */
  readonly path: string;
  readonly summary: string;
  readonly commands: readonly string[];
  readonly flags: readonly Flag[];
}

interface Flag {
  readonly long: string;
  readonly description: string;
  readonly takesValue: boolean;
  readonly choices: readonly string[];
}

/** The program and every command below it, each before its own commands. */
function commandsBelow(command: Command, path = ''): readonly Completed[] {
  const own = {
    path,
    summary: command.summary() || command.description(),
    commands: command.commands.map((one) => one.name()),
    flags: command.options.flatMap(({ long, description, required, optional, argChoices }) =>
      long === undefined || long === null
        ? []
        : [{ long, description, takesValue: required || optional, choices: argChoices ?? [] }],
    ),
  };
  return [own, ...command.commands.flatMap((one) => commandsBelow(one, `${path} ${one.name()}`.trim()))];
}

const scripts: Readonly<Record<Shell, (commands: readonly Completed[]) => string>> = {
  bash: bashScript,
  zsh: (commands) => `autoload -U +X bashcompinit && bashcompinit\n${bashScript(commands)}`,
  fish: fishScript,
};

function bashScript(commands: readonly Completed[]): string {
  const paths = commands.filter(({ path }) => path !== '').map(({ path }) => quoted(path));
  const words = commands.map(
    ({ path, commands: below, flags }) =>
      `    ${quoted(path)}) words=${quoted([...below, ...flags.map(({ long }) => long), '--help'].join(' '))} ;;`,
  );
  const choices = commands.flatMap(({ path, flags }) =>
    flags
      .filter(({ choices: few }) => few.length > 0)
      .map(({ long, choices: few }) => `    ${quoted(`${path}|${long}`)}) words=${quoted(few.join(' '))} ;;`),
  );
  return `# Completes shardwright. Where no word fits, the shell completes files.
_shardwright() {
  local current="\${COMP_WORDS[COMP_CWORD]}" previous="\${COMP_WORDS[COMP_CWORD-1]}" at='' word words='' known
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    for known in ${paths.join(' ')}; do
      [[ "\${at:+$at }$word" == "$known" ]] && at="$known" && break
    done
  done
  case "$at|$previous" in
${choices.join('\n')}
    *) case "$at" in
${words.join('\n')}
    esac ;;
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -o default -F _shardwright shardwright
`;
}

function fishScript(commands: readonly Completed[]): string {
  const lines = commands.flatMap(({ path, commands: below, flags }) => {
    const here =
      path === '' ? '__fish_use_subcommand' : `__fish_seen_subcommand_from ${path.split(' ').at(-1)}`;
    return [
      ...below.map((name) => {
        const child = commands.find((one) => one.path === `${path} ${name}`.trim());
        return `complete -c shardwright -n ${quoted(here)} -f -a ${name} -d ${quoted(child?.summary ?? '')}`;
      }),
      ...flags.map(({ long, description, takesValue, choices }) =>
        [
          `complete -c shardwright -n ${quoted(here)} -l ${long.slice(2)}`,
          ...(takesValue ? ['-r'] : []),
          ...(choices.length === 0 ? [] : [`-f -a ${quoted(choices.join(' '))}`]),
          `-d ${quoted(description)}`,
        ].join(' '),
      ),
    ];
  });
  return `# Completes shardwright.\n${lines.join('\n')}\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
