/** Training by two threads, each on half of a batch, against training by one. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { rng } from "../../../engine/rng.ts";
import type { TileArchive } from "../../../generative/downscaling/archive/tiles.ts";
import type { StepProgress } from "../../../generative/downscaling/generator/loop.ts";
import type { TrainingRecipe } from "../../../generative/downscaling/recipe.ts";
import { trainDownscaler } from "../../../generative/downscaling/train.ts";
import { trainPairs } from "../../../generative/pairs/train-pairs.ts";
import { describe, network as pairNetwork, toyArchive } from "../pairs/toy.ts";

const archive: TileArchive = {
  ...{ size: 16, count: 9, events: [] },
  values: Float32Array.from(rng(1).normal(9 * 256), (z) => Math.max(0, Math.expm1(1.5 * z))),
};
const network = { baseChannels: 8, multipliers: [1, 2], embedding: 16 };
const small = { seed: 3, steps: 2, batch: 8, crop: 8, warmup: 2, progressEvery: 1 } as const;

type Train = (how: {
  threads: number;
  onProgress: (p: StepProgress<unknown, unknown>) => void;
}) => Promise<{ downscaler: { dispose(): Promise<void> } }>;

/** What is told of the steps: losses, their parts, norms. */
async function told(train: Train, threads: number): Promise<Record<string, number>[]> {
  const steps: Record<string, number>[] = [];
  const onProgress = ({ loss, metrics, gradientNorm }: StepProgress<unknown, unknown>) => {
    steps.push({ ...metrics, loss, gradientNorm });
  };
  const { downscaler } = await train({ threads, onProgress });
  await downscaler.dispose();
  return steps;
}

async function agree(train: Train): Promise<void> {
  const [one, two] = [await told(train, 1), await told(train, 2)];
  assert.is(one.length, 2);
  one.forEach((step, n) => {
    assert.equal(Object.keys(two[n]!), Object.keys(step));
    for (const [name, value] of Object.entries(step)) {
      // Float32 sums in another order, through one step of Adam.
      const apart = Math.abs(two[n]![name]! - value);
      assert.ok(apart <= 2e-4 * Math.abs(value) + 1e-6, `step ${n}, ${name}: ${two[n]![name]} is not ${value}`);
    }
  });
}

const terms: readonly TrainingRecipe["term"][] = [
  null,
  { kind: "rmse", weight: 0.5 },
  { kind: "wasserstein", weight: 0.5, gate: null },
  { kind: "tail", weight: 0.5 },
  { kind: "multiscale", weight: 0.5, scales: [1, 2, 4] },
  { kind: "patch-sliced", weight: 0.5, patch: 3, directions: 8 },
  { kind: "pooled", weight: 0.5 },
  { kind: "batch-sliced", weight: 0.5, directions: 8 },
];
for (const term of terms) {
  test(`two threads train diffusion ${term ? `with the term ${term.kind}` : "without a term"} as one does`, async () => {
    await agree((how) => trainDownscaler(archive, { ...small, network, ...(term && { term }), ...how }));
  });
}

for (const of of ["patches", "maxima"] as const) {
  test(`two threads train the one-step generator with a term between ${of} as one does`, async () => {
    const oneStep = { scales: [1, 2], members: 2, term: { kind: "wasserstein", of, weight: 0.5, patch: 4 } } as const;
    await agree((how) => trainDownscaler(archive, { ...small, network, generator: "one-step", oneStep, ...how }));
  });
}

for (const generator of ["diffusion", "one-step"] as const) {
  test(`two threads train ${generator} on pairs with gaps as one does`, async () => {
    const more = generator === "one-step" ? { oneStep: { scales: [1, 2], members: 3 } } : {};
    const options = { ...small, network: pairNetwork, generator, ...more };
    await agree((how) => trainPairs(toyArchive(9, 16, 1, 2), describe(2), { ...options, ...how }));
  });
}

test.run();
