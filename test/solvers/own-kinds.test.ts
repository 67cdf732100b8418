// Inside: networks by themselves.
/** Samplers, networks and optimizers of a user's own, handed to `solve` as objects; and the tables of those of this package. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { adam, DomainError, OptionsError, rng, ShapeError } from "../../engine/index.ts";
import { call, number } from "../../equations/expression/index.ts";
import {
  type ActiveSampler,
  blockOf,
  columnAlgebra,
  columnsOf,
  freeParameters,
  linear,
  loadSolution,
  mlp,
  type OwnNetwork,
  type OwnOptimizer,
  type OwnSampler,
  type PointSet,
  pde,
  type SolveOptions,
  scaledCoordinates,
  solve,
  uniform,
} from "../../solvers/index.ts";
import { networkKinds, networkNames, networkProgram } from "../../solvers/network/kinds.ts";
import { optimizerKinds } from "../../solvers/optimizer/index.ts";
import { leastSquaresProgram } from "../../solvers/residual/program.ts";
import { namedSampler, samplerName, samplerNames, start } from "../../solvers/sampler/index.ts";
import { samplerKinds } from "../../solvers/sampler/kinds.ts";
import { assert, inFolder, refuses, test } from "../harness.ts";

const bump = pde({
  ...{ name: "bump", domain: { x: [-1, 1], y: [-1, 1] }, equations: "-lap(u) = source" },
  ...{ manufactured: "exp(-6*((x-0.2)^2+(y+0.1)^2))*(1-x^2)*(1-y^2)", conditions: "exact" },
});
/** Half of the points stay where they were: a sampler with a state that the points depend on. */
const halves = (keep = 0.5): OwnSampler & { readonly keep: number } => ({
  kind: "halves",
  keep,
  start({ dimension: d, low, high, volume }): ActiveSampler {
    let held = new Float64Array(0);
    return {
      async draw({ count, rng: draw }): Promise<PointSet> {
        const points = Float64Array.from(
          draw.uniform(count * d),
          (u, i) => low[i % d]! + u * (high[i % d]! - low[i % d]!),
        );
        points.set(held.subarray(0, Math.min(held.length, Math.floor(keep * count) * d)));
        held = points.slice();
        return {
          points,
          weights: new Float64Array(count).fill(1 / count),
          density: new Float64Array(count).fill(1 / volume),
        };
      },
      density: (points) => new Float64Array(points.length / d).fill(1 / volume),
      state: () => ({ held: { shape: [held.length], data: held.slice() } }),
      restore(tensors) {
        const stored = (tensors as Record<string, { data: Float64Array }>)["held"]!;
        held = stored.data.slice();
      },
      report: () => ({ held: held.length / d }),
    };
  },
});

/** u = Σ a·exp(−s²|x − c|²): no layer of it is linear in its parameters. */
const gaussians = (terms: number): OwnNetwork & { readonly terms: number } => ({
  kind: "gaussians",
  terms,
  program({ low, high }, unknowns) {
    const d = low.length;
    const size = unknowns * terms * (d + 2);
    return {
      size,
      initial(draw) {
        const term = () => [0.3 * draw.normal(), 1.5, ...low.map(() => 2 * draw.uniform() - 1)];
        return Float64Array.from(Array.from({ length: unknowns * terms }, term).flat());
      },
      forward(theta, points, set, listen) {
        const algebra = columnAlgebra(set);
        const x = scaledCoordinates({ low, high }, points, set);
        const p = freeParameters(theta, { offset: 0, count: size, points }, listen);
        const term = (at: number) => {
          const [a, s, ...c] = p.slice(at, at + d + 2);
          const squares = x.map((xk, k) => algebra.call("square", [algebra.mul(s!, algebra.sub(xk, c[k]!))]));
          return algebra.mul(a!, algebra.call("exp", [algebra.scale(squares.reduce(algebra.add), -1)]));
        };
        return Array.from({ length: unknowns }, (_, u) =>
          Array.from({ length: terms }, (_, j) => term((u * terms + j) * (d + 2))).reduce(algebra.add),
        );
      },
    };
  },
});

/** Steepest descent with momentum, which shrinks its step where the loss grows. */
const heavyBall = (rate = 1e-3): OwnOptimizer & { readonly rate: number } => ({
  ...{ kind: "heavy-ball", rate, stepsPerRound: 5 },
  start(program) {
    let velocity = new Float64Array(program.size);
    let size = rate;
    const gradient = new Float64Array(program.size);
    return {
      async step(theta) {
        const before = await program.lossAndGradient(theta, gradient);
        const next = theta.map((v, i) => v + 0.9 * velocity[i]! - size * gradient[i]!);
        const loss = await program.loss(next);
        if (!(loss < before)) {
          size /= 2;
          velocity.fill(0);
          return { loss: before, accepted: true };
        }
        velocity = next.map((v, i) => v - theta[i]!);
        theta.set(next);
        return { loss, accepted: true };
      },
      changed() {},
      state: () => ({
        velocity: { shape: [velocity.length], data: velocity.slice() },
        size: { shape: [1], data: Float64Array.of(size) },
      }),
      restore(tensors) {
        const stored = tensors as Record<string, { data: Float64Array }>;
        velocity = stored["velocity"]!.data.slice();
        size = stored["size"]!.data[0]!;
      },
      report: () => ({ size }),
    };
  },
});
const bits = (x: Float64Array) => Buffer.from(x.buffer, x.byteOffset, x.byteLength).toString("hex");
const base: SolveOptions = {
  ...{ network: mlp({ width: 4, depth: 1 }), sampler: uniform(), points: 60, stepsPerRound: 3, checkpointEvery: 1 },
  ...{ growth: { after: 0.5, factor: 2 }, budget: { steps: 24 }, seed: 2 },
};

const own: readonly (readonly [string, SolveOptions, SolveOptions])[] = [
  ["sampler", { sampler: halves() }, { sampler: halves(0.25) }],
  ["network", { network: gaussians(5) }, { network: gaussians(6) }],
  ["optimizer", { optimizer: heavyBall() }, { optimizer: heavyBall(1e-4) }],
  [
    "optimizer as a warm start",
    { warmStart: { optimizer: heavyBall(), steps: 10 } },
    { warmStart: { optimizer: heavyBall(1e-4), steps: 10 } },
  ],
  [
    "sampler, network and optimizer, with two starts",
    { sampler: halves(), network: gaussians(4), optimizer: heavyBall(), starts: { count: 2, steps: 3 } },
    {},
  ],
];
/** What two runs of the same differ in. */
const timeless = { seconds: 0, processorSeconds: 0 };
for (const [name, options, other] of own) {
  test(`a run with a ${name} of your own goes on with the same bits, and not with other options of it`, () =>
    inFolder(async (root) => {
      const all = { ...base, ...options };
      const whole = await solve(bump, all);
      const stop = new AbortController();
      const part = await solve(bump, {
        ...all,
        ...{ runs: root, signal: stop.signal },
        onProgress: ({ round }) => round === 4 && stop.abort(),
      });
      assert.is(part.status, "aborted");
      const folder = part.run!;
      assert.not.match(await readFile(join(folder, "options.json"), "utf8"), /function/);
      const changed = { ...other, resume: folder, ...(Object.keys(other).length === 0 && { sampler: halves(0.1) }) };
      await refuses(solve(bump, { ...all, ...changed }), /but the run in .* has/, OptionsError);
      const further = await solve(bump, { ...all, resume: folder });
      assert.is(bits(further.coefficients), bits(whole.coefficients));
      assert.equal({ ...further.report, ...timeless }, { ...whole.report, ...timeless });
    }));
}

test("the Jacobian of a network of your own is the difference quotient of its rows", async () => {
  const [d, count] = [2, 7];
  const network = networkProgram(gaussians(2), { low: [-1, 0], high: [1, 2] }, 1);
  const model = { dimension: d, network, ansatz: [{}], constants: {}, trainable: [] };
  const residual = call("add", bump.equations[0]!, number(0));
  const group = { name: "rows", count, residuals: [residual], data: ["source0"] };
  const program = leastSquaresProgram(model, [group]);
  const points = Float64Array.from(rng(1).uniform(count * d));
  program.setPoints([{ points, rootWeights: new Float64Array(count).fill(1), data: new Float64Array(count) }]);
  const theta = network.initial(rng(2));
  const jacobian = (await program.linearize(theta)).jacobian.slice();
  const h = 1e-6;
  for (let k = 0; k < network.size; k++) {
    const at = async (step: number) => {
      await program.loss(theta.map((v, i) => v + (i === k ? step : 0)));
      return program.residual().slice();
    };
    const [up, down] = [await at(h), await at(-h)];
    for (let i = 0; i < count; i++) {
      const quotient = (up[i]! - down[i]!) / (2 * h);
      // Rounding of order 1e-16·|r|/h, and h² of the third derivative.
      assert.ok(Math.abs(quotient - jacobian[i * network.size + k]!) < 1e-6 * (1 + Math.abs(quotient)), `${i} ${k}`);
    }
  }
  await program.dispose();
});

test("a sum of five Gaussians learns a bump that is nearly one of them", async () => {
  const solution = await solve(bump, { ...base, network: gaussians(5), points: 200, budget: { steps: 60 } });
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 < 0.02, `${relativeL2}`);
});

test("a saved solution with a network of your own is loaded when the object is handed in, and asks for it when not", () =>
  inFolder(async (root) => {
    const solution = await solve(bump, { ...base, network: gaussians(3), budget: { steps: 4 } });
    await solution.save(root);
    const points = Float64Array.of(0.1, 0.2, -0.3, 0.1);
    const again = await loadSolution(root, { network: gaussians(3) });
    assert.equal(await again.evaluate(points), await solution.evaluate(points));
    await refuses(loadSolution(root), /kind "gaussians".*hand the object in/, OptionsError);
    await refuses(loadSolution(root, { network: gaussians(4) }), /"terms":3.*"terms":4/, OptionsError);
    await refuses(loadSolution(root, { network: mlp() }), /give the one that was solved with/, OptionsError);
  }));

const bad = (change: (set: PointSet) => Partial<PointSet>): OwnSampler => ({
  ...halves(),
  start(domain) {
    const right = halves().start(domain);
    return {
      ...right,
      draw: async (context) => ({ ...(await right.draw(context)), ...change(await right.draw(context)) }),
    };
  },
});
const hiding: OwnNetwork = {
  ...gaussians(1),
  program: (box, unknowns) => {
    const right = gaussians(1).program(box, unknowns);
    return { ...right, size: right.size + 3, initial: (draw) => Float64Array.of(...right.initial(draw), 0, 0, 0) };
  },
};
const noPart = (kind: string, part: object) => ({ kind, start: () => part as never });

// biome-ignore format: a table
const refused: readonly (readonly [string, SolveOptions, new (...args: never[]) => Error, RegExp])[] = [
  ["an unknown sampler", { sampler: { kind: "halton" } }, OptionsError, /none of adversarial, .*the function start/],
  ["an unknown network", { network: { kind: "deep" } as never }, OptionsError, /none of mlp, sum; .*the function program/],
  ["an unknown optimizer", { optimizer: { kind: "sgd" } as never }, OptionsError, /none of gauss-newton, .*the function start/],
  ["a sampler of your own with a name of ours", { sampler: { ...halves(), kind: "sobol" } }, OptionsError, /another kind/],
  ["a kind that is no text", { sampler: { ...halves(), kind: 3 as never } }, OptionsError, /has the kind 3/],
  ["options of ours out of range", { sampler: { kind: "adversarial", kappa: -1 } as never }, OptionsError,
    /adversarial: kappa is -1/],
  ["a sampler without density", { sampler: noPart("h", { draw() {} }) }, OptionsError, /no density\(\)/],
  ["an optimizer without state", { optimizer: noPart("h", { step() {}, changed() {} }) }, OptionsError, /no state\(\)/],
  ["a network of no size", { network: { ...gaussians(1), program: () => ({ size: Number.NaN }) as never } }, OptionsError,
    /its size is NaN/],
  ["a point outside", { sampler: bad(({ points }) => ({ points: points.map((x) => x + 9) })) }, DomainError,
    /point 0 at .* outside the domain/],
  ["a weight that is NaN", { sampler: bad(({ weights }) => ({ weights: weights.map(() => Number.NaN) })) }, DomainError,
    /weights\[0\] is NaN/],
  ["too few densities", { sampler: bad(() => ({ density: new Float64Array(2) })) }, ShapeError,
    /density: expected \[60\], got \[2\]/],
  ["a network that hides parameters from the listener", { network: hiding }, OptionsError, /cover parameters 0 to 4 of 7/],
];

for (const [name, options, type, message] of refused) {
  test(`${name}: a typed error before work, which says the way out`, () =>
    refuses(solve(bump, { ...base, ...options }), message, type));
}

test("a layer that is used twice has the sum of both in the Jacobian", async () => {
  const twice: OwnNetwork = {
    kind: "twice",
    program: () => ({
      size: 2,
      initial: () => Float64Array.of(0.7, -0.2),
      forward(theta, points, set, listen) {
        const algebra = columnAlgebra(set);
        const [x] = scaledCoordinates({ low: [-1], high: [1] }, points, set);
        const layer = { offset: 0, inputs: 1, outputs: 1, bias: true };
        const count = points.shape[0]!;
        const tanh = (h: typeof x) =>
          algebra.call("tanh", [columnsOf(linear(theta, { ...layer, h: blockOf([h!], count) }, listen), 1, count)[0]!]);
        return [tanh(tanh(x))];
      },
    }),
  };
  const network = networkProgram(twice, { low: [-1], high: [1] }, 1);
  const model = { dimension: 1, network, ansatz: [{}], constants: {}, trainable: [] };
  const u = pde({
    ...{ name: "u", domain: { x: [-1, 1] }, equations: "u_x + u = 0", conditions: [] },
    allow: ["missing-condition"],
  });
  const program = leastSquaresProgram(model, [{ name: "r", count: 3, residuals: u.equations, data: [] }]);
  program.setPoints([
    { points: Float64Array.of(0.3, -0.5, 0.9), rootWeights: Float64Array.of(1, 1, 1), data: new Float64Array(3) },
  ]);
  const theta = network.initial(rng(0));
  const { jacobian } = await program.linearize(theta);
  const found = jacobian.slice();
  const r = async (k: number, h: number) => {
    await program.loss(theta.map((v, i) => v + (i === k ? h : 0)));
    return program.residual().slice();
  };
  for (const k of [0, 1]) {
    const [up, down] = [await r(k, 1e-6), await r(k, -1e-6)];
    for (let i = 0; i < 3; i++) assert.ok(Math.abs(found[2 * i + k]! - (up[i]! - down[i]!) / 2e-6) < 1e-8, `${i} ${k}`);
  }
  await program.dispose();
});

const box = {
  ...{ dimension: 2, low: [-1, -1], high: [1, 1], volume: 4, isBox: true },
  contains: (p: Float64Array) => new Uint8Array(p.length / 2).fill(1),
};
for (const [kind, { make, names }] of Object.entries(samplerKinds)) {
  test(`the row ${kind} makes from what it made, after a trip through JSON, the same; its names lead to it and back`, () => {
    for (const [name, options] of Object.entries(names)) {
      const made = make(options);
      assert.is(made.kind, kind);
      assert.equal(make(JSON.parse(JSON.stringify(made))), made);
      assert.equal(namedSampler(name), made);
      assert.is(samplerName(made), name);
      const active = start(made, box);
      assert.equal(Object.keys(active).includes("draw"), true);
      active.dispose?.();
    }
  });
}
test("the rows of networks and optimizers make from what they made the same", () => {
  const parts = [{ ...networkKinds["mlp"]!.make({}) }];
  for (const [kind, { make }] of [...Object.entries(networkKinds), ...Object.entries(optimizerKinds)]) {
    const made = make(kind === "sum" ? { parts } : {});
    assert.is(made.kind, kind);
    assert.equal(make(JSON.parse(JSON.stringify(made))), made);
  }
  const decayed = adam({ weightDecay: 0.3 });
  assert.equal(optimizerKinds["adam"]!.make(decayed), decayed);
});
test("names of samplers are told apart, and an unknown one is refused", () => {
  assert.is(new Set(samplerNames).size, samplerNames.length);
  assert.ok(networkNames.includes("mlp"));
  assert.throws(() => namedSampler("halton"), /no sampler "halton", only adversarial/);
});

test.run();
