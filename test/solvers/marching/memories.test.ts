// Inside: one of the methods that march in time.
/** Integrals over the past against the differential equations that they are, and exact solutions. */
import { pde } from "../../../equations/problem/index.ts";
import { marchable } from "../../../solvers/marching/march.ts";
import { assert, test } from "../../harness.ts";
import { marched, type Text } from "./marched.ts";

const alone = (equations: Text["equations"], end: number, conditions: Text["conditions"]): Text => ({
  domain: { t: [0, end] },
  equations,
  ...(conditions !== undefined && { conditions }),
});

const times = [0.3, 1, 1.7, 2.5, 3] as const;

test("an exponential memory is an unknown with an equation of its own", () => {
  const memory = marched(alone("u' = 3*u*(1 - integral(exp(s - t)*u(s), s, 0, t))", 3, "u(0) = 0.3"), 1e-9);
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
    const { at } = marched(alone(equation, 3, []), 1e-9);
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
    assert.match(marchable(pde({ name: "open", ...alone(`u' = -u + ${integral}`, 1, "u(0) = 1") }))!, /integrals/);
});

test.run();
