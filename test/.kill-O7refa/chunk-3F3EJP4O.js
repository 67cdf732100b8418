import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// cli/downscale/shard.ts
import { InvalidArgumentError } from "commander";
function shard(text) {
  const [, index, count] = /^(\d+|auto)(?:\/([1-9]\d*))?$/.exec(text) ?? [];
  const isWhole = index === "auto" || count !== void 0 && Number(index) < Number(count);
  if (index === void 0 || !isWhole) {
    throw new InvalidArgumentError("expected i/n with i from 0 to n - 1, such as 3/8, or auto, or auto/8.");
  }
  return {
    index: index === "auto" ? void 0 : Number(index),
    count: count === void 0 ? void 0 : Number(count)
  };
}
function shardFrom({ index, count }, environment) {
  if (index !== void 0 && count !== void 0) return { index, count };
  const number = (name) => {
    const text = environment[name];
    return text !== void 0 && /^\d+$/.test(text) ? Number(text) : void 0;
  };
  const task = number("SLURM_ARRAY_TASK_ID");
  const completion = number("JOB_COMPLETION_INDEX");
  if (count === void 0) {
    const [tasks, first, step] = [
      number("SLURM_ARRAY_TASK_COUNT"),
      number("SLURM_ARRAY_TASK_MIN"),
      number("SLURM_ARRAY_TASK_STEP") ?? 1
    ];
    if (task === void 0 || tasks === void 0 || first === void 0) {
      const what2 = "SLURM_ARRAY_TASK_ID, _COUNT and _MIN are not all set";
      throw new OptionsError(`--shard auto: ${what2}; say i/n, or auto/n with JOB_COMPLETION_INDEX`, "shard", "auto");
    }
    const place = (task - first) / step;
    if (Number.isInteger(place) && place < tasks) return { index: place, count: tasks };
    const what = `task ${task} of an array of ${tasks} from ${first} on: the array is not a range, and tells no shard`;
    throw new OptionsError(`--shard auto: ${what}; say --shard auto/n with the n of the whole`, "shard", "auto");
  }
  const own = task ?? completion;
  if (own === void 0) {
    const what = "neither SLURM_ARRAY_TASK_ID nor JOB_COMPLETION_INDEX is set";
    throw new OptionsError(`--shard auto/${count}: ${what}; say i/n`, "shard", `auto/${count}`);
  }
  if (own < count) return { index: own, count };
  throw new OptionsError(`--shard auto/${count}: the index is ${own}; begin the array at 0`, "shard", own);
}

export {
  shard,
  shardFrom
};
