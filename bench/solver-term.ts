/**
 * A step of Adam with the Wasserstein regularizer and without, on all points and on batches: processor milliseconds, by turns, least of several.
 *
 * `node --import tsx --conditions=source bench/solver-term.ts`
 */
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { mlp, pde } from "../solvers/index.ts";
import { leastSquaresProgram } from "../solvers/residual/program.ts";
import { assemble } from "../solvers/solve/assemble.ts";
import { wassersteinTerm } from "../wasserstein/index.ts";

const problem = pde({
  name: "peak",
  domain: { x: [-1, 1], y: [-1, 1] },
  equations: "-lap(u) = source",
  manufactured: "exp(-1000*((x-0.5)^2 + (y-0.5)^2))",
  conditions: "exact",
});
const domain = domainOf(problem.domain);
const terms = {
  none: undefined,
  sliced: wassersteinTerm(),
  "16 directions": wassersteinTerm({ directions: 16 }),
  "32 directions": wassersteinTerm({ directions: 32 }),
  "dual-sobolev": wassersteinTerm({ norm: "dual-sobolev" }),
};
const [steps, turns] = [10, 24];

// As a round does: sets of points take turns, one a step, where there are batches.
for (const [width, depth, precision, count, batches] of [
  [16, 4, "float64", 2000, 1],
  [32, 6, "float64", 2000, 1],
  [32, 6, "float32", 2000, 1],
  [16, 4, "float64", 1000, 5],
  [32, 6, "float64", 500, 10],
] as const) {
  const { model, interior, interiorPoints } = assemble(problem, domain, mlp({ width, depth, scale: 20 }));
  const theta = model.network.initial(rng(1));
  const gradient = new Float64Array(theta.length);
  const even = new Float64Array(count).fill(1 / count);
  const sets = Array.from({ length: batches }, (_, k) => {
    const points = rng(2)
      .split(k)
      .uniform(2 * count)
      .map((u) => 2 * u - 1);
    return { ...interiorPoints({ points, weights: even, density: even }, 1), stream: rng(3) };
  });
  const least: Record<string, number> = {};
  const programs = Object.entries(terms).map(([name, term]) => {
    const program = leastSquaresProgram(model, [interior(count, 1000)], {
      precision,
      ...(term && { term: { term, box: domain } }),
    });
    program.setPoints([sets[0]!]);
    return { name, program };
  });
  for (let turn = 0; turn <= turns; turn++) {
    for (const { name, program } of programs) {
      const before = process.cpuUsage();
      for (let i = 0; i < steps; i++) {
        if (batches > 1) program.setPoints([sets[i % batches]!]);
        await program.lossAndGradient(theta, gradient);
      }
      const { user, system } = process.cpuUsage(before);
      // The first turn compiles.
      if (turn > 0) least[name] = Math.min(least[name] ?? Number.POSITIVE_INFINITY, (user + system) / 1000 / steps);
    }
  }
  const words = Object.entries(least).map(
    ([name, ms]) => `${name} ${ms.toFixed(2)} ms (${(ms / least["none"]!).toFixed(2)})`,
  );
  const points = batches > 1 ? `batches of ${count}` : `${count} points`;
  console.log(`${depth} x ${width}, ${points}, ${precision}: ${words.join(", ")}`);
  for (const { program } of programs) await program.dispose();
}
