import { type StepProgress, trainOnImages, trainOnTiles } from "../../../generative/training/index.ts";
import { wassersteinTerm } from "../../../wasserstein/index.ts";
import { assert, test } from "../../harness.ts";
import { network, noisyTiles } from "../models.ts";
import { describe, network as pairNetwork, toyArchive } from "../toy-images.ts";

const archive = noisyTiles(9, 1);
const small = { seed: 3, steps: 2, batch: 8, crop: 8, warmup: 2, progressEvery: 1 } as const;

type How = { threads: number; onProgress: (p: StepProgress<unknown>) => void };
type Train = (how: How) => Promise<{ downscaler: { dispose(): Promise<void> } }>;

/** What is told of the steps: losses, their parts, norms. */
async function told(train: Train, threads: number): Promise<Record<string, number>[]> {
  const steps: Record<string, number>[] = [];
  const onProgress = ({ loss, metrics, gradientNorm }: StepProgress<unknown>) => {
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

for (const term of [null, wassersteinTerm({ weight: 0.2, mixed: true, directions: 100 })]) {
  test(`two threads train with ${term ? "a term" : "no term"} as one does`, async () => {
    await agree((how) => trainOnTiles(archive, { ...small, network, term, ...how }));
  });
}

test("two threads train on pairs with gaps as one does", async () => {
  const options = { ...small, network: pairNetwork };
  await agree((how) => trainOnImages(toyArchive(9, 16, 1, 2), describe(2), { ...options, ...how }));
});

test.run();
