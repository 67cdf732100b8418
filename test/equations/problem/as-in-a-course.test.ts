/** Problems as a textbook writes them mean the same as in the syntax of the reference. */
import { FormatError, OptionsError } from "../../../engine/errors.ts";
import { type ProblemSpec, pde, printProblem } from "../../../solvers/index.ts";
import { assert, test, throws } from "../../harness.ts";

type Text = Omit<ProblemSpec, "name">;
const [line, rod, square] = [{ x: [0, 1] }, { x: [0, 1], t: [0, 1] }, { x: [0, 1], y: [0, 1] }] as const;
const moments = { t: [0, 20] } as const;

const pairs: Readonly<Record<string, readonly [written: Text, reference: Text]>> = {
  "primes, and values at a point": [
    { domain: line, equations: "-u'' + u = x", conditions: ["u(0) = 0", "u'(1) = 0"] },
    { domain: line, equations: "-u_xx + u = x", conditions: ["u = 0 on x = 0", "u_x = 0 on x = 1"] },
  ],
  "values and slopes after a bar": [
    { domain: line, equations: "-u_xx + u = x", conditions: ["u|x=0 = 0", "u_x|_{x=1} = 2"] },
    { domain: line, equations: "-u_xx + u = x", conditions: ["u = 0 on x = 0", "u_x = 2 on x = 1"] },
  ],
  "primes of a beam": [
    { domain: line, equations: "u'''' = 1", conditions: ["u(0)=0", "u′(0)=0", "u″(1)=0", "u'''(1)=0"] },
    {
      domain: line,
      equations: "u_xxxx = 1",
      conditions: ["u = 0 on x = 0", "u_x = 0 on x = 0", "u_xx = 0 on x = 1", "u_xxx = 0 on x = 1"],
    },
  ],
  "primes in time, with constants": [
    {
      domain: moments,
      equations: "u'' - mu*(1-u^2)*u' + u = 0",
      constants: { mu: 5 },
      conditions: ["u(0) = 2", "u'(0) = 0"],
    },
    {
      domain: moments,
      equations: "u_tt - mu*(1-u^2)*u_t + u = 0",
      constants: { mu: 5 },
      conditions: ["u = 2", "u_t = 0"].map((one) => `${one} at t = 0`),
    },
  ],
  "∂ and π without signs of products": [
    { domain: rod, equations: "∂u/∂t = 0.1 ∂²u/∂x²", conditions: ["u(x,0) = sin(πx)", "u(0,t) = 0", "u(1,t) = 0"] },
    {
      domain: rod,
      equations: "u_t = 0.1*u_xx",
      conditions: ["u = sin(pi*x) at t = 0", "u = 0 on x = 0", "u = 0 on x = 1"],
    },
  ],
  "several values in one text": [
    {
      domain: { x: [-1, 1], t: [0, 1] },
      unknowns: ["u", "v"],
      equations: ["u_t = u_xx", "v_t = v_xx"],
      conditions: ["u(x, 0) = v(x, 0) = 0", "u(-1, t) = u(1, t) = 2", "v(±1, t) = 0"],
      allow: ["corner-mismatch"],
    },
    {
      domain: { x: [-1, 1], t: [0, 1] },
      unknowns: ["u", "v"],
      equations: ["u_t = u_xx", "v_t = v_xx"],
      conditions: [
        "u = 0 at t = 0",
        "v = 0 at t = 0",
        "u = 2 on x = -1",
        "u = 2 on x = 1",
        "v = 0 on x = -1",
        "v = 0 on x = 1",
      ],
      allow: ["corner-mismatch"],
    },
  ],
  "values with named axes, commas, ∂/∂x of a product, d²u/dx², ∂Ω": [
    {
      domain: rod,
      unknowns: ["u", "v"],
      equations: ["∂u/∂t = ∂/∂x(0.1 ∂u/∂x)", "dv/dt = d²v/dx²"],
      conditions: ["u(t=0) = sin(πx)", "v(t = 0) = 0", "u(0, t) = 0, u(1, t) = 0", "v = 0 on ∂Ω"],
    },
    {
      domain: rod,
      unknowns: ["u", "v"],
      equations: ["u_t = dx(0.1*u_x)", "v_t = v_xx"],
      conditions: ["u = sin(pi*x) at t = 0", "v = 0 at t = 0", "u = 0 on x = 0", "u = 0 on x = 1", "v = 0 on boundary"],
    },
  ],
  "∇² and the boundary": [
    { domain: square, equations: "-∇²u = 2π² sin(πx) sin(πy)", conditions: "u = 0 on the boundary" },
    { domain: square, equations: "-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)", conditions: "u = 0" },
  ],
  "sides by name": [
    {
      domain: square,
      equations: "Δu = 1",
      conditions: ["u = 0 on left", "du/dn = 0 on top and bottom", "u = 1 at right"],
    },
    {
      domain: square,
      equations: "lap(u) = 1",
      conditions: ["u = 0 on x = 0", "u_n = 0 on y = 1", "u_n = 0 on y = 0", "u = 1 on x = 1"],
    },
  ],
  "periodic without an axis, and a start with when": [
    { domain: rod, equations: "u_t + u_x = 0", conditions: ["u = sin(2 pi x) when t = 0", "u periodic"] },
    { domain: rod, equations: "u_t + u_x = 0", conditions: ["u = sin(2*pi*x) at t = 0", "periodic in x"] },
  ],
  "an integral with its sign": [
    {
      domain: line,
      trainable: { lambda: 9 },
      equations: "-u'' = λ u",
      conditions: "u = 0",
      integrals: ["∫ u² dx = 1"],
    },
    {
      domain: line,
      trainable: { lambda: 9 },
      equations: "-u_xx = lambda*u",
      conditions: "u = 0",
      integrals: ["u^2 = 1"],
    },
  ],
  "d/dx of a product, and (f)_x": [
    { domain: rod, equations: "u_t + (u^2/2)_x = d/dx((1+x)*du/dx)", conditions: ["u = 0 at t = 0", "u = 0 on x"] },
    { domain: rod, equations: "u_t + dx(u^2/2) = dx((1 + x)*u_x)", conditions: ["u = 0 at t = 0", "u = 0 on x"] },
  ],
};

for (const [what, [written, reference]] of Object.entries(pairs))
  test(`${what} mean the same as in the reference`, () => {
    assert.is(printProblem(pde({ name: "p", ...written })), printProblem(pde({ name: "p", ...reference })));
  });

test("what stays ambiguous is refused with what to write", () => {
  const system = { name: "p", domain: moments, unknowns: ["x", "y"] } as const;
  const times = { ...system, equations: ["x_t = x(1 - y)", "y_t = 0"], conditions: ["x = 1", "y = 1"] };
  throws(() => pde(times), FormatError, /write x\*\(…\) for a product/);
  const plane = { name: "p", domain: square, equations: "lap(u) = 1" } as const;
  throws(
    () => pde({ ...plane, conditions: "u' = 0" }),
    FormatError,
    /"u'" is a derivative along one of x, y; write u_x/,
  );
  throws(() => pde({ ...plane, conditions: "u periodic" }), OptionsError, /say along which: "periodic in x, y"/);
});

test.run();
