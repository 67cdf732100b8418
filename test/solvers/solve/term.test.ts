/** A Wasserstein regularizer in the loss of equations: its value and gradient, runs with it, and what it does not go with. */
import { adam, OptionsError, rng } from "../../../engine/index.ts";
import { domainOf } from "../../../equations/domain/index.ts";
import { gaussNewton, mlp, pde, type SolveOptions, sobol, solve } from "../../../solvers/index.ts";
import { leastSquaresProgram } from "../../../solvers/residual/index.ts";
import { assemble, resolveOptions } from "../../../solvers/solve/index.ts";
import { wassersteinTerm } from "../../../wasserstein/index.ts";
import { inFolder } from "../../folder.ts";
import { assert, close, refuses, test } from "../../harness.ts";

const bump = pde({
  name: "bump",
  domain: { x: [0, 2], y: [-1, 1] },
  equations: "-lap(u) = source",
  manufactured: "exp(-20*((x-0.7)^2 + (y-0.2)^2))",
  conditions: "exact",
});
const domain = domainOf(bump.domain);
const network = mlp({ width: 5, depth: 1, scale: 2 });
const { model, interior, interiorPoints } = assemble(bump, domain, network, "exact");

for (const options of [{ directions: 6 }, { norm: "dual-sobolev", modes: 12, mixed: true, weight: 0.7 }] as const) {
  test(`${JSON.stringify(options)}: the loss is R (1 + λ T) of each part, with T as on the host, and its gradient is its central difference`, async () => {
    const term = wassersteinTerm(options);
    for (const count of [50, 1400]) {
      const program = leastSquaresProgram(model, [interior(count, 3)], { term: { term, box: domain } });
      const points = rng(1)
        .uniform(2 * count)
        .map((u, at) => (at % 2 === 0 ? 2 * u : 2 * u - 1));
      const weights = rng(2)
        .uniform(count)
        .map((w) => (w + 0.1) / count);
      const set = { points, weights, density: weights };
      program.setPoints([{ ...interiorPoints(set, 1), stream: rng(5) }]);
      const theta = model.network.initial(rng(3));
      const gradient = new Float64Array(theta.length);
      const loss = await program.lossAndGradient(theta, gradient);
      for (const at of [0, 7, theta.length - 1]) {
        const [up, down] = [1e-5, -1e-5].map((h) => theta.map((v, i) => (i === at ? v + h : v)));
        const unused = new Float64Array(theta.length);
        const slope =
          ((await program.lossAndGradient(up!, unused)) - (await program.lossAndGradient(down!, unused))) / 2e-5;
        close(gradient[at]!, slope, 1e-6 * Math.max(...gradient.map(Math.abs)));
      }
      const plain = await program.loss(theta);
      if (count > 1000) {
        // Parts have distances of their own, so that only bounds are known.
        assert.ok(loss > plain * (term.mixed ? 0.3 : 1) && loss < 2 * plain, `${loss} ${plain}`);
      } else {
        const masses = program.residual().map((r) => r * r);
        const unit = { points: points.map((v, at) => (at % 2 === 0 ? v / 2 : (v + 1) / 2)), count, dim: 2 };
        const { value } = term.distance({ ...unit, weights: masses }, { ...unit, weights }, { rng: rng(5).split(0) });
        assert.ok(value > 0.01);
        close(loss, plain * ((term.mixed ? 0.3 : 1) + term.weight * value), 1e-12 * loss);
      }
      await program.dispose();
    }
  });
}

test("sets of points that take turns, as batches do, have the losses and gradients that each has alone", async () => {
  const term = wassersteinTerm({ directions: 6 });
  const of = () => leastSquaresProgram(model, [interior(50, 3)], { term: { term, box: domain } });
  const weights = new Float64Array(50).fill(1 / 50);
  const sets = [1, 2].map((seed) => {
    const points = rng(seed).uniform(100);
    return { ...interiorPoints({ points, weights, density: weights }, 1), stream: rng(5) };
  });
  const theta = model.network.initial(rng(3));
  const turns = of();
  const seen: [number, Float64Array][] = [];
  for (const set of [...sets, ...sets]) {
    turns.setPoints([set]);
    const gradient = new Float64Array(theta.length);
    seen.push([await turns.lossAndGradient(theta, gradient), gradient]);
  }
  await turns.dispose();
  const second = of();
  second.setPoints([sets[1]!]);
  const gradient = new Float64Array(theta.length);
  const alone = [await second.lossAndGradient(theta, gradient), gradient];
  await second.dispose();
  assert.equal(seen[1], alone);
  assert.equal(seen.slice(2), seen.slice(0, 2));
  assert.not.equal(seen[0], seen[1]);
});

const base: SolveOptions = {
  network,
  sampler: sobol(),
  points: 60,
  stepsPerRound: 4,
  checkpointEvery: 2,
  seed: 3,
  budget: { steps: 22 },
  growth: { after: 2, factor: 1 },
};

test("a run with a term goes on bit for bit, by an object or by its record, and another term is refused", () =>
  inFolder(async (root) => {
    const options = { ...base, term: wassersteinTerm({ directions: 4 }) };
    const whole = await solve(bump, options);
    const plain = await solve(bump, { ...base, optimizer: adam() });
    assert.not.equal(whole.coefficients, plain.coefficients);
    assert.equal(
      (await solve(bump, { ...options, term: JSON.parse(JSON.stringify(options.term)) })).coefficients,
      whole.coefficients,
    );
    const controller = new AbortController();
    const onProgress = ({ round }: { readonly round: number }) => {
      if (round === 2) controller.abort();
    };
    const { run } = await solve(bump, { ...options, runs: root, signal: controller.signal, onProgress });
    await refuses(
      solve(bump, { ...options, resume: run!, term: wassersteinTerm({ directions: 5 }) }),
      /term.directions is 5/,
      OptionsError,
    );
    await refuses(
      solve(bump, { ...options, resume: run!, term: null, optimizer: adam() }),
      /term is nothing/,
      OptionsError,
    );
    assert.equal((await solve(bump, { ...options, resume: run! })).coefficients, whole.coefficients);
  }));

test("with a term Adam is the default; what a term does not go with is refused with the way out, before any work", () => {
  const resolved = (options: SolveOptions) => resolveOptions(options, bump, domain);
  assert.is(resolved({ term: wassersteinTerm() }).optimizer.kind, "adam");
  assert.is(resolved({ term: null }).optimizer.kind, "gauss-newton");
  const refused = (options: object, expected: RegExp) =>
    assert.throws(
      () => resolved(options as SolveOptions),
      (e: unknown) => e instanceof OptionsError && expected.test(e.message),
    );
  const term = wassersteinTerm();
  refused({ term, optimizer: gaussNewton() }, /term is wasserstein.*give `optimizer: adam\(\)`/);
  refused({ term, warmStart: { optimizer: gaussNewton(), steps: 3 } }, /give `optimizer: adam/);
  refused({ term: "wassdiff" }, /expected wassersteinTerm/);
  refused({ term: { name: "mine", weight: 1, value: () => 0 } }, /expected wassersteinTerm/);
  refused({ term: wassersteinTerm({ norm: "sorted" }) }, /term.norm is sorted.*"sliced" or "dual-sobolev" on 2 axes/);
  refused({ term: wassersteinTerm({ p: 2 }) }, /term.p is 2.*dual-sobolev/);
});

test.run();
