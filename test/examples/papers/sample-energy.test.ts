/** The fair energy of a Wasserstein distance between members and the truth, against exact and independent forms. */

import { compile, rng, tf } from "../../../engine/index.ts";
import { patchDirections } from "../../../examples/papers/patches.ts";
import { type SampleEnergyOptions, sampleEnergy } from "../../../examples/papers/sample-energy.ts";
import type { LossTerm } from "../../../generative/diffusion/index.ts";
import { conserveGraph } from "../../../generative/one-step/conservation.ts";
import { fairEnergy } from "../../../generative/one-step/fair-energy.ts";
import { upperTailWeight, wasserstein1d } from "../../../wasserstein/index.ts";
import { assert, close, test } from "../../harness.ts";

const normals = (name: string, count: number) => rng(5).split(name).normal(new Float64Array(count));
const float64 = { precision: "float64" } as const;
const rain = { factor: 4, unit: 0.3 };
const field = normals("field", 2 * 8 * 8).map((z) => 1.5 * z);
const coarse = Float64Array.of(0, 1.7, 0.02, 30);

const terms = {
  patches: sampleEnergy({ weight: 1 }),
  "patches, unsorted": sampleEnergy({ unsorted: true, weight: 1 }),
  pixels: sampleEnergy({ of: "pixels", weight: 1 }),
  tail: sampleEnergy({ of: "pixels", weight: 1, tail: 0.05 }),
  maxima: sampleEnergy({ of: "maxima", weight: 1 }),
  "maxima, unsorted": sampleEnergy({ unsorted: true, of: "maxima", sides: [2, 4], weight: 1 }),
};
const energyOf = (term: LossTerm, samples: readonly tf.Tensor[], truth: tf.Tensor, draws: readonly tf.Tensor[] = []) =>
  term.value({ samples: samples as tf.Tensor4D[], truth: truth as tf.Tensor4D, draws });

test("the gradient of CRPS and terms through conservation is that of central differences, and exactly 0 where it is dry", async () => {
  const truth = normals("other", 64).map((z) => Math.abs(z));
  const directions = Float64Array.from(patchDirections(rng(3), [3, 3, 1, 4]));
  const value = (f: tf.Tensor, y: tf.Tensor, t: tf.Tensor, d: tf.Tensor, term: LossTerm) => {
    const both = tf.concat([y, y], 0) as tf.Tensor4D;
    const members = tf.split(conserveGraph(f as tf.Tensor4D, both, rain), 2, 0) as tf.Tensor4D[];
    const energy = term.value({ samples: members, truth: t as tf.Tensor4D, draws: [d] });
    return tf.add(fairEnergy(members, t), energy) as tf.Scalar;
  };
  for (const [name, term] of Object.entries(terms)) {
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
      close(gradient![pixel]!, slope, 1e-7, `${name} ${pixel}:`);
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
    (...t) => [energyOf(terms.pixels, t.slice(0, 2), t[2]!)],
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
  const drawn = sampleEnergy({ weight: 1, sides: [3, 5], directions: 4 }).draws!(rng(7), 8);
  const shapes = drawn.map(({ shape }) => [...shape]);
  assert.equal(shapes, [
    [3, 3, 1, 4],
    [5, 5, 1, 4],
  ]);
  const directions = drawn.map(({ values }) => Float64Array.from(values));
  assert.equal(Float32Array.from(directions[0]!), patchDirections(rng(7), shapes[0]!));
  const image = { shape: [1, 8, 8, 1] };
  const energy = async (options: SampleEnergyOptions) => {
    const patches = options.of === undefined;
    const program = await compile(
      (...t) => [energyOf(sampleEnergy(options), t.slice(0, 2), t[2]!, t.slice(3))],
      [image, image, image, ...(patches ? shapes.map((shape) => ({ shape })) : [])],
      float64,
    );
    const [score] = await program.run([a, b, y, ...(patches ? directions : [])]);
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
    close(await energy({ of: "maxima", sides: [k], weight: 1 }), exact, 1e-12, `maxima ${k}`);
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
  close(await energy({ weight: 1, sides: [3, 5], directions: 4 }), patches, 1e-12, "patches");
  const weight = { quantileWeight: upperTailWeight(0.05) };
  close(
    await energy({ of: "pixels", weight: 1, tail: 0.05 }),
    fair((u, v) => wasserstein1d(u, v, weight).value),
    1e-9,
    "tail",
  );
});

test("the fair energy of W₁ is least at the true distribution of images, and without its second part at no spread", async () => {
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
      const score = (members: readonly tf.Tensor[]) => energyOf(terms.patches, members, t!, [d!]);
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
  const truth = await scores(0.6, 0.5);
  for (const [spread, smooth] of [
    [0.2, 0.5],
    [0, 0.5],
    [1, 0.5],
    [0.6, 0],
    [0.6, 1],
  ] as const) {
    const other = await scores(spread, smooth);
    assert.ok(other.fair > truth.fair, `spread ${spread}, smoothing ${smooth}: ${other.fair} against ${truth.fair}`);
  }
  assert.ok((await scores(0.2, 0.5)).unfair < truth.unfair);
  await program.dispose();
});

test.run();
