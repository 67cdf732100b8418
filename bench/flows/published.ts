/**
 * Flows with printed numbers, by the text alone: the cavity at Re 1000, the step at Re 800, four obstacles and a cylinder in time at Re 100.
 *
 * `node --import tsx --conditions=source bench/flows/published.ts [--seconds 20] [--seeds 0-2] [--only cavity,step,obstacles,cylinder]`
 *
 * Cavity: velocities on both middle lines (Botella and Peyret, Computers & Fluids 27 (1998) 421, tables 9 and 10). Step: where the flow comes back to
 * the lower wall, leaves the upper one and comes back (Gartling, Int. J. Numer. Methods Fluids 11 (1990) 953: 6.10, 4.85, 10.48). Obstacles: the
 * domain of PINNacle's back step, beside the same solve with five times the time. Cylinder: DFG 2D-2 from rest to t = 4, thirty times the seconds; its
 * last 1.6 (Schäfer and Turek, Notes on Numerical Fluid Mechanics 52 (1996) 547: Strouhal number 0.295 to 0.305, largest drag 3.22 to 3.24, largest
 * lift 0.99 to 1.01). Seconds are those of the processor, one thread.
 */
import { parseArgs } from "node:util";
import { type DomainSpec, type ProblemSpec, pde, type Solution, solve } from "../../solvers/index.ts";

const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "20" },
    seeds: { type: "string", default: "0-2" },
    only: { type: "string", default: "cavity,step,obstacles,cylinder" },
  },
});
const seconds = Number(values.seconds);

/** A flow of Navier and Stokes at a Reynolds number. */
const flow = (reynolds: number, rest: Omit<ProblemSpec, "name" | "equations">): ProblemSpec => ({
  ...{ name: "flow", unknowns: ["u", "v", "p"] },
  equations: [`u*u_x + v*u_y + p_x = lap(u)/${reynolds}`, `u*v_x + v*v_y + p_y = lap(v)/${reynolds}`, "u_x + v_y = 0"],
  ...rest,
});

const rounds = [
  [1, 0.5, 0.2],
  [2, 0.5, 0.3],
  [2.7, 1.6, 0.2],
] as const;
const obstacles: DomainSpec = {
  difference: [
    { shape: "polygon", vertices: [[0, 0], [4, 0], [4, 2], [2, 2], [2, 1], [0, 1]] }, // biome-ignore format: corners
    ...rounds.map(([x, y, radius]) => ({ shape: "ball" as const, center: [x, y] as const, radius })),
    { x: [2.8, 3.6], y: [0.8, 1.1] },
  ],
};
const walls = [
  ...["y = 0", "y = 1", "y = 2", "x = 2", "x = 2.8", "x = 3.6", "y = 0.8", "y = 1.1"],
  ...rounds.map(([x, y, r]) => `(x - ${x})^2 + (y - ${y})^2 = ${Number((r * r).toFixed(4))}`),
];

const cylinder = "(x - 0.2)^2 + (y - 0.2)^2 = 0.0025";
const besides = ["y = 0", "y = 0.41", cylinder];
/** End of the flow about the cylinder, and of that what is looked at, in steps. */
const [end, looked, step] = [4, 1.6, 0.02];

const texts: Readonly<Record<string, ProblemSpec>> = {
  cylinder: {
    ...{ name: "cylinder", unknowns: ["u", "v", "p"], allow: ["corner-mismatch"] },
    domain: {
      difference: [
        { x: [0, 2.2], y: [0, 0.41] },
        { shape: "ball", center: [0.2, 0.2], radius: 0.05 },
      ],
      t: [0, end],
    },
    equations: [
      "u_t + u*u_x + v*u_y + p_x = 0.001*lap(u)",
      "v_t + u*v_x + v*v_y + p_y = 0.001*lap(v)",
      "u_x + v_y = 0",
    ],
    conditions: [
      { type: "dirichlet", equation: "u = 6*y*(0.41 - y)/0.41^2", on: "x = 0" },
      { type: "dirichlet", equation: "v = 0", on: "x = 0" },
      { type: "robin", equation: "0.001*u_x - p = 0", on: "x = 2.2" },
      { type: "neumann", equation: "v_x = 0", on: "x = 2.2" },
      { type: "dirichlet", equation: "u = 0", on: besides },
      { type: "dirichlet", equation: "v = 0", on: besides },
      ...["u = 0 at t = 0", "v = 0 at t = 0"],
    ],
  },
  cavity: flow(1000, {
    domain: { x: [0, 1], y: [0, 1] },
    conditions: ["u = 1 on y = 1", "u = 0 on y = 0", "u = 0 on x", "v = 0"],
    integrals: ["p = 0"],
  }),
  step: flow(800, {
    domain: { x: [0, 30], y: [-0.5, 0.5] },
    functions: { inlet: "if(y > 0, 24*y*(0.5 - y), 0)" },
    conditions: [
      ...["u = inlet on x = 0", "v = 0 on x = 0", "u = 0 on y", "v = 0 on y"],
      { type: "robin", equation: "u_x/800 - p = 0", on: "x = 30" },
      { type: "neumann", equation: "v_x = 0", on: "x = 30" },
    ],
  }),
  obstacles: flow(100, {
    domain: obstacles,
    conditions: [
      { type: "dirichlet", equation: "u = 4*y*(1 - y)", on: "x = 0" },
      { type: "dirichlet", equation: "v = 0", on: ["x = 0", "x = 4"] },
      { type: "dirichlet", equation: "p = 0", on: "x = 4" },
      { type: "dirichlet", equation: "u = 0", on: walls },
      { type: "dirichlet", equation: "v = 0", on: walls },
    ],
  }),
};

/** Places on the middle lines of the cavity, the part of the velocity there, and its value. */
const printed = [
  [0.5, 0.1719, 0, -0.388_569_8],
  [0.5, 0.5, 0, -0.062_056_1],
  [0.1563, 0.5, 1, 0.376_911_9],
  [0.9063, 0.5, 1, -0.526_439_2],
] as const;

/** Where the slip along a wall changes its sign. */
async function turns(solution: Solution, y: number): Promise<number[]> {
  const [n, aside] = [3000, 1e-4];
  const x = Array.from({ length: n }, (_, i) => (30 * (i + 0.5)) / n);
  const inside = y > 0 ? y - aside : y + aside;
  const found = await solution.evaluate(Float64Array.from(x.flatMap((at) => [at, inside])));
  return x.flatMap((at, i) => {
    if (i === 0 || found[3 * i]! * found[3 * (i - 1)]! >= 0) return [];
    const [before, now] = [found[3 * (i - 1)]!, found[3 * i]!];
    return [Number((x[i - 1]! + ((at - x[i - 1]!) * before) / (before - now)).toFixed(3))];
  });
}

/** Places of the obstacles' domain that are fluid. */
const fluid = Array.from({ length: 6000 }, (_, i) => [4 * ((i * 0.754_877_666_2) % 1), 2 * ((i * 0.569_840_290_9) % 1)])
  .filter(([x, y]) => !(x! < 2 && y! > 1) && !(x! > 2.79 && x! < 3.61 && y! > 0.79 && y! < 1.11))
  .filter(([x, y]) => rounds.every(([a, b, r]) => Math.hypot(x! - a, y! - b) > r + 0.001))
  .flat();

/** Strouhal number, largest drag, and lifts of the cylinder. */
async function shedding(solution: Solution): Promise<string> {
  const series: (readonly [number, number])[] = [];
  for (let k = 0; k <= Math.round(looked / step); k++) {
    const t = (end - looked + k * step).toFixed(3);
    const [drag, lift] = [
      await solution.functional(`integral(20*(p*nx - 0.001*(2*u_x*nx + (u_y + v_x)*ny)), ${cylinder}) at t = ${t}`),
      await solution.functional(`integral(20*(p*ny - 0.001*(2*v_y*ny + (u_y + v_x)*nx)), ${cylinder}) at t = ${t}`),
    ];
    if ("value" in drag && "value" in lift) series.push([drag.value, lift.value]);
  }
  /** The top of the parabola through the largest value and those beside it. */
  const top = (all: readonly number[]) => {
    const at = all.indexOf(Math.max(...all));
    const [a, b, c] = [all[at - 1] ?? all[at]!, all[at]!, all[at + 1] ?? all[at]!];
    return (a + c === 2 * b ? b : b - (a - c) ** 2 / (8 * (a - 2 * b + c))).toFixed(3);
  };
  const [drags, lifts] = [series.map(([drag]) => drag), series.map(([, lift]) => lift)];
  const middle = lifts.reduce((a, b) => a + b, 0) / lifts.length;
  const rises = lifts.flatMap((now, i) => {
    const before = lifts[i - 1] ?? now;
    return before < middle && now >= middle ? [step * (i - (now - middle) / (now - before))] : [];
  });
  const strouhal = (0.1 * (rises.length - 1)) / (rises.at(-1)! - rises[0]!);
  return `Strouhal number ${strouhal.toFixed(4)}, drag at most ${top(drags)}, lift ${-top(lifts.map((v) => -v))} to ${top(lifts)}`;
}

async function judged(name: string, solution: Solution, seed: number): Promise<string> {
  if (name === "cylinder") return shedding(solution);
  if (name === "step") return `lower wall ${await turns(solution, -0.5)}, upper wall ${await turns(solution, 0.5)}`;
  if (name === "cavity") {
    const found = await solution.evaluate(Float64Array.from(printed.flatMap((row) => row.slice(0, 2))));
    const off = printed.map(([, , part, value], i) => Math.abs(found[3 * i + part]! - value));
    return `largest difference to printed velocities ${Math.max(...off).toExponential(1)}`;
  }
  const long = await solve(pde(texts[name]!), { seed, threads: 1, budget: { processorSeconds: 5 * seconds } });
  const [found, truth] = [
    await solution.evaluate(Float64Array.from(fluid)),
    await long.evaluate(Float64Array.from(fluid)),
  ];
  const share = [0, 1, 2].map((k) => {
    let [moved, size] = [0, 0];
    for (let i = k; i < found.length; i += 3)
      [moved, size] = [moved + (found[i]! - truth[i]!) ** 2, size + truth[i]! ** 2];
    return Math.sqrt(moved / size).toExponential(1);
  });
  return `u, v, p beside five times the time ${share.join(", ")} (its estimate ${long.report.estimate!.relativeL2.toExponential(1)})`;
}

const [first, last = first] = values.seeds.split("-").map(Number);
for (const name of values.only.split(",")) {
  for (let seed = first!; seed <= last!; seed++) {
    const budget = { processorSeconds: name === "cylinder" ? 30 * seconds : seconds };
    const solution = await solve(pde(texts[name]!), { seed, threads: 1, budget });
    const { status, estimate, processorSeconds = 0, method } = solution.report;
    console.log(
      `${name}, seed ${seed}: ${await judged(name, solution, seed)}; ${status}, estimate ${estimate!.relativeL2.toExponential(1)}, ${processorSeconds.toFixed(1)} s, ${method!.at(-1)}`,
    );
  }
}
