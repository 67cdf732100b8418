/** Problems to begin with. */
import type { Typed } from "./typed.ts";

type Example = Partial<Typed> & Pick<Typed, "equations" | "domain" | "conditions">;

export const examples: Readonly<Record<string, Example>> = {
  "Heat in a rod": {
    equations: "u_t = k*u_xx",
    domain: "x: 0, 1\nt: 0, 0.2",
    constants: "k = 1",
    conditions: "u = sin(pi*x) at t = 0\nu = 0 on x",
  },
  "A boundary layer": {
    equations: "-eps*u'' + u' = 1",
    domain: "x: 0, 1",
    constants: "eps = 0.01",
    conditions: "u = 0 on x",
  },
  "Burgers' equation": {
    equations: "u_t + u*u_x = nu*u_xx",
    domain: "x: -1, 1\nt: 0, 1",
    constants: "nu = 0.02",
    conditions: "u = -sin(pi*x) at t = 0\nu = 0 on x",
  },
  "A plate with a round hole": {
    equations: "-lap(u) = 1",
    domain: "x: -1, 1\ny: -1, 1\ninside: x^2 + y^2 > 0.09",
    conditions: "u = 0 on x\nu = 0 on y\nu_n = 0 on x^2 + y^2 = 0.09",
    more: '{ "functionals": { "mean": "mean(u)" } }',
  },
  "Heat in a square plate": {
    equations: "u_t = k*lap(u)",
    domain: "x: 0, 1\ny: 0, 1\nt: 0, 0.1",
    constants: "k = 1",
    conditions: "u = exp(-40*((x-0.3)^2 + (y-0.4)^2)) at t = 0\nu_n = 0 on x\nu_n = 0 on y",
  },
  "Waves in a guide": {
    equations: "lap(u) + k^2*u = 100*exp(-200*((x-0.4)^2 + (y-0.5)^2))",
    domain: "x: 0, 2\ny: 0, 1",
    constants: "k = 20",
    conditions: "u = 0 on y\nu_n = 0 on x",
  },
  "Two solitons": {
    equations: "u_t + 6*u*u_x + u_xxx = 0",
    domain: "x: -20, 20\nt: 0, 1",
    constants: "a = 2.5\nb = 1",
    conditions: "u = 2*a*sech(sqrt(a)*(x + 6))^2 + 2*b*sech(sqrt(b)*(x + 1))^2 at t = 0\nperiodic in x",
  },
  "Gray and Scott's reaction": {
    equations: "u_t = Du*u_xx - u*v^2 + F*(1 - u)\nv_t = Dv*v_xx + u*v^2 - (F + k)*v",
    domain: "x: -1, 1\nt: 0, 40",
    unknowns: "u, v",
    constants: "F = 0.04\nk = 0.06\nDu = 0.002\nDv = 0.001",
    conditions: "u = 1 - exp(-20*x^2)/2 at t = 0\nv = exp(-20*x^2)/4 at t = 0\nu_n = 0 on x\nv_n = 0 on x",
  },
  "A breaking dam": {
    equations: "h_t + dx(h*v) = 0\n(h*v)_t + dx(h*v^2 + g*h^2/2) = 0",
    domain: "x: -1, 1\nt: 0, 0.25",
    unknowns: "h, v",
    constants: "g = 1",
    conditions: "h = if(x < 0, 2, 1) at t = 0\nv = 0 at t = 0",
  },
  "Lorenz' equations": {
    equations: "x_t = s*(y - x)\ny_t = x*(r - z) - y\nz_t = x*y - b*z",
    domain: "t: 0, 15",
    unknowns: "x, y, z",
    constants: "s = 10\nr = 28\nb = 2.6667",
    conditions: "x = 1\ny = 1\nz = 1",
  },
  "A logistic equation with delay": {
    equations: "u' = r*u*(1 - u(t - 1))",
    domain: "t: 0, 30",
    constants: "r = 1.8",
    conditions: "u = 0.5 for t < 0",
  },
  "An eigenvalue of an L": {
    equations: "-lap(u) = lam*u",
    domain: '{ "difference": [{ "x": [-1, 1], "y": [-1, 1] }, { "x": [0, 1], "y": [-1, 0] }] }',
    conditions: "u = 0",
    more: '{ "trainable": { "lam": 9.5 }, "integrals": ["u^2 = 1"] }',
  },
};
