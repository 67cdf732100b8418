/** A script for Slurm, whose array tasks are the shards. */

import { checkOptions, list, type OptionChecks, positive, text, whole } from "../../engine/checks.ts";
import { Buffer } from "../../engine/platform/bytes.ts";

/** Options of {@link slurmScript}. */
export interface SchedulerOptions {
  /** The command of one shard, as words; `--shard` is added. */
  readonly command: readonly string[];
  /** Tasks of the array, ≥ 1. */
  readonly shards: number;
  /** Hours that one task may take, > 0; undefined: no limit is written. */
  readonly hours: number | undefined;
  /** Processors of a task. */
  readonly threads: number;
  /** Memory of a task in GB. */
  readonly memory: number;
}

const schedulerChecks: OptionChecks<SchedulerOptions> = {
  ...{ command: list(text, 1), shards: whole(), hours: positive(), threads: whole(), memory: positive() },
};

/** Characters that a terminal or an editor would act upon, or not show: they are spelled out. */
const unseen = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u;

/** As bash would take it back. */
function quoted(word: string): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word;
  if (!unseen.test(word)) return `'${word.replaceAll("'", `'\\''`)}'`;
  const spelled = Array.from(word, (sign) => {
    if (/['\\]/.test(sign)) return `\\${sign}`;
    if (!unseen.test(sign)) return sign;
    return Array.from(Buffer.from(sign), (byte) => `\\${byte.toString(8).padStart(3, "0")}`).join("");
  });
  return `$'${spelled.join("")}'`;
}

/** `1-02:30:00`, rounded up to minutes. */
function slurmTime(hours: number): string {
  const minutes = Math.max(1, Math.ceil(hours * 60));
  const two = (n: number) => String(n).padStart(2, "0");
  const [days, rest] = [Math.floor(minutes / 1440), minutes % 1440];
  return `${days}-${two(Math.floor(rest / 60))}:${two(rest % 60)}:00`;
}

/**
 * An sbatch script whose array tasks are the shards. A task that is killed or preempted is queued again and goes on; one that failed
 * is submitted again with `sbatch --array=7 script`, also while others run.
 *
 * @param notes - lines of comment at the top, such as how the hours were found
 * @throws OptionsError for an option that there is not, is missing or out of range
 */
export function slurmScript(options: SchedulerOptions, notes: readonly string[] = []): string {
  checkOptions("slurmScript", options, schedulerChecks, ["command", "shards", "threads", "memory"]);
  const { command, shards, hours, threads, memory } = options;
  return [
    "#!/bin/bash",
    "#SBATCH --job-name=monge-downscale",
    `#SBATCH --array=0-${shards - 1}`,
    "#SBATCH --nodes=1 --ntasks=1",
    `#SBATCH --cpus-per-task=${threads}`,
    `#SBATCH --mem=${memory}G`,
    ...(hours === undefined ? [] : [`#SBATCH --time=${slurmTime(hours)}`]),
    "#SBATCH --requeue",
    "#SBATCH --output=monge-%A_%a.log --open-mode=append",
    // A while before the limit the units that are finished are kept, and the evaluation in progress ends.
    "#SBATCH --signal=TERM@60",
    ...notes.flatMap((note) => note.split(/\p{Cc}|\p{Zl}|\p{Zp}/u)).map((line) => `# ${line}`),
    "set -eu",
    `exec ${command.map(quoted).join(" ")} --shard "$SLURM_ARRAY_TASK_ID/${shards}"`,
    "",
  ].join("\n");
}
