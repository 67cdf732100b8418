/** Equations that hide constraints, against exact solutions and mechanisms in coordinates without constraints. */
import { assert, close, test } from "../../harness.ts";
import { marched, marchRefused, type Text } from "./marched.ts";

const g = 9.81;

/** sn(u, k) by descending Landen's transformation (Abramowitz and Stegun, 16.4). */
function sn(u: number, k: number): number {
  const [a, c] = [[1], [k]];
  let b = Math.sqrt(1 - k * k);
  for (let step = 0; step < 6; step++) {
    const last = a.at(-1)!;
    a.push((last + b) / 2);
    c.push((last - b) / 2);
    b = Math.sqrt(last * b);
  }
  const n = a.length - 1;
  let angle = 2 ** n * a[n]! * u;
  for (let i = n; i > 0; i--) angle = (angle + Math.asin((c[i]! / a[i]!) * Math.sin(angle))) / 2;
  return Math.sin(angle);
}

/** x, y of a pendulum of length 1 that starts level, at rest: sin(θ/2) = k·sn(K − ωt), K by the mean of 1 and k′. */
function pendulumAt(t: number): readonly [number, number] {
  const k = Math.SQRT1_2;
  let [a, b] = [1, Math.sqrt(1 - k * k)];
  for (let step = 0; step < 6; step++) [a, b] = [(a + b) / 2, Math.sqrt(a * b)];
  const half = Math.asin(k * sn(Math.PI / (2 * a) - Math.sqrt(g) * t, k));
  return [Math.sin(2 * half), -Math.cos(2 * half)];
}

const pendulum: Text = {
  ...{ domain: { t: [0, 10] }, unknowns: ["x", "y", "lambda"], constants: { g } },
  equations: ["x'' = -lambda*x", "y'' = -lambda*y - g", "x^2 + y^2 = 1"],
  conditions: ["x(0) = 1", "x'(0) = 0", "y(0) = 0", "y'(0) = 0"],
};
const firstOrder: Text = {
  ...{ ...pendulum, unknowns: ["x", "y", "v", "w", "lambda"] },
  equations: ["x' = v", "y' = w", "v' = -lambda*x", "w' = -lambda*y - g", "x^2 + y^2 = 1"],
  conditions: ["x(0) = 1", "v(0) = 0", "y(0) = 0", "w(0) = 0"],
};

for (const [form, spec] of [
  ["second", pendulum],
  ["first", firstOrder],
] as const)
  test(`a pendulum as its constraint and multiplier in equations of ${form} order swings as the elliptic sine says`, () => {
    const { at } = marched(spec, 1e-8);
    for (const t of [0.7, 2.3, 5.1, 9.9]) {
      const [x, y] = at(t) as [number, number];
      const [wantedX, wantedY] = pendulumAt(t);
      close(x, wantedX, 1e-7);
      close(y, wantedY, 1e-7);
    }
  });

test("linear equations of index 2 and 3 are what their constraints say, as often differentiated", () => {
  const two = marched(
    { domain: { t: [0, 2] }, unknowns: ["u", "v"], equations: ["u' = v", "u = sin(3*t)"], conditions: "u(0) = 0" },
    1e-9,
  );
  close(two.at(1.3)[1]!, 3 * Math.cos(3.9), 1e-8);
  const three = marched(
    {
      ...{ domain: { t: [0, 2] }, unknowns: ["u", "v", "w"], equations: ["u' = v + t", "v' = w", "u = exp(-t)"] },
      conditions: ["u(0) = 1", "v(0) = -1"],
    },
    1e-9,
  );
  close(three.at(1.3)[1]!, -Math.exp(-1.3) - 1.3, 1e-8);
  close(three.at(1.3)[2]!, Math.exp(-1.3) - 1, 1e-8);
});

test("a slider crank in Cartesian coordinates moves as its angle does", () => {
  const rod = 2;
  // p″ of x = cos p, y = sin p, s = cos p + √(4 − sin² p), by a Runge–Kutta method with small steps.
  const slope = (p: number) => -Math.sin(p) - (Math.sin(p) * Math.cos(p)) / Math.sqrt(rod ** 2 - Math.sin(p) ** 2);
  const rate = ([p, w]: readonly [number, number]): readonly [number, number] => {
    const bend = (slope(p + 1e-5) - slope(p - 1e-5)) / 2e-5;
    return [w, (-g * Math.cos(p) - slope(p) * bend * w * w) / (1 + slope(p) ** 2)];
  };
  let state: readonly [number, number] = [0, 1];
  const moved = (k: readonly [number, number], by: number): readonly [number, number] => [
    state[0] + by * k[0],
    state[1] + by * k[1],
  ];
  const h = 5e-4;
  for (let step = 0; step < 4000; step++) {
    const a = rate(state);
    const b = rate(moved(a, h / 2));
    const c = rate(moved(b, h / 2));
    const d = rate(moved(c, h));
    state = [0, 1].map((i) => state[i]! + (h / 6) * (a[i]! + 2 * b[i]! + 2 * c[i]! + d[i]!)) as [number, number];
  }
  const { at } = marched(
    {
      ...{ domain: { t: [0, 2] }, unknowns: ["x", "y", "s", "a", "b"], constants: { g } },
      equations: [
        "x'' = -a*x + b*(s - x)",
        "y'' = -a*y - b*y - g",
        "s'' = -b*(s - x)",
        "x^2 + y^2 = 1",
        "(s - x)^2 + y^2 = 4",
      ],
      conditions: ["x(0) = 1", "y(0) = 0", "s(0) = 3", "x'(0) = 0", "y'(0) = 1", "s'(0) = 0"],
    },
    1e-8,
  );
  const [x, y, s] = at(2) as [number, number, number];
  close(x, Math.cos(state[0]), 1e-7);
  close(y, Math.sin(state[0]), 1e-7);
  close(s, Math.cos(state[0]) + Math.sqrt(rod ** 2 - Math.sin(state[0]) ** 2), 1e-7);
});

test("a start that a hidden constraint contradicts is refused with the value that it allows, and one that is rounded is taken", () => {
  const refusedFor = (...conditions: readonly string[]) => marchRefused({ ...pendulum, conditions }) ?? "marched";
  assert.match(refusedFor("x(0) = 1", "x'(0) = 0.5", "y(0) = 0", "y'(0) = 0"), /x' = 0\.5 at t = 0: .* allows 0;/);
  assert.match(refusedFor("x(0) = 1", "x'(0) = 0", "y(0) = 0.1", "y'(0) = 0"), /contradict/);
  const conditions = ["x(0) = 0.70710678", "x'(0) = 0", "y(0) = -0.70710678", "y'(0) = 0"];
  const { at } = marched({ ...pendulum, domain: { t: [0, 1] }, conditions }, 1e-8);
  const [x, y] = at(0.9) as [number, number];
  close(x * x + y * y, 1, 1e-7);
});

test.run();
