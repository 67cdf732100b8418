/**
 * Zero on the boundary of shapes that elements do not solve: in space, in time, with a constant to be found, with a network of one's own.
 *
 * `node --import tsx --conditions=source bench/solver-shapes.ts [--seconds 6] [--seeds 3] [--only NAME,…]`
 *
 * One line each: name, seed, error, estimate, status.
 */
import { parseArgs } from "node:util";
import { rng } from "../engine/random/rng.ts";
import { evaluateAt } from "../equations/expression/index.ts";
import { dirichlet, initial, mlp, type ProblemSpec, pde, type SolveOptions, solve } from "../solvers/index.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "6" },
    seeds: { type: "string", default: "3" },
    only: { type: "string" },
  },
});

const walls = dirichlet("u = 0");
const disk = { shape: "disk", center: [0, 0], radius: 1 } as const;
const decaying = "(1 - x^2 - y^2)*exp(-t)*(1 + 0.3*sin(3*x - y))";
const found = "(1 - x^2 - y^2)*exp(-t)*(1 + x/2)";
const places = rng(7)
  .uniform(80 * 3)
  .reduce<number[][]>((all, v, i) => {
    if (i % 3 === 0) all.push([]);
    all.at(-1)!.push(i % 3 === 2 ? v : 1.4 * v - 0.7);
    return all;
  }, []);
const valueAt = ([x, y, t]: readonly number[]) => (1 - x! ** 2 - y! ** 2) * Math.exp(-t!) * (1 + x! / 2);

interface Case extends Omit<ProblemSpec, "name"> {
  readonly options?: SolveOptions;
}

const cases: Readonly<Record<string, Case>> = {
  ball: {
    domain: { shape: "ball", center: [0, 0, 0], radius: 1 },
    equations: "-lap(u) = source",
    manufactured: "(1 - x^2 - y^2 - z^2)*exp(x/2)*(1 + 0.3*sin(3*y - 2*z))",
    conditions: [walls],
  },
  "heat-in-a-disk": {
    domain: { ...disk, t: [0, 1] },
    equations: "u_t = lap(u) + source",
    manufactured: decaying,
    conditions: [walls, initial("exact")],
  },
  "reaction-in-an-ellipse": {
    domain: { shape: "ellipse", center: [0.1, 0], radii: [1, 0.6], angle: 0.4, t: [0, 1] },
    equations: "u_t = 0.2*lap(u) + u - u^3 + source",
    manufactured:
      "(1 - ((x-0.1)*cos(0.4) + y*sin(0.4))^2 - ((y*cos(0.4) - (x-0.1)*sin(0.4))/0.6)^2)*cos(2*t)*(1 + 0.4*sin(2*x + y))",
    conditions: [walls, initial("exact")],
  },
  "heat-in-a-ring": {
    domain: { difference: [disk, { shape: "disk", center: [0, 0], radius: 0.4 }], t: [0, 1] },
    equations: "u_t = lap(u) + source",
    manufactured: "(1 - x^2 - y^2)*(x^2 + y^2 - 0.16)*exp(-t)*(1 + 0.5*sin(2*x - y))",
    conditions: [walls, initial("exact")],
  },
  "level-set": {
    domain: { inside: "x^2 + 2*y^2 + z^4 < 1", within: { x: [-1.1, 1.1], y: [-1, 1], z: [-1.1, 1.1] } },
    equations: "-lap(u) = source",
    manufactured: "(1 - x^2 - 2*y^2 - z^4)*cos(x + y)",
    conditions: [walls],
  },
  diffusivity: {
    domain: { ...disk, t: [0, 1] },
    trainable: { D: 0.3 },
    constants: { D: 0.7 },
    equations: "u_t = D*lap(u) + source",
    manufactured: found,
    conditions: [walls, initial("exact")],
    observations: [{ points: places, values: places.map(valueAt), sigma: 0.01 }],
  },
  // Combinations, drawn after the others had been seen.
  "eccentric-ring": {
    domain: { difference: [disk, { shape: "disk", center: [0.2, 0.1], radius: 0.35 }], t: [0, 1] },
    equations: "u_t = lap(u) + source",
    manufactured: "(1 - x^2 - y^2)*((x-0.2)^2 + (y-0.1)^2 - 0.1225)*exp(-t)*(1 + 0.5*cos(2*x + y))",
    conditions: [walls, initial("exact")],
  },
  "box-with-a-hole": {
    domain: {
      difference: [
        { x: [0, 1], y: [0, 1] },
        { shape: "disk", center: [0.5, 0.45], radius: 0.25 },
      ],
      t: [0, 1],
    },
    equations: "u_t = 0.3*lap(u) + u - u^3 + source",
    manufactured: "20*x*(1-x)*y*(1-y)*((x-0.5)^2 + (y-0.45)^2 - 0.0625)*cos(t)*(1 + x/2)",
    conditions: [walls, initial("exact")],
  },
  lens: {
    domain: {
      intersection: [
        { shape: "disk", center: [-0.4, 0], radius: 1 },
        { shape: "disk", center: [0.4, 0], radius: 1 },
      ],
      t: [0, 1],
    },
    equations: "u_t = lap(u) + source",
    manufactured: "(1 - (x+0.4)^2 - y^2)*(1 - (x-0.4)^2 - y^2)*exp(-t)*(1 + 0.3*sin(2*y + x))",
    conditions: [walls, initial("exact")],
  },
  shell: {
    domain: {
      difference: [
        { shape: "ball", center: [0, 0, 0], radius: 1 },
        { shape: "ball", center: [0, 0, 0], radius: 0.5 },
      ],
    },
    equations: "-lap(u) = source",
    manufactured: "(1 - x^2 - y^2 - z^2)*(x^2 + y^2 + z^2 - 0.25)*(1 + 0.3*sin(2*x - y + z))",
    conditions: [walls],
  },
  "half-a-ball": {
    domain: {
      intersection: [
        { shape: "ball", center: [0, 0, 0], radius: 1 },
        { x: [-2, 2], y: [-2, 2], z: [0, 2] },
      ],
    },
    equations: "-lap(u) = source",
    manufactured: "(1 - x^2 - y^2 - z^2)*z*(1 + 0.3*cos(2*x + y))",
    conditions: [walls],
  },
  "own-network-on-a-ring": {
    domain: { difference: [disk, { shape: "disk", center: [0, 0], radius: 0.4 }] },
    equations: "-lap(u) = source",
    manufactured: "(1 - x^2 - y^2)*(x^2 + y^2 - 0.16)*(1 + 0.3*sin(3*x - 2*y))",
    conditions: [walls],
    options: { network: mlp({ width: 16, depth: 3 }) },
  },
  "own-network": {
    domain: disk,
    equations: "-lap(u) = source",
    manufactured: "(1 - x^2 - y^2)*(1 + 0.3*sin(3*x - 2*y))",
    conditions: [walls],
    options: { network: mlp({ width: 16, depth: 3 }) },
  },
};

for (const [name, { options, ...spec }] of Object.entries(cases)) {
  if (values.only !== undefined && !values.only.split(",").includes(name)) continue;
  for (let seed = 0; seed < Number(values.seeds); seed++) {
    const problem = pde({ name, ...spec } as ProblemSpec);
    const solution = await solve(problem, {
      ...options,
      seed,
      threads: 1,
      budget: { processorSeconds: Number(values.seconds) },
    });
    const points = solution.domain.interior(4096, rng(1));
    const truth = evaluateAt(problem.exact![0]!, points, problem.axes.length, problem.constants);
    const have = await solution.evaluate(points);
    const size = Math.hypot(...truth);
    const error = Math.hypot(...truth.map((v, i) => v - have[i]!)) / size;
    const { status, estimate } = solution.report;
    console.log(`${name} ${seed} ${error.toExponential(2)} ${estimate?.relativeL2.toExponential(1) ?? "-"} ${status}`);
    await solution.dispose();
  }
}
