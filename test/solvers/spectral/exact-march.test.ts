/** Diffusion with constant factors in boxes, whose modes each decay by themselves, beside exact solutions. */
import { loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, temporaryFolder, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const { at } = temporaryFolder(test);
const square = { x: [0, 1], y: [0, 1] } as const;
const solved = (text: Omit<ProblemSpec, "name">, tolerance: number): Promise<Solution> =>
  solve(pde({ name: "diffusion", ...text }), { budget: { processorSeconds: 30, tolerance }, threads: 1, seed: 0 });

/** Relative error at places and moments, those soon after the start among them. */
async function errorOf(solution: Solution, truth: (...point: readonly number[]) => number): Promise<number> {
  const { bounds } = solution.problem;
  const shares = [0.7548776662, 0.5698402909, 0.3247179572, 0.819173];
  const points = Array.from({ length: 1500 }, (_, i) =>
    bounds.map(([low, high], k) => {
      const share = ((i + 0.5) * shares[k]!) % 1;
      return low + (high - low) * (k === solution.problem.time ? share ** 4 : share);
    }),
  );
  const found = await solution.evaluate(Float64Array.from(points.flat()));
  const exact = points.map((point) => truth(...point));
  return Math.sqrt(
    exact.reduce((sum, v, i) => sum + (found[i]! - v) ** 2, 0) / exact.reduce((sum, v) => sum + v * v, 0),
  );
}

test("heat that leaves a square by its sides at once is the product of two series of sines", async () => {
  const series = (x: number, t: number) => {
    let sum = 0;
    for (let k = 1; k < 4000; k += 2) {
      sum += (4 / (k * Math.PI)) * Math.sin(k * Math.PI * x) * Math.exp(-0.1 * (k * Math.PI) ** 2 * t);
    }
    return sum;
  };
  const solution = await solved(
    {
      domain: { ...square, t: [0, 1] },
      equations: "u_t = 0.1*lap(u)",
      conditions: ["u = 1 at t = 0", "u = 0 on x", "u = 0 on y"],
      allow: ["corner-mismatch"],
    },
    1e-5,
  );
  assert.match(solution.report.method!.at(-1)!, "spectral elements");
  assert.is(solution.status, "converged");
  const points = Array.from({ length: 400 }, (_, i) => [((i % 20) + 0.5) / 20, (Math.floor(i / 20) + 0.5) / 20]);
  for (const [t, most] of [
    [0.01, 1e-4],
    [0.3, 1e-5],
    [1, 1e-5],
  ] as const) {
    const found = await solution.evaluate(Float64Array.from(points.flatMap(([x, y]) => [x!, y!, t])));
    const exact = points.map(([x, y]) => series(x!, t) * series(y!, t));
    const off = Math.hypot(...exact.map((v, i) => found[i]! - v)) / Math.hypot(...exact);
    assert.ok(off < most, `${off} at t = ${t}`);
  }
});

test("two modes of a cube decay each by itself, and their quintics come back from a file", async () => {
  const P = Math.PI;
  const solution = await solved(
    {
      domain: { ...square, z: [0, 1], t: [0, 0.1] },
      equations: "u_t = lap(u)",
      conditions: [
        "u = sin(pi*x)*sin(pi*y)*sin(pi*z) + sin(2*pi*x)*sin(pi*y)*sin(3*pi*z) at t = 0",
        "u = 0 on x",
        "u = 0 on y",
        "u = 0 on z",
      ],
    },
    1e-8,
  );
  const off = await errorOf(solution, (x, y, z, t) => {
    const [a, b] = [Math.exp(-3 * P * P * t!), Math.exp(-14 * P * P * t!)];
    const sines = (...k: number[]) => Math.sin(k[0]! * P * x!) * Math.sin(k[1]! * P * y!) * Math.sin(k[2]! * P * z!);
    return a * sines(1, 1, 1) + b * sines(2, 1, 3);
  });
  assert.ok(off < 1e-8 && off < 2 * solution.report.estimate!.relativeL2, `${off}`);
  await solution.save(at("cube"));
  const points = Float64Array.of(0.3, 0.4, 0.7, 0.003, 0.7, 0.2, 0.1, 0.099);
  assert.equal([...(await (await loadSolution(at("cube"))).evaluate(points))], [...(await solution.evaluate(points))]);
});

test("sources, values on sides, reactions, Robin's conditions and a period keep their formulas, and slopes in time too", async () => {
  const root = 0.8603335890193797; // x tan x = 1
  const cases: readonly (readonly [Omit<ProblemSpec, "name">, (...point: readonly number[]) => number])[] = [
    [
      {
        domain: { ...square, t: [0, 1] },
        equations: "u_t = 0.1*lap(u) + sin(pi*x)*sin(pi*y)",
        conditions: ["u = x*y at t = 0", "u = 0 on x = 0", "u = y on x = 1", "u = 0 on y = 0", "u = x on y = 1"],
      },
      (x, y, t) =>
        x! * y! +
        (Math.sin(Math.PI * x!) * Math.sin(Math.PI * y!) * -Math.expm1(-0.2 * Math.PI ** 2 * t!)) /
          (0.2 * Math.PI ** 2),
    ],
    [
      {
        domain: { ...square, t: [0, 0.5] },
        equations: "u_t = lap(u) - 0.7*u",
        conditions: [
          `u = cos(${root}*x)*(1 + cos(pi*y)) at t = 0`,
          "u_n = 0 on x = 0",
          { type: "robin", equation: "u_n + u = 0", on: "x = 1" },
          "u_n = 0 on y",
        ],
      },
      (x, y, t) =>
        Math.cos(root * x!) *
        Math.exp(-(root ** 2 + 0.7) * t!) *
        (1 + Math.cos(Math.PI * y!) * Math.exp(-(Math.PI ** 2) * t!)),
    ],
    [
      {
        domain: { x: [0, 1], y: [0, 2 * Math.PI], t: [0, 1] },
        equations: "u_t = 0.3*u_xx + 0.2*u_yy",
        conditions: ["u = sin(pi*x)*cos(2*y) at t = 0", "u = 0 on x", "u periodic on y"],
      },
      (x, y, t) => Math.sin(Math.PI * x!) * Math.cos(2 * y!) * Math.exp(-(0.3 * Math.PI ** 2 + 0.8) * t!),
    ],
  ];
  for (const [text, truth] of cases) {
    const solution = await solved(text, 1e-8);
    assert.match(solution.report.method!.at(-1)!, "spectral elements");
    const off = await errorOf(solution, truth);
    assert.ok(off < 1e-8 && off < 2 * solution.report.estimate!.relativeL2, `${off}: ${text.equations}`);
  }
});

test("long reactions with a condition of Robin take exponential steps", async () => {
  const solution = await solved(
    {
      domain: { ...square, t: [0, 10] },
      equations: "u_t = 0.02*lap(u) - 12*(u - cos(x)*sin(t)) + cos(x)*(cos(t) + 0.02*sin(t))",
      conditions: [
        "u = 0 at t = 0",
        "u_n = 0 on x = 0",
        { type: "robin", equation: "u_n + u = (cos(1) - sin(1))*sin(t)", on: "x = 1" },
        "u_n = 0 on y",
      ],
      exact: "cos(x)*sin(t)",
    },
    1e-4,
  );
  assert.match(solution.report.method!.at(-1)!, "spectral elements");
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 1e-4, `${relativeL2}`);
});

test.run();
