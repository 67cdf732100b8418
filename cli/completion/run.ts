/** Scripts of completion, from the tables of options that the help is printed from. */
import type { Command, Option } from "commander";
import { emit } from "../shell/terminal.ts";
import type { Shell } from "./command.ts";

export function completion(shell: Shell, program: Command): void {
  emit({ bash, zsh, fish }[shell](tablesOf(program)));
}

/** An option for the scripts of shells. */
interface Flag {
  readonly names: readonly string[];
  readonly text: string;
  /** True if a value follows. */
  readonly takesValue: boolean;
  /** Allowed values; empty if any is allowed, such as a file's name. */
  readonly choices: readonly string[];
}

/** A command for the scripts of shells. */
interface Table {
  readonly name: string;
  readonly text: string;
  readonly flags: readonly Flag[];
  /** Allowed arguments; empty if it is a file's name. */
  readonly words: readonly string[];
}

const flagOf = (option: Option): Flag => ({
  names: [option.short, option.long].filter((name) => name !== undefined),
  text: firstPart(option.description),
  takesValue: option.required || option.optional,
  choices: option.argChoices ?? [],
});

/** Up to where a description goes into details. */
const firstPart = (text: string): string => text.split(/[:;(]/)[0]!.trim() || text;

function tablesOf(program: Command): readonly Table[] {
  return program.commands.map((command) => ({
    name: command.name(),
    text: command.summary(),
    flags: command.createHelp().visibleOptions(command).map(flagOf),
    words: command.registeredArguments.flatMap((argument) => argument.argChoices ?? []),
  }));
}

function bash(tables: readonly Table[]): string {
  const cases = tables.flatMap(({ name, flags, words }) => {
    const values = flags.filter(({ takesValue }) => takesValue);
    const listed = values.filter(({ choices }) => choices.length > 0);
    const open = values.filter(({ choices }) => choices.length === 0);
    return [
      `    ${name})`,
      "      case $previous in",
      ...listed.map(
        ({ names, choices }) =>
          `        ${names.join("|")}) COMPREPLY=($(compgen -W '${choices.join(" ")}' -- "$word")); return ;;`,
      ),
      ...(open.length > 0
        ? [
            `        ${open.flatMap(({ names }) => names).join("|")}) compopt -o default 2>/dev/null; COMPREPLY=(); return ;;`,
          ]
        : []),
      "      esac",
      `      flags='${flags.flatMap(({ names }) => names).join(" ")}'`,
      `      words='${words.join(" ")}' ;;`,
    ];
  });
  return [
    "# monge: completion for bash",
    "_monge() {",
    '  local word=$2 previous=$3 flags="" words=""',
    "  COMPREPLY=()",
    '  if [ "$COMP_CWORD" -eq 1 ]; then',
    `    COMPREPLY=($(compgen -W '${tables.map(({ name }) => name).join(" ")} --help --version' -- "$word"))`,
    "    return",
    "  fi",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's own
    "  case ${COMP_WORDS[1]} in",
    ...cases,
    "  esac",
    '  if [[ $word == -* ]]; then COMPREPLY=($(compgen -W "$flags" -- "$word"))',
    '  elif [ -n "$words" ]; then COMPREPLY=($(compgen -W "$words" -- "$word"))',
    "  else compopt -o default 2>/dev/null; fi",
    "}",
    "complete -F _monge monge",
  ].join("\n");
}

const quoted = (text: string): string => text.replaceAll("'", "'\\''");
/** Text inside `[…]` of `_arguments`. */
const inBrackets = (text: string): string => quoted(text.replaceAll(/[[\]:\\]/g, "\\$&"));

function zsh(tables: readonly Table[]): string {
  const cases = tables.flatMap(({ name, flags, words }) => [
    `    ${name}) _arguments -s -S \\`,
    ...flags.flatMap(({ names, text, takesValue, choices }) => {
      const value = takesValue ? `:value:${choices.length > 0 ? `(${choices.join(" ")})` : "_files"}` : "";
      return names.map((one) => `      '*${one}[${inBrackets(text)}]${value}' \\`);
    }),
    `      '*:argument:${words.length > 0 ? `(${words.join(" ")})` : "_files"}' ;;`,
  ]);
  return [
    "#compdef monge",
    "# monge: completion for zsh",
    "_monge() {",
    "  local -a commands",
    "  commands=(",
    ...tables.map(({ name, text }) => `    '${name}:${quoted(text)}'`),
    "  )",
    "  if (( CURRENT == 2 )); then _describe -t commands command commands; return; fi",
    "  local command=$words[2]",
    "  shift words; (( CURRENT-- ))",
    "  case $command in",
    ...cases,
    "  esac",
    "}",
    '_monge "$@"',
  ].join("\n");
}

function fish(tables: readonly Table[]): string {
  const lines = tables.flatMap(({ name, text, flags, words }) => [
    `complete -c monge -f -n __fish_use_subcommand -a ${name} -d '${fishText(text)}'`,
    ...(words.length > 0
      ? [`complete -c monge -f -n '__fish_seen_subcommand_from ${name}' -a '${words.join(" ")}'`]
      : []),
    ...flags.map(({ names, text: about, takesValue, choices }) => {
      const spelt = names.map((one) => (one.startsWith("--") ? `-l ${one.slice(2)}` : `-s ${one.slice(1)}`));
      const value = takesValue ? (choices.length > 0 ? ` -x -a '${choices.join(" ")}'` : " -r -F") : "";
      return `complete -c monge -n '__fish_seen_subcommand_from ${name}' ${spelt.join(" ")}${value} -d '${fishText(about)}'`;
    }),
  ]);
  return ["# monge: completion for fish", ...lines].join("\n");
}

const fishText = (text: string): string => text.replaceAll("\\", "\\\\").replaceAll("'", "\\'");
