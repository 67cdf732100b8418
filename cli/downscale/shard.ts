/** Part of the work of one process, as its options or its scheduler give it. */
import { InvalidArgumentError } from "commander";
import { OptionsError } from "../../engine/errors.ts";
import type { Shard } from "../../generative/sharded/index.ts";

/** `3/8`, `auto`, `auto/8`; undefined stands for what Slurm says. */
export interface ShardOption {
  readonly index: number | undefined;
  readonly count: number | undefined;
}

/** Reads the option. */
export function shard(text: string): ShardOption {
  const [, index, count] = /^(\d+|auto)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  const isWhole = index === "auto" || (count !== undefined && Number(index) < Number(count));
  if (index === undefined || !isWhole) {
    throw new InvalidArgumentError("expected i/n with i from 0 to n - 1, such as 3/8, or auto, or auto/8.");
  }
  return {
    index: index === "auto" ? undefined : Number(index),
    count: count === undefined ? undefined : Number(count),
  };
}

/**
 * @param environment - of the process
 * @throws OptionsError where the scheduler does not say what is asked of it, or says what does not fit
 */
export function shardFrom(
  { index, count }: ShardOption,
  environment: Readonly<Record<string, string | undefined>>,
): Shard {
  if (index !== undefined && count !== undefined) return { index, count };
  const number = (name: string) => {
    const text = environment[name];
    return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
  };
  const task = number("SLURM_ARRAY_TASK_ID");
  if (count === undefined) {
    const [tasks, first, step] = [
      number("SLURM_ARRAY_TASK_COUNT"),
      number("SLURM_ARRAY_TASK_MIN"),
      number("SLURM_ARRAY_TASK_STEP") ?? 1,
    ];
    if (task === undefined || tasks === undefined || first === undefined) {
      const what = "SLURM_ARRAY_TASK_ID, _COUNT and _MIN are not all set";
      throw new OptionsError(`--shard auto: ${what}; say i/n`, "shard", "auto");
    }
    const place = (task - first) / step;
    if (Number.isInteger(place) && place < tasks) return { index: place, count: tasks };
    const what = `task ${task} of an array of ${tasks} from ${first} on: the array is not a range, and names no shard`;
    throw new OptionsError(`--shard auto: ${what}; say --shard auto/n with the n of the whole`, "shard", "auto");
  }
  if (task === undefined) {
    const way = "with another scheduler say i/n, such as $INDEX/n with its variable";
    throw new OptionsError(`--shard auto/${count}: SLURM_ARRAY_TASK_ID is not set; ${way}`, "shard", `auto/${count}`);
  }
  if (task < count) return { index: task, count };
  throw new OptionsError(`--shard auto/${count}: the index is ${task}; begin the array at 0`, "shard", task);
}
