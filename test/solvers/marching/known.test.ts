/** Marching against exact solutions, published values, and Fourier and Chebyshev codes of other programs. */
import { initial, neumann, periodic } from "../../../solvers/index.ts";
import { type ImplicitSystem, radau } from "../../../solvers/marching/index.ts";
import { assert, test } from "../../harness.ts";
import { marched, type Text } from "./marched.ts";

type Marched = ReturnType<typeof marched>;
/** Points with the values of the first unknowns there, and how far a march may be from them, relative to each or absolutely. */
interface Known {
  readonly points: readonly (readonly number[])[];
  readonly truth: (...point: number[]) => number | readonly number[];
  readonly relative?: number;
  readonly absolute?: number;
  /** What else is true of the march. */
  readonly also?: (result: Marched) => boolean;
}

const { PI, cos, exp, sin } = Math;
const cells = { x: [0, "2*pi"], y: [0, "2*pi"], t: [0, 1] } as const;
/** Seven stars as heavy as their numbers: each is drawn by the others. */
const stars = [1, 2, 3, 4, 5, 6, 7];
const places = [...stars.map((i) => `x${i}`), ...stars.map((i) => `y${i}`)];
const pull = (i: number, axis: string) =>
  stars
    .filter((j) => j !== i)
    .map((j) => `${j}*(${axis}${j} - ${axis}${i})/((x${i} - x${j})^2 + (y${i} - y${j})^2)^1.5`)
    .join(" + ");
const startsOfStars = [3, 3, -1, -3, 2, -2, 2, 3, -3, 2, 0, 0, -4, 4].map((v, k) => `${places[k]} = ${v}`);
const speeds: Readonly<Record<string, number>> = { x6: 1.75, x7: -1.5, y4: -1.25, y5: 1 };

/** Values by place or moment, of other programs. */
const listed = (values: Readonly<Record<number, readonly number[]>>) => (at: number) => values[at]!;

/** A factor of a soliton of two: e^(k x − k³ t + δ). */
const eta = (k: number, shift: number) => `exp(${k}*x + ${shift})`;
const solitons = { k: 1.5, l: 0.9, a: 9, b: 2, c: (0.6 / 2.4) ** 2 };
/** The start of two solitons: 2 (log F)_xx with F = 1 + e^{η₁} + e^{η₂} + ((k₁ − k₂)/(k₁ + k₂))² e^{η₁ + η₂}. */
function solitonsAtFirst(): string {
  const { k, l, a, b, c } = solitons;
  const [p, q] = [eta(k, a), eta(l, b)];
  const f = `(1 + ${p} + ${q} + ${c}*${p}*${q})`;
  const fx = `(${k}*${p} + ${l}*${q} + ${(k + l) * c}*${p}*${q})`;
  const fxx = `(${k * k}*${p} + ${l * l}*${q} + ${(k + l) ** 2 * c}*${p}*${q})`;
  return `u = 2*(${fxx}/${f} - (${fx}/${f})^2)`;
}

// biome-ignore format: a table
const known: Readonly<Record<string, readonly [spec: Text, tolerance: number, known: Known, seconds?: number]>> = {
  "Prothero and Robinson's stiff problem is as exact between steps as at them": [
    { domain: { t: [0, 5] }, equations: "u_t = -1e4*(u - cos(t)) - sin(t)", conditions: "u = 1" },
    1e-7, { points: [[0.3], [1.234], [2.5], [4.9]], truth: cos, absolute: 1e-6 }],
  // Hairer and Wanner, Solving Ordinary Differential Equations II, and the examples of CVODE.
  "Robertson's reaction, its third equation an algebraic one, has the published values at t = 40": [
    { domain: { t: [0, 40] }, unknowns: ["a", "b", "c"],
      equations: ["a_t = -0.04*a + 1e4*b*c", "b_t = 0.04*a - 1e4*b*c - 3e7*b^2", "a + b + c = 1"],
      conditions: [initial(["a = 1", "b = 0"])] },
    1e-7, { points: [[40]], truth: () => [0.7158270688, 9.185534765e-6, 0.2841637458], relative: 1e-6 }],
  "HIRES ends at the values of the test set of initial value problems": [
    { domain: { t: [0, 321.8122] }, unknowns: ["a", "b", "c", "d", "p", "q", "r", "s"],
      equations: [
        "a_t = -1.71*a + 0.43*b + 8.32*c + 0.0007", "b_t = 1.71*a - 8.75*b", "c_t = -10.03*c + 0.43*d + 0.035*p",
        "d_t = 8.32*b + 1.71*c - 1.12*d", "p_t = -1.745*p + 0.43*q + 0.43*r",
        "q_t = -280*q*s + 0.69*d + 1.71*p - 0.43*q + 0.69*r", "r_t = 280*q*s - 1.81*r", "s_t = -280*q*s + 1.81*r"],
      conditions: [initial(["a = 1", "b = 0", "c = 0", "d = 0", "p = 0", "q = 0", "r = 0", "s = 0.0057"])] },
    1e-8, { points: [[321.8122]], relative: 2e-6, truth: () => [
      0.7371312573325668e-3, 0.1442485726316185e-3, 0.5888729740967575e-4, 0.1175651343283149e-2,
      0.2386356198831331e-2, 0.6238968252742796e-2, 0.2849998395185769e-2, 0.2850001604814231e-2] }],
  "a pulse of a thousandth of the time in a coefficient is not jumped over": [
    { domain: { t: [0, 10] }, conditions: "u = 1",
      equations: "u_t = -0.1*u - 2*exp(-((t - 3.71)/0.001)^2)/(0.001*sqrt(pi))*u" },
    1e-6, { points: [[10]], truth: () => exp(-1 - 2), relative: 1e-5 }],
  "a source that is less than the least number at first begins where it says": [
    { domain: { t: [0, 1] }, conditions: "u(0) = 0", equations: "u' = -u + 100*exp(-((t - 0.37)/0.01)^2)" },
    1e-8, { points: [[1]], truth: () => Math.sqrt(PI) * exp(0.37 - 1 + 0.01 ** 2 / 4), relative: 1e-7 }],
  "velocities and pressure of Taylor and Green's vortex decay as their formulas say": [
    { domain: cells, unknowns: ["u", "v", "p"], integrals: ["p = 0 at every t"],
      equations: ["u_t + u*u_x + v*u_y + p_x = 0.1*lap(u)", "v_t + u*v_x + v*v_y + p_y = 0.1*lap(v)", "u_x + v_y = 0"],
      conditions: [initial(["u = cos(x)*sin(y)", "v = -sin(x)*cos(y)"]), periodic({ on: ["x", "y"] })] },
    1e-5, { points: [[1.1, 4, 0.8]], relative: 1e-5, truth: (x, y, t) => [cos(x!) * sin(y!) * exp(-0.2 * t!),
      -sin(x!) * cos(y!) * exp(-0.2 * t!), (-(cos(2 * x!) + cos(2 * y!)) / 4) * exp(-0.4 * t!)] }],
  "a conductivity that varies five-fold over a periodic square is solved for beside its middle": [
    { domain: cells, unknowns: ["u"], manufactured: "exp(-t)*cos(x - 2*y)",
      equations: "u_t = dx((1.5 + sin(x + y))*u_x) + dy((1.5 + sin(x + y))*u_y) + source",
      conditions: [initial("u = cos(x - 2*y)"), periodic({ on: ["x", "y"] })] },
    1e-5, { points: [[1, 2.5, 0.7]], truth: () => exp(-0.7) * cos(-4), relative: 3e-5 }],
  "a pulse at a jump of the speed of sound from 1 to 2 is reflected by a third and passes by four thirds": [
    { domain: { x: [-2.3, 3], t: [0, 2] }, equations: "u_tt = if(x < 0, 1, 4)*u_xx",
      conditions: ["u = exp(-50*(x + 1)^2) at t = 0", "u_t = 100*(x + 1)*exp(-50*(x + 1)^2) at t = 0", "u = 0 on x"] },
    1e-5, { points: [[-0.5, 0.45], [-0.03, 1.02], [-0.9, 1.95], [0.1, 1.1], [1.7, 1.9]], absolute: 2e-5,
      truth(x, t) {
        const pulse = (s: number) => exp(-50 * (1 - s) ** 2);
        return x! < 0 ? pulse(t! - x!) + pulse(t! + x!) / 3 : (4 / 3) * pulse(t! - x! / 2);
      },
      also: ({ field }) => field.spaces[0]!.along[0]!.edges.some((x) => Math.abs(x) < 1e-12) }],
  "waves of shallow water in a square have heights as right as velocities: no height of alternating signs is left free": [
    { domain: { x: [0, 1], y: [0, 1], t: [0, 0.3] }, unknowns: ["h", "u", "v"],
      equations: ["h_t + u_x + v_y = 0", "u_t + h_x = 0", "v_t + h_y = 0"],
      conditions: ["h = cos(pi*x)*cos(2*pi*y) at t = 0", "u = 0 at t = 0", "v = 0 at t = 0", "u = 0 on x", "v = 0 on y"] },
    1e-3, { points: [[0.11, 0.52, 0.3], [0.62, 0.57, 0.2], [0.98, 0.05, 0.25], [0.5, 0.5, 0.3]], absolute: 1e-3,
      truth(x, y, t) {
        const [p, q, w] = [PI * x!, 2 * PI * y!, PI * Math.sqrt(5)];
        const swing = sin(w * t!) / w;
        return [cos(p) * cos(q) * cos(w * t!), PI * sin(p) * cos(q) * swing, 2 * PI * cos(p) * sin(q) * swing];
      } }],
  "Maxwell's waves of several half waves in a square take the steps that their periods ask for, from the first march on": [
    { domain: { x: [0, 1], y: [0, 1], t: [0, 1] }, unknowns: ["E", "P", "Q"],
      equations: ["E_t = Q_x - P_y", "P_t = -E_y", "Q_t = E_x"],
      conditions: ["E = sin(3*pi*x)*sin(2*pi*y) at t = 0", "P = 0 at t = 0", "Q = 0 at t = 0", "E = 0"] },
    1e-3, { points: [[0.3, 0.4, 0.7]], relative: 2e-3, also: ({ steps }) => steps < 100,
      truth: (x, y, t) => sin(3 * PI * x!) * sin(2 * PI * y!) * cos(PI * Math.hypot(3, 2) * t!) }, 6],
  // SciPy's Radau with rtol = 1e-9 and 1e-10.
  "where rounding stops finer steps the march that came to the end is kept: a jump of van der Pol's oscillator, μ = 6269": [
    { domain: { t: [0, 12538] }, equations: "u_tt = 6269*(1 - u^2)*u_t - u",
      conditions: [initial(["u = 1.89803", "u_t = 0"])] },
    1e-11, { points: [[12538]], truth: () => 1.5622751, relative: 1e-7,
      also: ({ ended, field }) => ended === undefined && field.until === 12538 }],
  "a wave is marched whose start misses its walls by 1e-7 on a line, where images solve it": [
    { domain: { x: [0, 1], t: [0, 1.5] }, equations: "u_tt = u_xx", allow: ["corner-mismatch"],
      conditions: ["u = exp(-100*(x - 0.4)^2) at t = 0", "u_t = 0 at t = 0", "u = 0 on x"] },
    1e-5, { points: [[0.3, 0.2], [0.7, 0.9], [0.55, 1.4]], absolute: 1e-4,
      truth(x, t) {
        const odd = (at: number) => {
          const s = at - 2 * Math.round(at / 2);
          return Math.sign(s) * exp(-100 * (Math.abs(s) - 0.4) ** 2);
        };
        return (odd(x! - t!) + odd(x! + t!)) / 2;
      } }],
  // tan k = 1/k
  "heat between a Robin and a Neumann wall decays as its first mode does": [
    { domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = u_xx", constants: { k: 0.8603335890193797 },
      conditions: ["u = cos(k*x) at t = 0", "u_n = 0 on x = 0", "u_n + u = 0 on x = 1"] },
    1e-8, { points: [[0.2, 0.1], [0.9, 0.77], [0, 1]], relative: 1e-7,
      truth: (x, t) => cos(0.8603335890193797 * x!) * exp(-(0.8603335890193797 ** 2) * t!) }],
  "a wave between a fixed and a free wall agrees with its modes, and its error is estimated": [
    { domain: { x: [0, 1], t: [0, 4] }, equations: "u_tt = u_xx",
      conditions: [initial(["u = sin(pi*x/2) + sin(3*pi*x/2)/3 - sin(5*pi*x/2)/5", "u_t = 0"]),
        "u = 0 on x = 0", "u_n = 0 on x = 1"] },
    1e-6, { points: [[0.3, 0.7], [0.8, 2.9], [1, 4]], absolute: 2e-5, also: ({ share }) => share > 0 && share < 1,
      truth: (x, t) => [1, 3, 5].reduce((sum, n, i) =>
        sum + [1, 1 / 3, -1 / 5][i]! * sin((n * PI * x!) / 2) * cos((n * PI * t!) / 2), 0) }],
  "two solitons of Korteweg and de Vries pass through one another": [
    { domain: { x: [-20, 20], t: [0, 3] }, equations: "u_t + 6*u*u_x + u_xxx = 0", allow: ["corner-mismatch"],
      conditions: [initial(solitonsAtFirst()), periodic({ on: "x" })] },
    1e-4, { points: [[-5, 0.5], [-3, 1], [-1, 2], [0.4, 3]], absolute: 1e-3,
      truth(x, t) {
        const { k, l, a, b, c } = solitons;
        const [p, q] = [exp(k * x! - k ** 3 * t! + a), exp(l * x! - l ** 3 * t! + b)];
        const f = 1 + p + q + c * p * q;
        const fx = k * p + l * q + (k + l) * c * p * q;
        return 2 * ((k * k * p + l * l * q + (k + l) ** 2 * c * p * q) / f - (fx / f) ** 2);
      } }, 8],
  "two marches that are exact to rounding are enough, though neither had more steps than the other": [
    { domain: { x: [0, 1], t: [0, 1] }, equations: "u_t = 0.3*u_xx + source", conditions: "exact",
      manufactured: "(1 + x - 2*x^2)*(1 + t)" },
    1e-9, { points: [[0.3, 1]], truth: (x) => 2 * (1 + x! - 2 * x! ** 2), relative: 1e-12,
      also: ({ rungs }) => rungs === 2 }],
  "the Pleiades end at the places of the test set of initial value problems": [
    { domain: { t: [0, 3] }, unknowns: places, equations: places.map((u) => `${u}_tt = ${pull(Number(u[1]), u[0]!)}`),
      conditions: [initial([...startsOfStars, ...places.map((u) => `${u}_t = ${speeds[u] ?? 0}`)])] },
    1e-6, { points: [[3]], absolute: 1e-4, truth: () => [
      0.3706139143970502, 3.237284092057233, -3.222559032418324, 0.659709145577531, 0.3425581707156584,
      1.562172101400631, -0.7003092922212495, -3.943437585517392, -3.27138097397255, 5.225081843456543,
      -2.59061243497747, 1.198213693392275, -0.2429682344935824, 1.09144924042898] }, 60],
  // SciPy's DOP853 with tolerances of 1e-12 and 3e-14, which agree to 1e-7.
  "Lorenz's system is followed to t = 20": [
    { domain: { t: [0, 20] }, unknowns: ["a", "b", "c"], conditions: [initial(["a = 1", "b = 1", "c = 1"])],
      equations: ["a_t = 10*(b - a)", "b_t = a*(28 - c) - b", "c_t = a*b - 8/3*c"] },
    1e-5, { points: [[10], [20]], absolute: 1e-3,
      truth: listed({ 10: [-4.90268754, -3.74387292, 24.6908581], 20: [13.7931996, 12.951804, 34.9016087] }) }, 60],
  // ETDRK4 on 512 modes of the even continuation, 1500 and 3000 steps.
  "FitzHugh and Nagumo's front between walls is that of a Fourier code": [
    { domain: { x: [0, 40], t: [0, 10] }, unknowns: ["u", "v"], allow: ["corner-mismatch"],
      equations: ["u_t = u_xx + u*(1 - u)*(u - 0.1) - v", "v_t = 0.02*(0.5*u - v)"],
      conditions: [initial(["u = 1/(1 + exp((x - 8)/0.8))", "v = 0"]), neumann(["u_n = 0", "v_n = 0"], { on: "x" })] },
    1e-5, { points: [[2, 10], [11, 10], [15, 10]], absolute: 5e-5, truth: listed({
      2: [0.896423002, 0.086238088], 11: [0.697234144, 0.032991503], 15: [0.153033891, 0.003959927] }) }, 60],
  // ETDRK4 on 128 modes, 4000 and 8000 steps.
  "Cahn and Hilliard's equation separates as in a Fourier code": [
    { domain: { x: [0, 1], t: [0, 0.01] }, equations: "u_t = dx(dx(u^3 - u - 0.02^2*u_xx))",
      conditions: [initial("u = 0.3*cos(2*pi*x) + 0.2*cos(6*pi*x)"), periodic({ on: "x" })] },
    1e-4, { points: [[0, 0.01], [0.2, 0.01], [0.45, 0.01]], absolute: 2e-4,
      truth: listed({ 0: [0.890564236], 0.2: [-0.914887717], 0.45: [-0.897808157] }) }, 60],
  "a soliton of Schrödinger's cubic equation keeps its form and turns its phase": [
    { domain: { x: [-12, 12], t: [0, 3] }, unknowns: ["u", "v"],
      equations: ["u_t = -0.5*v_xx - (u^2 + v^2)*v", "v_t = 0.5*u_xx + (u^2 + v^2)*u"],
      conditions: [initial(["u = 1/cosh(x)", "v = 0"]), periodic({ on: "x" })] },
    1e-4, { points: [[0, 3], [0.8, 2.2], [-2, 1.1]], absolute: 2e-4,
      truth: (x, t) => [cos(t! / 2) / Math.cosh(x!), sin(t! / 2) / Math.cosh(x!)] }, 60],
  // ETDRK4 on 256 modes, 800 and 1600 steps.
  "Kuramoto and Sivashinsky's equation grows cells as in a Fourier code": [
    { domain: { x: [0, "32*pi"], t: [0, 20] }, equations: "u_t = -u*u_x - u_xx - u_xxxx",
      conditions: [initial("u = cos(x/16)*(1 + sin(x/16))"), periodic({ on: "x" })] },
    1e-4, { points: [[10, 20], [50, 20], [90, 20]], absolute: 5e-4,
      truth: listed({ 10: [0.715331406], 50: [-0.421480942], 90: [0.126427622] }) }, 60],
};

for (const [what, [spec, tolerance, { points, truth, relative = 0, absolute = 0, also }, seconds]] of Object.entries(
  known,
))
  test(what, () => {
    const result = marched(spec, tolerance, seconds);
    for (const point of points)
      for (const [k, v] of [truth(...point)].flat().entries()) {
        const found = result.at(...point)[k]!;
        assert.ok(Math.abs(found - v) <= absolute + relative * Math.abs(v), `${found} for ${v} at ${point}`);
      }
    assert.ok(also?.(result) ?? true, `${also}`);
  });

test("Radau's method of three stages has order 5 in even steps", () => {
  // y′ = 2 (sin t − y) + cos t with y = sin t
  const system: ImplicitSystem = {
    ...{ size: 1, orders: Uint8Array.of(1), kinds: Int32Array.of(0), alone: true, isFixed: true, isSolved: true },
    work: { evaluation: 1, factorisation: 1, solution: 1 },
    evaluate: (t, [y, rate]) => Float64Array.of(rate![0]! - 2 * (Math.sin(t) - y![0]!) - Math.cos(t)),
    linearise: () => {},
    factor: (re, im) => ({
      solve: (b) => {
        const [p, q] = [re + 2, im];
        if (im === 0) return Float64Array.of(b[0]! / p);
        const square = p * p + q * q;
        return Float64Array.of((b[0]! * p + b[1]! * q) / square, (b[1]! * p - b[0]! * q) / square);
      },
    }),
  };
  const errorOf = (steps: number) => {
    const h = 2 / steps;
    const marched = radau(system, [0, 2], [Float64Array.of(0)], {
      ...{ tolerance: 1, longest: () => h, mostWork: Number.POSITIVE_INFINITY, isOver: () => false },
      first: h,
    });
    assert.is(marched.steps.length, steps);
    const { start, coefficients } = marched.steps.at(-1)!;
    return Math.abs(coefficients[0]!.reduce((sum, c) => sum + c[0]!, start[0]![0]!) - Math.sin(2));
  };
  const errors = [4, 8, 16].map(errorOf);
  for (const k of [1, 2]) {
    const order = Math.log2(errors[k - 1]! / errors[k]!);
    assert.ok(Math.abs(order - 5) < 0.3, `order ${order}`);
  }
});

test.run();
