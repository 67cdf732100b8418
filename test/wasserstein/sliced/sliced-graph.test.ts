import { compile, isMongeError, rng, tf } from "../../../engine/index.ts";
import { compileProjector } from "../../../wasserstein/sliced/compiled-projector.ts";
import { sampleDirections } from "../../../wasserstein/sliced/directions.ts";
import { type SlicedGraphOptions, slicedWassersteinGraph } from "../../../wasserstein/sliced/graph.ts";
import { maxSlicedWasserstein } from "../../../wasserstein/sliced/max-sliced.ts";
import { slicedWasserstein } from "../../../wasserstein/sliced/sliced.ts";
import { assert, close, test } from "../../harness.ts";
import { normalCloud } from "./sliced-cases.ts";

await tf.setBackend("cpu");

const [n, dim, count] = [24, 5, 7];
const x = normalCloud(rng(1), n, dim);
const y = normalCloud(rng(2), n, dim, 0.5, 1.3);
const directions = sampleDirections(count, dim, { rng: rng(3) });

const step =
  (options: SlicedGraphOptions) =>
  (...inputs: tf.Tensor[]): tf.Tensor[] => {
    const [a, b, theta] = inputs as [tf.Tensor2D, tf.Tensor2D, tf.Tensor2D];
    const { value, grads } = tf.valueAndGrads((u, v) =>
      slicedWassersteinGraph(u as tf.Tensor2D, v as tf.Tensor2D, theta, options),
    )([a, b]);
    return [value, ...grads];
  };
const specs = [{ shape: [n, dim] }, { shape: [n, dim] }, { shape: [count, dim] }];

for (const estimator of ["mean", "controlVariate", "energy"] as const) {
  test(`compiled in float64, value and gradients of "${estimator}" are those of the host`, async () => {
    for (const p of [1, 1.5, 2]) {
      const compiled = await compile(step({ p, estimator }), specs, { precision: "float64" });
      const [value, dx, dy] = await compiled.run([x.points, y.points, directions.points]);
      const host = slicedWasserstein(x, y, { p, estimator, directions });
      close(value![0]!, host.value, 1e-12);
      const slopes = host.gradient();
      for (const [i, g] of slopes.x.entries()) close(dx![i]!, g, 1e-13, `p ${p}, dx`);
      for (const [i, g] of slopes.y.entries()) close(dy![i]!, g, 1e-13, `p ${p}, dy`);
      await compiled.dispose();
    }
  });

  test(`eager and compiled float32 of "${estimator}" agree with the host to single precision`, async () => {
    const floats = [x, y, directions].map((c) => Float32Array.from(c.points));
    const host = slicedWasserstein(x, y, { estimator, directions });
    const slopes = host.gradient();
    const eager = step({ estimator })(...floats.map((v, i) => tf.tensor(v, [...specs[i]!.shape])));
    const compiled = await compile(step({ estimator }), specs);
    const fast = await compiled.run(floats);
    for (const [k, wanted] of [[host.value], slopes.x, slopes.y].entries()) {
      const slow = eager[k]!.dataSync();
      for (const [i, v] of wanted.entries()) {
        close(slow[i]!, v, 2e-5);
        close(fast[k]![i]!, v, 2e-5);
      }
    }
    await compiled.dispose();
  });
}

test("on the best direction, found on the host, the graph is the max-sliced distance and its gradient", async () => {
  // Many points, for which kinks are small: at a kink the host takes the mean over the matchings that meet.
  const [a, b] = [normalCloud(rng(4), 400, 3), normalCloud(rng(5), 400, 3, 0.5)];
  const best = maxSlicedWasserstein(a, b, { rng: rng(6) });
  const shape = [400, 3];
  const compiled = await compile(step({}), [{ shape }, { shape }, { shape: [1, 3] }], { precision: "float64" });
  const [value, dx] = await compiled.run([a.points, b.points, best.direction]);
  close(value![0]!, best.value, 1e-12);
  const size = Math.hypot(...best.gradient().x);
  close(Math.hypot(...best.gradient().x.map((g, i) => g - dx![i]!)) / size, 0, 0.05);
  await compiled.dispose();
});

test("equal clouds have value 0 and gradient 0, not NaN", () => {
  for (const estimator of ["mean", "controlVariate", "energy"] as const) {
    const points = tf.tensor2d(Float32Array.from(x.points), [n, dim]);
    const theta = tf.tensor2d(Float32Array.from(directions.points), [count, dim]);
    for (const t of step({ estimator })(points, points, theta)) {
      assert.ok(
        t.dataSync().every((v) => v === 0),
        estimator,
      );
    }
  }
});

test("native projections give the host's estimate", async () => {
  const projector = await compileProjector({ count: n, dim, directions: count });
  const projections = { x: await projector.project(x, directions), y: await projector.project(y, directions) };
  const plain = slicedWasserstein(x, y, { directions });
  const given = slicedWasserstein(x, y, { directions, projections });
  close(given.value, plain.value, 1e-13);
  const slopes = given.gradient().x;
  for (const [i, g] of plain.gradient().x.entries()) close(slopes[i]!, g, 1e-14);
  close(slicedWasserstein(x, y, { directions, projections }).value, plain.value, 1e-13);
  const small = normalCloud(rng(1), 3, dim);
  let refused: unknown;
  await projector.project(small, directions).catch((error: unknown) => {
    refused = error;
  });
  assert.ok(isMongeError(refused) && refused.kind === "shape");
  await projector.dispose();
});

test("shapes and options that do not fit are refused", () => {
  const refused = (run: () => unknown, kind: string) =>
    assert.throws(run, (e: unknown) => isMongeError(e) && e.kind === kind, kind);
  const cloud = tf.zeros([4, 3]) as tf.Tensor2D;
  const theta = tf.zeros([2, 3]) as tf.Tensor2D;
  refused(() => slicedWassersteinGraph(cloud, tf.zeros([5, 3]), theta), "shape");
  refused(() => slicedWassersteinGraph(cloud, cloud, tf.zeros([2, 4])), "shape");
  refused(() => slicedWassersteinGraph(cloud, cloud, theta, { p: 0 }), "options");
  refused(() => slicedWassersteinGraph(cloud, cloud, theta, { estimator: "median" as "mean" }), "options");
});

test.run();
