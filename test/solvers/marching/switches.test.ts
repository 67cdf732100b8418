/** Equations that turn where a formula of the unknowns changes its sign, against solutions that are put together. */
import { assert, close, test } from "../../harness.ts";
import { marched, type Text } from "./marched.ts";

const alone = (equations: Text["equations"], until: number, conditions: Text["conditions"], more: Partial<Text> = {}) =>
  marched({ domain: { t: [0, until] }, equations, ...more, ...(conditions !== undefined && { conditions }) }, 1e-9);

test("a rate that jumps where u passes 1 is integrated on each side: u' = 1 below, u' = −u/2 + 1 above", () => {
  const { at } = alone("u' = if(u < 1, 1, 1 - u/2)", 3, "u(0) = 0");
  close(at(0.7)[0]!, 0.7, 1e-9);
  for (const t of [1.2, 2, 2.9]) close(at(t)[0]!, 2 - Math.exp((1 - t) / 2), 1e-9);
});

test("a kink is passed without loss: u'' = −|u| is a cosine, then a hyperbolic sine", () => {
  const { at, field } = alone("u'' = -abs(u)", 3, ["u(0) = 1", "u'(0) = 0"]);
  for (const t of [0.5, 1.5]) close(at(t)[0]!, Math.cos(t), 1e-9);
  for (const t of [1.7, 2.9]) close(at(t)[0]!, -Math.sinh(t - Math.PI / 2), 1e-9);
  assert.ok(field.steps.some((step) => Math.abs(step.t - Math.PI / 2) < 1e-10));
});

test("a mass between stiff walls bounces in half periods of the wall's spring", () => {
  // Contact from y = 0 at speed 1 lasts π/100, and gives the speed back.
  const { at } = alone("y'' = 10000*max(-y, 0)", 5, ["y(0) = 1", "y'(0) = -1"], { unknowns: ["y"] });
  for (const t of [0.5, 3, 4.7]) close(at(t)[0]!, t < 1 ? 1 - t : t - 1 - Math.PI / 100, 1e-8);
});

test("Coulomb's friction takes away the same stretch in every half period", () => {
  // x″ + x = −0.1·sign x′ from 1.05: turning points −0.85, 0.65.
  const { at } = alone("x'' + x = -0.1*sign(x')", 6, ["x(0) = 1.05", "x'(0) = 0"], { unknowns: ["x"] });
  close(at(2)[0]!, 0.1 + 0.95 * Math.cos(2), 1e-8);
  close(at(5)[0]!, -0.1 + 0.75 * Math.cos(5), 1e-8);
});

test("a relay with two thresholds as an oscillator that flips: a rate with several switches", () => {
  const { at } = alone(["u' = if(v > 0, 1, -1)", "v' = -sign(u)"], 8, ["u(0) = 1", "v(0) = 0.5"], {
    unknowns: ["u", "v"],
  });
  // Squares of radius 1.5: |u| + |v| stays.
  for (const t of [0.3, 1.9, 4.4, 7.7]) {
    const [u, v] = at(t) as [number, number];
    close(Math.abs(u) + Math.abs(v), 1.5, 1e-9);
  }
});

test("where both sides of a jump lead back to it the solution slides along it, and leaves when one of them lets go", () => {
  // 1 is reached at log 2; a heating between 0 and 2 holds it until the drive alone does, at t = 2.
  const { at } = alone("u' = -u + if(u < 1, 2, 0) + max(t - 1, 0)", 3, "u(0) = 0");
  close(at(0.5)[0]!, 2 - 2 * Math.exp(-0.5), 1e-9);
  for (const t of [0.8, 1.5, 1.9]) close(at(t)[0]!, 1, 1e-8);
  // u' = −u + t − 1 from u(2) = 1.
  for (const t of [2.2, 2.9]) close(at(t)[0]!, t - 2 + Math.exp(2 - t), 1e-8);
});

test("friction that is stronger than the spring holds a mass where it comes to rest", () => {
  const { at, growth } = alone("x'' + x = -0.3*sign(x')", 10, ["x(0) = 2", "x'(0) = 0"], { unknowns: ["x"] });
  // Turning points −1.4, 0.8, −0.2: there the spring is weaker than the friction.
  close(at(2)[0]!, 0.3 + 1.7 * Math.cos(2), 1e-8);
  close(at(8)[0]!, 0.3 + 0.5 * Math.cos(8), 1e-8);
  for (const t of [9.5, 9.9]) close(at(t)[0]!, -0.2, 1e-8);
  assert.is(growth, undefined);
});

test.run();
