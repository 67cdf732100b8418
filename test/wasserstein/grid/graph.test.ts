import { compile, DomainError, OptionsError, ShapeError, tf } from "../../../engine/index.ts";
import {
  type GridGraphOptions,
  gridDivergence,
  gridDivergenceGraph,
  gridTransport,
  gridTransportGraph,
} from "../../../wasserstein/grid/index.ts";
import { assert, close, test, throws } from "../../harness.ts";
import { randomField } from "./fields.ts";

await tf.setBackend("cpu");

const join = (...lists: readonly Float64Array[]): Float64Array => Float64Array.from(lists.flatMap((l) => [...l]));
const tight = { tolerance: 1e-12, maxIterations: 20_000 };

test("compiled in float64, value and gradients are those on the host, with and without reach, in two and three axes", async () => {
  const both = [gridTransportGraph, gridDivergenceGraph];
  // The second ε is beyond what products of matrices hold; there 50 updates are not the end.
  for (const [shape, reach, epsilon, graphs, value1, slope1] of [
    [[6, 7], undefined, 0.3, both, 1e-8, 1e-5],
    [[6, 7], undefined, 0.05, [gridDivergenceGraph], 1e-5, 3e-2],
    [[6, 7], 1, 0.3, both, 1e-8, 1e-5],
    [[3, 4, 3], 1, 0.3, [gridDivergenceGraph], 1e-8, 1e-5],
  ] as const) {
    const n = shape.reduce((s, v) => s * v, 1);
    const fields = [1, 2, 3, 4].map((seed) => randomField(seed, shape, 0.2));
    const [a, b] = [fields.slice(0, 2), fields.slice(2)];
    const spacing = shape.map((_, k) => 0.2 + 0.1 * k);
    const factor = reach ? 1.5 : 1;
    const scaled = b.map((f) => ({ ...f, values: f.values.map((v) => factor * v) }));
    const options: GridGraphOptions = {
      spacing,
      epsilon,
      iterations: epsilon < 0.1 ? 50 : 36,
      ...(reach && { reach }),
    };
    const step = await compile(
      (x, y) =>
        graphs.flatMap((graph) => {
          const loss = (u: tf.Tensor, v: tf.Tensor) => graph(u, v, options);
          const { value, grads } = tf.valueAndGrads(loss)([x!, y!]);
          return [value, ...grads];
        }),
      [{ shape: [2, ...shape] }, { shape: [2, ...shape] }],
      { precision: "float64" },
    );
    const out = await step.run([join(...a.map((f) => f.values)), join(...scaled.map((f) => f.values))]);
    const hosts = graphs.map((graph) => (graph === gridTransportGraph ? gridTransport : gridDivergence));
    for (const [which, host] of hosts.entries()) {
      const [value, ofA, ofB] = out.slice(3 * which);
      const own = a.map((f, k) => host(f, scaled[k]!, { spacing, epsilon, ...tight, ...(reach && { reach }) }));
      const what = `${shape}, reach ${reach}, ε ${epsilon}, ${host.name}`;
      const objective = (r: (typeof own)[number]) => ("entropicValue" in r ? r.entropicValue : r.value);
      close(value![0]!, (objective(own[0]!) + objective(own[1]!)) / 2, value1, what);
      for (const [k, r] of own.entries()) {
        const { xWeights: u, yWeights: v } = r.gradient();
        const size = u.reduce((top, w) => Math.max(top, Math.abs(w)), 0);
        for (let i = 0; i < n; i++) {
          close(2 * ofA![k * n + i]!, u[i]!, slope1 * size, `a ${what}`);
          close(2 * ofB![k * n + i]!, v[i]!, slope1 * size, `b ${what}`);
        }
      }
    }
    await step.dispose();
  }
});

test("in float32 and eagerly it is the same to rounding, and 0 for equal fields after any number of updates, with derivative 0 at the end", () => {
  const [a, b] = [randomField(5, [8, 9]), randomField(6, [8, 9])];
  const tensor = (f: { values: Float64Array }) => tf.tensor3d([...f.values], [1, 8, 9]);
  const options = { epsilon: 4, iterations: 40 };
  const host = gridDivergence(a, b, { epsilon: 4, ...tight }).value;
  close(gridDivergenceGraph(tensor(a), tensor(b), options).dataSync()[0]!, host, 1e-4);
  for (const iterations of [1, 5, 60]) {
    const { value, grads } = tf.valueAndGrads((u, v) => gridDivergenceGraph(u!, v!, { epsilon: 1, iterations }))([
      tensor(a),
      tensor(a),
    ]);
    close(value.dataSync()[0]!, 0, 1e-4);
    if (iterations === 60) for (const slope of grads[0]!.dataSync()) close(slope, 0, 1e-3);
  }
});

test("masked cells may hold NaN and change nothing; on the sphere lengths are those of the host at one true latitude", async () => {
  const [a, b] = [randomField(7, [5, 6]), randomField(8, [5, 6])];
  const mask = Float64Array.from({ length: 30 }, (_, i) => (i % 7 === 3 ? 0 : 1));
  const holed = (f: { values: Float64Array }) => f.values.map((v, i) => (mask[i] ? v : Number.NaN));
  const iterations = 30;
  const step = await compile(
    (x, y) => {
      const loss = (u: tf.Tensor, v: tf.Tensor) => gridDivergenceGraph(u, v, { epsilon: 1.5, mask, iterations });
      const { value, grads } = tf.valueAndGrads(loss)([x!, y!]);
      return [value, ...grads];
    },
    [{ shape: [1, 5, 6] }, { shape: [1, 5, 6] }],
    { precision: "float64" },
  );
  const [value, slope] = (await step.run([holed(a), holed(b)])) as Float64Array[];
  await step.dispose();
  const own = (f: { values: Float64Array; shape: readonly number[] }) => ({ ...f, values: holed(f), mask });
  const host = gridDivergence(own(a), own(b), { epsilon: 1.5, ...tight, normalize: true });
  close(value![0]!, host.value, 1e-7 * host.value);
  const { xWeights: slopes } = host.gradient();
  const size = slopes.reduce((top, v, i) => (mask[i] ? Math.max(top, Math.abs(v)) : top), 0);
  for (let i = 0; i < 30; i++) {
    if (mask[i]) close(slope![i]!, slopes[i]!, 1e-4 * size, `cell ${i}`);
    else assert.is(slope![i], 0);
  }
  const sphere = { latitude: [40, 41, 42, 43, 44], longitude: [0, 1, 2, 3, 4, 5], trueLatitude: 43 };
  const [u, v] = [a, b].map(({ values }) => tf.tensor3d([...values], [1, 5, 6])) as [tf.Tensor, tf.Tensor];
  const far = gridDivergenceGraph(u, v, { blur: 90, sphere, iterations }).dataSync()[0]!;
  const known = gridDivergence(a, b, { blur: 90, sphere, ...tight, normalize: true }).value;
  close(far, known, 1e-3 * known);
});

test("on great circles, with levels above one another too, value and gradients are those of the host", async () => {
  for (const [shape, reach] of [
    [[5, 6], undefined],
    [[2, 3, 4], 1500],
  ] as const) {
    const [a, b] = [randomField(9, shape), randomField(10, shape)];
    const [lat, lon] = shape.slice(-2) as [number, number];
    const sphere = {
      latitude: Float64Array.from({ length: lat }, (_, i) => 80 - 9 * i),
      longitude: Float64Array.from({ length: lon }, (_, i) => 340 + 11 * i),
      metric: "great-circle" as const,
    };
    const options = { sphere, blur: 700, ...(shape.length === 3 && { spacing: 700 }), ...(reach && { reach }) };
    const step = await compile(
      (x, y) => {
        const loss = (u: tf.Tensor, v: tf.Tensor) => gridDivergenceGraph(u, v, { ...options, iterations: 48 });
        const { value, grads } = tf.valueAndGrads(loss)([x!, y!]);
        return [value, ...grads];
      },
      [{ shape: [1, ...shape] }, { shape: [1, ...shape] }],
      { precision: "float64" },
    );
    const [value, slope] = (await step.run([a.values, b.values])) as Float64Array[];
    await step.dispose();
    const host = gridDivergence(a, b, { ...options, ...tight, ...(reach === undefined && { normalize: true }) });
    close(value![0]!, host.value, 1e-7 * host.value, `${shape}`);
    const { xWeights: slopes } = host.gradient();
    const size = slopes.reduce((top, v) => Math.max(top, Math.abs(v)), 0);
    for (const [i, v] of slopes.entries()) close(slope![i]!, v, 1e-5 * size, `${shape}, cell ${i}`);
  }
});

test("what does not fit is refused", () => {
  const x = tf.ones([1, 3, 4]);
  const wide = { latitude: new Float64Array(33).map((_, i) => i), longitude: new Float64Array(64).map((_, i) => i) };
  const field = tf.ones([1, 33, 64]);
  throws(
    () => gridDivergenceGraph(field, field, { blur: 100, sphere: { ...wide, metric: "great-circle" } }),
    DomainError,
    /2112 cells on great circles, expected at most 2048; take sphere.metric "separable"/,
  );
  throws(() => gridTransportGraph(x, tf.ones([1, 4, 3]), { epsilon: 1 }), ShapeError, /y: expected/);
  throws(() => gridTransportGraph(tf.ones([4]), tf.ones([4]), { epsilon: 1 }), ShapeError, /shape/);
  throws(() => gridTransportGraph(x, x, {}), OptionsError, /one of epsilon and blur/);
  throws(() => gridDivergenceGraph(x, x, { epsilon: 1, iterations: 0 }), OptionsError, /iterations is 0/);
  throws(() => gridDivergenceGraph(x, x, { epsilon: -1 }), OptionsError, /epsilon is -1/);
  throws(() => gridDivergenceGraph(x, x, { epsilon: 1, mask: [1] }), ShapeError, /mask/);
  assert.ok(gridDivergenceGraph(x, x, { blur: 1 }).dataSync()[0]! < 1e-4);
});

test.run();
