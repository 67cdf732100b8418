/** The Wasserstein regularizer: derivatives, the forms of host and graph against one another, and the norm on grids. */
import { compile, OptionsError, rng, tf } from "../../../engine/index.ts";
import {
  dualSobolevNorm,
  slicedWasserstein,
  type WassersteinTermOptions,
  wassersteinTerm,
} from "../../../wasserstein/index.ts";
import { ofImages, ofMasses, placesOf, placesSpecs } from "../../../wasserstein/term/index.ts";
import { assert, close, test, throws } from "../../harness.ts";

const cloud = (seed: number, count: number, dim: number) => {
  const stream = rng(seed);
  return { points: stream.uniform(count * dim), count, dim, weights: stream.uniform(count).map((w) => w + 0.1) };
};
const terms: readonly WassersteinTermOptions[] = [{}, { p: 2 }, { norm: "dual-sobolev", modes: 20 }];

for (const options of terms) {
  test(`${JSON.stringify(options)}: gradients in points and weights of both clouds are central differences`, () => {
    const [x, y] = [cloud(1, 7, 2), cloud(2, 5, 2)];
    const term = wassersteinTerm(options);
    const value = (a = x, b = y) => term.distance(a, b, { rng: rng(3) }).value;
    const gradient = term.distance(x, y, { rng: rng(3) }).gradient();
    const h = 1e-6;
    const moved = (values: Float64Array, at: number, by: number) => values.map((v, i) => (i === at ? v + by : v));
    const check = (found: number, up: number, down: number) =>
      assert.ok(Math.abs(found - (up - down) / (2 * h)) < 1e-7, `${found} ${(up - down) / (2 * h)}`);
    for (const at of [0, 3, 8]) {
      const [up, down] = [h, -h].map((by) => value({ ...x, points: moved(x.points, at, by) }));
      check(gradient.x[at]!, up!, down!);
      const [more, less] = [h, -h].map((by) => value(x, { ...y, points: moved(y.points, at, by) }));
      check(gradient.y[at]!, more!, less!);
    }
    for (const at of [0, 4]) {
      const [up, down] = [h, -h].map((by) => value({ ...x, weights: moved(x.weights, at, by) }));
      check(gradient.xWeights[at]!, up!, down!);
      const [more, less] = [h, -h].map((by) => value(x, { ...y, weights: moved(y.weights, at, by) }));
      check(gradient.yWeights[at]!, more!, less!);
    }
  });
}

for (const dim of [1, 2, 5]) {
  for (const options of [{ directions: 12 }, { norm: "dual-sobolev", modes: 30 }] as const) {
    test(`${dim} axes, ${JSON.stringify(options)}: value and gradient in masses inside of a compiled step are those of the host`, async () => {
      const term = wassersteinTerm(options);
      const count = 40;
      const x = cloud(dim, count, dim);
      const y = { ...x, weights: cloud(9, count, dim).weights };
      const box = { low: new Array<number>(dim).fill(0), high: new Array<number>(dim).fill(1) };
      const places = placesOf(term, x.points, box, rng(4));
      const program = await compile(
        (a, b, ...rest) => {
          const share = (w: tf.Tensor) => tf.div(w, tf.sum(w)) as tf.Tensor1D;
          const { value, grad } = tf.valueAndGrad((w: tf.Tensor) => ofMasses(term, share(w), share(b!), rest))(a!);
          return [tf.reshape(value, [1]), grad];
        },
        [{ shape: [count] }, { shape: [count] }, ...placesSpecs(term, count, dim)],
        { precision: "float64" },
      );
      const [value, gradient] = (await program.run([x.weights, y.weights, ...places])) as [Float64Array, Float64Array];
      // Both draw the same directions.
      const host = term.distance(x, y, { rng: rng(4) });
      close(value[0]!, host.value, 1e-13);
      const expected = host.gradient().xWeights;
      for (const [i, slope] of gradient.entries()) close(slope, expected[i]!, 1e-12);
      await program.dispose();
    });
  }
}

test("with many cosines the norm is that of the cells: Ḣ⁻¹ of two bumps on a grid", () => {
  const side = 24;
  const centres = Float64Array.from({ length: 2 * side ** 2 }, (_, at) => {
    const cell = Math.floor(at / 2);
    return ((at % 2 === 0 ? Math.floor(cell / side) : cell % side) + 0.5) / side;
  });
  const bump = (a: number) =>
    Float64Array.from({ length: side ** 2 }, (_, i) =>
      Math.exp(-20 * ((centres[2 * i]! - a) ** 2 + (centres[2 * i + 1]! - 0.4) ** 2)),
    );
  const normal = (w: Float64Array) => w.map((v) => v / w.reduce((a, b) => a + b, 0));
  const [x, y] = [normal(bump(0.3)), normal(bump(0.6))];
  const set = { points: centres, count: side ** 2, dim: 2 };
  const found = wassersteinTerm({ norm: "dual-sobolev", modes: 150 }).distance(
    { ...set, weights: x },
    { ...set, weights: y },
  ).value;
  const density = x.map((v, i) => (v - y[i]!) * side ** 2);
  const cells = dualSobolevNorm({ values: density, shape: [side, side] }, { spacing: 1 / side }).value;
  // Cells have the eigenvalues (2/h sin(kπh/2))², 0.5 % below (kπ)² where most of the norm is.
  close(found / cells, 1, 0.01);
});

test("on a line the norm is ∫ (F − G)², and the sorted term W₁ itself", () => {
  const at = (x: number) => ({ points: Float64Array.of(x), count: 1, dim: 1 });
  const { value } = wassersteinTerm({ norm: "dual-sobolev", modes: 400 }).distance(at(0.3), at(0.7));
  close(value, 0.4, 1e-3); // the tail of Σ 2/(πk)² beyond 400 is 5e-4
  close(wassersteinTerm({ norm: "sorted" }).distance(at(0.3), at(0.7)).value, 0.4, 1e-15);
});

test("of images: sliced over the batch, sorted over pixels, and the norm of differences as densities", () => {
  const [batch, side] = [3, 4];
  const draw = (seed: number) =>
    tf.tensor4d(Float32Array.from(rng(seed).normal(batch * side * side)), [batch, side, side, 1]);
  const [a, b] = [draw(1), draw(2)];
  const sorted = wassersteinTerm({ norm: "sorted", p: 2 });
  const rows = (x: tf.Tensor, i: number) => Float64Array.from(x.dataSync()).subarray(i * 16, (i + 1) * 16);
  let expected = 0;
  for (let i = 0; i < batch; i++) {
    const [x, y] = [a, b].map((t) => ({ points: rows(t, i), count: 16, dim: 1 }));
    expected += sorted.distance(x!, y!).value / batch;
  }
  close(ofImages(sorted, a, b).dataSync()[0]!, expected, 1e-5);
  const norm = wassersteinTerm({ norm: "dual-sobolev", modes: 6 });
  // A wave cos(πx₂) of height 1 has the coefficient 1/√2, and 1/2 /π² in the norm.
  const wave = tf.tensor4d(
    Array.from({ length: 16 }, (_, i) => Math.cos((Math.PI * ((i % 4) + 0.5)) / 4)),
    [1, 4, 4, 1],
  );
  close(ofImages(norm, wave as tf.Tensor4D, tf.zeros([1, 4, 4, 1])).dataSync()[0]!, 0.5 / Math.PI ** 2, 1e-6);
});

test("the distance is that of the sliced form, and options that cannot be are refused by name", () => {
  const [x, y] = [cloud(1, 7, 3), cloud(2, 5, 3)];
  const found = wassersteinTerm({ p: 2, directions: 9 }).distance(x, y, { rng: rng(5) }).value;
  assert.is(found, slicedWasserstein(x, y, { p: 2, directions: 9, rng: rng(5), normalize: true }).value);
  const refused = (options: object, option: string) =>
    throws(
      () => wassersteinTerm(options),
      OptionsError,
      new RegExp(`wassersteinTerm: (unknown option "${option}"|${option} is)`),
    );
  refused({ weight: -1 }, "weight");
  refused({ weight: 2, mixed: true }, "weight");
  refused({ mixed: 1 }, "mixed");
  refused({ norm: "l2" }, "norm");
  refused({ p: 0.5 }, "p");
  refused({ directions: 0 }, "directions");
  refused({ modes: 1.5 }, "modes");
  refused({ lambda: 1 }, "lambda");
  throws(() => wassersteinTerm({ norm: "sorted" }).distance(x, y), OptionsError, /norm is "sorted"/);
  throws(() => wassersteinTerm().distance(x, y), OptionsError, /rng/);
  throws(
    () => wassersteinTerm({ norm: "dual-sobolev" }).distance(x, { ...y, points: y.points.map((v) => v + 1) }),
    Error,
    /outside of the box/,
  );
});

test.run();
