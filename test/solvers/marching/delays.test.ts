/** Delays and memories against exact solutions, most of them by the method of steps. */
import { pde } from "../../../solvers/index.ts";
import { marchable, marchPieces, readMarchPieces } from "../../../solvers/marching/index.ts";
import { assert, test } from "../../harness.ts";
import { marched, type Text } from "./marched.ts";

const alone = (equations: Text["equations"], t: readonly [number, number], conditions: Text["conditions"]): Text => ({
  domain: { t },
  equations,
  ...(conditions !== undefined && { conditions }),
});

/** Marches, and compares the first unknown with a formula of time between the ends. */
function follows(spec: Text, truth: (t: number) => number, tolerance: number) {
  const result = marched(spec, tolerance);
  const [begin, end] = (spec.domain as { readonly t: readonly [number, number] }).t;
  for (let k = 0; k <= 40; k++) {
    const t = begin + ((end - begin) * (k + 0.3)) / 40.6;
    const [found] = result.at(t);
    assert.ok(Math.abs(found! - truth(t)) < 30 * tolerance, `${found} for ${truth(t)} at t = ${t}`);
  }
  return result;
}

const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1));
const sumTo = (n: number, term: (k: number) => number): number =>
  Array.from({ length: Math.floor(n) + 1 }, (_, k) => term(k)).reduce((a, b) => a + b, 0);

test("y' = −y(t − 1) with y = 1 before is the sum of (−1)ᵏ(t − k + 1)ᵏ/k!, and steps end where its derivatives jump", () => {
  const truth = (t: number) => 1 + sumTo(t, (k) => (-1) ** (k + 1) * ((t - k) ** (k + 1) / factorial(k + 1)));
  const { field } = follows(alone("u' = -if(t < 1, 1, u(t - 1))", [0, 4], "u(0) = 1"), truth, 1e-9);
  for (const t of [1, 2, 3]) assert.ok(field.steps.some((step) => step.t === t && step.breaks));
});

test("a history that jumps to the start is followed: y' = y(t − 1), y = 0 before and 1 from 0 on", () => {
  const truth = (t: number) => sumTo(t, (k) => (t - k) ** k / factorial(k));
  follows(alone("u' = if(t < 1, 0, u(t - 1))", [0, 4], "u(0) = 1"), truth, 1e-9);
});

test("a pantograph's delay vanishes at the start: e^−t", () => {
  follows(alone("u' = -u + 0.5*u(t/2) - 0.5*exp(-t/2)", [0, 4], "u(0) = 1"), (t) => Math.exp(-t), 1e-9);
});

test("a neutral equation carries jumps of its slope on: y' = −y + y'(t − 1)", () => {
  const truth = (t: number) => (t < 1 ? 1 : t < 2 ? Math.exp(1 - t) : Math.exp(2 - t) * (Math.exp(-1) - (t - 2)));
  follows(alone("u' = -u + if(t < 1, 1, u'(t - 1))", [0, 3], "u(0) = 1"), truth, 1e-8);
});

test("a delay may depend on the unknown, and vanish on the way: log t and 1/t", () => {
  const spec = {
    ...{ domain: { t: [0.1, 5] as const }, unknowns: ["u", "v"] },
    equations: ["u' = v", "v' = -if(exp(1 - v) < 0.1, exp(v - 1), v(t - (t - exp(1 - v))))*v^2*exp(1 - v)"],
    conditions: ["u(0.1) = log(0.1)", "v(0.1) = 10"],
  };
  follows(spec, Math.log, 1e-8);
});

test("small errors are followed through delays: u' = −(π/2)u(t − 1) keeps them", () => {
  const { growth } = follows(
    alone("u' = -pi/2*if(t < 1, sin(pi/2*(t - 1)), u(t - 1))", [0, 12], "u(0) = 0"),
    (t) => Math.sin((Math.PI / 2) * t),
    1e-8,
  );
  assert.ok(growth! < 1e3, `${growth}`);
});

test("later times are not marched, in words", () => {
  const later = pde({ name: "later", ...alone("u' = -if(t > 1, 0, u(t + 1))", [0, 2], "u(0) = 1") });
  assert.match(marchable(later)!, /later times/);
});

test("stored steps keep their jumps", () => {
  const spec = alone("u' = if(t < 1, 0, u(t - 1))", [0, 2], "u(0) = 1");
  const { field } = marched(spec, 1e-6);
  const problem = pde({ name: "stored", ...spec });
  const { layout, coefficients } = marchPieces(problem, field);
  const points = Float64Array.of(0.5, 1.001, 1.5);
  const read = readMarchPieces("stored", problem, JSON.parse(JSON.stringify(layout)), coefficients);
  assert.equal([...read.at(points)(0, [0])], [...marchPieces(problem, field).at(points)(0, [0])]);
});

test("a source that jumps in time is met where it jumps: u' = sign(t − √2)", () => {
  const { field } = follows(
    alone("u' = sign(t - sqrt(2))", [0, 3], "u(0) = 1"),
    (t) => 1 - Math.SQRT2 + Math.abs(t - Math.SQRT2),
    1e-9,
  );
  assert.ok(field.steps.some(({ t }) => Math.abs(t - Math.SQRT2) < 1e-14));
});

const times = [0.3, 1, 1.7, 2.5, 3] as const;

test("an exponential memory is an unknown with an equation of its own", () => {
  const memory = marched(alone("u' = 3*u*(1 - integral(exp(s - t)*u(s), s, 0, t))", [0, 3], "u(0) = 0.3"), 1e-9);
  const system = marched(
    {
      ...{ domain: { t: [0, 3] as const }, unknowns: ["u", "m"], equations: ["u' = 3*u*(1 - m)", "m' = u - m"] },
      conditions: ["u(0) = 0.3", "m(0) = 0"],
    },
    1e-9,
  );
  for (const t of times) {
    assert.is(memory.at(t).length, 1);
    assert.ok(Math.abs(memory.at(t)[0]! - system.at(t)[0]!) < 1e-8);
  }
});

test("Volterra's equations of the second kind with polynomial kernels and convolutions are marched", () => {
  // u = t + ∫(t − s)u ds is sinh t, and u = t − ∫(t − s)u ds sin t, also as a convolution.
  const cases: readonly (readonly [string, (t: number) => number])[] = [
    ["u = t + integral((t - s)*u(s), s, 0, t)", Math.sinh],
    ["u = t - integral((t - s)*u(s), s, 0, t)", Math.sin],
    ["u = t - integral(s*u(t - s), s, 0, t)", Math.sin],
    ["u = 1 + integral(cos(t - s)*u(s), s, 0, t)", volterraOfCosine],
  ];
  for (const [equation, truth] of cases) {
    const { at } = marched(alone(equation, [0, 3], []), 1e-9);
    for (const t of times) assert.ok(Math.abs(at(t)[0]! - truth(t)) < 1e-7 * Math.exp(t), `${equation} at ${t}`);
  }
});

/** u = 1 + ∫cos(t − s)u ds: by Laplace's transform (p² + 1)/(p(p² − p + 1)). */
function volterraOfCosine(t: number): number {
  const w = Math.sqrt(3) / 2;
  return 1 + (Math.exp(t / 2) * Math.sin(w * t)) / w;
}

test("kernels without such an equation, and integrals over other intervals, stay as they are", () => {
  for (const integral of ["integral(u(s)/(1 + t - s), s, 0, t)", "integral(u(s), s, 0, 1)"])
    assert.match(marchable(pde({ name: "open", ...alone(`u' = -u + ${integral}`, [0, 1], "u(0) = 1") }))!, /integrals/);
});

test("a window of memory is marched: its lower end is a delay, and the history fills it at the start", () => {
  // u″ = −u + 1 while the lower end reads the history.
  const sine = follows(alone("u' = -int(u(s), s, t - 1, t)", [0, 1], "u = 1 for t < 0"), (t) => 1 - Math.sin(t), 1e-9);
  assert.is(sine.field.spaces.length, 1);
  follows(
    alone("u' = exp(-t) - int(exp(s - t)*u(s), s, t - 2, t)", [0, 6], "u = exp(-t) for t < 0"),
    (t) => Math.exp(-t),
    1e-9,
  );
});

test.run();
