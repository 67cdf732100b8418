import { readFileSync } from "node:fs";
import { isMongeError, rng, tf } from "../../../engine/index.ts";
import { distributionTerm } from "../../../examples/papers/distribution-terms.ts";
import { denoisingLoss, type Unet, unet } from "../../../generative/diffusion/index.ts";
import { assert, test } from "../../harness.ts";
import { plainLoss } from "../toy-images.ts";

// Answers of PyTorch's layers for parameters given by formulas: test/oracles/unet_torch.py.
interface ForwardCase {
  readonly base: number;
  readonly multipliers: readonly number[];
  readonly size: number;
  readonly count: number;
  readonly noise: readonly number[];
  readonly output: readonly number[];
}
interface LossCase {
  readonly base: number;
  readonly multipliers: readonly number[];
  readonly size: number;
  readonly term: "wasserstein" | "rmse";
  readonly weight: number;
  readonly sigmaData: number;
  readonly gate: number;
  readonly sigma: readonly number[];
  readonly loss: number;
  readonly denoising: number;
  readonly field: number;
  readonly gradientNorms: Record<string, number>;
  readonly gradientProbes: Record<string, number>;
}
const oracle = JSON.parse(readFileSync(new URL("../../oracles/unet-torch.json", import.meta.url), "utf8")) as {
  readonly forward: readonly ForwardCase[];
  readonly loss: readonly LossCase[];
};

await tf.setBackend("cpu");

const size = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);

function wave(number: number, shape: readonly number[], amplitude: number, offset = 0): Float32Array {
  return Float32Array.from(
    { length: size(shape) },
    (_, i) => offset + amplitude * Math.sin(0.7 * i + 1.3 * number + 0.5),
  );
}

function formulaParameters(network: Unet): Record<string, tf.Tensor> {
  const out: Record<string, tf.Tensor> = {};
  for (const [k, [name, shape]] of Object.entries(network.shapes).entries()) {
    const fan = shape.length > 1 ? size(shape.slice(0, -1)) : 9;
    out[name] = tf.tensor(wave(k, shape, 1 / Math.sqrt(fan), name.endsWith("gamma") ? 1 : 0), [...shape]);
  }
  return out;
}

test("the default network has the 396 009 parameters of the reference", () => {
  assert.is(unet().parameterCount, 396_009);
});

test("the network equals PyTorch's layers for the same parameters", () => {
  for (const c of oracle.forward) {
    const network = unet({ baseChannels: c.base, multipliers: c.multipliers });
    assert.is(network.parameterCount, c.count);
    const x = tf.tensor4d(wave(101, [2, c.size, c.size, 3], 1), [2, c.size, c.size, 3]);
    const y = network.apply(formulaParameters(network), x, tf.tensor1d([...c.noise])).dataSync();
    let worst = 0;
    for (const [i, value] of c.output.entries()) worst = Math.max(worst, Math.abs(y[i]! - value));
    // Outputs are of size 1; float32 through about 20 layers against float64.
    assert.ok(worst < 2e-5, `largest difference ${worst}`);
  }
});

test("loss, its parts and the gradient of every parameter equal PyTorch's, with the Wasserstein and the RMSE term", () => {
  for (const c of oracle.loss) {
    const network = unet({ baseChannels: c.base, multipliers: c.multipliers });
    const loss = denoisingLoss(network, {
      ...plainLoss,
      sigmaData: c.sigmaData,
      term: distributionTerm(c.term, { weight: c.weight, gate: c.gate }),
    });
    const image = (k: number, depth: number, amplitude: number) =>
      tf.tensor4d(wave(k, [3, c.size, c.size, depth], amplitude), [3, c.size, c.size, depth]);
    const inputs = [
      image(102, 1, 0.2),
      image(103, 2, 1),
      image(104, 1, 1.4),
      tf.tensor1d([...c.sigma]),
      image(105, 1, 0.5),
    ];
    const parameters = formulaParameters(network);
    const names = Object.keys(parameters);
    const parts = loss(parameters, inputs);
    const near = (actual: number, expected: number, tolerance: number, what: string) =>
      assert.ok(Math.abs(actual - expected) <= tolerance, `${c.term} ${what}: ${actual} against ${expected}`);
    near(parts.loss.dataSync()[0]!, c.loss, 2e-5 * c.loss, "loss");
    near(parts.metrics.denoising!.dataSync()[0]!, c.denoising, 2e-5 * c.denoising, "denoising");
    near(parts.metrics[`paper-${c.term}`]!.dataSync()[0]!, c.field, 2e-5, "field");
    const { grads } = tf.variableGrads(
      () => loss(variables, inputs).loss,
      Object.values(makeVariables(names, parameters)),
    );
    for (const name of names) {
      const gradient = grads[variables[name]!.name]!.dataSync();
      let norm = 0;
      let probe = 0;
      for (const [i, g] of gradient.entries()) {
        norm += g * g;
        if (i < 4096) probe += g * Math.sin(i);
      }
      // Float32 sums over up to a thousand terms that partly cancel: relative to the norm.
      const tolerance = 2e-4 * c.gradientNorms[name]! + 1e-5;
      near(Math.sqrt(norm), c.gradientNorms[name]!, tolerance, `norm of d${name}`);
      near(probe, c.gradientProbes[name]!, 10 * tolerance, `projection of d${name}`);
    }
  }
});

let variables: Record<string, tf.Variable> = {};
function makeVariables(names: readonly string[], parameters: Record<string, tf.Tensor>): Record<string, tf.Variable> {
  variables = Object.fromEntries(names.map((name) => [name, tf.variable(parameters[name]!)]));
  return variables;
}

test("a fresh network is zero, whatever its input, and reproducible from its seed", () => {
  const network = unet({ baseChannels: 8 });
  const parameters = network.initialize(rng(3).split("network"));
  const again = network.initialize(rng(3).split("network"));
  assert.equal(parameters, again);
  const tensors = Object.fromEntries(Object.entries(parameters).map(([k, p]) => [k, tf.tensor(p.values, p.shape)]));
  const y = network.apply(tensors, tf.tensor4d(wave(1, [1, 8, 8, 3], 5), [1, 8, 8, 3]), tf.tensor1d([0.1])).dataSync();
  assert.ok(y.every((v) => v === 0));
});

test("fresh filters are uniform with variance 1/(3 fan-in)", () => {
  const { values } = unet().initialize(rng(1))["down.2.0.conv1.filter"]!;
  const bound = 1 / Math.sqrt(9 * 48);
  const variance = values.reduce((sum, v) => sum + v * v, 0) / values.length;
  assert.ok(values.every((v) => Math.abs(v) <= bound));
  // 20 736 draws: the relative standard error of the variance is 0.6 %; four of them.
  assert.ok(Math.abs(variance / (bound * bound * (1 / 3)) - 1) < 0.025, `${variance}`);
});

test("sizes that do not fit are refused with the way out", () => {
  const network = unet({ baseChannels: 8 });
  const parameters = formulaParameters(network);
  const refused = (run: () => unknown, pattern: RegExp) =>
    assert.throws(run, (e: unknown) => isMongeError(e) && pattern.test(e.message));
  refused(() => network.apply(parameters, tf.zeros([1, 6, 8, 3]), tf.zeros([1])), /pad the image/);
  refused(() => unet({ baseChannels: 12 }), /groups do not divide 12/);
  refused(() => unet({ blocks: 0 }), /blocks contains 0/);
});

test("attention begins at zero: a fresh network is the one without", () => {
  const sizes = { baseChannels: 8, multipliers: [1, 2], embedding: 16, groups: 4 };
  const [plain, rich] = [unet(sizes), unet({ ...sizes, attention: true })];
  const [own, more] = [plain.initialize(rng(1)), rich.initialize(rng(1))];
  for (const [name, { values }] of Object.entries(own)) assert.equal(more[name]!.values, values, name);
  for (const name of ["output.filter", "middle.conv2.filter"]) {
    own[name]!.values.set(rng(2).split(name).normal(own[name]!.values.length));
    more[name]!.values.set(own[name]!.values);
  }
  const tensorsOf = (p: typeof own) =>
    Object.fromEntries(Object.entries(p).map(([name, { values, shape }]) => [name, tf.tensor(values, shape)]));
  const image = tf.tensor4d(wave(1, [1, 8, 8, 3], 1), [1, 8, 8, 3]);
  const level = tf.tensor1d([0.3]);
  const attending = rich.apply(tensorsOf(more), image, level).dataSync();
  assert.equal(attending, plain.apply(tensorsOf(own), image, level).dataSync());
});

test("attention mixes the pixels of the coarsest level as softmax(q kᵀ/√c) v says", () => {
  const network = unet({
    ...{ baseChannels: 8, multipliers: [1], embedding: 16, groups: 8, attention: true },
    inputChannels: 1,
  });
  const parameters = network.initialize(rng(3));
  // Blocks are shortcuts when fresh, so that attention sees the first convolution; groups of one channel have mean 0 and norm 1.
  for (const part of ["query", "key", "value", "output"]) {
    parameters[`attention.${part}.filter`]!.values.set(rng(4).split(part).normal(64));
    parameters[`attention.${part}.bias`]!.values.set(rng(5).split(part).normal(8));
  }
  parameters["output.filter"]!.values.set(rng(6).normal(72));
  const tensors = Object.fromEntries(Object.entries(parameters).map(([n, p]) => [n, tf.tensor(p.values, p.shape)]));
  const image = tf.tensor4d(wave(1, [1, 4, 4, 1], 1), [1, 4, 4, 1]);
  const { "attention.output.filter": filter, "attention.output.bias": bias, ...rest } = tensors;
  const zero = { "attention.output.filter": tf.zerosLike(filter!), "attention.output.bias": tf.zerosLike(bias!) };
  const [seen, unseen] = [tensors, { ...rest, ...zero }].map((p) =>
    network.apply(p, image, tf.tensor1d([0])).dataSync(),
  ) as [Float32Array, Float32Array];
  assert.ok(seen.some((v, i) => Math.abs(v - unseen[i]!) > 1e-3));
  // A constant image has one token 16 times, so that attention gives each its own value: the same as one pixel would.
  const flat = (side: number) =>
    network
      .apply(
        {
          ...tensors,
          "input.filter": centre(tensors["input.filter"]!),
          "output.filter": centre(tensors["output.filter"]!),
          ...others(tensors),
        },
        tf.fill([1, side, side, 1], 0.7) as tf.Tensor4D,
        tf.tensor1d([0]),
      )
      .dataSync();
  const [small, large] = [flat(2), flat(4)];
  for (const v of large) assert.ok(Math.abs(v - small[0]!) < 1e-5);
});

/** A convolution that sees the pixel alone. */
function centre(filter: tf.Tensor): tf.Tensor {
  const values = filter.dataSync().slice();
  const depth = filter.shape[2]! * filter.shape[3]!;
  return tf.tensor(
    values.map((v, i) => (Math.floor(i / depth) === 4 ? v : 0)),
    filter.shape,
  );
}

/** All other convolutions so. */
const others = (tensors: Readonly<Record<string, tf.Tensor>>): Record<string, tf.Tensor> =>
  Object.fromEntries(
    Object.entries(tensors)
      .filter(([, t]) => t.shape.length === 4 && t.shape[0] === 3)
      .map(([name, t]) => [name, centre(t)]),
  );

test.run();
