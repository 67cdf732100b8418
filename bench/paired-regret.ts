/**
 * How near does a paired downscaler come to the exact conditional distribution of synthetic pairs with the same information? For every seed a climate,
 * an orography and two trainings, with the orography and without; fair CRPS on hours that were not learned from, over the CRPS of
 * the exact one on the same hours. What the orography is worth in the long run is computed beside it.
 *
 * `npm run bench:regret -- [--seeds 1-3] [--hours 400] [--held-out 24] [--side 64] [--arms with,without] [--steps 1500]
 * [--batch 16] [--crop 32] [--channels 24] [--members 8] [--evaluations 16] [--threads 1] [--record FILE]`
 *
 * `--record` appends one JSON line per training. The table goes to stdout as Markdown, progress to stderr.
 */
import { appendFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { quantileOfSorted } from "../engine/numerics/quantile.ts";
import { rng } from "../engine/random/rng.ts";
import { type ConditionalDistribution, exactDistribution } from "../examples/synthetic-distribution/index.ts";
import { downscale, type SyntheticPairs, syntheticPairs, train } from "../generative/index.ts";
import { spreadSkill } from "../verification/index.ts";
import { meanCrps } from "../verification/scores/index.ts";

const { values } = parseArgs({
  options: {
    seeds: { type: "string", default: "1-3" },
    hours: { type: "string", default: "400" },
    "held-out": { type: "string", default: "24" },
    side: { type: "string", default: "64" },
    arms: { type: "string", default: "with,without" },
    steps: { type: "string", default: "1500" },
    batch: { type: "string", default: "16" },
    crop: { type: "string", default: "32" },
    channels: { type: "string", default: "24" },
    members: { type: "string", default: "8" },
    evaluations: { type: "string", default: "16" },
    threads: { type: "string", default: "1" },
    record: { type: "string" },
  },
});
const number = (name: Exclude<keyof typeof values, "seeds" | "arms" | "record">): number => Number(values[name]);
const [first, last = first] = values.seeds.split("-").map(Number);
const seeds = Array.from({ length: last! - first! + 1 }, (_, i) => first! + i);

/** Scores of one training, an entry an hour. */
interface Arm {
  readonly arm: string;
  readonly seed: number;
  readonly model: readonly number[];
  /** Of the exact distribution given what this arm is given. */
  readonly exact: readonly number[];
  readonly spreadSkill: number;
  readonly seconds: number;
}

const mean = (v: ArrayLike<number>): number => Array.from(v).reduce((a, b) => a + b, 0) / v.length;

async function runArm(arm: string, seed: number, learned: SyntheticPairs, held: SyntheticPairs): Promise<Arm> {
  const told = arm === "with" ? { static: learned.orography } : {};
  const began = process.cpuUsage();
  const trained = await train(
    { fine: learned.fine, coarse: learned.coarse, ...told },
    {
      seed,
      steps: number("steps"),
      batch: number("batch"),
      crop: number("crop"),
      network: { baseChannels: number("channels") },
      // The displacement has a direction, which turned images would hide.
      symmetries: false,
      threads: number("threads"),
      onProgress({ step, steps, loss }) {
        if (step % 100 === 0) console.error(`seed ${seed}, ${arm}: step ${step} of ${steps}, loss ${loss.toFixed(4)}`);
      },
    },
  );
  if (trained.downscaler === undefined) throw new Error(`seed ${seed}, ${arm}: diverged`);
  const [hours, height, width] = held.fine.shape as [number, number, number];
  const [members, points] = [number("members"), height * width];
  const fine = await downscale(trained.downscaler, held.coarse, {
    members,
    seed,
    evaluations: number("evaluations"),
    ...(arm === "with" && { static: [held.orography] }),
  });
  await trained.downscaler.dispose();
  const ensemble = { values: Float32Array.from(fine.values), shape: [hours, members, points] };
  const truth = { values: Float32Array.from(held.fine.values), shape: [hours, points] };
  const known = exactDistribution(held);
  const exact = (n: number): ConditionalDistribution => known.conditional(n, { orography: arm === "with" });
  const at = (n: number) => truth.values.subarray(n * points, (n + 1) * points);
  const each = Array.from({ length: hours }, (_, n) => n);
  const { user, system } = process.cpuUsage(began);
  return {
    arm,
    seed,
    model: each.map((n) => {
      const drawn = ensemble.values.subarray(n * members * points, (n + 1) * members * points);
      return meanCrps({ values: drawn, shape: [1, members, points] }, { values: at(n), shape: [1, points] });
    }),
    exact: each.map((n) => mean(exact(n).crps(at(n)))),
    spreadSkill: spreadSkill(ensemble, truth),
    seconds: (user + system) / 1e6,
  };
}

/** Mean of `above` over mean of `below`, with the interval of seeds and hours within them redrawn. */
function ratio(
  above: readonly (readonly number[])[],
  below: readonly (readonly number[])[],
): readonly [number, number, number] {
  const random = rng(1);
  const draws = Float64Array.from({ length: 2000 }, () => {
    let [a, b] = [0, 0];
    for (const s of random.integers(above.length, 0, above.length)) {
      const hours = above[s]!.length;
      for (const n of random.integers(hours, 0, hours)) {
        a += above[s]![n]!;
        b += below[s]![n]!;
      }
    }
    return a / b;
  }).sort();
  return [mean(above.flat()) / mean(below.flat()), quantileOfSorted(draws, 0.025), quantileOfSorted(draws, 0.975)];
}

const arms: Arm[] = [];
for (const seed of seeds) {
  const make = (times: number, firstTime: number): SyntheticPairs =>
    syntheticPairs({ seed, times, firstTime, size: number("side") });
  const learned = make(number("hours"), 0);
  const held = make(number("held-out"), number("hours"));
  if (seed === first) {
    const { withOrography: a, withoutOrography: b } = exactDistribution(held).expectedCrps();
    console.log(
      `In the long run the exact distribution has a CRPS of ${a.toFixed(4)} mm/h with the orography, ${b.toFixed(4)} without: times ${(b / a).toFixed(3)}\n`,
    );
  }
  for (const name of values.arms.split(",")) {
    const arm = await runArm(name, seed, learned, held);
    arms.push(arm);
    const [model, exact] = [mean(arm.model), mean(arm.exact)];
    console.error(
      `seed ${seed}, ${name}: CRPS ${model.toFixed(4)}, exact ${exact.toFixed(4)}, regret ${(model / exact).toFixed(3)}, ` +
        `spread/skill ${arm.spreadSkill.toFixed(2)}, ${arm.seconds.toFixed(0)} CPU s`,
    );
    if (values.record) appendFileSync(values.record, `${JSON.stringify({ ...values, ...arm })}\n`);
  }
}

console.log("| orography | CRPS mm/h | exact mm/h | CRPS / exact | 95 % | spread/skill | CPU s a training |");
console.log("|---|---|---|---|---|---|---|");
for (const name of values.arms.split(",")) {
  const rows = arms.filter(({ arm }) => arm === name);
  const [model, exact] = [rows.map((row) => row.model), rows.map((row) => row.exact)];
  const [regret, low, high] = ratio(model, exact);
  const cells = [
    name,
    mean(model.flat()).toFixed(4),
    mean(exact.flat()).toFixed(4),
    regret.toFixed(3),
    `${low.toFixed(3)} to ${high.toFixed(3)}`,
    rows.map((row) => row.spreadSkill.toFixed(2)).join(", "),
    mean(rows.map(({ seconds }) => seconds)).toFixed(0),
  ];
  console.log(`| ${cells.join(" | ")} |`);
}
const [given, without] = ["with", "without"].map((name) =>
  arms.filter(({ arm }) => arm === name).map((row) => row.model),
);
if (given!.length > 0 && without!.length > 0) {
  const [loss, low, high] = ratio(without!, given!);
  console.log(
    `\nLearned without the orography, the CRPS is times ${loss.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)}).`,
  );
}
