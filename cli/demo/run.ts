/** `monge demo`: real rain refined by the model of the package; then, where it is asked for, a training on synthetic rain. */
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import type { Command } from "commander";
import { OptionsError } from "../../engine/errors.ts";
import { checkFolder } from "../../engine/files/output-check.ts";
import { onInterrupt } from "../shell/interrupt.ts";
import { prepareOutputs } from "../shell/outputs.ts";
import { defaultThreads } from "../shell/read-options.ts";
import { scoresJson, scoreTable } from "../shell/score-table.ts";
import { duration, emit, emitJson, say, shellWord } from "../shell/terminal.ts";
import type { DemoOptions } from "./command.ts";
import { radarFiles, refineRadar } from "./radar.ts";
import { trainedFiles, trainOnSynthetic } from "./trained.ts";

/** Choices of a demo, without gaps. */
export type Plan = ReturnType<typeof resolvePlan>;

const ofTraining = ["steps", "hours", "heldOut", "channels", "batch"] as const;

/** A path as one would type it here. */
function shown(path: string): string {
  const near = relative(process.cwd(), path);
  return shellWord(near.startsWith("..") ? path : near || ".");
}

export async function demo(options: DemoOptions, command: Command): Promise<void> {
  const plan = resolvePlan(options, command);
  const names = [...Object.values(radarFiles), ...(plan.train ? trainedFiles : [])];
  const files = names.map((name) => join(plan.out, name));
  checkFolder(plan.out);
  if (existsSync(plan.out)) {
    await prepareOutputs(
      files.map((path) => ({ path, option: "out" })),
      [],
      options.overwrite,
    );
  }
  if (options.dryRun) return emitJson({ command: "demo", ...plan });
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1e3;
  await mkdir(plan.out, { recursive: true });
  const interrupt = onInterrupt("stopping; again to stop at once");
  const print = (rows: Parameters<typeof scoreTable>[0]) => options.json || emit(scoreTable(rows));
  const place = (name: string) => shown(join(plan.out, name));
  try {
    const radar = await refineRadar(plan, interrupt);
    print(radar);
    const again = `monge downscale ${place(radarFiles.coarse)} -o again.nc --factor 4`;
    say(`${duration(seconds())}; the map is ${place(radarFiles.map)}; the same for your file: ${again}`);
    const trained = plan.train ? await trainOnSynthetic(plan, interrupt) : undefined;
    if (options.json) {
      const synthetic = trained && { run: trained.run, steps: plan.steps, scores: trained.scores.map(scoresJson) };
      return emitJson({ seconds: seconds(), files, scores: radar.map(scoresJson), ...(synthetic && { synthetic }) });
    }
    if (trained) print(trained.scores);
    for (const file of files) say(`wrote ${shown(file)}`);
    if (trained) {
      const [coarse, orography] = [place("held-out-coarse.nc"), place("orography.nc")];
      say(
        `${duration(seconds())}; next: monge downscale ${shown(trained.run)} ${coarse} --static ${orography} -o again.nc`,
      );
    } else say("next: monge demo --train trains a model on two data sets");
  } finally {
    interrupt.stop();
  }
}

function resolvePlan(o: DemoOptions, command: Command) {
  const { seed, steps, hours, heldOut, members, channels, batch, evaluations, train = false } = o;
  if (channels % 8 !== 0) {
    throw new OptionsError(`--channels is ${channels}; it must be a multiple of 8`, "channels", channels);
  }
  const wrong = ofTraining.find((name) => !train && command.getOptionValueSource(name) !== "default");
  if (wrong !== undefined) {
    const flag = wrong === "heldOut" ? "held-out" : wrong;
    throw new OptionsError(`--${flag} is of the training; add --train, or leave it out`, wrong, o[wrong]);
  }
  const threads = o.threads ?? defaultThreads();
  return {
    overwrite: o.overwrite ?? false,
    out: resolve(o.out),
    ...{ seed, members, threads, train, steps, hours, heldOut, channels, batch },
    ...(evaluations !== undefined && { evaluations }),
  };
}
