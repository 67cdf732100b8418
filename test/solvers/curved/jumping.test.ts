/** Coefficients that jump at round and slanted surfaces, beside exact solutions. */
import { blocksOfProblem, CurvedGrid } from "../../../solvers/curved/index.ts";
import { loadSolution, type ProblemSpec, pde, type Solution, solve } from "../../../solvers/index.ts";
import { assert, close, temporaryFolder, test } from "../../harness.ts";

const { at } = temporaryFolder(test);
const square = { x: [-1, 1], y: [-1, 1] } as const;
const disk = { shape: "disk", center: [0, 0], radius: 1 } as const;

type Text = Omit<ProblemSpec, "name">;
const problemOf = (text: Text) => pde({ name: "media", ...text });
const solved = (text: Text, tolerance = 1e-6): Promise<Solution> =>
  solve(problemOf(text), { budget: { processorSeconds: 8, tolerance }, seed: 1 });

/** div(k grad(u)) = 0 with values of an exact solution on the boundary. */
const conducting = (domain: Text["domain"], where: string, k: number, exact: string): Text => ({
  ...{ domain, functions: { k: `if(${where} < 0, ${k}, 1)` }, equations: "div(k*grad(u)) = 0", exact },
  conditions: [{ type: "dirichlet", equation: "u = exact", on: "boundary" }],
});

/** Conducting disks in fields that are linear and quadratic: (x, y) and (x² − y²), reflected at the circle. */
function aboutCircle(domain: Text["domain"], [cx, cy, a]: readonly [number, number, number], k: number): Text {
  const [x, y] = [`(x - (${cx}))`, `(y - (${cy}))`];
  const [r2, b] = [`(${x}^2 + ${y}^2)`, (1 - k) / (1 + k)];
  const fields = [x, `(${x}^2 - ${y}^2)`];
  const inside = fields.map((field) => `${2 / (1 + k)}*${field}`).join(" + ");
  const outside = fields.map((field, n) => `${field}*(1 + (${b})*(${a * a}/${r2})^${n + 1})`).join(" + ");
  return conducting(domain, `${r2} - ${a * a}`, k, `if(${r2} < ${a * a}, ${inside}, ${outside})`);
}

/** u = F/k where F is 0 on the surface, so that k u_n is the slope of F. */
const vanishing = (domain: Text["domain"], where: string, k: number, more: string, equation: string): Text => ({
  ...{ domain, functions: { k: `if(${where} < 0, ${k}, 1)`, F: `(${where})*(${more})` } },
  ...{ equations: equation, exact: `(${where})*(${more})/if(${where} < 0, ${k}, 1)` },
  conditions: [{ type: "dirichlet", equation: "u = exact", on: "boundary" }],
});

const problems: Readonly<Record<string, Text>> = {
  "a disk in a rectangle conducts a thousandth": aboutCircle({ x: [-1, 1.5], y: [-1, 1] }, [0.2, -0.1, 0.35], 1e-3),
  "a disk of radius 0.03 conducts a thousand times as much": aboutCircle(square, [0.2, -0.1, 0.03], 1e3),
  "a disk lies beside the middle of another one": aboutCircle(disk, [0.2, 0.25, 0.3], 40),
  "a slanted line goes through a square": conducting(
    square,
    "x + 0.4*y - 0.1",
    50,
    "exp(0.4*x - y)*(0.3*cos(x + 0.4*y - 0.1) + sin(x + 0.4*y - 0.1)/if(x + 0.4*y - 0.1 < 0, 50, 1))",
  ),
  "a slanted line goes through a disk": conducting(
    disk,
    "x + 0.4*y - 0.3",
    0.02,
    "exp(0.4*x - y)*sin(x + 0.4*y - 0.3)/if(x + 0.4*y - 0.3 < 0, 0.02, 1)",
  ),
  "a slanted line goes through a triangle": conducting(
    {
      shape: "polygon",
      vertices: [
        [0, 0],
        [1, 0.1],
        [0.3, 0.9],
      ],
    },
    "x + y - 0.6",
    20,
    "(x + y - 0.6)/if(x + y - 0.6 < 0, 20, 1) + x - y",
  ),
  "an ellipse is turned, and a term is nonlinear": vanishing(
    square,
    "x^2 + x*y + 3*y^2 - 0.3",
    30,
    "1 + 0.3*x",
    "-div(k*grad(u)) + u^3 = -lap(F) + (F/k)^3",
  ),
  "the coefficient depends on the unknown, too": vanishing(
    square,
    "x^2 + y^2 - 0.2",
    0.1,
    "cos(x)",
    "-div(k*(1 + u^2)*grad(u)) = -(1 + (F/k)^2)*lap(F) - 2*F/k^2*(dx(F)^2 + dy(F)^2)",
  ),
  "halves of a disk differ": {
    ...{ domain: square, functions: { k: "if(x^2 + y^2 < 0.25, if(y < 0, 5, 2), 1)", F: "y*(x^2 + y^2 - 0.25)" } },
    ...{
      equations: "-div(k*grad(u)) = -lap(F)",
      exact: "y*(x^2 + y^2 - 0.25)/if(x^2 + y^2 < 0.25, if(y < 0, 5, 2), 1)",
    },
    conditions: [{ type: "dirichlet", equation: "u = exact", on: "boundary" }],
  },
  "a source has a kink on another circle": {
    ...{ domain: square, functions: { k: "if(x^2 + y^2 < 0.16, 10, 1)", F: "x*(x^2 + y^2 - 0.16)" } },
    equations:
      "-div(k*grad(u)) + u = -lap(F) + F/k + max((x - 0.6)^2 + (y - 0.6)^2 - 0.04, 0) - max((x - 0.6)^2 + (y - 0.6)^2 - 0.04, 0)",
    exact: "x*(x^2 + y^2 - 0.16)/if(x^2 + y^2 < 0.16, 10, 1)",
    conditions: [
      { type: "dirichlet", equation: "u = exact", on: "x" },
      { type: "neumann", equation: "exact", on: "y" },
    ],
  },
  "a ball in a cube conducts more": {
    ...conducting(
      { ...square, z: [-1, 1] },
      "x^2 + y^2 + z^2 - 0.25",
      10,
      "if(x^2 + y^2 + z^2 < 0.25, 0.25*x, x*(1 - 0.75*(0.25/(x^2 + y^2 + z^2))^1.5))",
    ),
  },
};

for (const [name, text] of Object.entries(problems))
  test(`curved elements keep the flux where ${name}, and the estimate is near the error`, async () => {
    const isSpace = "z" in (text.domain as object);
    const solution = await solved(text, isSpace ? 1e-3 : 1e-6);
    assert.match(solution.report.method!.at(-1)!, "curved elements");
    assert.is.not(solution.report.status, "doubtful");
    const { relativeL2 } = await solution.errors();
    assert.ok(relativeL2 < (isSpace ? 1e-3 : 2e-6), `the error is ${relativeL2}`);
    assert.ok(relativeL2 < 5 * solution.report.estimate!.relativeL2 + 1e-12, `the error is ${relativeL2}`);
  });

test("blocks end at surfaces: each lies on one side, and together they have the domain's area", () => {
  const areas: readonly (readonly [domain: Text["domain"], where: string, area: number])[] = [
    [square, "x^2 + y^2 - 0.25", 4],
    [square, "(x + 0.5)^2 + (y - 0.2)^2 - 0.04", 4],
    [square, "x + 0.3*y", 4],
    [disk, "x^2 + y^2 - 0.25", Math.PI],
    [disk, "(x - 0.3)^2 + 2*y^2 - 0.1", Math.PI],
    [disk, "x - y + 0.4", Math.PI],
    [{ difference: [square, { ...disk, radius: 0.5 }] }, "x^2 + y^2 - 0.5", 4 - Math.PI / 4],
  ];
  for (const [domain, where, area] of areas) {
    const blocks = blocksOfProblem(problemOf(conducting(domain, where, 5, "0")));
    if (typeof blocks === "string") throw new Error(`${where}: ${blocks}`);
    const grid = new CurvedGrid(blocks, 10);
    close(grid.weights.reduce((a, b) => a + b, 0) / area, 1, 1e-6);
  }
});

test("a solution is the same where it is stored, also beside curved faces", async () => {
  const text = problems["a disk lies beside the middle of another one"]!;
  const solution = await solved(text, 1e-5);
  await solution.save(at("disk"));
  const stored = await loadSolution(at("disk"));
  const points = Float64Array.from({ length: 400 }, (_, i) => {
    const [r, angle] = [0.99 * Math.sqrt(((i >> 1) + 0.5) / 200), 2.4 * (i >> 1)];
    return r * (i % 2 === 0 ? Math.cos(angle) : Math.sin(angle));
  });
  const values = await stored.evaluate(points);
  assert.equal(values, await solution.evaluate(points));
  const { relativeL2 } = await solution.errors();
  const { relativeL2: ofStored } = await stored.errors();
  close(ofStored / relativeL2, 1, 1e-6);
});

/** Evolutions u = g(t)·F/k where F is 0 on the surface. */
const evolving = (domain: Text["domain"], where: string, k: number, g: string, equation: string): Text => ({
  ...{ domain, functions: { k: `if(${where} < 0, ${k}, 1)`, F: `(${where})*cos(x + 0.3*y)`, g }, equations: equation },
  ...{ exact: `(${g})*(${where})*cos(x + 0.3*y)/if(${where} < 0, ${k}, 1)`, conditions: "exact" },
});

const linear = "u_t = div(k*grad(u)) + dt(g)*F/k - g*lap(F)";
const evolutions: Readonly<Record<string, Text>> = {
  "heat meets a disk": evolving({ ...square, t: [0, 1] }, "x^2 + y^2 - 0.25", 20, "exp(-t)", linear),
  "heat meets a slanted line in a disk": evolving({ ...disk, t: [0, 1] }, "x + 0.4*y - 0.2", 0.1, "cos(2*t)", linear),
  "the coefficient depends on the unknown, too": evolving(
    ...([{ ...square, t: [0, 0.5] }, "x^2 + 2*y^2 - 0.25", 3, "1 + t"] as const),
    "u_t = div(k*(1 + u^2)*grad(u)) + dt(g)*F/k - g*((1 + (g*F/k)^2)*lap(F) + 2*g^2*F/k^2*(dx(F)^2 + dy(F)^2))",
  ),
};

for (const [name, text] of Object.entries(evolutions))
  test(`a march keeps the flux where ${name}, and the estimate is near the error`, async () => {
    const solution = await solved(text, 1e-4);
    assert.match(solution.report.method!.at(-1)!, "curved blocks");
    assert.is.not(solution.report.status, "doubtful");
    const { relativeL2 } = await solution.errors();
    assert.ok(relativeL2 < 1e-4, `the error is ${relativeL2}`);
    assert.ok(relativeL2 < 5 * solution.report.estimate!.relativeL2, `the error is ${relativeL2}`);
  });

test("a march beside a jump is the same where it is stored", async () => {
  const solution = await solved(evolutions["heat meets a disk"]!, 1e-2);
  await solution.save(at("heat"));
  const points = Float64Array.from({ length: 90 }, (_, i) => (i % 3 === 2 ? i / 90 : Math.sin(i * i)));
  assert.equal(await (await loadSolution(at("heat"))).evaluate(points), await solution.evaluate(points));
});

test("a march whose start contradicts its conditions beside a round jump is doubted", async () => {
  const solution = await solved(
    {
      ...{ domain: { ...square, t: [0, 0.5] }, functions: { k: "if(x^2 + y^2 < 0.25, 0.1, 1)" } },
      ...{ equations: "u_t = div(k*grad(u))", conditions: ["u = 0 on boundary", "u = 1 at t = 0"] },
      allow: ["corner-mismatch"],
    },
    0.5,
  );
  assert.is(solution.report.status, "doubtful");
  assert.match(solution.report.estimate!.advice!, "its start jumps, or contradicts its conditions");
});

test("waves beside a round jump are refused in words", async () => {
  const conditions = ["u = 0 on boundary", "u = 0 at t = 0", "u_t = (1 - x^2)*(1 - y^2) at t = 0"];
  const functions = { k: "if(x^2 + y^2 < 0.25, 4, 1)" };
  const text: Text = { domain: { ...square, t: [0, 1] }, functions, equations: "u_tt = div(k*grad(u))", conditions };
  try {
    await solved(text);
    assert.unreachable();
  } catch (error) {
    assert.match(
      (error as Error).message,
      /found no solution \(not marched on curved elements: .*one derivative in time\)/,
    );
  }
});

for (const [why, domain, where] of [
  ["a circle goes through the boundary", square, "(x - 0.9)^2 + y^2 - 0.16"],
  ["rays meet a surface twice", square, "y - 0.3*sin(5*x)"],
  ["a slanted plane goes through a cube", { ...square, z: [-1, 1] }, "x + 0.5*y + z - 0.1"],
] as const)
  test(`a problem has no blocks, and says so, where ${why}`, async () => {
    const text: Text = {
      ...{ domain, functions: { k: `if(${where} < 0, 5, 1)` }, equations: "-div(k*grad(u)) = 1" },
      conditions: "u = 0",
    };
    try {
      await solved(text);
      assert.unreachable();
    } catch (error) {
      assert.match((error as Error).message, /elements alone keep a flux that jumps, and found no solution \(.*\)/);
    }
  });

test.run();
