/**
 * Error and estimated error of solutions that are known, against the tolerance that is asked for.
 *
 *   node --import tsx --conditions=source examples/convergence.ts [--out FOLDER]
 */
import { join } from "node:path";
import { parseArgs } from "node:util";
import { type Curve, curveFigure, writePicture } from "../report/index.ts";
import { type Problem, pde, solve } from "../solvers/index.ts";

/** Angle about the corner, whose jump lies outside. */
const angle = "(atan2(-x - y, y - x) + 0.75*pi)";
/** Problems whose solution is known, by what makes them hard. */
const problems: Readonly<Record<string, Problem>> = {
  "layer of 0.001": pde({
    ...{ name: "layer", domain: { x: [0, 1], y: [0, 1] }, equations: "-0.001*lap(u) + u_x = source" },
    ...{ manufactured: "x*(1 - exp((x - 1)/0.001))*cos(y)", conditions: "exact" },
  }),
  "corner of an L": pde({
    name: "corner",
    domain: {
      difference: [
        { x: [-1, 1], y: [-1, 1] },
        { x: [0, 1], y: [-1, 0] },
      ],
    },
    ...{ equations: "lap(u) = 0", conditions: "exact" },
    exact: `(x^2 + y^2)^(1/3)*sin(2/3*${angle})`,
  }),
  "moving front": pde({
    ...{ name: "wave", domain: { x: [-1, 1], t: [0, 1] }, equations: "u_t + u*u_x = 0.005*u_xx" },
    ...{ exact: "1/2 - tanh((x - t/2)/0.02)/2", conditions: "exact" },
  }),
};
const tolerances = [1e-1, 1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8];
const processorSeconds = 10;

const { values } = parseArgs({ options: { out: { type: "string", default: "." } } });
const curves: Curve[] = [];
for (const [name, problem] of Object.entries(problems)) {
  const [errors, estimates]: [number[], number[]] = [[], []];
  for (const tolerance of tolerances) {
    const solution = await solve(problem, { budget: { processorSeconds, tolerance }, seed: 1, threads: 1 });
    const { relativeL2 } = await solution.errors();
    const { processorSeconds: seconds = Number.NaN, estimate } = solution.report;
    errors.push(relativeL2);
    estimates.push(estimate!.relativeL2);
    console.log(`${name}, tolerance ${tolerance}: error ${relativeL2.toExponential(1)}, ${seconds.toFixed(1)} s`);
    await solution.dispose();
  }
  curves.push({ name: `${name}, error`, x: tolerances, y: errors });
  curves.push({ name: `${name}, estimate`, x: tolerances, y: estimates, dashed: true });
}
const svg = await curveFigure({
  ...{ curves },
  x: { name: "tolerance", log: true, reversed: true },
  y: { name: "relative L² error", log: true },
});
await writePicture(join(values.out, "convergence.png"), svg, { overwrite: true });
