/** Warnings before any work. */

import { dirichlet, initial, type ProblemSpec, pde } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";

const kinds = (spec: ProblemSpec) => (pde(spec).warnings ?? []).map(({ kind }) => kind);

test("an equation that is divided by what changes its sign inside is warned of with the place", () => {
  const line = { name: "line", domain: { x: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
  const [warning] = pde({ ...line, equations: "u_xx + u/(x - 0.3) = 1" }).warnings!;
  assert.is(warning!.kind, "singular");
  assert.match(
    warning!.text,
    /equation 1 is singular at x = 0\.3, inside of the domain, where x - 0\.3 is 0; solve on either side/,
  );
  assert.equal(kinds({ ...line, equations: "u_xx + u/(x - 1.3) = 1" }), []);
  assert.equal(kinds({ ...line, equations: "-u_xx + u/abs(x) = 1" }), []);
});

/** Divisors that are 0 at a place inside without a change of sign. Both lists were drawn up before the rule was written in code. */
const overPlaces = {
  regular: [
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) - u/(x^2 + y^2) = 0"],
    [{ x: [-1, 1], y: [-1, 1] }, "-lap(u) + u/sqrt(x^2 + y^2) = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + (x*u_x + y*u_y)/(x^2 + y^2) = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + u*sin(x^2 + y^2)/(x^2 + y^2) = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + x^4*u/(x^2 + y^2)^2 = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "-lap(u) = 1/sqrt(x^2 + y^2)"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + u/(x^2 + y^2 + 0.01)^2 = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) - u/(x^2 + y^2) = 1/(x^2 + y^2)"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + exp(u)/(1 + x^2)^2 = 1"],
    [{ x: [-1, 1] }, "u_xx - 2*u/x^2 = 0"],
    [{ x: [-1, 1] }, "u_xx + u_x*sin(x)^2/x^2 = 1"],
    [{ x: [-1, 1] }, "u_xx + u*(1 - cos(x))/x^2 = 1"],
    [{ x: [-1, 1] }, "u_xx + u/abs(x) = 1"],
    [{ r: [0, 1] }, "u_rr + u_r/r - 4*u/r^2 = 0"],
    [{ r: [0, 1] }, "u_rr + 2*u_r/r + u^5 = 0"],
    [{ r: [0, 20] }, "-u_rr/2 + u/r^2 - u/r = -u/8"],
    [{ x: [-1, 1], y: [-1, 1], z: [-1, 1] }, "-lap(u) - u/sqrt(x^2 + y^2 + z^2) = 1"],
    [{ x: [-1, 1], y: [-1, 1], t: [0, 1] }, "u_t = lap(u) - u/(x^2 + y^2)"],
  ],
  irregular: [
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + u/(x^2 + y^2)^2 = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "-lap(u) = 1/(x^2 + y^2)"],
    [{ x: [-1, 1], y: [-1, 1] }, "-lap(u) = 1/((x - 0.3)^2 + (y + 0.2)^2)^(3/2)"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + u_x/(x^2 + y^2) = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + u^3/(x^2 + y^2)^2 = 1"],
    [{ x: [-1, 1], y: [-1, 1] }, "lap(u) + u/(x - y)^4 = 1"],
    [{ x: [-1, 1], y: [-1, 1], z: [-1, 1] }, "-lap(u) = 1/(x^2 + y^2 + z^2)"],
    [{ x: [-1, 1] }, "u_xx + u/x^4 = 1"],
    [{ x: [-1, 1] }, "u_xx + u_x/x^2 = 1"],
    [{ x: [-1, 1] }, "u_xx = 1/(x - 0.3)^2"],
    [{ x: [-1, 1], y: [-1, 1], t: [0, 1] }, "u_t = lap(u) + u/(x^2 + y^2)^2"],
  ],
} as const;
for (const [kind, all] of Object.entries(overPlaces))
  test(`divisors that are 0 at a place inside and are ${kind} there are ${kind === "regular" ? "not warned of" : "warned of"}`, () => {
    for (const [domain, equations] of all) {
      const start = "t" in domain ? [initial("u = 0")] : [];
      const on = "r" in domain ? { on: `r = ${domain.r[1]}` } : {};
      const spec = { name: "over", domain, equations, conditions: [...start, dirichlet("u = 0", on)] };
      const allow = ["missing-condition", "corner-mismatch"];
      assert.equal(kinds({ ...spec, allow } as never).includes("singular"), kind === "irregular", equations);
    }
  });

test("an ordinary equation whose highest derivative has a zero inside before it is warned of, also where the zero is double", () => {
  const line = { name: "line", domain: { x: [-1, 1] }, conditions: [dirichlet("u = 0")] } as const;
  for (const factor of ["x - 0.3", "(x - 0.3)^2"]) {
    const [warning] = pde({ ...line, equations: `(${factor})*u_xx + u = 1` }).warnings!;
    assert.is(warning!.kind, "singular");
    assert.match(warning!.text, /equation 1 is singular at x = (0\.3|0\.29999\d*|0\.30000\d*), inside of the domain/);
  }
  for (const equations of [
    "(x + 1)*u_xx + u = 1",
    "(1.1 + x)*u_xx + x*u_x = 1",
    "u*u_xx + u_x^2 = 1",
    "1e-4*u_xx + x*u_x = 1",
  ])
    assert.equal(kinds({ ...line, equations }), [], equations);
});

test("a moment at which an equation in time is singular leaves open what comes after it, however smooth one continuation is", () => {
  const point = { name: "point", domain: { t: [0, 1] }, conditions: [initial("u = 1")] } as const;
  assert.equal(kinds({ ...point, equations: "u_t = 2*u/(t - 0.5)" }), ["undetermined"]);
  assert.equal(kinds({ ...point, equations: "u_t = 2*u/(t + 0.5)" }), []);
});

test("a start that is left out on purpose leaves several solutions", () => {
  const heat = {
    ...({ name: "heat", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx" } as const),
    conditions: [dirichlet("u = 0", { on: "x" })],
  } as const;
  assert.equal(kinds({ ...heat, allow: ["missing-condition"] }), ["undetermined"]);
});

test.run();
