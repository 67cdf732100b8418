/** Curved elements on shapes with round parts, beside exact volumes and solutions. */
import { CurvedGrid, checkedBlocks } from "../../../solvers/curved/index.ts";
import { type DomainSpec, loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, close, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
const cube = { x: [-1, 1], y: [-1, 1], z: [-1, 1] } as const;
const ball = (radius: number, center: readonly number[] = [0, 0, 0]) => ({ shape: "ball", center, radius }) as const;
const inside = (text: string) => ({ inside: text, within: cube });
const ofBall = (4 * Math.PI) / 3;

const shapes: Readonly<Record<string, readonly [domain: DomainSpec, volume: number]>> = {
  "a ball": [ball(1), ofBall],
  "half of a ball": [{ intersection: [ball(1), { x: [-2, 2], y: [-2, 2], z: [0, 2] }] }, ofBall / 2],
  "an eighth of a ball, by formulas": [
    inside("x^2 + y^2 + z^2 < 0.81 and x > 0 and y > 0 and z > 0"),
    (ofBall * 0.729) / 8,
  ],
  "a shell": [{ difference: [ball(1), ball(0.5)] }, (ofBall * 7) / 8],
  "an ellipsoid": [inside("x^2 + 4*y^2 + 2*z^2 < 1"), ofBall / Math.sqrt(8)],
  "a cylinder": [inside("x^2 + (y - 0.1)^2 < 0.64"), 2 * Math.PI * 0.64],
  "a cone without its tip": [inside("x^2 + y^2 < (0.6 - 0.2*z)^2"), (Math.PI / 0.6) * (0.8 ** 3 - 0.4 ** 3)],
  "a cube with a ball cut out beside its middle": [
    { difference: [cube, ball(0.4, [0.1, 0, -0.2])] },
    8 - ofBall * 0.064,
  ],
  "a cube with a corner that a ball cuts off": [{ difference: [cube, ball(0.7, [1, 1, 1])] }, 8 - (ofBall * 0.343) / 8],
  "a cube with a round channel": [inside("y^2 + z^2 > 0.16"), 8 - 2 * Math.PI * 0.16],
  "a block with two holes and a step": [
    {
      difference: [
        { x: [-2, 2], y: [-1, 1], z: [-1, 1] },
        ball(0.4, [-1, 0, 0]),
        ball(0.3, [0.4, 0.5, 0]),
        { x: [1, 3], y: [0, 2], z: [-2, 2] },
      ],
    },
    16 - ofBall * (0.064 + 0.027) - 2,
  ],
};

for (const [name, [domain, volume]] of Object.entries(shapes))
  test(`blocks fill ${name}`, () => {
    const blocks = checkedBlocks(domain);
    if (typeof blocks === "string") throw new Error(blocks);
    const grid = new CurvedGrid(blocks, 7);
    close(grid.weights.reduce((a, b) => a + b, 0) / volume, 1, 2e-5);
  });

for (const [name, domain] of Object.entries<DomainSpec>({
  "a ball that a plane cuts beside its middle": { intersection: [ball(1), { x: [-2, 2], y: [-2, 2], z: [0.3, 2] }] },
  "balls that overlap": { union: [ball(0.5), ball(0.5, [0.4, 0, 0])] },
  "a surface that a ray meets twice": inside("(x^2 + y^2 + z^2)^2 - 0.9*(x^2 - y^2 - z^2) < 0.1"),
}))
  test(`${name} has no blocks, and says so`, () => {
    assert.is(typeof checkedBlocks(domain), "string");
  });

type Text = Omit<ProblemSpec, "name">;
const solved = (text: Text, tolerance = 1e-2, processorSeconds = 12): Promise<Solution> =>
  solve(pde({ name: "round", ...text }), { budget: { processorSeconds, tolerance }, seed: 1 });
const taken = ({ report }: Solution): string => report.method!.at(-1)!;

type Place = readonly [x: number, y: number, z: number];

/** Problems with their solutions. */
const problems: Readonly<Record<string, readonly [text: Text, exact: (...place: Place) => readonly number[]]>> = {
  "a ball has slopes on its surface, and a term is nonlinear": [
    {
      domain: ball(1),
      equations: "-lap(u) + u_xy + u^3 + u = source",
      manufactured: "sin(2*x + y)*cos(z)",
      conditions: [{ type: "neumann", equation: "exact", on: "boundary" }],
    },
    (x, y, z) => [Math.sin(2 * x + y) * Math.cos(z)],
  ],
  "a channel has a flux, its ends have values and Robin's condition, and a coefficient varies": [
    {
      domain: { inside: "x^2 + y^2 > 0.16", within: { ...cube, z: [0, 1] } },
      equations: "-dx((1 + x^2)*u_x) - u_yy - u_zz = source",
      manufactured: "exp(x - y)*sin(z)",
      conditions: [
        { type: "neumann", equation: "exact", on: "x^2 + y^2 = 0.16" },
        { type: "dirichlet", equation: "exact", on: "x" },
        { type: "dirichlet", equation: "exact", on: "y" },
        { type: "robin", equation: "u_n + u = exp(x - y)*(sin(1) + cos(1))", on: "z = 1" },
        { type: "neumann", equation: "exact", on: "z = 0" },
      ],
    },
    (x, y, z) => [Math.exp(x - y) * Math.sin(z)],
  ],
  "an elastic body with a round notch is sheared and stretched": [
    {
      domain: { difference: [cube, ball(0.7, [-1, -1, -1])] },
      unknowns: ["u", "v", "w"],
      functions: { e: "1.5*(u_x + v_y + w_z)", sxy: "u_y + v_x", sxz: "u_z + w_x", syz: "v_z + w_y" },
      equations: [
        "dx(e + 2*u_x) + dy(sxy) + dz(sxz) = 0",
        "dx(sxy) + dy(e + 2*v_y) + dz(syz) = 0",
        "dx(sxz) + dy(syz) + dz(e + 2*w_z) = 0",
      ],
      // Tractions on the notch, whose normal points to its middle.
      conditions: [
        ...["x", "y", "z"].flatMap((on) => [`u = 0.2*x + 0.1*y on ${on}`, `v = -0.1*y on ${on}`, `w = 0.3*x on ${on}`]),
        ...[
          "(e + 2*u_x)*(x+1) + sxy*(y+1) + sxz*(z+1) = 0.55*(x+1) + 0.1*(y+1) + 0.3*(z+1)",
          "sxy*(x+1) + (e + 2*v_y)*(y+1) + syz*(z+1) = 0.1*(x+1) - 0.05*(y+1)",
          "sxz*(x+1) + syz*(y+1) + (e + 2*w_z)*(z+1) = 0.3*(x+1) + 0.15*(z+1)",
        ].map((text) => `${text} on (x+1)^2 + (y+1)^2 + (z+1)^2 < 0.5`),
      ],
    },
    (x, y) => [0.2 * x + 0.1 * y, -0.1 * y, 0.3 * x],
  ],
};

/** Points inside of all domains of the problems, and on round surfaces. */
const places: readonly Place[] = [
  [0.5, 0.4, 0.3],
  [-0.5, 0.3, 0.6],
  [0.45, -0.6, 0.2],
  [-0.6, -0.5, 0.05],
  [0.7, 0.05, 0.5],
  [0.1, 0.6, 0.7],
];

for (const [name, [text, exact]] of Object.entries(problems))
  test(`curved elements find the known solution where ${name}`, async () => {
    const solution = await solved(text);
    assert.match(taken(solution), "curved elements");
    const values = Float64Array.from(places.flatMap((place) => exact(...place)));
    const unknowns = values.length / places.length;
    const { relativeL2 } = await solution.errors({ points: Float64Array.from(places.flat()), values, unknowns });
    assert.ok(relativeL2 <= 1e-3, `the error is ${relativeL2}`);
    assert.is(solution.report.status, "converged");
  });

/** Evolutions in round shapes with their solutions: a mode of a ball, and a source in a cube around one that has fluxes and values. */
const evolutions: Readonly<
  Record<string, readonly [text: Text, exact: (x: number, y: number, z: number, t: number) => number]>
> = {
  "a ball cools by its first mode": [
    {
      domain: { ...ball(1), t: [0, 0.2] },
      equations: "u_t = lap(u)",
      functions: { r: "sqrt(x^2 + y^2 + z^2 + 1e-30)" },
      conditions: ["u(x,y,z,0) = sin(pi*r)/r", "u = 0 on boundary"],
    },
    (x, y, z, t) => {
      const r = Math.hypot(x, y, z);
      return (Math.sin(Math.PI * r) / r) * Math.exp(-Math.PI * Math.PI * t);
    },
  ],
  "a cube around a ball has a reaction, a wind and a flux on the ball": [
    {
      domain: { difference: [cube, ball(0.4)], t: [0, 1] },
      equations: "u_t + u_x = 0.3*lap(u) + u*(1 - u) + source",
      manufactured: "exp(-t)*sin(x - y)*cos(z)",
      conditions: [
        { type: "neumann", equation: "exact", on: "x^2 + y^2 + z^2 = 0.16" },
        ...["x", "y", "z"].map((on) => ({ type: "dirichlet" as const, equation: "exact", on })),
        { type: "initial", equation: "exact" },
      ],
    },
    (x, y, z, t) => Math.exp(-t) * Math.sin(x - y) * Math.cos(z),
  ],
};

for (const [name, [text, exact]] of Object.entries(evolutions))
  test(`curved elements march on three axes where ${name}, with an estimate that bounds the error`, async () => {
    const solution = await solved(text, 1e-3, 30);
    assert.match(taken(solution), "curved blocks, polynomials");
    const end = text.domain && "t" in text.domain ? (text.domain.t as readonly number[])[1]! : Number.NaN;
    const points = places.flatMap((place) => [0.1, 0.5, 1].map((share) => [...place, share * end] as const));
    const values = Float64Array.from(points, ([x, y, z, t]) => exact(x, y, z, t));
    const { relativeL2 } = await solution.errors({ points: Float64Array.from(points.flat()), values, unknowns: 1 });
    const estimate = solution.report.estimate!.relativeL2;
    assert.ok(
      relativeL2 <= 1e-3 && relativeL2 <= estimate,
      `the error is ${relativeL2} beside its estimate ${estimate}`,
    );
    assert.ok(solution.report.status !== "doubtful", solution.report.estimate?.advice ?? "");
  });

test("−Δu = 1 in a ball has the middle 1/6, also where it is stored", async () => {
  const solution = await solved({ domain: ball(1), equations: "-lap(u) = 1", conditions: "u = 0" }, 1e-3);
  await solution.save(at("ball"));
  const stored = await loadSolution(at("ball"));
  const points = Float64Array.of(0, 0, 0, 0.2, 0.3, 0.4, 0.6, 0.8, 0, -0.5, 0.5, 0.1);
  const values = await stored.evaluate(points);
  close(values[0]!, 1 / 6, 1e-5);
  assert.equal(values, await solution.evaluate(points));
});

test("a resonance of a ball is doubted", async () => {
  const solution = await solved({ domain: ball(1), equations: "lap(u) + pi^2*u = 1", conditions: "u = 0" }, 1e-3, 0.5);
  assert.is(solution.report.status, "doubtful");
});

test("conditions that change inside of a side leave a ball to other methods", async () => {
  const conditions = ["u = 0 on z > 0.3", "u_n = 0 on z < 0.3"];
  const { report } = await solved({ domain: ball(1), equations: "-lap(u) = 1", conditions }, 1e-1, 0.5);
  assert.ok(report.method!.some((line) => line.includes("conditions change inside of a side")));
});

const source = "exp(-((x - 0.31)^2 + (y - 0.17)^2 + (z + 0.23)^2)/1e-4)";
for (const [processorSeconds, by] of [
  [1, "curved elements"],
  [4, "random features"],
] as const)
  test(`a source between the points of ${by} is doubted`, async () => {
    const text = { domain: ball(1), equations: `-lap(u) = 1 + 1e4*${source}`, conditions: "u = 0" };
    const { report } = await solved(text, 1e-3, processorSeconds);
    assert.is(report.status, "doubtful");
    assert.match(report.estimate!.advice!, /changes within 0.0\d+ near x = 0.31, y = 0.17, z = -0.23/);
  });

test.run();
