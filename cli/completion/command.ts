/** `monge completion`: its options. */
import { Argument, type Command } from "commander";
import { examples } from "../shell/read-options.ts";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** Adds the command to the program. */
export function addCompletion(program: Command): void {
  program
    .command("completion")
    .summary("print the completion script of a shell")
    .description("Prints a script for a shell; names of files are completed where an option takes one.")
    .addArgument(new Argument("<shell>", "whose script").choices(shells))
    .helpOption("-h, --help", "print this help")
    .addHelpText(
      "after",
      examples(
        "monge completion bash > ~/.local/share/bash-completion/completions/monge",
        "monge completion zsh > ~/.zfunc/_monge",
        "monge completion fish > ~/.config/fish/completions/monge.fish",
      ),
    )
    .action(async (shell: Shell) => {
      const { completion } = await import("./run.ts");
      completion(shell, program);
    });
}
