/** A cut-off of an archive: what stays of each block is the most that its rule allows. */
import { OptionsError, rng } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/index.ts";
import { cutBlocks } from "../../../generative/model/index.ts";
import { allClose, assert, refuses, test } from "../../harness.ts";
import { blockModel } from "../models.ts";

/** All numbers of cells that may stay, tried one after the other. */
function mostThatStay(block: readonly number[], cutOff: number): number[] {
  const total = block.reduce((a, b) => a + b, 0);
  const order = [...block.keys()].sort((a, b) => block[b]! - block[a]! || a - b);
  let best = 1;
  for (let kept = 1; kept <= block.length; kept++) {
    const own = order.slice(0, kept).map((at) => block[at]!);
    const scale = total / own.reduce((a, b) => a + b, 0);
    if (own.every((v) => v > 0 && scale * v >= cutOff)) best = kept;
  }
  const sum = order.slice(0, best).reduce((a, at) => a + block[at]!, 0);
  return block.map((v, at) => (order.indexOf(at) < best ? (v * total) / sum : 0));
}

test("each block keeps its sum, and the most of its largest cells of which none falls below the cut-off when they share it", () => {
  const [factor, width, rows] = [4, 12, 8];
  for (const cutOff of [0.05, 0.4, 2, 50]) {
    const values = Float32Array.from(rng(3).normal(rows * width), (z) => (z < -0.8 ? 0 : Math.exp(1.5 * z - 1)));
    const own = values.slice();
    cutBlocks(own, cutOff, { factor, width });
    allClose(
      blockMean(own, 1, rows, width, factor),
      (i) => blockMean(values, 1, rows, width, factor)[i]!,
      (v) => 1e-6 * v,
    );
    for (let block = 0; block < (rows * width) / factor ** 2; block++) {
      const at = (i: number) =>
        (Math.floor(block / (width / factor)) * factor + Math.floor(i / factor)) * width +
        (block % (width / factor)) * factor +
        (i % factor);
      const cells = Array.from({ length: factor ** 2 }, (_, i) => at(i));
      const wanted = mostThatStay(
        cells.map((i) => values[i]!),
        cutOff,
      );
      for (const [n, i] of cells.entries()) assert.ok(Math.abs(own[i]! - wanted[n]!) <= 1e-6 * wanted[n]!);
    }
  }
});

test("blocks without rain, blocks whose rain lies above the cut-off and cells that do not count keep their bits", () => {
  const [factor, width] = [2, 6];
  const values = Float32Array.of(0, 0, 0.5, 0.7, 0.1, 4, 0, 0, 0.6, 0.5, 0.2, 0);
  const own = values.slice();
  cutBlocks(own, 0.5, { factor, width, valid: Uint8Array.of(1, 1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 1) });
  assert.equal([...own.subarray(0, 4), ...own.subarray(6, 10)], [...values.subarray(0, 4), ...values.subarray(6, 10)]);
  assert.equal([own[4], own[5], own[10]], [values[4], Math.fround(4.2), 0]);
});

test("members with a cut-off have no rate between 0 and it beside others in their block, and the means of those without", async () => {
  const model = blockModel({}, 2);
  const coarse = {
    values: Float32Array.from(rng(8).normal(45), (z) => Math.max(0, Math.exp(z) - 0.4)),
    shape: [9, 5],
  };
  coarse.values[7] = Number.NaN;
  const options = { members: 3, seed: 4, evaluations: 4, missing: "propagate" } as const;
  const plain = await model.sample(coarse, options);
  const cut = await model.sample(coarse, { ...options, cutOff: 0.5 });
  const none = await model.sample(coarse, { ...options, cutOff: 0 });
  assert.equal(new Uint8Array(none.values.buffer), new Uint8Array(plain.values.buffer));
  const means = (values: Float32Array) => blockMean(values, 3, 36, 20, 4);
  allClose(means(cut.values), (i) => means(plain.values)[i]!, 1e-5);
  for (let image = 0; image < 3; image++) {
    for (let block = 0; block < 45; block++) {
      const corner = image * 720 + Math.floor(block / 5) * 80 + (block % 5) * 4;
      const wet = Array.from({ length: 16 }, (_, i) => cut.values[corner + Math.floor(i / 4) * 20 + (i % 4)]!).filter(
        (v) => v > 0,
      );
      assert.ok(wet.length <= 1 || Math.min(...wet) >= 0.5, `${wet}`);
    }
  }
  const alone = await model.sample(coarse, { ...options, cutOff: 0.5, members: 1 });
  assert.equal(new Uint8Array(alone.values.buffer), new Uint8Array(cut.values.slice(0, 720).buffer));
  await model.dispose();
});

test("a cut-off that is negative or no number is refused", async () => {
  const model = blockModel();
  const coarse = { values: new Float32Array(4).fill(1), shape: [2, 2] };
  for (const cutOff of [-0.1, Number.NaN, Number.POSITIVE_INFINITY, "1" as unknown as number]) {
    await refuses(model.sample(coarse, { cutOff }), /cutOff/, OptionsError);
  }
  await model.dispose();
});

test.run();
