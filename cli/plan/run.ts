/** `monge plan`: what an ensemble will take, and what the script of a scheduler for it. */
import type { Command } from "commander";
import { OptionsError } from "../../engine/errors.ts";
import { bytesText } from "../../engine/text/number.ts";
import {
  type DownscalingPlan,
  downscaleUnits,
  planDownscaling,
  slurmScript,
  unitStoreOf,
} from "../../generative/sharded/index.ts";
import { namedFiles } from "../../io/dataset/index.ts";
import { drawingOf } from "../downscale/drawing.ts";
import { openInput } from "../downscale/input.ts";
import { openGenerator } from "../downscale/open-model.ts";
import { resolve, resolvedJson } from "../downscale/resolve.ts";
import { duration, emit, emitJson, say } from "../shell/terminal.ts";
import type { PlanCommandOptions } from "./command.ts";

/** Options that the command of a shard does not have, and whether a value follows. */
const own: Readonly<Record<string, boolean>> = {
  "--shards": true,
  "--begin": false,
  "--measure": true,
  "--seconds-per-evaluation": true,
  "--slurm": false,
  "--memory": true,
  "--json": false,
  "--quiet": false,
  "-q": false,
};

export async function plan(
  modelPath: string | undefined,
  texts: readonly string[],
  typed: PlanCommandOptions,
  { command, words }: { readonly command: Command; readonly words: readonly string[] },
): Promise<void> {
  const { files: inputs, variable } = await namedFiles(texts, typed.variable);
  const options = { ...typed, ...(variable !== undefined && { variable }) };
  const store = unitStoreOf(options.output);
  if (store === undefined) {
    const text = `--output ${options.output}: tasks are written into a store; name out.zarr, or out/{year}.nc`;
    throw new OptionsError(text, "output", options.output);
  }
  const asked = await resolve(modelPath, inputs, options, { writes: false });
  if (options.dryRun)
    return emitJson({ command: "plan", ...resolvedJson(asked), shards: options.shards, measure: options.measure });
  const opened = await openGenerator(asked, options, command);
  try {
    const input = await openInput(inputs, options);
    try {
      const drawing = drawingOf(asked, options, { model: opened.model, input, inputs, command });
      const measure = options.secondsPerEvaluation === undefined ? options.measure : 0;
      const found = await planDownscaling(opened.model, input.field, { ...drawing, measure });
      if (options.begin) {
        // No unit is named, so none is drawn.
        const laid = { ...drawing, order: [], also: { device: asked.device } };
        await downscaleUnits(options.output, opened.model, input.field, laid);
        say(`laid ${store} out`);
      }
      print(found, options, ["monge", "downscale", ...withoutOwn(words.slice(words.indexOf("plan") + 1))]);
    } finally {
      input.close();
    }
  } finally {
    await opened.close();
  }
}

function withoutOwn(words: readonly string[]): readonly string[] {
  const skipsNext = (word: string | undefined) => word !== undefined && own[word] === true;
  return words.filter((word, i) => own[word.split("=")[0]!] === undefined && !skipsNext(words[i - 1]));
}

/** Hours of the longest shard, and of all together. */
function hoursOf({ units, frames, evaluations }: DownscalingPlan, seconds: number, shards: number) {
  const all = (frames * evaluations * seconds) / 3600;
  return { all, longest: (all * Math.ceil(units / shards)) / units };
}

function print(found: DownscalingPlan, options: PlanCommandOptions, command: readonly string[]): void {
  const { shards, threads = 2, memory } = options;
  const seconds = options.secondsPerEvaluation ?? found.secondsPerEvaluation;
  const hours = seconds === undefined ? undefined : hoursOf(found, seconds, shards);
  const how = options.secondsPerEvaluation !== undefined ? "as stated" : `measured here, ${found.measured} evaluations`;
  const task = {
    ...{ command, shards, memory, threads },
    // Half as long again as predicted, and a minute to begin.
    hours: hours && 1.5 * hours.longest + 1 / 60,
  };
  const predicted =
    hours && `${duration(3600 * hours.all)} in all, the longest of ${shards} shards ${duration(3600 * hours.longest)}`;
  const cost =
    predicted === undefined ? [] : [`one takes    ${seconds!.toPrecision(3)} s, ${how}`, `time         ${predicted}`];
  if (options.slurm) emit(slurmScript(task, cost));
  else if (options.json) emitJson({ ...found, shards, secondsPerEvaluation: seconds ?? null, hours: hours ?? null });
  else emit([...described(found), ...cost].join("\n"));
}

function described({ units, unit, shape, chunk, bytes, frames, evaluations }: DownscalingPlan): readonly string[] {
  const sizes = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([dim, n]) => `${dim} ${n}`)
      .join(", ");
  return [
    `tasks        ${units}, each at most ${sizes(unit)}; of ${sizes(shape)}`,
    `chunks       ${sizes(chunk)}`,
    `bytes        ${bytesText(bytes)} before compression`,
    `evaluations  ${frames * evaluations}: ${frames} maps of a group of members, ${evaluations} each`,
  ];
}
