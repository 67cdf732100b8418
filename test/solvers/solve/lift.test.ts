/** Conditions that hold by construction: exact for any parameters, and made of the conditions alone. */
import { rng } from "../../../engine/index.ts";
import { type BoundaryPart, domainOf } from "../../../equations/domain/index.ts";
import { evaluateAt, partial, unit } from "../../../equations/expression/index.ts";
import {
  type Domain,
  dirichlet,
  initial,
  mlp,
  neumann,
  type Problem,
  type ProblemSpec,
  pde,
  periodic,
} from "../../../solvers/index.ts";
import { evaluator } from "../../../solvers/residual/index.ts";
import { type Assembly, assemble } from "../../../solvers/solve/index.ts";
import { assert, equalBy, test } from "../../harness.ts";
import { vertices } from "../vertices.ts";

/** The problem with a small network and parameters that mean nothing. */
function trial(problem: Problem, seed = 1) {
  const domain = domainOf(problem.domain);
  const assembly = assemble(problem, domain, mlp({ width: 5, depth: 2 }));
  const theta = rng(seed).normal(assembly.model.network.size + assembly.model.trainable.length);
  return { domain, assembly, theta };
}

/** ∂^order of the trial solution's unknown at points. */
async function values(
  { assembly, theta }: { assembly: Assembly; theta: Float64Array },
  points: Float64Array,
  order = unit(assembly.domain.dimension, -1),
  unknown = 0,
): Promise<Float64Array> {
  const program = evaluator(assembly.model, [partial(unknown, order)]);
  const result = await program.evaluate(theta, points);
  await program.dispose();
  return result;
}

const largest = (a: Float64Array, b: Float64Array): number =>
  a.reduce((m, v, i) => Math.max(m, Math.abs(v - b[i]!)), 0);
const pointsOn = (domain: Domain, part: BoundaryPart) => domain.boundary(256, rng(5), part).points;
const given = (problem: Problem, points: Float64Array, unknown = 0) =>
  evaluateAt(problem.exact![unknown]!, points, problem.axes.length, problem.constants);

/** A smooth function of the axes with coefficients from a stream. */
function smooth(axes: readonly string[], seed: number): string {
  const draw = rng(seed).split("smooth");
  const phase = () => axes.map((a) => `${(2 * draw.uniform() - 1).toFixed(3)}*${a}`).join(" + ");
  return `${draw.uniform().toFixed(3)}*sin(2*(${phase()}) + 0.3) + exp(0.7*(${phase()})) + cos(${phase()})^2`;
}

for (const space of [["x"], ["x", "y"], ["x", "y", "z"]]) {
  for (const time of [0, 1, 2]) {
    const name = `${space.length} dimension${space.length > 1 ? "s" : ""}${["", " and time", " and time, with u_t"][time]}`;
    test(`In ${name} the trial solution takes the prescribed values for any parameters, and nothing else of the solution`, async () => {
      for (const seed of [1, 2]) {
        const axes = time > 0 ? [...space, "t"] : space;
        const sides = Object.fromEntries(space.map((a, k) => [a, [-0.3 - k, 0.9 + k * 0.5] as const]));
        const left = time === 0 ? "" : time === 1 ? "u_t - " : "u_tt - ";
        const laplacian = space.length === 1 ? "u_xx" : "lap(u)";
        const u = smooth(axes, seed);
        const problemOf = (manufactured: string) =>
          pde({
            ...{ name: "any", domain: { ...sides, ...(time > 0 && { t: [0.25, 1.5] as const }) } },
            ...{ equations: `${left}${laplacian} = source`, manufactured, conditions: "exact" },
          });
        const problem = problemOf(u);
        const made = trial(problem, seed);
        assert.is(made.assembly.rows.length, 0);
        const size = Math.max(...given(problem, made.domain.interior(512, rng(0))).map(Math.abs));
        const wall = pointsOn(made.domain, "boundary");
        assert.ok(largest(await values(made, wall), given(problem, wall)) < 1e-12 * size);
        if (time > 0) {
          const start = pointsOn(made.domain, "initial");
          assert.ok(largest(await values(made, start), given(problem, start)) < 1e-12 * size);
        }
        if (time === 2) {
          const start = pointsOn(made.domain, "initial");
          const slope = problem.conditions.find((c) => c.kind === "initial" && c.text.includes("_t"));
          assert.ok(slope && slope.kind === "initial");
          const wanted = evaluateAt(slope.prescribes!.value, start, axes.length, problem.constants);
          assert.ok(largest(await values(made, start, unit(axes.length, axes.length - 1)), wanted) < 1e-11 * size);
        }
        // A function that vanishes where values are prescribed changes nothing in the lift.
        const vanishing = [...space, ...space]
          .map((a, k) => (k < space.length ? `(${a} - (${sides[a]![0]}))` : `(${sides[a]![1]} - ${a})`))
          .concat(time > 0 ? ["(t - 0.25)^2"] : [])
          .join(" * ");
        const changed = trial(problemOf(`${u} + 7 * ${vanishing}`));
        const inside = made.domain.interior(256, rng(3));
        const lift = (of: Assembly) => evaluateAt(of.model.ansatz[0]!.lift!, inside, axes.length);
        assert.ok(largest(lift(made.assembly), lift(changed.assembly)) < 1e-12 * size);
        assert.ok(largest(given(problem, inside), given(changed.assembly.problem, inside)) > 1e-2);
        // And at different parameters the trial solution differs inside.
        const other = await values({ ...made, theta: made.theta.map((v) => v + 0.5) }, inside);
        assert.ok(largest(other, await values(made, inside)) > 1e-3);
      }
    });
  }
}

test("An initial condition written with t in it is taken at the first moment", async () => {
  const problem = pde({
    ...{ name: "shifted", domain: { x: [0, 1], t: [1, 2] }, equations: "u_t - u_xx = source" },
    ...{ manufactured: "sin(pi*x)*exp(-t)", conditions: [initial("u = sin(pi*x)*exp(-t)"), dirichlet("u = 0")] },
  });
  const { assembly } = trial(problem);
  const points = Float64Array.of(0.5, 1, 0.5, 1.5, 0.5, 2);
  const lift = evaluateAt(assembly.model.ansatz[0]!.lift!, points, 2);
  assert.ok(lift.every((v) => Math.abs(v - Math.exp(-1)) < 1e-15));
});

test("Values on one face leave the others free", async () => {
  const problem = pde({
    ...{ name: "mixed", domain: { x: [0, 2], y: [0, 1] }, equations: "-lap(u) = source" },
    manufactured: "exp(x)*cos(y)",
    conditions: [
      dirichlet("exact", { on: "x = 0" }),
      neumann("exact", { on: "x = 2" }),
      dirichlet("exact", { on: "y = 1" }),
      neumann("exact", { on: "y = 0" }),
    ],
  });
  const made = trial(problem);
  assert.is(made.assembly.held.length, 2);
  assert.is(made.assembly.rows.length, 2);
  for (const [part, holds] of [
    [{ axis: "x", side: "low" }, true],
    [{ axis: "y", side: "high" }, true],
    [{ axis: "x", side: "high" }, false],
    [{ axis: "y", side: "low" }, false],
  ] as const) {
    const points = pointsOn(made.domain, part);
    const gap = largest(await values(made, points), given(problem, points));
    assert.ok(holds ? gap < 1e-13 : gap > 1e-3, `${JSON.stringify(part)}: ${gap}`);
  }
});

test("A face that two conditions speak of is corrected once", async () => {
  const problem = pde({
    ...{ name: "twice", domain: { x: [0, 1], y: [0, 1] }, equations: "-lap(u) = source" },
    manufactured: "1 + x*y + sin(x + 2*y)",
    conditions: [dirichlet("exact", { on: "x = 0" }), dirichlet("exact", { on: "x" }), dirichlet("exact")],
  });
  const made = trial(problem);
  const points = pointsOn(made.domain, "boundary");
  assert.is(made.assembly.rows.length, 0);
  assert.ok(largest(await values(made, points), given(problem, points)) < 1e-13);
});

test("Zero on a disk, an ellipse or where a formula ends holds by distance, other values there become rows", async () => {
  const shapes = [
    { shape: "ball", center: [0.2, -0.1], radius: 0.7 },
    { shape: "ellipse", center: [0.2, -0.1], radii: [0.7, 0.4], angle: 0.3 },
    { inside: "x^4 + y^2 < 0.5", within: { x: [-1, 1], y: [-1, 1] } },
  ] as const;
  for (const shape of shapes) {
    const base = { name: "shape", domain: shape, equations: "-lap(u) = 1" };
    const zero = trial(pde({ ...base, conditions: [dirichlet("u = 0")] }));
    assert.is(zero.assembly.rows.length, 0);
    const points = pointsOn(zero.domain, "boundary");
    assert.ok((await values(zero, points)).every((v) => Math.abs(v) < 1e-12));
    assert.ok((await values(zero, zero.domain.interior(256, rng(1)))).some((v) => Math.abs(v) > 1e-2));
    const other = trial(pde({ ...base, conditions: [dirichlet("u = 1 + x")] }));
    assert.equal([other.assembly.held.length, other.assembly.rows.length], [0, 1]);
    assert.equal(other.assembly.model.ansatz[0], {});
  }
});

test("A value with a kink or jump in the box becomes a row, so that no lift carries it inside", () => {
  const heldBy = (start: string) => {
    const problem = pde({
      ...{ name: "kink", domain: { x: [0, 1], t: [0, 1] }, constants: { K: 0.4, far: 2 }, equations: "u_t = u_xx" },
      ...{ conditions: [initial(`u = ${start}`), dirichlet("u = 0", { on: "x" })], allow: ["corner-mismatch"] },
    });
    return trial(problem).assembly.held.some((c) => c.kind === "initial");
  };
  const kinks = [
    "max(x - K, 0)*(1 - x)",
    "x*(1 - x)*abs(x - K)",
    "min(x, 1 - x)",
    "sign(x - K)*x*(1 - x)",
    "if(x < K, x*(1 - x), 0)",
  ];
  for (const start of [...kinks, "x*(1 - x)*heaviside(x - K)", "relu(x - K)*(1 - x)"])
    assert.is(heldBy(start), false, start);
  // The same functions, which turn outside of the box, or nowhere.
  for (const start of ["x*(1 - x)", "x*(1 - x)*abs(x - far)", "max(x*(1 - x), -1)", "if(x < far, x*(1 - x), 7)"])
    assert.is(heldBy(start), true, start);
});

test("What is left of zero by rounding or underflow on the walls is dropped from the lift", () => {
  const problem = pde({
    ...{ name: "peak", domain: { x: [-1, 1], y: [-1, 1] }, equations: "-lap(u) = source" },
    ...{ manufactured: "exp(-1000*((x-0.5)^2+(y-0.5)^2))", conditions: "exact" },
  });
  const { assembly } = trial(problem);
  assert.is(assembly.rows.length, 0);
  assert.is(assembly.model.ansatz[0]!.lift, undefined);
});

test("A Gaussian in ten dimensions is held on the faces, to what its edges leave out", async () => {
  const square = Array.from({ length: 10 }, (_, k) => `x${k + 1}^2`).join(" + ");
  const problem = pde({
    ...{ name: "ten", domain: { "x1..x10": [-1, 1] }, equations: "-lap(u) + u = source" },
    ...{ manufactured: `exp(-10*(${square}))`, conditions: "exact" },
  });
  const made = trial(problem);
  assert.is(made.assembly.rows.length, 0);
  const points = pointsOn(made.domain, "boundary");
  // Nine other axes reach an edge with at most exp(−20) each; the middle of a face has exp(−10).
  const edges = 9.001 * Math.exp(-20);
  assert.ok(largest(await values(made, points), given(problem, points)) <= edges);
  const middle = new Float64Array(10);
  middle[3] = 1;
  assert.ok(Math.abs((await values(made, middle))[0]! - Math.exp(-10)) <= edges);
  const edge = new Float64Array(10);
  edge[3] = edge[7] = 1;
  assert.ok(Math.abs((await values(made, edge))[0]! - Math.exp(-20)) <= edges);
});

/** A Gaussian whose faces are 0.7 and 1.3 away, so that values of 5.5e-5 stand on five of them, and on their edges as small a share of that. */
const offCentre = (d: number) =>
  pde({
    ...{ name: "off centre", domain: { [`x1..x${d}`]: [-1, 1] }, equations: "-lap(u) = source" },
    manufactured: `exp(-20*(${Array.from({ length: d }, (_, k) => `(x${k + 1}-0.3)^2`).join(" + ")}))`,
    conditions: "exact",
  });

test("In more than three dimensions values that fade stay near their face, and are those of the condition there", async () => {
  const problem = offCentre(5);
  const domain = domainOf(problem.domain);
  const assembly = assemble(problem, domain, mlp({ width: 5, depth: 2 }));
  const fading = { assembly, theta: new Float64Array(assembly.model.network.size) };
  const points = pointsOn(domain, "boundary");
  // Four other axes, each with an edge at 0.7 and one at 1.3.
  const edges = 4.001 * Math.exp(-19.6);
  const theta = rng(1).normal(fading.theta.length);
  assert.is(fading.assembly.rows.length, 0);
  assert.ok(largest(await values({ ...fading, theta }, points), given(problem, points)) <= edges);
  // On the line from the middle of a face to that of the opposite one.
  const along = (x: number) => Float64Array.of(x, 0.3, 0.3, 0.3, 0.3);
  const face = Math.exp(-9.8);
  assert.ok((await values(fading, along(-0.7)))[0]! < 1e-4 * face);
  // As harmonic functions that vanish on the edges: exp(−κs) with κ = π√4/2.
  const near = (await values(fading, along(0.99)))[0]!;
  assert.ok(Math.abs(near / (await values(fading, along(1)))[0]! - Math.exp(-Math.PI * 0.01)) < 0.01);
});

test("Corners that disagree: the walls hold, the initial values that they contradict become rows", async () => {
  const problem = pde({
    ...{ name: "quench", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" },
    ...{ conditions: [initial("u = 1"), dirichlet("u = 0")], allow: ["corner-mismatch"] },
  });
  const made = trial(problem);
  equalBy(made.assembly.held, (c) => c.text, ["u = 0"]);
  equalBy(made.assembly.rows, (c) => c.text, ["u = 1"]);
  const wall = pointsOn(made.domain, "boundary");
  assert.ok((await values(made, wall)).every((v) => Math.abs(v) < 1e-13));
});

const bar = { x: [0, 1], t: [0, 1] } as const;
const square = { x: [0, 1], y: [0, 1] } as const;
const kite = vertices("0 0, 1 0, 1.2 0.8, 0.4 1");
const unitDisk = { shape: "ball", center: [0, 0], radius: 1 } as const;
const poisson = { equations: "-lap(u) = 1", conditions: "u = 0" } as const;
const seam = { domain: bar, equations: "u_t = 0.1*u_xx" } as const;
/** What becomes rows, and what holds by construction. */
// biome-ignore format: a table
const kept: Readonly<Record<string, readonly [Omit<ProblemSpec, "name">, rows: string, held: string]>> = {
  "On a polygon zero becomes a row": [{ ...poisson, domain: { shape: "polygon", vertices: kite } }, "u = 0", ""],
  "On a ring zero becomes a row": [
    { ...poisson, domain: { difference: [{ ...unitDisk }, { ...unitDisk, radius: 0.4 }] } }, "u = 0", ""],
  "On what is made of a polygon zero becomes a row": [
    { ...poisson, domain: { difference: [{ x: [-1, 2], y: [-1, 2] }, { shape: "polygon", vertices: kite }] } }, "u = 0", ""],
  "On a formula with kinks inside zero becomes a row": [
    { ...poisson, domain: { inside: "abs(x) + abs(y) < 1", within: { x: [-1, 1], y: [-1, 1] } } }, "u = 0", ""],
  "Values that many dimensions cannot lift without edges become rows": [
    { domain: { "x1..x5": [0, 1] }, equations: "-lap(u) = source", conditions: "exact",
      manufactured: "x1*x2 + x3*x4 + cos(x5)" }, "u = exact", ""],
  "On a disk an initial value that does not vanish on the wall makes the wall a row": [
    { domain: { ...unitDisk, t: [0, 1] }, equations: "u_t = lap(u)",
      conditions: [initial("u = 1"), dirichlet("u = 0")], allow: ["corner-mismatch"] }, "u = 0", "u = 1"],
  "A lid that moves leaves its own wall and the opposite one exact, and the sides rows": [
    { domain: square, equations: "-lap(u) = 0", allow: ["corner-mismatch"],
      conditions: ["x", "y = 0", "y = 1"].map((on) => dirichlet(`u = ${on === "y = 1" ? 1 : 0}`, { on })) },
    "u = 0", "u = 0; u = 1"],
  "An initial value of u_x is no initial value of u_t": [
    { domain: bar, equations: "u_tt = u_xx",
      conditions: [initial(["u = sin(pi*x)", "u_x = pi*cos(pi*x)", "u_t = 0"]), dirichlet("u = 0")] },
    "u_x = pi*cos(pi*x)", "u = sin(pi*x); u_t = 0; u = 0"],
  "An initial value whose derivative jumps across a periodic seam becomes a row": [
    { ...seam, conditions: [initial("u = x*(1-x)"), periodic({ on: "x" })] }, "u = x*(1-x)", "u periodic in x"],
  "An initial value that is periodic with its derivatives holds": [
    { ...seam, conditions: [initial("u = sin(2*pi*x)"), periodic({ on: "x" })] }, "", "u = sin(2*pi*x); u periodic in x"],
  "A value with a constant to be found stays a row": [
    { domain: { x: [0, 1] }, trainable: { a: 1 }, equations: "u_xx = 0", observations: [{ points: [0.5], values: [2] }],
      conditions: [dirichlet("u = a", { on: "x = 0" }), dirichlet("u = 1", { on: "x = 1" })] }, "u = a", "u = 1"],
};

for (const [sentence, [spec, rows, held]] of Object.entries(kept)) {
  test(sentence, () => {
    const { assembly } = trial(pde({ name: "kept", ...spec }));
    const [left, right] = [assembly.rows, assembly.held].map((all) => all.map((c) => c.text).join("; "));
    assert.equal([left, right], [rows, held]);
    if (held === "") assert.equal(assembly.model.ansatz[0], {});
  });
}

test("Unknowns of a system are lifted each by its own conditions", async () => {
  const problem = pde({
    ...{ name: "pair", domain: { x: [0, 1], y: [-1, 1] }, unknowns: ["u", "v"] },
    equations: ["lap(u) - v = source", "lap(v) + u = source"],
    ...{ manufactured: { u: "sin(x + y)", v: "x^2*exp(y)" }, conditions: "exact" },
  });
  const made = trial(problem);
  const wall = pointsOn(made.domain, "boundary");
  for (const k of [0, 1]) assert.ok(largest(await values(made, wall, [0, 0], k), given(problem, wall, k)) < 1e-12);
});

test.run();
