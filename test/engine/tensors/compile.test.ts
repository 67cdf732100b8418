import {
  BackendError,
  compile,
  constant,
  isMongeError,
  KernelError,
  type MongeError,
  OptionsError,
  rng,
  ShapeError,
  type TensorSpec,
  tf,
} from "../../../engine/index.ts";
import { compileEagerly, type TensorFunction } from "../../../engine/tensors/index.ts";
import { assert, test } from "../../harness.ts";
import { compileOn } from "./compile-on.ts";

const vector: TensorSpec = { shape: [3] };
const double: TensorFunction = (x) => [tf.mul(x!, 2)];

type ErrorClass = abstract new (...args: never[]) => MongeError;

async function refused(attempt: () => unknown, type: ErrorClass, ...words: readonly RegExp[]): Promise<void> {
  let caught: unknown;
  try {
    await attempt();
  } catch (error) {
    caught = error;
  }
  assert.ok(isMongeError(caught), `expected ${type.name}, got ${String(caught)}`);
  assert.instance(caught, type);
  for (const word of words) assert.match((caught as Error).message, word);
}

test("reading the value of a traced tensor is refused and names the ways out", async () => {
  const reading: readonly TensorFunction[] = [
    (x) => [tf.mul(x!, x!.dataSync()[0]!)],
    (x) => [tf.scalar(x!.sum().arraySync() as number)],
    (x) => (tf.sum(x!).dataSync()[0]! > 0 ? [x!] : [tf.neg(x!)]),
  ];
  for (const fn of reading) await refused(() => compile(fn, [vector]), KernelError, /value of a tensor/, /tf\.where/);
});

test("a kernel without a lowering is named together with the operation that called it", async () => {
  const fn: TensorFunction = (x) => [tf.localResponseNormalization(tf.reshape(x!, [1, 1, 3]) as tf.Tensor3D)];
  await refused(() => compile(fn, [vector]), KernelError, /LRN/, /localResponseNormalization/);
  // tfjs itself has it.
  const eager = await compileEagerly(fn, [vector], { backend: "cpu" });
  const [y] = await eager.run([Float32Array.of(1, 2, 3)]);
  assert.is(y!.length, 3);
});

test("after a failed compile the former backend is back and tfjs works on", async () => {
  await tf.setBackend("cpu");
  await refused(() => compile((x) => [tf.mul(x!, x!.dataSync()[0]!)], [vector]), KernelError);
  assert.is(tf.getBackend(), "cpu");
  assert.equal(Array.from(tf.tidy(() => tf.mul(tf.tensor([1, 2]), 3).dataSync())), [3, 6]);
});

test("arrays of wrong number, length or type are refused by name", async () => {
  for (const device of ["cpu", "eager"] as const) {
    const compiled = await compileOn({ device, name: "double" }, double, [vector]);
    await refused(() => compiled.run([]), ShapeError, /double\.run/, /number of inputs/);
    await refused(() => compiled.run([new Float32Array(4)]), ShapeError, /input 0/, /3 values/, /4 values/);
    await refused(() => compiled.run([new Float64Array(3)]), ShapeError, /Float32Array/, /Float64Array/);
    const into = [new Float32Array(2)];
    await refused(() => compiled.run([new Float32Array(3)], { into }), ShapeError, /output buffer 0/);
    await compiled.dispose();
  }
});

test("options out of range are refused before anything is traced", async () => {
  const never: TensorFunction = () => {
    throw new Error("traced");
  };
  await refused(() => compile(never, [vector], { threads: 0 }), OptionsError, /threads/);
  await refused(() => compile(never, [vector], { device: "tpu" as "cpu" }), OptionsError, /device/, /tpu/);
  await refused(() => compile(never, [vector], { precision: "float16" as "float32" }), OptionsError, /precision/);
  await refused(() => compile(never, [{ shape: [-1] }]), ShapeError, /whole numbers/);
});

test("float64 on a device without it is refused and names the devices that have it", async () => {
  for (const device of ["webgpu", "tensorflow"] as const) {
    await refused(() => compile(double, [vector], { precision: "float64", device }), BackendError, /float64/, /"cpu"/);
  }
});

test("a device that is not installed says how to get it", async () => {
  try {
    const compiled = await compile(double, [vector], { device: "tensorflow" });
    console.log("SKIP tfjs-node is installed here");
    await compiled.dispose();
  } catch {
    await refused(
      () => compile(double, [vector], { device: "tensorflow" }),
      BackendError,
      /npm install @tensorflow\/tfjs-node-gpu/,
    );
  }
});

test("a disposed function refuses to run, and disposing twice is harmless", async () => {
  for (const device of ["cpu", "eager"] as const) {
    const compiled = await compileOn({ device }, double, [vector]);
    await compiled.dispose();
    await compiled.dispose();
    await refused(() => compiled.run([new Float32Array(3)]), BackendError, /disposed/);
  }
});

test("a tensor made outside of the traced function is refused", async () => {
  await tf.setBackend("cpu");
  const outside = tf.tensor([1, 2, 3]);
  try {
    await refused(() => compile((x) => [tf.add(x!, outside)], [vector]), KernelError);
  } finally {
    outside.dispose();
  }
});

test("a float64 convolution has float64's digits, and so has its gradient", async () => {
  const random = rng(5);
  const [h, k, c, o] = [6, 3, 2, 3];
  const x = random.normal(h * h * c);
  const w = random.normal(k * k * c * o);
  const fn: TensorFunction = (...inputs) => {
    const { value, grads } = tf.valueAndGrads((a: tf.Tensor, f: tf.Tensor) =>
      tf.sum(tf.square(tf.conv2d(a as tf.Tensor4D, f as tf.Tensor4D, 1, "valid"))).asScalar(),
    )(inputs);
    return [value, ...grads];
  };
  const compiled = await compile(fn, [{ shape: [1, h, h, c] }, { shape: [k, k, c, o] }], { precision: "float64" });
  const [value, dx, dw] = (await compiled.run([x, w])) as Float64Array[];
  // By the definition, in plain loops.
  const out = h - k + 1;
  let sum = 0;
  const gx = new Float64Array(x.length);
  const gw = new Float64Array(w.length);
  for (let r = 0; r < out; r++) {
    for (let s = 0; s < out; s++) {
      for (let m = 0; m < o; m++) {
        const each = (visit: (xi: number, wi: number) => void) => {
          for (let i = 0; i < k; i++) {
            for (let j = 0; j < k; j++) {
              for (let q = 0; q < c; q++) visit(((r + i) * h + s + j) * c + q, ((i * k + j) * c + q) * o + m);
            }
          }
        };
        let y = 0;
        each((xi, wi) => {
          y += x[xi]! * w[wi]!;
        });
        sum += y * y;
        each((xi, wi) => {
          gx[xi]! += 2 * y * w[wi]!;
          gw[wi]! += 2 * y * x[xi]!;
        });
      }
    }
  }
  assert.ok(Math.abs(value![0]! - sum) < 1e-13 * sum);
  // Sums of a few dozen products: some rounding errors of 1e-16, scaled by the largest entry.
  const near = (a: Float64Array, b: Float64Array) =>
    a.every((v, i) => Math.abs(v - b[i]!) < 1e-13 * Math.max(...b.map(Math.abs)));
  assert.ok(near(dx!, gx));
  assert.ok(near(dw!, gw));
  await compiled.dispose();
});

test("erf in float64 has float64's digits", async () => {
  // Values from Python's math.erf (the C library's).
  const x = Float64Array.of(0, 1e-10, 0.1, 0.46, 0.47, 1, 2, 3.9, 4.1, 5.5, 7, -0.3, -1.5, 30);
  const expected = [
    0.0, 1.1283791670955126e-10, 0.1124629160182849, 0.4846553900016797, 0.4937450508860821, 0.8427007929497149,
    0.9953222650189527, 0.9999999652077514, 0.9999999932999724, 0.9999999999999927, 1.0, -0.3286267594591274,
    -0.9661051464753108, 1.0,
  ];
  const compiled = await compile((t) => [tf.erf(t!)], [{ shape: [x.length] }], { precision: "float64" });
  const [y] = await compiled.run([x]);
  expected.forEach((e, i) => {
    assert.ok(Math.abs(y![i]! - e) <= 4e-16 * Math.max(Math.abs(e), 1e-300), `erf(${x[i]}) = ${y![i]}, not ${e}`);
  });
  await compiled.dispose();
});

test("constants keep all digits in float64 through constant(), and lose them through tf.scalar", async () => {
  const fn: TensorFunction = (x) => [tf.mul(x!, constant(0.1)), tf.mul(x!, tf.scalar(0.1))];
  const compiled = await compile(fn, [{ shape: [1] }], { precision: "float64" });
  const [exact, rounded] = await compiled.run([Float64Array.of(1)]);
  assert.is(exact![0], 0.1);
  assert.is(rounded![0], Math.fround(0.1));
  await compiled.dispose();
});

test("a scaled product in float64 has float64's digits: no fusion rounds the scale", async () => {
  const scaled = (a: tf.Tensor, b: tf.Tensor) => [
    tf.matMul(tf.mul(a, constant(0.8)) as tf.Tensor2D, b as tf.Tensor2D),
    tf.mul(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D), constant(0.1)),
  ];
  const specs = [{ shape: [1, 1] }, { shape: [1, 1] }];
  const compiled = await compile((a, b) => scaled(a!, b!), specs, { precision: "float64" });
  const [left, right] = await compiled.run([Float64Array.of(1), Float64Array.of(1)]);
  assert.is(left![0], 0.8);
  assert.is(right![0], 0.1);
  await compiled.dispose();
});

test("the same inputs give the same bits, run after run and compile after compile", async () => {
  const fn: TensorFunction = (x, w) => {
    const { value, grads } = tf.valueAndGrads((f: tf.Tensor) =>
      tf.mean(tf.square(tf.conv2d(x as tf.Tensor4D, f as tf.Tensor4D, 1, "same"))).asScalar(),
    )([w!]);
    return [value, ...grads];
  };
  const specs = [{ shape: [2, 8, 8, 16] }, { shape: [3, 3, 16, 16] }];
  const random = rng(1);
  const inputs = [random.normal(new Float32Array(2 * 64 * 16)), random.normal(new Float32Array(9 * 256))];
  const bits = (arrays: readonly ArrayBufferView[]) =>
    arrays.map((a) => Buffer.from(a.buffer, a.byteOffset, a.byteLength).toString("base64")).join();
  const first = await compile(fn, specs);
  const expected = bits(await first.run(inputs));
  assert.is(bits(await first.run(inputs)), expected);
  const second = await compile(fn, specs);
  assert.is(bits(await second.run(inputs)), expected);
  await first.dispose();
  await second.dispose();
});

test("`into` receives the outputs, and the arrays returned are those", async () => {
  for (const device of ["cpu", "eager"] as const) {
    const compiled = await compileOn({ device }, (x) => [tf.mul(x!, 2), tf.sum(x!)], [vector]);
    const into = [new Float32Array(3), new Float32Array(1)];
    const out = await compiled.run([Float32Array.of(1, 2, 3)], { into });
    assert.ok(out.every((array, i) => array === into[i]));
    assert.equal(Array.from(into[0]!), [2, 4, 6]);
    assert.is(into[1]![0], 6);
    await compiled.dispose();
  }
});

test("an input may be an output, and an output may appear twice", async () => {
  for (const device of ["cpu", "eager"] as const) {
    const compiled = await compileOn({ device }, (x) => [x!, tf.neg(x!), x!], [vector]);
    const [a, b, c] = await compiled.run([Float32Array.of(1, 2, 3)]);
    assert.equal([...a!, ...b!, ...c!], [1, 2, 3, -1, -2, -3, 1, 2, 3]);
    await compiled.dispose();
  }
});

test.run();
