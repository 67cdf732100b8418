/** Waves and transport in a plane by explicit steps on spectral elements, beside exact solutions. */
import { domainOf } from "../../../equations/domain/index.ts";
import { loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { dormandPrince, weightsOfParts } from "../../../solvers/spectral/index.ts";
import { assert, close, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
const square = { x: [0, 1], y: [0, 1] } as const;
type Exact = (x: number, y: number, t: number) => number;
const solved = (text: Omit<ProblemSpec, "name">, tolerance: number): Promise<Solution> =>
  solve(pde({ name: "plane", ...text }), { budget: { processorSeconds: 18, tolerance }, seed: 1 });

/** Root mean square error beside that of the exact solution, at places that no grid has. */
async function errorOf(solution: Solution, exact: Exact): Promise<number> {
  const { bounds } = solution.problem;
  const points = Float64Array.from({ length: 3 * 400 }, (_, i) => {
    const [low, high] = bounds[i % 3]!;
    const row = Math.floor(i / 3);
    return low + (high - low) * ((0.5 + row * [0.7548776662, 0.5698402909, 0.3247179572][i % 3]!) % 1);
  });
  const values = await solution.evaluate(points);
  let [off, size] = [0, 0];
  const inside = domainOf(solution.problem.domain).contains(points);
  for (const [i, v] of values.entries()) {
    if (!inside[i]) continue;
    const truth = exact(points[3 * i]!, points[3 * i + 1]!, points[3 * i + 2]!);
    off += (v - truth) ** 2;
    size += truth ** 2;
  }
  return Math.sqrt(off / size);
}

/** @param most - of the estimate beside the error */
async function holds(
  text: Omit<ProblemSpec, "name">,
  tolerance: number,
  exact: Exact,
  most = Number.POSITIVE_INFINITY,
): Promise<Solution> {
  const solution = await solved(text, tolerance);
  assert.match(solution.report.method!.at(-1)!, "spectral elements");
  const error = await errorOf(solution, exact);
  assert.ok(error < tolerance, `error ${error}`);
  const estimate = solution.report.estimate!.relativeL2;
  assert.ok(error < 3 * estimate && estimate < most * error, `error ${error} beside its estimate ${estimate}`);
  return solution;
}

test("a bump that is turned half round in a square keeps its form, and its estimate is of the error's size", async () => {
  await holds(
    {
      domain: { x: [-1, 1], y: [-1, 1], t: [0, Math.PI] },
      equations: "u_t + y*u_x - x*u_y = 0",
      conditions: ["u(x,y,0) = exp(-60*((x-0.4)^2 + y^2))", "u = 0 on boundary"],
    },
    1e-2,
    (x, y, t) => {
      const [c, s] = [Math.cos(t), Math.sin(t)];
      return Math.exp(-60 * ((x * c - y * s - 0.4) ** 2 + (x * s + y * c) ** 2));
    },
    8,
  );
});

test("a wave of thirty periods in a square is the sum of its modes", async () => {
  await holds(
    {
      domain: { ...square, t: [0, 20] },
      equations: "u_tt = u_xx + 2*u_yy",
      conditions: ["u(x,y,0) = sin(pi*x)*sin(pi*y) + 0.5*sin(2*pi*x)*sin(pi*y)", "u_t(x,y,0) = 0", "u = 0 on boundary"],
    },
    1e-3,
    (x, y, t) => {
      const [a, b] = [Math.sin(Math.PI * x), Math.sin(2 * Math.PI * x)];
      const waves = a * Math.cos(Math.sqrt(3) * Math.PI * t) + 0.5 * b * Math.cos(Math.sqrt(6) * Math.PI * t);
      return Math.sin(Math.PI * y) * waves;
    },
  );
});

test("values within the first steps of a wave are as near as those after them", async () => {
  const solution = await solved(
    {
      domain: { ...square, t: [0, 141] },
      equations: "u_tt = lap(u)",
      conditions: ["u = 0 on x", "u = 0 on y", "u = sin(pi*x)*sin(pi*y) at t = 0", "u_t = 0 at t = 0"],
    },
    1e-5,
  );
  const points = Float64Array.from(
    { length: 3 * 2000 },
    (_, i) => (Math.floor(i / 3) * [0.754877, 0.56984, 3.7e-4][i % 3]!) % 1,
  );
  const values = await solution.evaluate(points);
  for (const [i, v] of values.entries()) {
    const [x, y, t] = points.subarray(3 * i, 3 * i + 3) as unknown as [number, number, number];
    close(v, Math.sin(Math.PI * x) * Math.sin(Math.PI * y) * Math.cos(Math.SQRT2 * Math.PI * t), 1e-3);
  }
});

test("a wave on a line with a force that depends on it is solved, be it long or short", async () => {
  for (const end of [1, 60]) {
    const solution = await solve(
      pde({
        ...{
          name: "line",
          domain: { x: [0, 1], t: [0, end] },
          equations: "u_tt = u_xx - u^3 + sin(pi*x)^3*cos(pi*t)^3",
        },
        conditions: ["u = 0 on x", "u = sin(pi*x) at t = 0", "u_t = 0 at t = 0"],
      }),
      { budget: { processorSeconds: 3, tolerance: 1e-4 }, seed: 1 },
    );
    const at = Float64Array.of(0.3, 0.9 * end, 0.6, 0.35 * end);
    for (const [i, v] of (await solution.evaluate(at)).entries())
      close(v, Math.sin(Math.PI * at[2 * i]!) * Math.cos(Math.PI * at[2 * i + 1]!), 1e-2);
  }
});

test("a plane wave goes through walls that prescribe it, and through walls that prescribe its slope", async () => {
  const wave = "sin(3*x + 4*y - 5*t)";
  await holds(
    {
      domain: { ...square, t: [0, 2] },
      equations: "u_tt = lap(u)",
      conditions: [
        ...["u(x,y,0) = sin(3*x + 4*y)", "u_t(x,y,0) = -5*cos(3*x + 4*y)"],
        ...[`u = ${wave} on x`, "u_y = 4*cos(3*x + 4*y - 5*t) on y"],
      ],
    },
    1e-6,
    (x, y, t) => Math.sin(3 * x + 4 * y - 5 * t),
  );
});

test("what is carried over a period comes back, and is stored and read", async () => {
  const exact: Exact = (x, y, t) => Math.exp(Math.sin(2 * Math.PI * (x - t))) * Math.cos(2 * Math.PI * (y - 2 * t));
  const solution = await holds(
    {
      domain: { ...square, t: [0, 1] },
      equations: "u_t + u_x + 2*u_y = 0",
      conditions: ["u(x,y,0) = exp(sin(2*pi*x))*cos(2*pi*y)", "periodic in x, y"],
    },
    1e-5,
    exact,
  );
  await solution.save(at("carried"));
  const again = await loadSolution(at("carried"));
  const points = Float64Array.of(0.3, 0.7, 0.61, 0.9, 0.2, 0.05);
  assert.equal([...(await again.evaluate(points))], [...(await solution.evaluate(points))]);
});

test("waves on an L of boxes have the mode that vanishes on its edges", async () => {
  await holds(
    {
      domain: {
        difference: [
          { x: [-1, 1], y: [-1, 1] },
          { x: [0, 1], y: [-1, 0] },
        ],
        t: [0, 3],
      },
      equations: "u_tt = lap(u)",
      conditions: ["u(x,y,0) = sin(pi*x)*sin(pi*y)", "u_t(x,y,0) = 0", "u = 0 on boundary"],
    },
    1e-4,
    (x, y, t) => Math.sin(Math.PI * x) * Math.sin(Math.PI * y) * Math.cos(Math.SQRT2 * Math.PI * t),
  );
});

test("a plucked membrane, whose kinks no grid resolves, has an error near its estimate", async () => {
  const modes = Array.from({ length: 60 }, (_, k) => 2 * k + 1);
  await holds(
    {
      domain: { ...square, t: [0, 4] },
      equations: "u_tt = lap(u)",
      conditions: ["u(x,y,0) = (1 - abs(2*x - 1))*sin(pi*y)", "u_t(x,y,0) = 0", "u = 0 on boundary"],
    },
    3e-2,
    (x, y, t) =>
      Math.sin(Math.PI * y) *
      modes.reduce((sum, k) => {
        const size = (k % 4 === 1 ? 8 : -8) / (Math.PI * k) ** 2;
        return sum + size * Math.sin(k * Math.PI * x) * Math.cos(Math.PI * Math.sqrt(1 + k * k) * t);
      }, 0),
  );
});

test("a string over eighty crossings swings by its modes, and over two is marched on splines", async () => {
  const over = (end: number) =>
    solved(
      {
        domain: { x: [0, 1], t: [0, end] },
        equations: "u_tt = 4*u_xx",
        conditions: ["u(x,0) = sin(pi*x) + 0.5*sin(3*pi*x)", "u_t(x,0) = 0", "u = 0 on x"],
      },
      1e-3,
    );
  const long = await over(40);
  assert.match(long.report.method!.at(-1)!, "spectral elements");
  const [x, t] = [0.23, 39.7];
  const [value] = await long.evaluate(Float64Array.of(x, t));
  const modes = [1, 3].map((k) => Math.sin(k * Math.PI * x) * Math.cos(2 * k * Math.PI * t)) as [number, number];
  close(value!, modes[0] + 0.5 * modes[1], 2e-3);
  assert.match((await over(1)).report.method!.at(-1)!, "the march");
});

test("polynomials of explicit steps follow a pendulum between them, and their derivatives", () => {
  const { steps } = dormandPrince(
    {
      work: 1,
      rates: (_, [y]) => [Float64Array.of(y![1]!, -y![0]!)],
      prescribe: () => undefined,
      sizes: (level) => [Math.hypot(...level)],
    },
    [0, 10],
    [Float64Array.of(1, 0)],
    { tolerance: 1e-8, longest: () => 1, mostWork: 1e6, isOver: () => false },
  );
  for (const { t, h, start, coefficients } of steps) {
    for (const s of [0.25, 0.5, 0.8]) {
      for (const [order, exact] of [Math.cos(t + s * h), -Math.sin(t + s * h)].entries()) {
        const factors = weightsOfParts(s, order, h);
        const value = [start[0]!, ...coefficients[0]!].reduce((sum, own, k) => sum + factors[k]! * own[0]!, 0);
        close(value, exact, 1e-6);
      }
    }
  }
});

test.run();
