/** Conservation laws by finite volumes, beside exact solutions of Riemann problems (Toro 2009, doi:10.1007/b79761, ch. 4). */
import { toText } from "../../../equations/expression/index.ts";
import { conservationLaw } from "../../../equations/problem/index.ts";
import { loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { densityOfSod, depthOfDam, saturation } from "./exact.ts";

const { at } = temporaryFolder(test);
type Text = Omit<ProblemSpec, "name">;
const problem = (text: Text) => pde({ name: "law", ...text });

const euler = {
  constants: { gamma: 1.4 },
  unknowns: ["rho", "u", "p"],
  functions: { E: "p/(gamma - 1) + rho*u^2/2" },
  equations: ["rho_t + (rho*u)_x = 0", "(rho*u)_t + (rho*u^2 + p)_x = 0", "dt(E) + dx((E + p)*u) = 0"],
} as const;
const sod = { left: [1, 0, 1], right: [0.125, 0, 0.1] } as const;
const tube: Text = {
  ...euler,
  domain: { x: [0, 1], t: [0, 0.2] },
  conditions: ["rho", "u", "p"].map((name, k) => `${name}(x, 0) = if(x < 0.5, ${sod.left[k]}, ${sod.right[k]})`),
};

/** Mean of the error of the first unknown at the last moment over its width, and of its size. */
async function meanErrors(solution: Solution, exact: (x: number) => number, count = 2000): Promise<number> {
  const { bounds } = solution.problem;
  const [[low, high], [, end]] = bounds as unknown as [[number, number], [number, number]];
  const xs = Float64Array.from({ length: count }, (_, i) => low + ((high - low) * (i + 0.5)) / count);
  const values = await solution.evaluate(
    Float64Array.from({ length: 2 * count }, (_, i) => (i % 2 ? end : xs[i >> 1]!)),
  );
  const m = solution.problem.unknowns.length;
  return xs.reduce((sum, x, i) => sum + Math.abs(values[i * m]! - exact(x)) / count, 0) * (high - low);
}

const swap = { budget: { processorSeconds: 3 }, seed: 1 } as const;
const burgers: Text = {
  domain: { x: [-1, 2], t: [0, 1] },
  equations: "u_t + dx(u^2/2) = 0",
  conditions: "u(x, 0) = if(x < 0, 1, 0)",
};

/** Problems with jumps, their solution at the last moment, and the L¹ error that they may have. */
const jumps: Readonly<
  Record<string, readonly [text: Text, exact: (x: number) => number, most: number, seconds?: number]>
> = {
  "a shock of Burgers' equation moves with the mean of its states": [burgers, (x) => Number(x < 0.5), 4e-3],
  "a fan of Burgers' equation passes through the sonic point": [
    { ...burgers, conditions: "u(x, 0) = if(x < 0, -0.5, 1)" },
    (x) => Math.max(-0.5, Math.min(1, x)),
    8e-3,
  ],
  "Sod's tube has its rarefaction, its contact and its shock": [tube, (x) => densityOfSod((x - 0.5) / 0.2), 6e-3, 6],
  "a dam breaks as Stoker says": [
    {
      domain: { x: [-1, 1], t: [0, 0.5] },
      unknowns: ["h", "u"],
      equations: ["h_t + (h*u)_x = 0", "(h*u)_t + (h*u^2 + h^2/2)_x = 0"],
      conditions: ["h(x, 0) = if(x < 0, 1, 0.25)", "u(x, 0) = 0"],
    },
    (x) => depthOfDam(x / 0.5, 1, 0.25, 1),
    6e-3,
  ],
  "Buckley and Leverett's flux, steepest between its states, has a shock behind which a fan begins": [
    {
      domain: { x: [-1, 1], t: [0, 0.4] },
      equations: "u_t + dx(u^2/(u^2 + (1 - u)^2/2)) = 0",
      conditions: "u(x, 0) = if(x < 0, 1, 0)",
    },
    (x) => saturation(x / 0.4),
    8e-3,
    6,
  ],
};

for (const [what, [text, exact, most, processorSeconds = 2]] of Object.entries(jumps))
  test(what, async () => {
    const solution = await solve(problem(text), { budget: { processorSeconds }, seed: 1 });
    const error = await meanErrors(solution, exact);
    assert.ok(error < most, `${error}`);
    assert.is.not(solution.status, "doubtful", solution.report.estimate!.advice);
    assert.match(solution.report.method!.at(-1)!, /finite volumes, whose jumps are those of the entropy solution/);
  });

test("a shock that forms ends a march and is the solution of a conservation law", async () => {
  const text: Text = {
    domain: { x: [-1, 1], t: [0, 1] },
    equations: "u_t + u*u_x = 0",
    conditions: ["u(x, 0) = -sin(pi*x)", "u periodic"],
  };
  const solution = await solve(problem(text), swap);
  // On the characteristic from y: x = y − t sin πy, of the outermost of which u = −sin πy.
  const exact = (x: number) => {
    let [low, high] = x > 0 ? [0.5, 1] : [-1, -0.5];
    if (x === 0) return 0;
    for (let k = 0; k < 60; k++) {
      const y = (low + high) / 2;
      if (y - Math.sin(Math.PI * y) < x) low = y;
      else high = y;
    }
    return -Math.sin(Math.PI * low);
  };
  assert.ok((await meanErrors(solution, exact)) < 1e-2);
  assert.is(solution.trial.kind, "finite volumes");
});

test("what flows in and out balances what is inside, and errors fall with the cells as their estimate says", async () => {
  const text: Text = {
    domain: { x: [0, 1], t: [0, 0.5] },
    equations: "u_t + u_x = 0",
    conditions: ["u(x, 0) = if(x > 0.2 and x < 0.4, 1, 0)", "u periodic"],
  };
  const [short, long] = await Promise.all(
    [0.2, 0.6].map((s) => solve(problem(text), { budget: { processorSeconds: s }, seed: 1 })),
  );
  const exact = (x: number) => Number(x > 0.7 && x < 0.9);
  assert.ok((await meanErrors(long!, exact)) <= (await meanErrors(short!, exact)));
  const n = 4000;
  const line = Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 ? 0.5 : ((i >> 1) + 0.5) / n));
  const values = await long!.evaluate(line);
  assert.ok(Math.abs(values.reduce((a, b) => a + b) / n - 0.2) < 2e-3);
  const truth = line.filter((_, i) => i % 2 === 0).map(exact);
  const own = Math.sqrt(
    values.reduce((sum, v, i) => sum + (v - truth[i]!) ** 2, 0) / truth.reduce((sum, v) => sum + v * v, 0),
  );
  const { end } = long!.report.estimate!;
  assert.ok(end! > own / 5 && end! < own * 5, `${own} beside ${end}`);
});

test("Euler's equations and shallow water are read as conservation laws, however they are written", () => {
  const shown = (text: Text) => {
    const one = problem(text);
    const law = conservationLaw(one);
    return (
      law && {
        conserved: law.conserved.map((e) => toText(e, one)),
        fluxes: law.fluxes.map((row) => row.map((e) => toText(e, one))),
      }
    );
  };
  assert.equal(shown(tube)!.conserved, ["rho", "rho*u", "p/(gamma - 1) + rho*u^2/2"]);
  const closed = shown({
    ...{ constants: { gamma: 1.4 }, domain: tube.domain, unknowns: ["rho", "m", "E", "p"] },
    equations: [
      "rho_t + m_x = 0",
      "m_t + (m^2/rho + p)_x = 0",
      "E_t + (m/rho*(E + p))_x = 0",
      "p = (gamma - 1)*(E - m^2/(2*rho))",
    ],
    conditions: ["rho(x, 0) = 1", "m(x, 0) = 0", "E(x, 0) = 2.5"],
  });
  assert.equal(closed!.conserved, ["rho", "m", "E"]);
  assert.match(closed!.fluxes[0]![1]!, /^m\^2\/rho \+ \(gamma - 1\)\*\(E - m\^2\/\(2\*rho\)\)$/);
  const line = { domain: { x: [0, 1], t: [0, 1] }, conditions: "u(x, 0) = x" } as const;
  assert.equal(shown({ ...line, equations: "u_t + (1 + x)*u_x = 0" })!.fluxes, [["(1 + x)*u"]]);
  const two = { ...line, unknowns: ["u", "v"], conditions: ["u(x, 0) = x", "v(x, 0) = x"] } as const;
  assert.is(shown({ ...two, equations: ["u_t + v*u_x = 0", "v_t + u_x = 0"] }), undefined, "v u_x is no divergence");
  assert.is(shown({ ...line, equations: "u_t + abs(u_x) = 0" }), undefined);
});

test("a solution by finite volumes is stored and read again to the last bit, and damage is refused", async () => {
  const solution = await solve(problem(burgers), { budget: { processorSeconds: 0.2 }, seed: 1 });
  await solution.save(at("burgers"));
  const again = await loadSolution(at("burgers"));
  const points = Float64Array.of(-0.5, 0.3, 0.49, 0.97, 1.9, 1);
  assert.equal(await again.evaluate(points), await solution.evaluate(points));
});

test("a smooth start is left to methods of high order, and smooths of diffusion to marches", async () => {
  for (const [equations, start] of [
    ["u_t + u_x = 0", "sin(2*pi*x)"],
    ["u_t + u*u_x = 0.05*u_xx", "sin(2*pi*x)"],
  ] as const) {
    const text: Text = {
      domain: { x: [0, 1], t: [0, 0.2] },
      equations,
      conditions: [`u(x, 0) = ${start}`, "u periodic"],
    };
    const solution = await solve(problem(text), swap);
    assert.is(solution.trial.kind, "march");
    assert.ok(solution.report.estimate!.relativeL2 < 1e-6);
  }
});

test("walls, inflow and rotation in a plane hold their sums and their places", async () => {
  const text: Text = {
    domain: { x: [-1, 1], y: [-1, 1], t: [0, 0.5] },
    equations: "u_t - pi*y*u_x + pi*x*u_y = 0",
    conditions: "u(x, y, 0) = if((x - 0.4)^2 + y^2 < 0.09, 1, 0)",
  };
  const solution = await solve(problem(text), swap);
  // A half turn by t = 1, a quarter by ½: the disk has come to (0, 0.4).
  const at = await solution.evaluate(Float64Array.of(0, 0.4, 0.5, 0.4, 0, 0.5, -0.7, 0.4, 0.5));
  assert.ok(at[0]! > 0.9 && Math.abs(at[1]!) < 0.1 && Math.abs(at[2]!) < 0.05, `${at}`);
});

test("a source that lasts a hundredth of the time moves what was at rest", async () => {
  // u is then about the integral of the source, 0.0177 where nothing has moved far yet.
  const solution = await solve(
    problem({
      domain: { x: [0, 1], t: [0, 0.5] },
      equations: "u_t + u*u_x = exp(-((t - 0.37)/0.01)^2)*if(x > 0.5, 1, 0)",
      conditions: ["u = 0 at t = 0", "u = 0 on x = 0"],
    }),
    { budget: { processorSeconds: 12 }, seed: 1 },
  );
  const [value] = await solution.evaluate([[0.9, 0.45]]);
  assert.ok(Math.abs(value! - 0.01 * Math.sqrt(Math.PI)) < 1e-4, `${value}`);
});

test.run();
