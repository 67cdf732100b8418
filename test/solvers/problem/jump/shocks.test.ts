/** Conservation laws without viscosity are doubtful where their characteristics cross before the end, and only there. */
import { test } from "uvu";
import * as assert from "uvu/assert";
import { dirichlet, initial, periodic } from "../../../../solvers/problem/conditions.ts";
import { pde } from "../../../../solvers/problem/pde.ts";
import type { ProblemSpec } from "../../../../solvers/problem/problem.ts";

const burgers = (end: number, first = "u = 0.5 + 0.4*sin(2*pi*x)"): ProblemSpec => ({
  ...{ name: "burgers", domain: { x: [0, 1], t: [0, end] }, equations: "u_t + u*u_x = 0" },
  conditions: [initial(first), periodic({ on: "x" })],
});
const open = (equations: string, conditions: ProblemSpec["conditions"], end = 1): ProblemSpec => ({
  ...{ name: "law", domain: { x: [0, 1], t: [0, end] }, equations },
  ...(conditions && { conditions }),
  allow: ["corner-mismatch"],
});
const kinds = (spec: ProblemSpec) => (pde(spec).doubts ?? []).map(({ kind }) => kind);

test("Burgers' equation without viscosity is doubtful where the end is beyond -1/min u0'", () => {
  // min u0' = -0.8 pi.
  const breaks = 1 / (0.8 * Math.PI);
  assert.equal(kinds(burgers(1.02 * breaks)), ["shock"]);
  assert.equal(kinds(burgers(0.98 * breaks)), []);
  const [doubt] = pde(burgers(0.8)).doubts!;
  assert.match(
    doubt!.text,
    /characteristics of the equation cross at t = 0\.4 near x = 0\.(6|7)\d?: .*phi_t \+ phi_x\^2\/2 = 0/,
  );
});

test("laws break from the start, from what flows in and from a corner", () => {
  const wrong: readonly ProblemSpec[] = [
    open("u_t + dx(u^2/2) = 0", [initial("u = if(x < 0.3, 1, 0)")]),
    open("u_t + u*u_x = 0", [initial("u = 1"), dirichlet("u = 1 + 4*t^2", { on: "x = 0" })]),
    open("u_t + u*u_x = 0", [initial("u = -1"), dirichlet("u = -1 - 4*t^2", { on: "x = 1" })]),
    // Buckley and Leverett's: the speeds at both ends are 0.
    open("u_t + dx(u^2/(u^2 + (1 - u)^2)) = 0", [initial("u = 0"), dirichlet("u = 1", { on: "x = 0" })]),
    // At the face, where the value stands still.
    open("u_t + u*u_x = -u/10", [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })]),
    { ...open("2*u_t + 2*u*u_x = source", "exact"), manufactured: "if(x < 0.5 + t/2, 1, 0)", allow: ["lost-flux"] },
  ];
  for (const spec of wrong) assert.equal(kinds(spec), ["shock"], String(spec.equations));
});

test("laws whose characteristics do not cross before the end or at all are not doubted", () => {
  const sound: readonly ProblemSpec[] = [
    open("u_t + u*u_x = 0", [initial("u = x"), dirichlet("u = 0", { on: "x = 0" })]),
    open("u_t + u*u_x = 0", [initial("u = if(x < 0.3, 0, 1)")]),
    open("u_t + u*u_x = 0", [initial("u = 0.2 - 0.1*x"), dirichlet("u = 0.2", { on: "x = 0" })]),
    // Damped before it breaks.
    open("u_t + u*u_x = -10*u", [initial("u = sin(pi*x)")], 3),
    // Out of the box before they meet.
    open("u_t + (5 + u)*u_x = 0", [initial("u = 1 - x")]),
    open("u_t + u*u_x = 0.01*u_xx", [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })]),
    open("u_t + u_x^2/2 = 0", [initial("u = cos(pi*x)")]),
    open("u_t + x*u_x = u^2/10", [initial("u = sin(pi*x)")]),
    { ...open("u_t + u*u_x = 0", "exact"), exact: "x/(1 + t)" },
    { ...open("u_t + u*u_x = source", "exact"), manufactured: "2 + sin(x - t)" },
  ];
  for (const spec of sound) assert.equal(kinds(spec), [], `${spec.equations}`);
});

test.run();
