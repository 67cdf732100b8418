/** A coefficient that jumps and is differentiated loses the jump of its flux: such texts are refused, those that are right are taken. */

import { dirichlet, initial, interfaceCondition, type ProblemSpec, pde, printProblem } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { line, refused, square } from "./refused.ts";

const heat = {
  name: "heat",
  domain: { x: [0, 1], t: [0, 0.5] },
  conditions: [initial("u = sin(pi*x)"), dirichlet("u = 0", { on: "x" })],
} as const;
const taken = (all: readonly ProblemSpec[]) => {
  for (const spec of all) assert.is(pde(spec).warnings, undefined, String(spec.equations));
};

test("a coefficient that jumps under a derivative is refused with its term, a point, both values and a way out", () => {
  refused(
    {
      ...{ name: "jump2d", domain: { x: [0, 1], y: [0, 1] }, functions: { "k(s)": "if(s < 0.3, 1, 20)" } },
      ...{ equations: "-dx(k(x + y)*u_x) - u_yy = 1", conditions: "u = 0" },
    },
    /what "-dx\(k\(x \+ y\)\*u_x\) - u_yy = 1" differentiates along x jumps at x = .*, y = .*: if\(0\.3 - \(x \+ y\) > 0, 1, 20\)\*u_x goes from .* to .*give each side an unknown.*"interface".*tanh.*"lost-flux"/,
  );
  refused(
    {
      ...{ ...square, functions: { k: "if(x^2+y^2 < 0.25, 10, 1)" }, equations: "dx(k*u_x) + 2*dy(k*u_y) = 0" },
      conditions: "u = x*(1 - 0.25*9/11/(x^2+y^2))",
    },
    /jumps at x = .*, y = .*goes from /,
  );
});

test("a flux that jumps across an axis of space is one of the problem", () => {
  const k = { functions: { k: "if(x < 0.3, 1, 20)" } };
  const kept: readonly (readonly [ProblemSpec, ...(readonly [equation: number, axis: number])[]])[] = [
    [{ ...line, ...k, equations: "-dx(k*u_x) = 1" }, [0, 0]],
    [{ ...line, equations: "dx((2 + sign(x))*u_x)/(1 + x^2) + u_x = 1" }, [0, 0]],
    [{ ...line, equations: "dx(if(x > -0.2 and x < 0.2, 5, 1)*u_x) = 1" }, [0, 0]],
    [{ ...line, functions: { ...k.functions, flux: "k*u_x", drop: "dx(flux)" }, equations: "drop = 1" }, [0, 0]],
    [{ ...square, ...k, equations: "div(k*grad(u)) = 1" }, [0, 0]],
    [{ ...square, equations: "div(if(y > 0.2, 3, 1)*if(x > 0.1, 2, 1)*grad(u)) = 1" }, [0, 0], [0, 1]],
    [{ ...heat, ...k, equations: "u_t = dx(k*u_x)" }, [0, 0]],
    [{ ...square, functions: { k: "if(x^2 + y^2 < 0.2, 5, 1)" }, equations: "div(k*grad(u)) = 1" }, [0, 0], [0, 1]],
    [
      { ...square, functions: { k: "if((x - 0.3)^2 + y^2 < 2e-4, 5, 1)" }, equations: "div(k*grad(u)) = 1" },
      [0, 0],
      [0, 1],
    ],
    [
      { ...square, equations: "dx(if(x < y, 1, 2)*(1 + u^2)*u_x) + dy(if(x < y, 1, 2)*(1 + u^2)*u_y) = u" },
      [0, 0],
      [0, 1],
    ],
    [
      {
        ...{ name: "plane", domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, equations: "u_t = div(k*grad(u))" },
        ...{ ...k, conditions: [initial("u = 0"), dirichlet("u = t")] },
      },
      [0, 0],
    ],
  ];
  for (const [spec, ...fluxes] of kept)
    assert.equal(
      pde(spec).fluxes?.map(({ equation, axis }) => [equation, axis]),
      fluxes,
      String(spec.equations),
    );
});

test("whatever writes the jump and whatever differentiates it, the text is refused", () => {
  const round = { k: "if(x^2 + y^2 < 0.25, 10, 1)" };
  const wrong: readonly ProblemSpec[] = [
    { ...line, equations: "dx((2 + atan(1/(x - 0.2)))*u_x) = 1" },
    { ...line, equations: "u_xx + dx((2 + sign(x))*u) = 1" },
    { ...line, equations: "u_xx + dx((2 + sign(x))*u_x) = 1" },
    { ...line, equations: "dx((2 + sign(x))*u_x) + sign(x)*u_xx = 1" },
    { ...line, equations: "dx((2 + sign(x))*u_x) - dx((2 - sign(x))*u^2*u_x) = 1" },
    { ...line, equations: "dx(dx((2 + sign(x))*u_xx)) = 1", allow: ["missing-condition"] },
    { ...line, functions: { k: "if(x < 0.3, 1, 20)" }, equations: "k*u_xx + dx(k)*u_x = 1" },
    { ...line, equations: "u_xx = lap(abs(x))" },
    { ...square, equations: "u_xx + dy(if(x + y < 0.3, 1, 20)*u_y) = 1" },
    { ...square, functions: round, equations: "dx(k*u_x) + k*u_yy = 1" },
    { ...square, functions: round, equations: "dx(k*u_x + k*u) + dy(k*u_y) = 1" },
    { ...square, functions: round, equations: "dx(k*u_x^2) + dy(k*u_y) = 1" },
    { ...square, functions: round, equations: "dx(k*u_y) + dy(k*u_x) = 1" },
    {
      ...{ ...square, functions: round, unknowns: ["u", "v"], equations: ["div(k*grad(u)) = v", "k*lap(v) = u"] },
      conditions: ["u = 0", "v = 0"],
    },
    {
      ...{ name: "a moving disk", domain: { x: [-1, 1], y: [-1, 1], t: [0, 1] } },
      ...{ functions: { k: "if((x - 0.3*t)^2 + y^2 < 0.25, 10, 1)" } },
      ...{ equations: "u_t = div(k*grad(u))", conditions: [initial("u = 0"), dirichlet("u = t")] },
    },
    { ...square, equations: "lap(if(x < 0, 1, 2)*u) = 1" },
    { ...square, equations: "u_xx + u_yy + dy(atan2(y, x)*u) = 1" },
    { ...heat, equations: "dt(if(t < 0.4, 1, 2)*u) = u_xx" },
    {
      ...{ name: "transport", domain: { x: [0, 1], y: [0, 1], t: [0, 1] } },
      equations: "u_t + dx(if(x < 0.3, 1, 2)*u) = lap(u)",
      conditions: [initial("u = 0"), dirichlet("u = t")],
    },
    { ...heat, equations: "u_t = dx(if(x < 0.2 + t/2, 1, 2)*u_x)" },
  ];
  for (const spec of wrong) refused(spec, /differentiates along . jumps at /);
  const found = { points: [0.1, 0.2], values: [1, 2] };
  // Wherever what is to be found ends, there is a jump unless both are equal.
  const open = { ...line, trainable: { p: 1, q: 1 }, equations: "dx(if(x < 0.3, p, q)*u_x) = 1" };
  assert.is(pde({ ...open, observations: [found] }).fluxes?.length, 1);
});

test("what is continuous, is not differentiated, or only along the surface, is taken", () => {
  taken([
    { ...line, equations: "dx((1 + abs(x))*u_x) = 1" },
    { ...line, equations: "dx(if(x < 0.3, 1 + x, 1.3)*u_x) = 1" },
    { ...line, equations: "dx(max(min(x, 0.5), 0.1)*u_x) = 1" },
    { ...line, equations: "lap(abs(x)^3) + u_xx = 1" },
    { ...line, equations: "dx((2 + tanh(x/0.001))*u_x) = 1" },
    { ...line, equations: "if(x < 0.3, 1, 20)*u_xx = if(x < 0, 1, 2)" },
    { ...square, equations: "u_xx + dy(if(x < 0.3, 1, 20)*u_y) = 1" },
    { ...square, equations: "div(norm(grad(u))*grad(u)) = -1" },
    { ...square, equations: "lap(u) + dy(atan2(y, x + 2)*u) + dx(cbrt(x)*u) = 1" },
    { ...heat, equations: "dt(if(x < 0.4, 1, 2)*u) = u_xx" },
    { ...line, equations: "lap(abs(u)*u) + u_xx = 1" },
    { ...line, equations: "u_xx = dx(integral(if(s < x, s, x)*u(s), s, 0, 1, 4))" },
    // The jump is on the boundary.
    { ...line, equations: "dx(if(x < 1, 1, 20)*u_x) = 1" },
    {
      ...{ name: "waves", domain: { x: [0, 1], t: [0, 1] }, unknowns: ["E", "H"] },
      equations: ["if(x < 0.3, 1, 4)*E_t = H_x", "H_t = E_x"],
      conditions: [initial(["E = sin(pi*x)", "H = 0"]), dirichlet("E = 0", { on: "x" })],
    },
    { ...line, equations: "dx((2 + sign(x))*u_x) = 1", allow: ["lost-flux"] },
  ]);
});

test("a jump where the unknown, or a constant to be found, has some value is doubtful and names the formula that changes its sign", () => {
  const found = { points: [0.1, 0.2], values: [1, 2] };
  const doubtful: readonly ProblemSpec[] = [
    { ...line, equations: "dx(if(u > 0.5, 1, 2)*u_x) = 1" },
    { ...line, equations: "lap(max(u, 0)) + u_xx = 1" },
    { ...line, equations: "dx(if(abs(u_x) > 1, 1, 2)*u_x) = 1" },
    { ...heat, equations: "dt(u + heaviside(u - 0.5)) = u_xx" },
    { ...line, trainable: { c: 0.2 }, equations: "dx(if(x < c, 1, 2)*u_x) = 1", observations: [found] },
  ];
  for (const spec of doubtful)
    assert.equal(
      pde(spec).warnings?.map(({ kind, where }) => [kind, where !== undefined]),
      [["flux", true]],
      String(spec.equations),
    );
  assert.match(
    printProblem(pde(doubtful[0]!)),
    /doubtful: what "dx\(.* differentiates along x jumps where u - 0\.5 changes its sign: .*the jump of the flux/,
  );
});

test("an integral loses what jumps as well", () => {
  refused({ ...line, equations: "u_xx = 1", integrals: ["dx(if(x < 0.3, 1, 20)*u_x) = 1"] }, /the integral "dx/);
});

test("a condition on an interface whose coefficient jumps just there is refused, one with a value for each side is taken", () => {
  const media = (flux: string): ProblemSpec => ({
    ...{ name: "media", domain: { x: [0, 1] }, unknowns: ["a", "b"], functions: { k: "if(x < 0.5, 1, 10)" } },
    equations: ["a_xx + 1 = 0", "10*b_xx + 1 = 0"],
    conditions: [
      dirichlet("a = 0", { on: "x = 0" }),
      dirichlet("b = 0", { on: "x = 1" }),
      interfaceCondition(["a = b", flux], { on: "x = 0.5" }),
    ],
  });
  refused(media("k*a_n = k*b_n"), /"k\*a_n = k\*b_n" jumps at x = 0\.5, just where it holds; .* a_n = 20\*b_n/);
  taken([media("a_n = 10*b_n")]);
});

test.run();
