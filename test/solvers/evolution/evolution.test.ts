// Inside: one of the methods that march in time.
/** Evolutions on shapes, by elements that implicit steps solve. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Mesh } from "../../../solvers/elements/mesh.ts";
import { regionOf } from "../../../solvers/elements/region.ts";
import { insidePoints, outlines } from "../../../solvers/evolution/element-geometry.ts";
import { first, later } from "../../../solvers/evolution/runge-kutta.ts";
import { stageProblem } from "../../../solvers/evolution/stage-problem.ts";
import { weakForm } from "../../../solvers/evolution/weak-form.ts";
import { type DomainSpec, loadSolution, type ProblemSpec, pde, solve } from "../../../solvers/index.ts";
import { assert, close, test } from "../../harness.ts";
import { someErrors } from "../errors.ts";

const ell = {
  ...{ shape: "polygon" as const, t: [0, 1] as const },
  vertices: [
    [-1, -1],
    [1, -1],
    [1, 0],
    [0, 0],
    [0, 1],
    [-1, 1],
  ] as const,
};

const solved = (spec: Omit<ProblemSpec, "name">, steps = 8) =>
  solve(pde({ name: "evolution", ...spec }), { seed: 1, budget: { steps } });

/** J₀(j r) with its first zero j on the unit circle, by its power series: exact to 1e-16 there. */
const [zeroOfBessel, bessel] = [
  2.404825557695773,
  Array.from({ length: 16 }, (_, k) => {
    let factor = 1;
    for (let m = 1; m <= k; m++) factor *= -((2.404825557695773 / 2) ** 2) / (m * m);
    return `${factor >= 0 ? "+" : "-"} ${Math.abs(factor)}*(x^2+y^2)^${k}`;
  }).join(" "),
];

test("both Runge–Kutta methods satisfy the conditions of order 4, and of order 3 beside", () => {
  for (const { a, c, error, isExplicitFirst } of [first, later]) {
    const of = (f: (i: number) => number) => (b: readonly number[]) => b.reduce((sum, v, i) => sum + v * f(i), 0);
    const sum = (i: number, f: (j: number) => number) => a[i]!.reduce((all, v, j) => all + v * f(j), 0);
    const order3 = [of(() => 1), of((i) => c[i]!), of((i) => c[i]! ** 2), of((i) => sum(i, (j) => c[j]!))];
    const order4 = [
      of((i) => c[i]! ** 3),
      of((i) => c[i]! * sum(i, (j) => c[j]!)),
      of((i) => sum(i, (j) => c[j]! ** 2)),
      of((i) => sum(i, (j) => sum(j, (k) => c[k]!))),
    ];
    const exact = [1, 1 / 2, 1 / 3, 1 / 6, 1 / 4, 1 / 8, 1 / 12, 1 / 24];
    [...order3, ...order4].forEach((condition, k) => {
      close(condition(a.at(-1)!), exact[k]!, 1e-14);
    });
    for (const condition of order3) close(condition(error), 0, 1e-14);
    if (isExplicitFirst)
      c.forEach((place, i) => {
        close(
          sum(i, (j) => c[j]!),
          place ** 2 / 2,
          1e-14,
        );
      });
  }
});

test("the slowest mode of a cooling disk is Bessel's function, and falls as its eigenvalue says", async () => {
  const solution = await solved({
    domain: { shape: "disk", center: [0, 0], radius: 1, t: [0, 0.3] },
    equations: "u_t = lap(u)",
    conditions: ["u = 0", { type: "initial", equation: `u = ${bessel}` }],
    exact: `exp(-${zeroOfBessel}^2*t)*(${bessel})`,
  });
  assert.equal(solution.trial.kind, "evolution on elements");
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 3e-4, `${relativeL2}`);
  assert.ok(solution.report.estimate!.relativeL2 > relativeL2! / 5, "the estimate is no smaller than a fifth of it");
});

test("a wave on an L is a system of first order in time, and comes back from its file with the same values", async () => {
  const solution = await solved({
    domain: ell,
    equations: "u_tt = lap(u)",
    conditions: [
      "u = sin(2*x+y)*cos(sqrt(5)*t)",
      { type: "initial", equation: "u = sin(2*x+y)" },
      { type: "initial", equation: "u_t = 0" },
    ],
    exact: "sin(2*x+y)*cos(sqrt(5)*t)",
  });
  assert.ok((await someErrors(solution)).relativeL2! < 1e-2);
  const folder = await mkdtemp(join(tmpdir(), "evolution-"));
  try {
    await solution.save(join(folder, "wave"));
    const points = Float64Array.of(-0.5, 0.3, 0.2, 0.7, -0.4, 0.9, 0, 0, 1);
    const again = await loadSolution(join(folder, "wave"));
    assert.equal(await again.evaluate(points), await solution.evaluate(points));
  } finally {
    await rm(folder, { recursive: true });
  }
});

test("a front of Fisher's equation on an L follows its exact speed", async () => {
  const front = "1/(1+exp((x-5*t/sqrt(6))/sqrt(6)))^2";
  const solution = await solved({
    domain: ell,
    equations: "u_t = lap(u) + u*(1-u)",
    conditions: [`u = ${front}`, { type: "initial", equation: `u = ${front}` }],
    exact: front,
  });
  assert.ok((await someErrors(solution)).relativeL2! < 1e-3);
});

test("the estimate of a front on an L holds its error where steps in time make it, and where the mesh does", async () => {
  for (const [diffusion, rate, meshes] of [
    [0.02, 3, 4],
    [0.001, 8, 2],
  ] as const) {
    const speed = Math.sqrt((rate * diffusion) / 2) * 0.6;
    const width = Math.sqrt((2 * diffusion) / rate);
    const front = (t: string) => `1/(1+exp((0.6*x + 0.8*y + 0.4 - ${speed}*${t})/${width}))`;
    const solution = await solved(
      {
        domain: { ...ell, t: [0, 1.5] },
        equations: `u_t = ${diffusion}*lap(u) + ${rate}*u*(1-u)*(u-0.2)`,
        conditions: [`u = ${front("t")}`, { type: "initial", equation: `u = ${front("0")}` }],
        exact: front("t"),
      },
      8 * (meshes - 1),
    );
    const [{ relativeL2 }, estimate] = [await someErrors(solution), solution.report.estimate!.relativeL2];
    assert.ok(estimate > relativeL2! / 1.5 && estimate < 10 * relativeL2!, `${estimate} of ${relativeL2}`);
  }
});

test("coefficients, sources, slopes and Robin's factor may change in time on a plate with a hole", async () => {
  const exact = "sin(x+t)*cos(y)";
  const solution = await solved({
    domain: {
      difference: [
        { x: [-2, 2], y: [-1, 1] },
        { shape: "disk", center: [0, 0], radius: 0.5 },
      ],
      t: [0, 1],
    },
    equations: "u_t = div((1+0.5*sin(t)*x)*grad(u)) + source",
    manufactured: exact,
    conditions: [
      { type: "robin", equation: `u_n + (1+t)*u = cos(x+t)*cos(y) + (1+t)*${exact}`, on: "x = 2" },
      { type: "neumann", equation: "u_n = -cos(x+t)*cos(y)", on: "x = -2" },
      { type: "dirichlet", equation: `u = ${exact}`, on: ["y = -1", "y = 1", "x^2+y^2 = 0.25"] },
      { type: "initial", equation: "u = sin(x)*cos(y)" },
    ],
  });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 3e-3, `${relativeL2}`);
  assert.ok(solution.report.estimate!.relativeL2 > relativeL2! / 5);
});

test("what no stage can say is refused in words", () => {
  const reason = (spec: Partial<ProblemSpec>) =>
    stageProblem(
      pde({
        ...{ name: "refused", domain: ell, equations: "u_t = lap(u)" },
        conditions: ["u = 0", { type: "initial", equation: "u = 0" }],
        ...spec,
      }),
    );
  assert.equal(typeof reason({}), "object");
  assert.equal(
    reason({ trainable: { k: 1 }, equations: "u_t = k*lap(u)" }),
    "constants or coefficients are to be found",
  );
});

/** Elements of a domain whose cells are halved so often, or why they have no points. */
function elementsOf(domain: DomainSpec, halvings: number) {
  const mesh = new Mesh(regionOf(domain)!, 6);
  for (let round = 0; round < halvings; round++)
    for (const cell of mesh.elements()) {
      const axis = round % 2;
      mesh.split(cell, axis, (cell.low[axis]! + cell.high[axis]!) / 2);
    }
  return outlines(mesh, []);
}

function integral(domain: DomainSpec, halvings: number, of: (x: number, y: number) => number): number {
  const found = elementsOf(domain, halvings);
  assert.ok(typeof found !== "string", String(found));
  return found
    .map(insidePoints)
    .reduce(
      (sum, { points, weights }) => weights.reduce((s, w, i) => s + w * of(points[2 * i]!, points[2 * i + 1]!), sum),
      0,
    );
}

test("points of cut elements integrate polynomials over a disk with a hole to rounding", () => {
  const domain = {
    difference: [
      { shape: "disk" as const, center: [0, 0], radius: 2 },
      { shape: "disk" as const, center: [0.5, 0], radius: 0.7 },
    ],
  };
  // ∫x²y² over a disk of radius r about (c, 0) is πr⁶/24 + c²πr⁴/4.
  const over = (r: number, c: number) => (Math.PI * r ** 6) / 24 + (c * c * Math.PI * r ** 4) / 4;
  for (const halvings of [3, 6]) {
    close(
      integral(domain, halvings, (x, y) => x * x * y * y),
      over(2, 0) - over(0.7, 0.5),
      1e-7,
    );
    close(
      integral(domain, halvings, () => 1),
      Math.PI * (4 - 0.49),
      1e-7,
    );
  }
});

/** A corner lies beside the middle by 5e-4 of the width. */
const sharp = {
  ...{ shape: "polygon" as const, t: [0, 0.5] as const },
  vertices: [
    [-1, -0.8],
    [0.001, -1],
    [1, -0.7],
    [0.9, 0.9],
    [-0.001, 1],
    [-0.8, 0.6],
  ] as const,
};

test("elements close where corners of the outline lie just beside a cut", () => {
  const { t: _, ...domain } = sharp;
  const { vertices } = domain;
  const area = vertices.reduce((sum, [x, y], k) => {
    const [p, q] = vertices[(k + 1) % vertices.length]!;
    return sum + (x * q - p * y) / 2;
  }, 0);
  for (const halvings of [1, 2, 5, 8])
    close(
      integral(domain, halvings, () => 1),
      area,
      1e-7,
    );
});

test("a polynomial of degree two that the heat equation holds stays as it is", async () => {
  const solution = await solved({
    domain: sharp,
    equations: "u_t = lap(u)",
    conditions: ["u = x^2 - y^2 + 4*x*y", { type: "initial", equation: "u = x^2 - y^2 + 4*x*y" }],
    exact: "x^2 - y^2 + 4*x*y",
  });
  assert.equal(solution.trial.kind, "evolution on elements");
  const { relativeL2 } = await someErrors(solution);
  // Outlines are cut to a part in 10⁹ of the width.
  assert.ok(relativeL2! < 1e-8, `${relativeL2}`);
});

test("a bump is carried once around a disk without diffusion", async () => {
  const solution = await solved({
    domain: { shape: "disk", center: [0, 0], radius: 1, t: [0, 2 * Math.PI] },
    equations: "u_t - y*u_x + x*u_y = 0",
    conditions: [{ type: "initial", equation: "u = exp(-8*((x-0.4)^2 + y^2))" }],
    exact: "exp(-8*((x*cos(t)+y*sin(t)-0.4)^2 + (y*cos(t)-x*sin(t))^2))",
    allow: ["missing-condition"],
  });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 3e-2, `${relativeL2}`);
  assert.ok(solution.report.estimate!.relativeL2 > relativeL2! / 5);
});

test("a wind that turns in time and a reaction that is not linear are solved on a disk", async () => {
  const exact = "2 + sin(2*x+y-t)";
  const solution = await solved({
    domain: { shape: "disk", center: [0, 0], radius: 1, t: [0, 1] },
    equations: "u_t + cos(t)*u_x + sin(2*t)*u_y = 0.05*lap(u) - u^3/9 + source",
    manufactured: exact,
    conditions: ["u = exact", { type: "initial", equation: "u = 2 + sin(2*x+y)" }],
  });
  const { relativeL2 } = await someErrors(solution);
  assert.ok(relativeL2! < 1e-3, `${relativeL2}`);
  assert.ok(solution.report.estimate!.relativeL2 > relativeL2! / 5);
});

test("what has no weak form is refused in words", () => {
  const reason = (spec: Partial<ProblemSpec>) =>
    weakForm(
      pde({
        ...{ name: "refused", domain: sharp, equations: "u_t = lap(u)" },
        conditions: ["u = 0", { type: "initial", equation: "u = 0" }],
        ...spec,
      }),
    );
  assert.equal(typeof reason({}), "object");
  assert.equal(reason({ equations: "u_t = div(u*grad(u))" }), "factors of its highest derivatives change");
});

test.run();
