/** Tiles that are fused on the fly: the same bits as with whole maps of weights, conditions and noise in memory. */
import { rng } from "../../../engine/index.ts";
import { type ImageRows, tileAxis, tiledDenoiser } from "../../../generative/diffusion/index.ts";
import { conditionsOf } from "../../../generative/model/index.ts";
import { assert, test } from "../../harness.ts";

/** Compared as bytes: NaN is NaN. */
const same = (a: Float32Array, b: Float32Array, what = "") => {
  const bytes = (v: Float32Array) => Buffer.from(v.buffer, v.byteOffset, v.byteLength);
  assert.ok(bytes(a).equals(bytes(b)), what);
};
const normal = (seed: number, length: number) => rng(seed).normal(new Float32Array(length));

/** Depends on the tile and on the place in it, so that tiles disagree where they overlap. */
function estimate(x: Float32Array, condition: Float32Array, rows: number, columns: number, outputs: number) {
  const pixels = rows * columns;
  const out = new Float32Array(pixels * outputs);
  const [inputs, channels] = [x.length, condition.length].map((n) => n / pixels) as [number, number];
  for (let i = 0; i < pixels; i++) {
    for (let o = 0; o < outputs; o++) {
      out[i * outputs + o] = x[i * inputs]! * (1 + o) + condition[i * channels]! + Math.sin(i);
    }
  }
  return out;
}

/** All weights of a member in one map, tile after tile, as the definition says. */
function fusedWhole(
  x: Float32Array,
  condition: Float32Array,
  o: { members: number; height: number; width: number; outputs: number; tile: number; overlap: number },
): Float32Array {
  const { members, height, width, outputs, tile, overlap } = o;
  const [down, across] = [tileAxis(height, tile, overlap), tileAxis(width, tile, overlap)];
  const inputs = x.length / (members * height * width);
  const channels = condition.length / (height * width);
  const fused = new Float32Array(members * height * width * outputs);
  for (let member = 0; member < members; member++) {
    const mass = new Float64Array(height * width);
    for (const [i, top] of down.starts.entries()) {
      for (const [j, left] of across.starts.entries()) {
        const pick = (values: Float32Array, depth: number, base: number) =>
          Float32Array.from({ length: down.tile * across.tile * depth }, (_, n) => {
            const [pixel, d] = [Math.floor(n / depth), n % depth];
            const [y, c] = [Math.floor(pixel / across.tile), pixel % across.tile];
            return values[base + ((top + y) * width + left + c) * depth + d]!;
          });
        const own = estimate(
          pick(x, inputs, member * height * width * inputs),
          pick(condition, channels, 0),
          down.tile,
          across.tile,
          outputs,
        );
        for (let n = 0; n < down.tile * across.tile; n++) {
          const [y, c] = [Math.floor(n / across.tile), n % across.tile];
          const at = (top + y) * width + left + c;
          const weight = down.weights[i]![y]! * across.weights[j]![c]!;
          mass[at]! += weight;
          for (let k = 0; k < outputs; k++) {
            const to = (member * height * width + at) * outputs + k;
            const before = mass[at] === weight ? own[n * outputs + k]! : fused[to]!;
            fused[to] = before + (weight / mass[at]!) * (own[n * outputs + k]! - before);
          }
        }
      }
    }
  }
  return fused;
}

test("weights of a tile's height give the bits of a whole map of weights, for any sizes, members and batches", async () => {
  for (let trial = 0; trial < 40; trial++) {
    const draw = rng(trial).split("sizes");
    const whole = (name: string, from: number, to: number) => draw.split(name).integers(1, from, to)[0]!;
    const tile = whole("tile", 3, 12);
    const o = {
      ...{ members: whole("members", 1, 4), height: whole("height", 2, 40), width: whole("width", 2, 40) },
      outputs: whole("outputs", 1, 3),
      ...{ tile, overlap: whole("overlap", 0, tile) },
    };
    const x = normal(trial, o.members * o.height * o.width * o.outputs);
    const condition = normal(trial + 100, o.height * o.width * 2);
    const denoiser = await tiledDenoiser({
      ...{ ...o, condition },
      batch: whole("batch", 1, 6),
      denoiser: (rows, columns) => (images, conditions) => {
        const [pixels, count] = [rows * columns, conditions.length / (rows * columns * 2)];
        const out = new Float32Array(count * pixels * o.outputs);
        for (let k = 0; k < count; k++) {
          const part = (v: Float32Array) => v.subarray((k * v.length) / count, ((k + 1) * v.length) / count);
          out.set(estimate(part(images), part(conditions), rows, columns, o.outputs), k * pixels * o.outputs);
        }
        return out;
      },
    });
    const expected = fusedWhole(x, condition, o);
    // A second evaluation begins anew.
    for (let n = 0; n < 2; n++) same(await denoiser(x, 1), expected, JSON.stringify(o));
  }
});

test("conditions that are made for the rows of a tile give the bits of whole maps", async () => {
  const [height, width, factor] = [11, 7, 4];
  const coarse = normal(1, height * width).map((v, i) => (i % 13 === 5 ? Number.NaN : Math.max(0, v)));
  const constants = { factor, sigmaData: 1, conditionMean: 0.2, conditionStd: 0.7, unit: 0.3, missing: -1 };
  const told = { names: ["a", "b"], of: [1] };
  const whole = conditionsOf(coarse, 1, height, width, constants, told);
  const [rows, columns] = [height * factor, width * factor];
  const seen = (top: number, count: number) =>
    conditionsOf(coarse, 1, height, width, constants, told, [top, top + count]);
  for (const [top, count] of [
    [0, 44],
    [0, 1],
    [3, 9],
    [40, 4],
  ] as const) {
    const { condition, background } = seen(top, count);
    same(condition, whole.condition.slice(top * columns * 4, (top + count) * columns * 4));
    same(background, whole.background.slice(top * columns, (top + count) * columns));
  }
  const settings = {
    ...{ members: 1, height: rows, width: columns, outputs: 1, tile: 16, overlap: 4, batch: 3 },
    denoiser: () => (x: Float32Array, c: Float32Array) => x.map((v, i) => v - c[4 * i + 1]!),
  };
  const slabs: ImageRows = { channels: 4, rows: (top, count) => seen(top, count).condition };
  const x = normal(2, rows * columns);
  const [held, made] = await Promise.all([
    tiledDenoiser({ ...settings, condition: whole.condition }),
    tiledDenoiser({ ...settings, condition: slabs }),
  ]);
  same(await made(x, 1), await held(x, 1));
});

test.run();
