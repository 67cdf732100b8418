/** Members of a frame are drawn in groups: a group changes no bit, and between groups the work can end. */
import { baselineDownscaler, Downscaler, downscale, downscaleLazy } from "../../../generative/index.ts";
import { writeUntrainedModel } from "../../cli/model.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { days, fieldOf, steps } from "../fields-for-tests.ts";

const { at } = temporaryFolder(test);
const input = fieldOf({
  ...{ name: "pr", units: "mm h-1", time: days(2), lat: steps(40, 0.5, 4), lon: steps(0, 0.5, 4) },
  value: (t, y, x) => Math.max(0, 3 + 4 * Math.sin(t + 3 * y + x)),
});
const farm = baselineDownscaler({ method: "rainfarm", factor: 2, slope: 2.5 });
/** More than a group of a million values has, of 64 pixels. */
const members = 20_000;

test("a member of many is the one that is drawn alone, whichever group it falls into", async () => {
  const many = await downscaleLazy(farm, input, { members, seed: 3 });
  const all = await many.isel({ time: 0 }).load();
  for (const n of [0, 16_383, 16_384, members - 1]) {
    const alone = await many.isel({ time: 0, realization: n }).load();
    assert.equal([...alone.values], [...all.values.subarray(n * 64, (n + 1) * 64)], `${n}`);
  }
});

test("a signal that comes while a frame is drawn ends the work before the frame is whole, and its progress counts members", async () => {
  const stop = new AbortController();
  const shares: number[] = [];
  let frames = 0;
  const drawing = downscale(farm, input, {
    ...{ members: 5 * members, signal: stop.signal },
    onProgress: ({ done, total }) => shares.push(done / total),
    onFrame: () => frames++,
  });
  setTimeout(() => stop.abort(new Error("enough")), 0);
  assert.is(
    await drawing.then(
      () => "drawn",
      (error) => error.message,
    ),
    "enough",
  );
  assert.is(frames, 0);
  assert.ok(shares.every((share) => share < 0.5));
});

test("a model draws a frame of more members than one group has, each as it draws it alone", async () => {
  await writeUntrainedModel(at("model.safetensors"), 2);
  const model = await Downscaler.load(at("model.safetensors"));
  const side = fieldOf({
    ...{ name: "pr", units: "mm h-1", lat: steps(40, 0.5, 32), lon: steps(0, 0.5, 32) },
    value: (_, y, x) => Math.max(0, 3 + 4 * Math.sin(3 * y + x)),
  });
  const options = { seed: 3, evaluations: 2, force: true } as const;
  // A group has 256 members of 64 x 64 pixels.
  const many = await downscaleLazy(model, side, { ...options, members: 258 });
  const all = await many.load();
  const last = await many.isel({ realization: [255, 258] }).load();
  assert.equal([...last.values], [...all.values.subarray(255 * 64 ** 2)]);
  await model.dispose();
});

test.run();
