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

test("a thermostat's cycles are those of exponentials between its switches", () => {
  // T′ = −T + 2·heat, heat on below 1: with T(0) = 0 the solution slides at 1 from t = log 2 on, and this is said.
  const { warning, at } = alone("u' = -u + if(u < 1, 2, 0)", 2, "u(0) = 0");
  assert.match(warning ?? "", /from t = 0\.6931 on both sides of a jump lead back to it/);
  close(at(0.5)[0]!, 2 - 2 * Math.exp(-0.5), 1e-5);
});

test.run();
