/** Problems that have no solution in the sense of least squares, or whose data lie elsewhere, are refused before any work. */

import { dirichlet, initial, type ProblemSpec, pde, periodic } from "../../../solvers/index.ts";
import { assert, test } from "../../harness.ts";
import { vertices } from "../../solvers/vertices.ts";
import { line, refused, square } from "./refused.ts";

test("a root or a logarithm that is no number in a small part of the domain is refused", () => {
  refused(
    { ...line, equations: "u_xx + sqrt(x + 0.9999)*u = 1" },
    /sqrt\(x \+ 0\.9999\) is NaN at x = -(1|0\.9999\d*);/,
  );
  refused({ ...line, equations: "u_xx = log((x-0.3)^2 - 1e-6)" }, /is NaN at x = 0\.(3|29)/);
  refused({ ...line, equations: "u_xx + u*(x+0.9999)^1.5 = 0" }, /is NaN at x = -/);
  refused({ ...square, equations: "lap(u) + u*log(x^2 + y^2 - 1e-6) = 1" }, /is NaN at x = /);
  const taken: readonly ProblemSpec[] = [
    { ...line, equations: "u_xx + sqrt(1 - x^2)*u = 1" },
    { ...line, equations: "u_xx + if(x > 0.999, sqrt(max(x - 0.999, 0)), 1)*u = 1" },
    { ...line, equations: "u_xx = if(x < 0.9999, sqrt(0.9999 - x), 0)" },
    { ...square, equations: "u_xy/(x*y) = 1" },
    // The branch that is infinite is not taken.
    {
      ...{ ...line, domain: { r: [0, 1] }, equations: "u_rr + 2*u_r/r + pi^2*u = 0" },
      conditions: [dirichlet("u = 1", { on: "r = 0" }), dirichlet("u = 0", { on: "r = 1" })],
      exact: "if(r < 1e-9, 1, sin(pi*r)/(pi*r))",
    },
  ];
  for (const spec of taken) pde(spec);
  const wrong = { ...taken.at(-1)!, exact: "if(r < 1e-9, 1, sin(2*pi*r)/(2*pi*r))" };
  refused(wrong, /the exact solution does not fulfil/);
});

test("a start that misses boundary values by a hundred thousandth of its size, as the tail of a pulse does, is taken, and one that misses them by more is not", () => {
  const pulse = (start: string, walls: ProblemSpec["conditions"] & readonly unknown[]): ProblemSpec => ({
    ...{ name: "pulse", domain: { x: [-1, 1], t: [0, 1] }, equations: "u_t = u_xx" },
    conditions: [initial(`u = ${start}`), ...walls],
  });
  const fixed = [dirichlet("u = 0", { on: "x" })];
  // e⁻¹² is 6.1e-6, e⁻¹¹ is 1.7e-5.
  pde(pulse("3*exp(-12*x^2)", fixed));
  pde(pulse("3*exp(-12*(x - 0.001)^2)", [periodic({ on: "x" })]));
  refused(pulse("3*exp(-11*x^2)", fixed), /contradict one another at x = -?1, t = 0/);
  refused(pulse("3*exp(-11*(x - 0.1)^2)", [periodic({ on: "x" })]), /contradict one another/);
});

test("sources that are steep, or infinite with an integrable square, and singular coefficients are taken", () => {
  // biome-ignore format: a table
  const taken: readonly ProblemSpec[] = [
    { ...line, equations: "u_xx = 1/(x^2+1e-6)" },
    { ...line, equations: "u_xx = sin(3*x)/x" },
    { ...line, domain: { x: [0, 1] }, equations: "u_xx + u_x/x = 1", conditions: [dirichlet("u = 0")] },
    { ...line, domain: { x: [0, 1] }, equations: "u_xx = 1/x^0.25" },
    { ...square, equations: "lap(u) = 1/(x^2+y^2)^0.2" },
    { ...square, equations: "lap(u) = exp(-1000*(x^2+y^2))/(1+x^2)" },
    // The pole lies in the hole.
    { ...square, domain: { difference: [{ x: [-1, 1], y: [-1, 1] }, { shape: "disk", center: [0, 0], radius: 0.3 }] },
      equations: "lap(u) = 1/(x^2+y^2)" },
  ];
  for (const spec of taken) pde(spec);
});

test("observations outside the domain are refused with their number and place; on its edge they are taken", () => {
  const observed = (points: number[][]) => ({ ...square, observations: [{ points, values: points.map(() => 0) }] });
  refused(
    observed([
      [0, 0],
      [0.5, 1.2],
    ]),
    /observations\[0\]\.points\[1\] is x = 0\.5, y = 1\.2, outside the domain/,
  );
  const disk = { shape: "disk", center: [0, 0], radius: 1 } as const;
  refused({ ...observed([[0.9, 0.9]]), domain: disk }, /outside the domain/);
  pde(
    observed([
      [1, 1],
      [-1, 0.3],
      [1 + 1e-12, 0],
    ]),
  );
});

test("an unknown that is asked for outside of the domain is refused, whatever asks for it, with the place and a way out", () => {
  const unit = { ...line, domain: { x: [0, 1] }, equations: "u_xx = 1" } as const;
  const time = { name: "time", domain: { t: [0, 4] }, conditions: [initial("u = 1")] } as const;
  const disk = { shape: "ball", center: [0, 0], radius: 1 } as const;
  const ring = { difference: [disk, { ...disk, radius: 0.3 }] } as const;
  const triangle = { shape: "polygon", vertices: vertices("0 0, 1 0, 0 1") } as const;
  // biome-ignore format: a table
  const wrong: readonly (readonly [ProblemSpec, RegExp])[] = [
    [
      { ...unit, equations: "u_xx = u(x-1)" },
      /"u_xx = u\(x-1\)" asks for u\(x - 1\) at x = 0: that is at x = -1, outside of the domain \(x from 0 to 1\).* as in if\(x - 1 < 0, 0, u\(x - 1\)\)/,
    ],
    [{ ...unit, equations: "u_xx = dx(u(2*x))" }, /asks for u_x\(2\*x\) at .* as in if\(2\*x > 1, 0/],
    [{ ...time, equations: "u_t = -u(t - 0.001)" }, /asks for u\(t - 0\.001\)/],
    [{ ...time, equations: "u_t = -if(t < 0.9, 1, u(t - 1))" }, /at t = 0\.9.*: that is at t = -0\.0/],
    [{ ...unit, equations: "u_xx = integral(u(s), s, x - 1, x)" },
      /asks for u in an integral at x = 0: that is at x = -/],
    [{ ...unit, unknowns: ["u", "v"], equations: ["u_xx = v(x + 0.2)", "v_xx = u"], conditions: ["u = 0", "v = 0"] },
      /asks for v\(x \+ 0\.2\)/],
    [{ ...square, domain: { shape: "disk", center: [0, 0], radius: 1 }, equations: "lap(u) = u(x, y + 0.9)" },
      /asks for u\(x, y \+ 0\.9\) at .*, outside of the domain/],
    [{ ...square, domain: disk, equations: "lap(u) = u(x - 1, y)" }, /u\(x - 1, y\) at .*, outside of the domain/],
    // A hole, and what is left of a box.
    [{ ...square, domain: ring, equations: "lap(u) = u(x/2, y/2)" }, /asks for u\(x\/2, y\/2\) at .*, outside/],
    [{ ...square, domain: triangle, equations: "lap(u) = u(1 - x, 1 - y)" }, /asks for .*, outside of the domain/],
    [{ ...square, domain: disk, conditions: [dirichlet("u = u(2*x, 0)")] }, /the condition .* outside of the domain/],
    [{ ...square, domain: disk, quantities: { shifted: "u_x(x, y - 1)" } }, /the quantity shifted asks for/],
    [{ ...unit, conditions: [dirichlet("u = u(x + 2)", { on: "x = 0" }), dirichlet("u = 0", { on: "x = 1" })] },
      /the condition "u = u\(x \+ 2\)" asks for/],
    [{ ...unit, quantities: { jump: "u(x + 0.1) - u" } }, /the quantity jump asks for/],
    [{ ...unit, integrals: ["u(x + 0.1) = 0"] }, /the integral "u\(x \+ 0\.1\) = 0" asks for/],
    [{ ...unit, observations: [{ quantity: "u(x + 0.1)", points: [[0.95]], values: [1] }] },
      /the observation of u\(x \+ 0\.1\) asks for .* x = 1\.05/],
    [
      {
        ...{ name: "shift", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u(x - 0.5, t - 0.1)" },
        conditions: [initial("u = sin(2*pi*x)"), periodic({ on: "x" })],
      },
      /at x = .*, t = -0\.\d+, outside of the domain .* as a condition, "u = … for t < 0"/,
    ],
  ];
  for (const [spec, message] of wrong) refused(spec, message);
});

test("a function that is given an unknown from outside of the domain is refused, since its use is not known", () => {
  const given = (inputs: readonly string[]): ProblemSpec => ({
    ...{ ...square, domain: { shape: "ball", center: [0, 0], radius: 1 } },
    equations: { inputs, residual: ([first]) => first! },
  });
  refused(given(["u_xx", "u(x - 1, y)"]), /equation 1 asks for u\(x - 1, y\) at .*, outside of the domain/);
  assert.is(pde(given(["u_xx", "u(x/2, y)", "if(x < 0, 0, u(x*0, y*0))"])).warnings, undefined);
});

test("an unknown at other points inside, behind a choice that is not taken, or around a periodic axis is taken", () => {
  const time = { name: "time", domain: { t: [0, 4] }, conditions: [initial("u = 1")] } as const;
  const taken: readonly ProblemSpec[] = [
    { ...line, domain: { x: [0, 1] }, equations: "u_xx = u_x(1 - x) + integral(u(s), s, 0, x)" },
    { ...time, equations: "u_t = -if(t < 1, 1, u(t - 1))" },
    { ...time, equations: "u_t = -heaviside(t - 1)*u(t - 1) - if(t < 2, 1 - t, u(t - 2))" },
    { ...time, equations: "u_t = integral(if(t - s < 0, 1, u(t - s)), s, 0, 1)" },
    // Where a delay is to be found, its first guess may lie outside.
    {
      ...{ ...time, trainable: { tau: 1.5 }, equations: "u_t = -if(t < 1, 1, u(t - tau))" },
      observations: [{ points: [[1]], values: [0] }],
    },
    {
      ...{ name: "shift", domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u(x - 0.5, t)" },
      conditions: [initial("u = sin(2*pi*x)"), periodic({ on: "x" })],
    },
  ];
  for (const spec of taken) pde(spec);
});

test("evolutions around a pole are refused with its edge, and steady problems there, bounded coefficients and edges with conditions are not", () => {
  const globe = (equations: string, more: readonly string[] = []): ProblemSpec => ({
    ...{ name: "globe", domain: { lon: [0, "2*pi"], lat: ["-pi/2", "pi/2"], t: [0, 1] }, equations },
    ...{ conditions: ["periodic in lon", "u = sin(lat) at t = 0", ...more], allow: ["missing-condition"] },
  });
  const disk = (equations: string): ProblemSpec => ({
    ...{ name: "disk", domain: { r: [0, 1], th: [0, "2*pi"], t: [0, 1] }, equations },
    conditions: ["periodic in th", "u = 0 on r = 1", "u = 0 at t = 0"],
  });
  refused(
    globe("u_t + tan(lat)*cos(lon)*u_lon - sin(lon)*u_lat = 0"),
    /lat = -1\.5708 is a pole: the coefficient of u_lon/,
  );
  refused(globe("cos(lat)^2*u_t = u_lonlon + cos(lat)*dlat(cos(lat)*u_lat)"), /coefficient of u_lonlon has no bound/);
  refused(globe("u_t + u/cos(lat)*u_lon = 0"), /No method marches around a pole; take coordinates without one/);
  refused(disk("u_t = u_rr + u_r/r + u_thth/r^2"), /r = 0 is a pole/);
  pde(globe("u_t + 0.5*u_lon = 0"));
  pde(globe("u_t + cos(lat)/cos(lat)*u_lon + u/cos(lat)^0.5 = 0"));
  pde({
    ...disk("u_t = u_rr + u_r/r + u_thth/r^2"),
    domain: { r: [0.1, 1], th: [0, "2*pi"], t: [0, 1] },
    conditions: ["periodic in th", "u = 0 on r", "u = 0 at t = 0"],
  });
  pde({
    ...disk("u_rr + u_r/r + u_thth/r^2 = 1"),
    domain: { r: [0, 1], th: [0, "2*pi"] },
    conditions: ["periodic in th", "u = 0 on r = 1"],
  });
  pde({
    ...disk("u_t = u_rr + u_r/r + u_zz"),
    domain: { r: [0, 1], z: [0, 1], t: [0, 1] },
    conditions: ["periodic in z", "u = 0 on r = 1", "u = 0 at t = 0"],
  });
});

test.run();
