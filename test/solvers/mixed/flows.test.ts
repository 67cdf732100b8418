/** Steady flows in a plane by mixed elements, beside exact flows. */
import { rng } from "../../../engine/index.ts";
import { type DomainSpec, loadSolution, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { planeBlocks } from "../../../solvers/mixed/index.ts";
import { assert, close, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
const ball = (x: number, y: number, radius: number) => ({ shape: "ball", center: [x, y], radius }) as const;
const box = (x: readonly [number, number], y: readonly [number, number]) => ({ x, y });

/** Flow with viscosity 1/reynolds. */
const flow = (
  reynolds: number,
  domain: DomainSpec,
  conditions: NonNullable<ProblemSpec["conditions"]>,
  more = {},
): ProblemSpec => ({
  name: "flow",
  domain,
  unknowns: ["u", "v", "p"],
  constants: { R: reynolds },
  equations: ["u*u_x + v*u_y + p_x = lap(u)/R", "u*v_x + v*v_y + p_y = lap(v)/R", "u_x + v_y = 0"],
  conditions,
  ...more,
});

/** Kovasznay's flow (1948) at Reynolds number 40. */
const lambda = 20 - Math.sqrt(400 + 4 * Math.PI ** 2);
const exact = {
  u: `1 - exp(${lambda}*x)*cos(2*pi*y)`,
  v: `${lambda}/(2*pi)*exp(${lambda}*x)*sin(2*pi*y)`,
  p: `(1 - exp(${2 * lambda}*x))/2`,
};
const hole = "(x-0.4)^2 + (y-0.1)^2 = 0.04";
const closed = ["x = -0.5", "y = -0.5", "y = 1.5", hole];
const behind = flow(
  40,
  { difference: [box([-0.5, 1], [-0.5, 1.5]), ball(0.4, 0.1, 0.2)] },
  [
    ...(["u", "v"] as const).map((name) => ({
      ...{ type: "dirichlet" as const, equation: `${name} = ${exact[name]}`, on: closed },
    })),
    { type: "robin", equation: `u_x/R - p = -${lambda}*exp(${lambda}*x)*cos(2*pi*y)/R - ${exact.p}`, on: "x = 1" },
    { type: "neumann", equation: `v_x = ${lambda}*${exact.v}`, on: "x = 1" },
  ],
  { exact },
);

test("Kovasznay's flow past a round hole and out of an open side has an error that its estimate bounds", async () => {
  const solution = await solve(pde(behind), { budget: { steps: 12 } });
  assert.match(solution.report.method!.at(-1)!, /quadrilaterals/);
  const { relativeL2 } = await solution.errors();
  assert.ok(relativeL2 < 1e-5, `${relativeL2}`);
  const estimate = solution.report.estimate!;
  assert.ok(estimate.relativeL2 > 0.3 * relativeL2 && estimate.relativeL2 < 1e-4, `${estimate.relativeL2}`);
  assert.is(estimate.advice, undefined);
  await solution.save(at("flow"));
  const points = Float64Array.of(0.9, 0.1, 0.4, 0.31, 0, 1.5);
  assert.equal(await (await loadSolution(at("flow"))).evaluate(points), await solution.evaluate(points));
});

/** The integral of a function of the exact flow, {p, ux, uy}, over the hole's circle, by the trapezoidal rule. */
function overHole(of: (p: number, slopes: readonly [number, number], normal: readonly [number, number]) => number) {
  const n = 400;
  let sum = 0;
  for (let k = 0; k < n; k++) {
    const [c, s] = [Math.cos((2 * Math.PI * k) / n), Math.sin((2 * Math.PI * k) / n)];
    const [x, y] = [0.4 + 0.2 * c, 0.1 + 0.2 * s];
    const e = Math.exp(lambda * x);
    const slopes = [-lambda * e * Math.cos(2 * Math.PI * y), 2 * Math.PI * e * Math.sin(2 * Math.PI * y)] as const;
    sum += of((1 - e * e) / 2, slopes, [c, s]);
  }
  return (sum * 0.4 * Math.PI) / n;
}

test("the error bar of a flow's integral over a hole holds its error, and is small as the difference of two meshes is", async () => {
  // Sums of three integrals that are 0, by weights that are drawn.
  const three = ["p", "p*(x-0.4)/0.2", "u_n"];
  const exactly = [
    overHole((p) => p),
    overHole((p, _, [c]) => p * c),
    // Outwards is into the hole.
    overHole((_, [a, b], [c, s]) => -a * c - b * s),
  ] as const;
  const drawn = rng(7);
  const sums = Array.from({ length: 24 }, (_, k) => {
    const [a, b] = [drawn.uniform() - 0.5, drawn.uniform() - 0.5];
    const weights = [a, b, -(a * exactly[0] + b * exactly[1]) / exactly[2]];
    return [`sum${k}`, `integral(${three.map((text, j) => `(${weights[j]})*${text}`).join(" + ")}, ${hole})`] as const;
  });
  const stress = `integral(p^2 + (u_n/R)^2, ${hole})`;
  const problem = pde({ ...behind, functionals: { stress, ...Object.fromEntries(sums) } });
  const solution = await solve(problem, { budget: { steps: 16 } });
  const found = solution.report.functionals as Readonly<Record<string, { value: number; error: number }>>;
  const { value, error: bar } = found["stress"]!;
  const error = Math.abs(value - overHole((p, [a, b], [c, s]) => p ** 2 + ((a * c + b * s) / 40) ** 2));
  assert.ok(error <= bar, `${error} of ${bar}`);
  assert.ok(bar < 1e-3 * Math.abs(value), `${bar}`);
  for (const [name] of sums) {
    const one = found[name]!;
    assert.ok(Math.abs(one.value) <= one.error && one.error < 1e-3, `${name}: ${one.value} ± ${one.error}`);
  }
});

const step: DomainSpec = {
  shape: "polygon",
  vertices: [
    [0, 0],
    [4, 0],
    [4, 2],
    [2, 2],
    [2, 1],
    [0, 1],
  ],
};
const walls = [0, 2, 3, 4].map((edge) => ({ edge }));
const entered = [
  { type: "dirichlet" as const, equation: "u = 4*y*(1-y)", on: { edge: 5 } },
  { type: "dirichlet" as const, equation: "v = 0", on: { edge: 5 } },
  { type: "dirichlet" as const, equation: "u = 0", on: walls },
  { type: "dirichlet" as const, equation: "v = 0", on: walls },
];

test("what enters a channel with a step goes through every cross-section, where p = 0 and v = 0 end it", async () => {
  const outlet = ["p = 0", "v = 0"].map((equation) => ({ type: "dirichlet" as const, equation, on: { edge: 1 } }));
  const solution = await solve(pde(flow(100, step, [...entered, ...outlet])), { budget: { steps: 12 } });
  assert.match(solution.report.method!.at(-1)!, /quadrilaterals/);
  assert.is(solution.report.estimate!.advice, undefined);
  for (const x of [0.5, 1.7, 2.4, 3.9]) {
    const n = 2000;
    const width = x < 2 ? 1 : 2;
    const values = await solution.evaluate(
      Float64Array.from({ length: 2 * n }, (_, i) => (i % 2 === 0 ? x : (width * (Math.floor(i / 2) + 0.5)) / n)),
    );
    let sum = 0;
    for (let i = 0; i < n; i++) sum += (values[3 * i]! * width) / n;
    // As far as the midpoint rule and jumps of the pressure's functions allow.
    close(sum, 2 / 3, 2e-4);
  }
});

test("a parabola between walls is exact, with the mean pressure that is prescribed", async () => {
  const parabola = { u: "y*(1-y)", v: "0", p: "3 - 0.02*(x-1)" };
  const conditions = ["u = y*(1-y)", "v = 0"];
  const solution = await solve(
    pde(flow(100, box([0, 2], [0, 1]), conditions, { exact: parabola, integrals: ["p = 6"] })),
    { budget: { steps: 4 } },
  );
  assert.match(solution.report.method!.at(-1)!, /quadrilaterals/);
  assert.ok((await solution.errors()).relativeL2 < 1e-11);
});

test("a condition too many leaves a flow to other methods, in words", async () => {
  for (const [conditions, words] of [
    [["u = 0 on y", "v = 0", "u = 1 on x", "u_x = 0 on x = 2"], /condition/],
  ] as const) {
    const solution = await solve(pde(flow(1, box([0, 2], [0, 1]), conditions, { integrals: ["p = 0"] })), {
      budget: { processorSeconds: 1 },
    });
    assert.ok(solution.report.method!.some((line) => line.startsWith("no mixed elements") && words.test(line)));
  }
});

const channel = box([0, 4], [0, 2]);
for (const [name, domain, area] of [
  [
    "a channel with four round holes",
    { difference: [channel, ball(1, 0.5, 0.15), ball(2.5, 0.6, 0.2), ball(2.6, 1.5, 0.2), ball(3.4, 1, 0.2)] },
    8 - Math.PI * (0.15 ** 2 + 3 * 0.2 ** 2),
  ],
  ["a hole that nearly meets a wall", { difference: [channel, ball(1, 0.42, 0.4)] }, 8 - Math.PI * 0.16],
  [
    "an ellipse as a hole",
    { difference: [channel, { inside: "(x-2)^2/0.25 + (y-1)^2/0.09 < 1", within: { x: [1, 3], y: [0.5, 1.5] } }] },
    8 - Math.PI * 0.15,
  ],
  ["a step", step, 6],
] as const)
  test(`blocks fill ${name}`, () => {
    const blocks = planeBlocks(
      pde({ name: "area", domain: domain as DomainSpec, equations: "lap(u) = 1", conditions: ["u = 0"] }),
    );
    if (typeof blocks === "string") throw new Error(blocks);
    let found = 0;
    const n = 400;
    for (const { low, high } of blocks) {
      let own = 0;
      for (let i = 0; i < n; i++) {
        const corners = [low(i / n), low((i + 1) / n), high((i + 1) / n), high(i / n)];
        corners.forEach(([x, y], k) => {
          const [p, q] = corners[(k + 1) % 4]!;
          own += (x * q - p * y) / 2;
        });
      }
      found += Math.abs(own);
    }
    close(found, area, 1e-4);
  });

for (const [name, domain] of [
  ["a disc", ball(0, 0, 1)],
  [
    "a triangle",
    {
      shape: "polygon",
      vertices: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    },
  ],
  ["a box with half of a hole at its wall", { difference: [channel, ball(2, 0, 0.5)] }],
] as const)
  test(`${name} has no blocks, and says so`, () => {
    const problem = pde({ name: "area", domain: domain as DomainSpec, equations: "lap(u) = 1", conditions: ["u = 0"] });
    assert.is(typeof planeBlocks(problem), "string");
  });

test.run();
