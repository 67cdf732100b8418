/**
 * Evolutions in round shapes of three axes, drawn by chance: a moving Gaussian made to solve diffusion, transport or a reaction.
 *
 * `node --import tsx --conditions=source bench/round-in-time.ts [--numbers 9008-9023] [--seconds 6]`
 *
 * A ball, a cube around a ball, half of a ball and a shell take turns; conditions are values or slopes. Prints the relative L² error at 800 points, the estimate, and what was taken.
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { domainOf } from "../equations/domain/index.ts";
import { evaluateAt } from "../equations/expression/index.ts";
import { type DomainSpec, type ProblemSpec, pde, solve } from "../solvers/index.ts";

const { values } = parseArgs({
  options: { numbers: { type: "string", default: "9008-9023" }, seconds: { type: "string", default: "6" } },
});

const cube = { x: [-1, 1], y: [-1, 1], z: [-1, 1] } as const;
const ball = (radius: number) => ({ shape: "ball", center: [0, 0, 0], radius }) as const;

function drawn(number: number): ProblemSpec {
  const shares = rng(number).uniform(11);
  const between = (i: number, low: number, high: number) => Number((low + (high - low) * shares[i]!).toFixed(3));
  const shapes: readonly DomainSpec[] = [
    ball(1),
    { difference: [cube, ball(between(0, 0.25, 0.5))] },
    { intersection: [ball(1), { ...cube, x: [0, 1] }] },
    { difference: [ball(1), ball(between(0, 0.3, 0.6))] },
  ];
  const [width, speed] = [between(1, 0.2, 0.6), between(2, 0.5, 3)];
  const bump = (t: string) =>
    `exp(-((x - ${between(3, -0.4, 0.4)})^2 + (y - ${between(4, -0.4, 0.4)}*cos(${speed}*${t}))^2 + (z - ${between(5, -0.4, 0.4)})^2)/(2*${width}^2))*(1 + ${between(6, 0.1, 0.9)}*${t})`;
  const diffusion = `${between(8, 0.05, 1)}*lap(u)`;
  const wind = between(9, -1, 1);
  const texts = [`u_t = ${diffusion}`, `u_t + u_x*${wind} - u_y = ${diffusion}`, `u_t = ${diffusion} + u*(1 - u)`];
  const onBoundary = shares[10]! < 0.6 ? "dirichlet" : "neumann";
  return {
    ...{ name: `number ${number}`, domain: { ...shapes[number % 4]!, t: [0, 1] } as DomainSpec },
    ...{ equations: `${texts[Math.floor(shares[7]! * 3)]!} + source`, manufactured: bump("t") },
    conditions: [
      { type: onBoundary, equation: "exact", on: "boundary" },
      { type: "initial", equation: "exact" },
    ],
  };
}

const [first, last = first] = values.numbers.split("-").map(Number);
for (let number = first!; number <= last!; number++) {
  const spec = drawn(number);
  const problem = pde(spec);
  const budget = { processorSeconds: Number(values.seconds) };
  const solution = await solve(problem, { seed: 0, threads: 1, budget });
  const points = domainOf(problem.domain).interior(800, rng(7));
  const truth = evaluateAt(problem.exact![0]!, points, problem.axes.length, problem.constants);
  const found = await solution.evaluate(points);
  const size = Math.hypot(...truth);
  const { status, estimate, processorSeconds, method } = solution.report;
  console.log(
    `${number}: error ${(Math.hypot(...truth.map((v, i) => found[i]! - v)) / size).toExponential(1)}, estimate ${estimate!.relativeL2.toExponential(1)}, ${status}, ${processorSeconds!.toFixed(1)} s, ${method!.at(-1)}; ${String(spec.equations)}`,
  );
  await solution.dispose();
}
