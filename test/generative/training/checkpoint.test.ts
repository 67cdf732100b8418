import { basename } from "node:path";
import { DomainError, loadCheckpoint, saveCheckpoint } from "../../../engine/index.ts";
import {
  loadTraining,
  saveTraining,
  type TrainingCheckpoint,
  trainOnImages,
} from "../../../generative/training/index.ts";
import { assert, refuses, temporaryFolder, test } from "../../harness.ts";
import { stopAt } from "../models.ts";
import { describe, network, toyArchive } from "../toy-images.ts";

const { folder } = temporaryFolder(test);

const recipe = { seed: 3, steps: 4, batch: 3, crop: 8, network, dropout: 0.5 } as const;
const archive = toyArchive(4, 16, 1, 2);
const judged = { validate: toyArchive(2, 16, 8, 2), validation: { every: 1, images: 2, members: 2, evaluations: 2 } };

async function checkpointOf(options: Parameters<typeof trainOnImages>[2] = {}): Promise<TrainingCheckpoint> {
  const { checkpoint, downscaler } = await trainOnImages(archive, describe(2), { ...recipe, ...options });
  await downscaler.dispose();
  return checkpoint;
}

test("a checkpoint in a file is the checkpoint, judged or not", async () => {
  const half = await checkpointOf({
    ...judged,
    ...stopAt(2),
  });
  const path = await saveTraining(folder, half);
  assert.is(basename(path), "step-00000002.safetensors");
  const resume = await loadTraining(path);
  assert.equal(resume, half);
  assert.ok(resume.best);
  const unjudged = await checkpointOf({ steps: 1 });
  const loaded = await loadTraining(await saveTraining(folder, unjudged));
  assert.equal(loaded, unjudged);
  assert.is(loaded.best, undefined);
});

test("a checkpoint that cannot be right is refused by the name of what is wrong", async () => {
  const path = await saveTraining(folder, await checkpointOf(judged));
  const { step, tensors, state } = await loadCheckpoint(path);
  const changed = async (place: string, value: unknown) => {
    const plain = structuredClone(state) as object;
    const keys = place.split(".");
    Reflect.set(
      keys.slice(0, -1).reduce<object>((part, key) => Reflect.get(part, key), plain),
      keys.at(-1)!,
      value,
    );
    return loadTraining(await saveCheckpoint(folder, { step, tensors, state: plain }));
  };
  for (const [place, value, pattern] of [
    ["recipe.dropout", 2, /recipe.dropout is 2/],
    ["recipe.validation.patience", 0, /patience is 0/],
    ["recipe.steps", 3, /it is of step 4, but the recipe ends at 3/],
    ["description.targets.0.background", "z", /the name of a coarse channel/],
    ["description.channels.1.mean", "x", /channels\[1\].mean is "x"/],
    ["masked", 1, /masked is 1/],
    ["masked", false, /tensor "parameters\/input.filter"/],
    ["worse", -1, /worse is -1/],
    ["best.step", 9, /its best model is of step 9, but the recipe ends at 4/],
    ["best", undefined, /tensor "best\/.*belongs to no such network/],
    ["surprise", 1, /"surprise"/],
  ] as const) {
    await refuses(changed(place, value), pattern);
  }
  const lacking = Object.fromEntries([...tensors].filter(([name]) => name !== "best/input.bias"));
  const cut = await saveCheckpoint(folder, { step, tensors: lacking, state });
  await refuses(loadTraining(cut), /tensor "best\/input.bias" is missing/);
});

test("what is not finite is not saved", async () => {
  const checkpoint = await checkpointOf();
  const parameters = { ...checkpoint.state.parameters, "input.bias": new Float32Array(8).fill(Number.NaN) };
  const broken = { ...checkpoint, state: { ...checkpoint.state, parameters } };
  await refuses(saveTraining(folder, broken), /input.bias" holds NaN.*are kept/, DomainError);
});

test.run();
