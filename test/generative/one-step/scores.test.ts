/** The losses of the one-step generator against exact and independent forms. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { compile } from "../../../engine/compile.ts";
import { blockMean } from "../../../engine/numerics/grid.ts";
import { normalField, rng } from "../../../engine/rng.ts";
import { tf } from "../../../engine/tensor.ts";
import { conserveBlocks } from "../../../generative/baseline/conserve.ts";
import { fairEnergy } from "../../../generative/one-step/fair-energy.ts";
import { noiseBatch, noiseBlocks, noiseImages } from "../../../generative/one-step/noise.ts";
import {
  directionShapes,
  drawAllDirections,
  type SampleTerm,
  sampleEnergy,
} from "../../../generative/one-step/sample-term.ts";
import { settle, settleGraph } from "../../../generative/one-step/settle.ts";
import { meanCrps } from "../../../verification/scores/crps.ts";
import { patchDirections } from "../../../wasserstein/images/index.ts";
import { wasserstein1d } from "../../../wasserstein/line/index.ts";
import { upperTailWeight } from "../../../wasserstein/measure/index.ts";

const close = (a: number, b: number, tolerance: number, what = "") =>
  assert.ok(Math.abs(a - b) <= tolerance, `${what} ${a} against ${b}`);
const normals = (name: string, count: number) => rng(5).split(name).normal(new Float64Array(count));
const float64 = { precision: "float64" } as const;

test("the fair energy of absolute differences is the fair CRPS of the verification, for two members and for five", async () => {
  for (const members of [2, 5]) {
    const ensemble = normals("members", members * 30);
    const truth = normals("truth", 30);
    const program = await compile(
      (x, y) => [fairEnergy(tf.split(x!, members, 0), tf.expandDims(y!, 0))],
      [{ shape: [members, 30] }, { shape: [30] }],
      float64,
    );
    const [score] = await program.run([ensemble, truth]);
    await program.dispose();
    const exact = meanCrps({ values: ensemble, shape: [1, members, 30] }, { values: truth, shape: [1, 30] });
    close(score![0]!, exact, 1e-12);
  }
});

const rain = { factor: 4, unit: 0.3 };
const field = normals("field", 2 * 8 * 8).map((z) => 1.5 * z);
const coarse = Float64Array.of(0, 1.7, 0.02, 30);

test("inside the generator blocks have their coarse means to rounding, dry ones are exactly dry, and host and graph agree", async () => {
  const program = await compile(
    (f, y) => [settleGraph(f as tf.Tensor4D, tf.concat([y!, y!], 0) as tf.Tensor4D, rain)],
    [{ shape: [2, 8, 8, 1] }, { shape: [1, 2, 2, 1] }],
  );
  const single = Float32Array.from(field);
  const [inGraph] = await program.run([single, Float32Array.from(coarse)]);
  await program.dispose();
  const onHost = single.slice();
  settle(onHost, { values: Float32Array.from(coarse), height: 2, width: 2 }, rain);
  for (const [i, v] of onHost.entries()) close(inGraph![i]!, v, 1e-5, `pixel ${i}`);
  const means = blockMean(
    onHost.map((f) => rain.unit * Math.expm1(f)),
    2,
    8,
    8,
    4,
  );
  for (const [i, v] of means.entries()) close(v, coarse[i % 4]!, 1e-6 * (1 + coarse[i % 4]!), `block ${i}`);
  assert.is(Math.max(...inGraph!.filter((_, i) => i % 64 < 32 && i % 8 < 4)), 0);
});

const terms: readonly SampleTerm[] = [
  { kind: "wasserstein", weight: 1 },
  { kind: "unsorted", weight: 1 },
  { kind: "wasserstein", of: "pixels", weight: 1 },
  { kind: "wasserstein", of: "pixels", weight: 1, tail: 0.05 },
  { kind: "wasserstein", of: "maxima", weight: 1 },
  { kind: "unsorted", of: "maxima", patch: [2, 4], weight: 1 },
];

test("the gradient of CRPS and terms through conservation is that of central differences, and exactly 0 where it is dry", async () => {
  const truth = normals("other", 64).map((z) => Math.abs(z));
  const directions = Float64Array.from(patchDirections(rng(3), [3, 3, 1, 4]));
  const value = (f: tf.Tensor, y: tf.Tensor, t: tf.Tensor, d: tf.Tensor, term: SampleTerm) => {
    const both = tf.concat([y, y], 0) as tf.Tensor4D;
    const members = tf.split(settleGraph(f as tf.Tensor4D, both, rain), 2, 0) as tf.Tensor4D[];
    const seen = term.of === undefined ? [d as tf.Tensor4D] : [];
    return tf.add(fairEnergy(members, t), sampleEnergy(members, t as tf.Tensor4D, term, seen)) as tf.Scalar;
  };
  for (const term of terms) {
    const program = await compile(
      (f, y, t, d) => {
        const { value: v, grad } = tf.valueAndGrad((x: tf.Tensor) => value(x, y!, t!, d!, term))(f!) as {
          value: tf.Tensor;
          grad: tf.Tensor;
        };
        return [v, grad];
      },
      [{ shape: [2, 8, 8, 1] }, { shape: [1, 2, 2, 1] }, { shape: [1, 8, 8, 1] }, { shape: [3, 3, 1, 4] }],
      float64,
    );
    const at = async (x: Float64Array) => (await program.run([x, coarse, truth, directions])) as Float64Array[];
    const [, gradient] = await at(field);
    const step = 1e-6;
    for (const pixel of [5, 23, 40, 61, 70, 127]) {
      const [up, down] = [field.slice(), field.slice()];
      up[pixel]! += step;
      down[pixel]! -= step;
      const slope = ((await at(up))[0]![0]! - (await at(down))[0]![0]!) / (2 * step);
      close(gradient![pixel]!, slope, 1e-7, `${term.kind} ${term.of ?? "patches"} ${pixel}:`);
    }
    // The first block is dry.
    for (let i = 0; i < 32; i++) if (i % 8 < 4) assert.is(Math.abs(gradient![i]!), 0);
    assert.ok(gradient!.every(Number.isFinite));
    await program.dispose();
  }
});

test("directions have mean 0 and norm 1, and the sorted energy of pixels is made of W₁ on the line", async () => {
  const directions = patchDirections(rng(1), [5, 5, 1, 7]);
  for (let k = 0; k < 7; k++) {
    const one = directions.filter((_, i) => i % 7 === k);
    close(
      one.reduce((a, b) => a + b),
      0,
      1e-6,
    );
    close(
      one.reduce((a, b) => a + b * b, 0),
      1,
      1e-6,
    );
  }
  const [a, b, y] = ["a", "b", "y"].map((name) => normals(name, 36)) as [Float64Array, Float64Array, Float64Array];
  const image = { shape: [1, 6, 6, 1] };
  const program = await compile(
    (...t) => [sampleEnergy(t.slice(0, 2) as tf.Tensor4D[], t[2] as tf.Tensor4D, terms[2]!)],
    [image, image, image],
    float64,
  );
  const [score] = await program.run([a, b, y]);
  await program.dispose();
  const w = (u: Float64Array, v: Float64Array) => wasserstein1d(u, v).value;
  close(score![0]!, (w(a, y) + w(b, y)) / 2 - w(a, b) / 2, 1e-12);
});

test("the energies of maxima and of patches of several sides are made of W₁ on the line, and a tail weighs upper quantiles", async () => {
  const [a, b, y] = ["a", "b", "y"].map((name) => normals(name, 64)) as [Float64Array, Float64Array, Float64Array];
  const shapes = directionShapes({ kind: "wasserstein", weight: 1, patch: [3, 5], directions: 4 });
  assert.equal(shapes, [
    [3, 3, 1, 4],
    [5, 5, 1, 4],
  ]);
  const directions = drawAllDirections(rng(7), shapes).map((own) => Float64Array.from(own));
  assert.equal(Float32Array.from(directions[0]!), patchDirections(rng(7), shapes[0]!));
  const image = { shape: [1, 8, 8, 1] };
  const energy = async (term: SampleTerm) => {
    const program = await compile(
      (...t) => [sampleEnergy(t.slice(0, 2) as tf.Tensor4D[], t[2] as tf.Tensor4D, term, t.slice(3) as tf.Tensor4D[])],
      [image, image, image, ...(term.of === undefined ? shapes.map((shape) => ({ shape })) : [])],
      float64,
    );
    const [score] = await program.run([a, b, y, ...(term.of === undefined ? directions : [])]);
    await program.dispose();
    return score![0]!;
  };
  const fair = (d: (u: Float64Array, v: Float64Array) => number) => (d(a, y) + d(b, y) - d(a, b)) / 2;
  const maxima = (x: Float64Array, k: number) =>
    Float64Array.from({ length: (8 / k) ** 2 }, (_, block) => {
      const [top, left] = [k * Math.floor(block / (8 / k)), k * (block % (8 / k))];
      return Math.max(
        ...x.filter((_, i) => {
          const [y, z] = [Math.floor(i / 8), i % 8];
          return y >= top && y < top + k && z >= left && z < left + k;
        }),
      );
    });
  for (const k of [2, 4]) {
    const exact = fair((u, v) => wasserstein1d(maxima(u, k), maxima(v, k)).value);
    close(await energy({ kind: "wasserstein", of: "maxima", patch: k, weight: 1 }), exact, 1e-12, `maxima ${k}`);
  }
  const seen = (x: Float64Array, side: number, own: Float64Array, column: number) => {
    const out: number[] = [];
    for (let top = 0; top + side <= 8; top++) {
      for (let left = 0; left + side <= 8; left++) {
        let sum = 0;
        for (let i = 0; i < side * side; i++) {
          sum += own[4 * i + column]! * x[(top + Math.floor(i / side)) * 8 + left + (i % side)]!;
        }
        out.push(sum);
      }
    }
    return Float64Array.from(out);
  };
  let patches = 0;
  for (const [n, side] of [3, 5].entries()) {
    for (let column = 0; column < 4; column++) {
      patches +=
        fair(
          (u, v) => wasserstein1d(seen(u, side, directions[n]!, column), seen(v, side, directions[n]!, column)).value,
        ) / 8;
    }
  }
  close(await energy({ kind: "wasserstein", weight: 1, patch: [3, 5], directions: 4 }), patches, 1e-12, "patches");
  const weight = { quantileWeight: upperTailWeight(0.05) };
  close(
    await energy({ kind: "wasserstein", of: "pixels", weight: 1, tail: 0.05 }),
    fair((u, v) => wasserstein1d(u, v, weight).value),
    1e-9,
    "tail",
  );
});

test("with a cut, what the loss judges is what is delivered: dry below the threshold, then conserved again", async () => {
  const program = await compile(
    (f, y) => {
      const { value, grad } = tf.valueAndGrad((x: tf.Tensor) =>
        tf.sum(settleGraph(x as tf.Tensor4D, tf.concat([y!, y!], 0) as tf.Tensor4D, rain, 0.5)),
      )(f!) as { value: tf.Tensor; grad: tf.Tensor };
      return [settleGraph(f as tf.Tensor4D, tf.concat([y!, y!], 0) as tf.Tensor4D, rain, 0.5), value, grad];
    },
    [{ shape: [2, 8, 8, 1] }, { shape: [1, 2, 2, 1] }],
    float64,
  );
  const [inGraph, , gradient] = await program.run([field, coarse]);
  await program.dispose();
  const onHost = Float32Array.from(field);
  const rates = { values: Float32Array.from(coarse), height: 2, width: 2 };
  settle(onHost, rates, rain);
  const values = onHost.map((f) => rain.unit * Math.expm1(f)).map((r) => (r < 0.5 ? 0 : r));
  const fine = { values, shape: [1, 2, 8, 8] };
  const delivered = conserveBlocks(fine, { values: rates.values, shape: [1, 2, 2] }, 4).values;
  for (const [i, r] of delivered.entries())
    close(rain.unit * Math.expm1(inGraph![i]!), r, 1e-5 * (1 + r), `pixel ${i}`);
  assert.ok(inGraph!.filter((v) => v === 0).length > 40);
  assert.ok(gradient!.every(Number.isFinite));
});

test("the fair energy of W₁ is least at the true law of images, and without its second part at no spread", async () => {
  const [cases, side] = [400, 10];
  const pixels = side * side;
  /** White images of random amplitude exp(s z), smoothed by a share of the neighbour. */
  const draw = (name: string, spread: number, smooth: number) => {
    const white = normals(`${name} white`, cases * pixels);
    const scale = normals(`${name} scale`, cases).map((z) => Math.exp(spread * z));
    return white.map((z, i) => scale[Math.floor(i / pixels)]! * (z + smooth * white[i % side ? i - 1 : i]!));
  };
  const image = { shape: [cases, side, side, 1] };
  const directions = Float64Array.from(patchDirections(rng(2), [3, 3, 1, 6]));
  const y = draw("y", 0.6, 0.5);
  const program = await compile(
    (a, b, t, d) => {
      const score = (members: readonly tf.Tensor[]) =>
        sampleEnergy(members as tf.Tensor4D[], t as tf.Tensor4D, terms[0]!, [d as tf.Tensor4D]);
      // With a member twice the second part is half of nothing apart: the unfair form.
      return [score([a!, b!]), tf.div(tf.add(score([a!, a!]), score([b!, b!])), 2)];
    },
    [image, image, image, { shape: [3, 3, 1, 6] }],
    float64,
  );
  const scores = async (spread: number, smooth: number) => {
    const [fair, unfair] = await program.run([draw("a", spread, smooth), draw("b", spread, smooth), y, directions]);
    return { fair: fair![0]!, unfair: unfair![0]! };
  };
  const law = await scores(0.6, 0.5);
  for (const [spread, smooth] of [
    [0.2, 0.5],
    [0, 0.5],
    [1, 0.5],
    [0.6, 0],
    [0.6, 1],
  ] as const) {
    const other = await scores(spread, smooth);
    assert.ok(other.fair > law.fair, `spread ${spread}, smoothing ${smooth}: ${other.fair} against ${law.fair}`);
  }
  assert.ok((await scores(0.2, 0.5)).unfair < law.unfair);
  await program.dispose();
});

test("noise belongs to global pixels and blocks: windows that overlap agree bit for bit, and images and members differ", () => {
  const draw = (origin: readonly [number, number], height: number, width: number, member = 0) => {
    const out = new Float32Array(height * width * noiseBlocks.length);
    noiseImages({ seed: 7, frame: 2, member, origin, height, width }, out);
    return (y: number, x: number, k: number) =>
      out[((y - origin[0]) * width + x - origin[1]) * noiseBlocks.length + k]!;
  };
  const whole = draw([-6, 8], 24, 20);
  const part = draw([3, 13], 7, 9);
  const other = draw([3, 13], 7, 9, 1);
  for (let y = 3; y < 10; y++) {
    for (let x = 13; x < 22; x++) {
      for (const [k, side] of noiseBlocks.entries()) {
        assert.is(part(y, x, k), whole(y, x, k));
        assert.is.not(other(y, x, k), part(y, x, k));
        const [top, left] = [Math.floor(y / side), Math.floor(x / side)];
        const z = normalField({ seed: 7, channel: 2, member: 0, step: k, top, left, height: 1, width: 1 })[0]!;
        assert.is(part(y, x, k), z);
      }
    }
  }
});

test("the noise of training is white of variance 1 with constant blocks", () => {
  const noise = noiseBatch(rng(1), 40, 16);
  for (const [k, side] of noiseBlocks.entries()) {
    const image = noise.filter((_, i) => i % 4 === k);
    const blocks = image.length / side ** 2;
    const variance = image.reduce((sum, z) => sum + z * z, 0) / image.length;
    // The variance of blocks normal squares is 2/blocks.
    close(variance, 1, 4 * Math.sqrt(2 / blocks), `image ${k}`);
    for (let i = 0; i < image.length; i += 7) {
      const [n, y, x] = [Math.floor(i / 256), Math.floor(i / 16) % 16, i % 16];
      const corner = n * 256 + (y - (y % side)) * 16 + x - (x % side);
      assert.is(image[i], image[corner]);
    }
  }
});

test.run();
