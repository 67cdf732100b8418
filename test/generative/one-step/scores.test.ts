/** The losses of the one-step generator against exact and independent forms. */

import { compile, rng, tf } from "../../../engine/index.ts";
import { blockMean } from "../../../engine/numerics/grid.ts";
import { normalField } from "../../../engine/random/noise-field.ts";
import { conserve, conserveGraph } from "../../../generative/one-step/conservation.ts";
import { fairEnergy } from "../../../generative/one-step/fair-energy.ts";
import { noiseBatch, noiseBlocks, noiseImages } from "../../../generative/one-step/noise.ts";
import { meanCrps } from "../../../verification/scores/crps.ts";
import { assert, close, test } from "../../harness.ts";

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
    (f, y) => [conserveGraph(f as tf.Tensor4D, tf.concat([y!, y!], 0) as tf.Tensor4D, rain)],
    [{ shape: [2, 8, 8, 1] }, { shape: [1, 2, 2, 1] }],
  );
  const single = Float32Array.from(field);
  const [inGraph] = await program.run([single, Float32Array.from(coarse)]);
  await program.dispose();
  const onHost = single.slice();
  conserve(onHost, { values: Float32Array.from(coarse), shape: [2, 2] }, rain);
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

test("the gradient of CRPS through conservation is that of central differences, and exactly 0 where it is dry", async () => {
  const truth = normals("other", 64).map((z) => Math.abs(z));
  const value = (f: tf.Tensor, y: tf.Tensor, t: tf.Tensor) => {
    const both = tf.concat([y, y], 0) as tf.Tensor4D;
    return fairEnergy(tf.split(conserveGraph(f as tf.Tensor4D, both, rain), 2, 0), t);
  };
  const program = await compile(
    (f, y, t) => {
      const { value: v, grad } = tf.valueAndGrad((x: tf.Tensor) => value(x, y!, t!))(f!) as {
        value: tf.Tensor;
        grad: tf.Tensor;
      };
      return [v, grad];
    },
    [{ shape: [2, 8, 8, 1] }, { shape: [1, 2, 2, 1] }, { shape: [1, 8, 8, 1] }],
    float64,
  );
  const at = async (x: Float64Array) => (await program.run([x, coarse, truth])) as Float64Array[];
  const [, gradient] = await at(field);
  const step = 1e-6;
  for (const pixel of [5, 23, 40, 61, 70, 127]) {
    const [up, down] = [field.slice(), field.slice()];
    up[pixel]! += step;
    down[pixel]! -= step;
    const slope = ((await at(up))[0]![0]! - (await at(down))[0]![0]!) / (2 * step);
    close(gradient![pixel]!, slope, 1e-7, `${pixel}:`);
  }
  // The first block is dry.
  for (let i = 0; i < 32; i++) if (i % 8 < 4) assert.is(Math.abs(gradient![i]!), 0);
  assert.ok(gradient!.every(Number.isFinite));
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
