/** Problems as a textbook writes them mean the same as in the syntax of the reference. */
import { FormatError, OptionsError } from "../../../engine/index.ts";
import { type ProblemSpec, pde, printProblem } from "../../../solvers/index.ts";
import { assert, test, throws } from "../../harness.ts";

type Text = Omit<ProblemSpec, "name">;
const [line, rod, square] = [{ x: [0, 1] }, { x: [0, 1], t: [0, 1] }, { x: [0, 1], y: [0, 1] }] as const;
const moments = { t: [0, 20] } as const;

const ends = { allow: ["corner-mismatch"] } as const;

// biome-ignore format: a table
const pairs: Readonly<Record<string, readonly [written: Text, reference: Text]>> = {
  "primes, and values at a point": [
    { domain: line, equations: "-u'' + u = x", conditions: ["u(0) = 0", "u'(1) = 0"] },
    { domain: line, equations: "-u_xx + u = x", conditions: ["u = 0 on x = 0", "u_x = 0 on x = 1"] }],
  "quotients of differentials at a point": [
    { domain: line, equations: "d^4u/dx^4 = x", conditions: ["u(0) = 0", "du/dx(0) = 1", "d^2u/dx^2(1) = 0", "∂u/∂x (1) = 2*u(1)"] },
    { domain: line, equations: "u_xxxx = x", conditions: ["u = 0 on x = 0", "u_x = 1 on x = 0", "u_xx = 0 on x = 1", "u_x = 2*u on x = 1"] }],
  "values and slopes after a bar": [
    { domain: line, equations: "-u_xx + u = x", conditions: ["u|x=0 = 0", "u_x|_{x=1} = 2"] },
    { domain: line, equations: "-u_xx + u = x", conditions: ["u = 0 on x = 0", "u_x = 2 on x = 1"] }],
  "primes of a beam": [
    { domain: line, equations: "u'''' = 1", conditions: ["u(0)=0", "u′(0)=0", "u″(1)=0", "u'''(1)=0"] },
    { domain: line, equations: "u_xxxx = 1",
      conditions: ["u = 0 on x = 0", "u_x = 0 on x = 0", "u_xx = 0 on x = 1", "u_xxx = 0 on x = 1"] }],
  "primes in time, with constants": [
    { domain: moments, constants: { mu: 5 }, equations: "u'' - mu*(1-u^2)*u' + u = 0", conditions: ["u(0) = 2", "u'(0) = 0"] },
    { domain: moments, constants: { mu: 5 }, equations: "u_tt - mu*(1-u^2)*u_t + u = 0",
      conditions: ["u = 2 at t = 0", "u_t = 0 at t = 0"] }],
  "∂ and π without signs of products": [
    { domain: rod, equations: "∂u/∂t = 0.1 ∂²u/∂x²", conditions: ["u(x,0) = sin(πx)", "u(0,t) = 0", "u(1,t) = 0"] },
    { domain: rod, equations: "u_t = 0.1*u_xx", conditions: ["u = sin(pi*x) at t = 0", "u = 0 on x = 0", "u = 0 on x = 1"] }],
  "several values in one text": [
    { domain: { x: [-1, 1], t: [0, 1] }, unknowns: ["u", "v"], equations: ["u_t = u_xx", "v_t = v_xx"], ...ends,
      conditions: ["u(x, 0) = v(x, 0) = 0", "u(-1, t) = u(1, t) = 2", "v(±1, t) = 0"] },
    { domain: { x: [-1, 1], t: [0, 1] }, unknowns: ["u", "v"], equations: ["u_t = u_xx", "v_t = v_xx"], ...ends,
      conditions: ["u = 0 at t = 0", "v = 0 at t = 0", "u = 2 on x = -1", "u = 2 on x = 1", "v = 0 on x = -1", "v = 0 on x = 1"] }],
  "values with named axes, commas, ∂/∂x of a product, d²u/dx², ∂Ω": [
    { domain: rod, unknowns: ["u", "v"], equations: ["∂u/∂t = ∂/∂x(0.1 ∂u/∂x)", "dv/dt = d²v/dx²"],
      conditions: ["u(t=0) = sin(πx)", "v(t = 0) = 0", "u(0, t) = 0, u(1, t) = 0", "v = 0 on ∂Ω"] },
    { domain: rod, unknowns: ["u", "v"], equations: ["u_t = dx(0.1*u_x)", "v_t = v_xx"],
      conditions: ["u = sin(pi*x) at t = 0", "v = 0 at t = 0", "u = 0 on x = 0", "u = 0 on x = 1", "v = 0 on boundary"] }],
  "∇² and the boundary": [
    { domain: square, equations: "-∇²u = 2π² sin(πx) sin(πy)", conditions: "u = 0 on the boundary" },
    { domain: square, equations: "-lap(u) = 2*pi^2*sin(pi*x)*sin(pi*y)", conditions: "u = 0" }],
  "sides by name": [
    { domain: square, equations: "Δu = 1", conditions: ["u = 0 on left", "du/dn = 0 on top and bottom", "u = 1 at right"] },
    { domain: square, equations: "lap(u) = 1",
      conditions: ["u = 0 on x = 0", "u_n = 0 on y = 1", "u_n = 0 on y = 0", "u = 1 on x = 1"] }],
  "periodic without an axis, and a start with when": [
    { domain: rod, equations: "u_t + u_x = 0", conditions: ["u = sin(2 pi x) when t = 0", "u periodic"] },
    { domain: rod, equations: "u_t + u_x = 0", conditions: ["u = sin(2*pi*x) at t = 0", "periodic in x"] }],
  "an integral with its sign": [
    { domain: line, trainable: { lambda: 9 }, equations: "-u'' = λ u", conditions: "u = 0", integrals: ["∫ u² dx = 1"] },
    { domain: line, trainable: { lambda: 9 }, equations: "-u_xx = lambda*u", conditions: "u = 0", integrals: ["u^2 = 1"] }],
  "a value and a slope at a point": [
    { domain: line, equations: "u'' = 1", conditions: ["u(0) = 0", "u'(1) + 2*u(1) = 0"] },
    { domain: line, equations: "u_xx = 1", conditions: ["u = 0 on x = 0", "u_x + 2*u = 0 on x = 1"] }],
  "values at both ends": [
    { domain: line, equations: "u'' = 1", conditions: ["u(0) + u(1) = 3", "u'(0) = 0"] },
    { domain: line, equations: "u_xx = 1", conditions: ["u + u(1) = 3 on x = 0", "u_x = 0 on x = 0"] }],
  "equal values and slopes at both ends": [
    { domain: { x: [0, "2*pi"] }, equations: "u'' - u = 1", conditions: ["u(2*pi) = u(0)", "u'(0) = u'(2*pi)"] },
    { domain: { x: [0, "2*pi"] }, equations: "u_xx - u = 1", conditions: "u periodic in x" }],
  "equal values on two faces": [
    { domain: rod, equations: "u_t + u_x = 0", conditions: ["u(x, 0) = 1", "u(0, t) = u(1, t)"] },
    { domain: rod, equations: "u_t + u_x = 0", conditions: ["u = 1 at t = 0", "u periodic in x"] }],
  "numbers of derivatives in brackets, and primes behind brackets": [
    { domain: line, equations: "u^(4) + (x*u')' = 1", conditions: ["u(0)=0", "u'(0)=0", "u(1)=0", "u'(1)=0"] },
    { domain: line, equations: "u_xxxx + dx(x*u_x) = 1",
      conditions: ["u = 0 on x = 0", "u_x = 0 on x = 0", "u = 0 on x = 1", "u_x = 0 on x = 1"] }],
  "d^2u/dx^2 and d^3u/dx^2dt": [
    { domain: rod, equations: "du/dt = d^2u/dx^2 + d^3u/dx^2dt", conditions: ["u = 0 at t = 0", "u = 0 on x"] },
    { domain: rod, equations: "u_t = u_xx + u_xxt", conditions: ["u = 0 at t = 0", "u = 0 on x"] }],
  "dots of velocities": [
    { domain: moments, unknowns: ["y", "theta"], equations: ["ẏ = -y", "θ̈ = -θ"],
      conditions: ["y(0) = 1", "theta(0) = 1", "theta'(0) = 0"] },
    { domain: moments, unknowns: ["y", "theta"], equations: ["y_t = -y", "theta_tt = -theta"],
      conditions: ["y = 1", "theta = 1", "theta_t = 0"].map((one) => `${one} at t = 0`) }],
  "d/dx of a product, and (f)_x": [
    { domain: rod, equations: "u_t + (u^2/2)_x = d/dx((1+x)*du/dx)", conditions: ["u = 0 at t = 0", "u = 0 on x"] },
    { domain: rod, equations: "u_t + dx(u^2/2) = dx((1 + x)*u_x)", conditions: ["u = 0 at t = 0", "u = 0 on x"] }],
};

for (const [what, [written, reference]] of Object.entries(pairs))
  test(`${what} mean the same as in the reference`, () => {
    assert.is(printProblem(pde({ name: "p", ...written })), printProblem(pde({ name: "p", ...reference })));
  });

test("an integral has a short name", () => {
  const [short, long] = ["int", "integral"].map((name) =>
    pde({ name: "p", domain: moments, equations: `u' = -${name}(u(s), s, 0, t)`, conditions: "u(0) = 1" }),
  );
  assert.equal(short!.equations, long!.equations);
  assert.match(printProblem(short!), /-int\(u\(s\), s, 0, t\)/);
});

test("unknowns and functions may have numbers behind an underscore", () => {
  const written = {
    unknowns: ["y_1", "y_2"],
    functions: { "k_1(s)": "2*s" },
    equations: ["y_1'' = k_1(y_2)", "y_2' = -y_1_t"],
    conditions: ["y_1(0) = 0", "y_1'(0) = 1", "y_2(0) = 1"],
  };
  const plain = JSON.parse(JSON.stringify(written).replaceAll(/([yk])_(\d)/g, "$1$2")) as typeof written;
  const [a, b] = [written, plain].map((one) => printProblem(pde({ name: "p", domain: moments, ...one })));
  assert.is(a!.replaceAll("_", ""), b!.replaceAll("_", ""));
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
  throws(
    () => pde({ ...plane, equations: "(x*u_x)' = 1", conditions: "u = 0" }),
    FormatError,
    /"'" is a derivative along one of x, y; write dx\(…\)/,
  );
  const ordinary = { name: "p", domain: line, conditions: "u = 0" } as const;
  const powers = ["u_xx = u^(4)", "u'' = u^(2)"].map((equations) => ({ ...ordinary, equations }));
  for (const [i, power] of ["u_xxxx for the derivative, and u^4", "u_xx for the derivative, and u^2"].entries())
    throws(() => pde(powers[i]!), FormatError, new RegExp(`write ${power.replaceAll("^", "\\^")} for the power`));
  assert.is(pde({ ...ordinary, equations: "u_xx = u**(4)" }).equations.length, 1);
  throws(
    () => pde({ ...ordinary, equations: "u'' = u(1)' + x" }),
    FormatError,
    /write u'\(…\) for the derivative there/,
  );
  throws(() => pde({ ...plane, conditions: "u periodic" }), OptionsError, /say along which: "periodic in x, y"/);
});

test.run();
