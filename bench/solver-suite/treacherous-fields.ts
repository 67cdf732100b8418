/** Drawn problems in fields at which a solver may be wrong and not know it: jumps, shocks, steep rings, narrow sources, hidden constraints. */
import { formula } from "./suite-problem.ts";
import { type Chance, type Drawn, integralAcross, on, start } from "./treacherous-parts.ts";

/** Heat from a start that jumps, with both ends held at zero; −(2/nπ) (cos nπb − cos nπa) are its coefficients. */
function jumpingStart({ among, between }: Chance): Drawn {
  const [a, b, end] = [between(0.1, 0.4), between(0.5, 0.9), among([0.1, 0.5, 1])];
  const [k, height] = [between(0.02, 1), between(0.3, 3)];
  const value = (x: number, t: number) => {
    let sum = 0;
    for (let n = 1; n < 20_000; n++) {
      const w = n * Math.PI;
      const decay = Math.exp(-k * w * w * t);
      if (decay < 1e-16) break;
      sum += ((2 * height * (Math.cos(w * a) - Math.cos(w * b))) / w) * Math.sin(w * x) * decay;
    }
    return sum;
  };
  return {
    spec: {
      ...{ domain: { x: [0, 1], t: [0, end] }, equations: `u_t = ${k}*u_xx` },
      conditions: [start(`u = if(x > ${a}, if(x < ${b}, ${height}, 0), 0)`), on("u = 0", "x")],
    },
    truth: formula([0, 0.001 * end], [1, end], ([x, t]) => value(x!, t!)),
  };
}

/** The factor of u_t is zero at the start, or on a side: starts may be bound by the equation. */
function singularInSpace({ among, between }: Chance): Drawn {
  const [n, c, k] = [among([1, 2, 3]), between(0.3, 3), between(0.2, 2)];
  const domain = { x: [0, 1], t: [0, 1] } as const;
  const sides = on("u = 0", "x");
  const wave = `sin(${n}*pi*x)`;
  const truth = formula([0, 0], [1, 1], ([x, t]) => Math.sin(n * Math.PI * x!) * Math.exp(-c * t!));
  const manufactured = `${wave}*exp(-${c}*t)`;
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain, equations: `x*u_t = ${k}*u_xx + source`, manufactured },
        conditions: [start(`u = ${wave}`), sides],
      },
      truth,
    }),
    () => ({
      spec: {
        ...{ domain, equations: `(1 - x)*u_t = ${k}*u_xx + source`, manufactured },
        conditions: [start(`u = ${wave}`), sides],
      },
      truth,
    }),
    // At t = 0 the equation is 0 = k u″ + source, and the start another.
    () => ({
      spec: { domain, equations: `t*u_t = ${k}*u_xx + ${c}*${wave}`, conditions: [start("u = 0"), sides] },
    }),
    // u = c(x) t^k: any c will do.
    () => ({ spec: { domain, equations: `t*u_t = ${n}*u`, conditions: [start("u = 0")] } }),
    () => ({
      spec: { domain, equations: `t^2*u_t = ${k}*u_xx`, conditions: [start(`u = ${wave}`), sides] },
    }),
  ])();
}

/** Constraints of index 2 and 3, with starts that fit what is hidden and that do not. */
function hiddenConstraint({ among, between }: Chance): Drawn {
  const [k, c, end] = [between(0.5, 3), between(0.4, 2), among([1, 2, 4])];
  const off = among([0, 0, 1, -1]) * between(0.1, 1);
  const domain = { t: [0, end] } as const;
  const drawn = (spec: Omit<Drawn["spec"], "domain">, truth: (t: number) => number[]): Drawn => ({
    spec: { domain, ...spec },
    ...(off === 0 && { truth: formula([0], [end], ([t]) => truth(t!)) }),
  });
  return among<() => Drawn>([
    // u′ = v, v′ = w, u = c sin kt: index 3; v(0) = ck is hidden.
    () =>
      drawn(
        {
          ...{ unknowns: ["u", "v", "w"], equations: ["u_t = v", "v_t = w", `u = ${c}*sin(${k}*t)`] },
          conditions: [start("u = 0", `v = ${c}*${k} + (${off})`)],
        },
        (t) => [c * Math.sin(k * t), c * k * Math.cos(k * t), -c * k * k * Math.sin(k * t)],
      ),
    // u′ = v + p, v′ = −u, u + v = g: index 2 by the pressure p.
    () =>
      drawn(
        {
          ...{
            unknowns: ["u", "v", "p"],
            equations: ["u_t = -u + p", `v_t = -${k}*v + p`, `u - ${c + 1}*v = 0`],
          },
          conditions: [start(`u = ${c + 1}`, `v = 1 + (${off})`)],
        },
        // u = (c + 1) v, (c + 1)(v′ + v) = p, v′ + k v = p: c v′ = −(c + 1 − k) v.
        (t) => {
          const rate = (c + 1 - k) / c;
          const v = Math.exp(-rate * t);
          return [(c + 1) * v, v, (k - rate) * v];
        },
      ),
    // Two masses held together by a rod that moves.
    () =>
      drawn(
        {
          ...{
            unknowns: ["u", "v", "a", "b", "p"],
            equations: ["u_t = a", "v_t = b", "a_t = -u + p", "b_t = -p", `u - v = ${c}*sin(${k}*t)`],
          },
          conditions: [start("u = 0", "v = 0", `a = ${c}*${k}/2`, `b = -${c}*${k}/2 + (${off})`)],
        },
        // s = u + v, d = u − v = c sin kt: s″ = −u = −(s + d)/2; s = S sin(t/√2) + D sin kt, p from u″ = −u + p.
        (t) => {
          const w = Math.SQRT1_2;
          const part = -c / 2 / (0.5 - k * k);
          const amount = (-part * k) / w;
          const s = amount * Math.sin(w * t) + part * Math.sin(k * t);
          const ds = amount * w * Math.cos(w * t) + part * k * Math.cos(k * t);
          const dds = -amount * w * w * Math.sin(w * t) - part * k * k * Math.sin(k * t);
          const [d, dd, ddd] = [c * Math.sin(k * t), c * k * Math.cos(k * t), -c * k * k * Math.sin(k * t)];
          const u = (s + d) / 2;
          return [u, (s - d) / 2, (ds + dd) / 2, (ds - dd) / 2, (dds + ddd) / 2 + u];
        },
      ),
  ])();
}

/** −∇·(k ∇u) = 1 with k that changes over a narrow ring of a disk, or across a box. */
function steepInPlane({ among, between, scale }: Chance): Drawn {
  const [place, width, high] = [between(0.25, 0.75), scale(1e-7, 1e-1), scale(2, 30)];
  const shape = (z: string) =>
    among([
      `1 + ${high - 1}*(1 + tanh((${z} - ${place})/${width}))/2`,
      `1 + ${high - 1}*exp(-((${z} - ${place})/${width})^2)`,
    ]);
  if (among([true, false])) {
    const text = shape("sqrt(x^2 + y^2)");
    const k = factor(text.includes("tanh"), { place, width, high });
    const u = (r: number) => integralAcross((s) => s / (2 * k(s)), { place, width, from: r, end: 1 });
    return {
      spec: {
        ...{ domain: { shape: "disk", center: [0, 0], radius: 1 }, functions: { k: text } },
        ...{ equations: "-dx(k*u_x) - dy(k*u_y) = 1", conditions: [{ type: "dirichlet", equation: "u = 0" }] },
      },
      truth: formula(
        [-1, -1],
        [1, 1],
        ([x, y]) => u(Math.hypot(x!, y!)),
        ([x, y]) => Math.hypot(x!, y!) < 1,
      ),
    };
  }
  const text = shape("x");
  const k = factor(text.includes("tanh"), { place, width, high });
  const upTo = (f: (x: number) => number, end: number) => integralAcross(f, { place, width, from: 0, end });
  const c = upTo((x) => x / k(x), 1) / upTo((x) => 1 / k(x), 1);
  return {
    spec: {
      ...{ domain: { x: [0, 1], y: [0, 1] }, functions: { k: text }, equations: "-dx(k*u_x) - dy(k*u_y) = 1" },
      conditions: [...[on("u = 0", "x = 0"), on("u = 0", "x = 1")], { type: "neumann", equation: "u_n = 0", on: "y" }],
    },
    truth: formula([0, 0], [1, 1], ([x]) => upTo((s) => (c - s) / k(s), x!)),
  };
}

/** The coefficient of `steepInPlane` as a function. */
const factor = (isStep: boolean, { place, width, high }: { place: number; width: number; high: number }) =>
  isStep
    ? (s: number) => 1 + ((high - 1) * (1 + Math.tanh((s - place) / width))) / 2
    : (s: number) => 1 + (high - 1) * Math.exp(-(((s - place) / width) ** 2));

/** −Δu is a narrow bump of weight one in a disk; about its middle u′ = −(1 − exp(−r²/w²))/(2πr), and its image lies outside. */
function narrowInPlane({ between, scale }: Chance): Drawn {
  const [a, b, width] = [between(-0.5, 0.5), between(-0.5, 0.5), scale(1e-4, 0.08)];
  const distance = Math.hypot(a, b);
  const at = (x: number, y: number) => {
    const r = Math.hypot(x - a, y - b);
    // Of the bump: −(ln r + E₁(r²/w²)/2)/(2π).
    const free = -(Math.log(r) + exponentialIntegral((r / width) ** 2) / 2) / (2 * Math.PI);
    const [p, q] = distance > 0 ? [a / distance ** 2, b / distance ** 2] : [0, 0];
    const image = distance > 0 ? Math.log(distance * Math.hypot(x - p, y - q)) / (2 * Math.PI) : 0;
    return free + image;
  };
  return {
    spec: {
      ...{
        domain: { shape: "disk", center: [0, 0], radius: 1 },
        conditions: [{ type: "dirichlet", equation: "u = 0" }],
      },
      equations: `-u_xx - u_yy = exp(-((x - (${a}))^2 + (y - (${b}))^2)/${width}^2)/(pi*${width}^2)`,
    },
    truth: formula(
      [-1, -1],
      [1, 1],
      ([x, y]) => at(x!, y!),
      ([x, y]) => Math.hypot(x!, y!) < 1,
    ),
  };
}

/** E₁(z): a series below one, Lentz' continued fraction above. */
function exponentialIntegral(z: number): number {
  if (z > 700) return 0;
  if (z < 1) {
    let [sum, term] = [-0.5772156649015329 - Math.log(z), -1];
    for (let n = 1; n < 40; n++) {
      term *= -z / n;
      sum += term / n;
    }
    return sum;
  }
  let f = 0;
  for (let n = 200; n > 0; n--) f = n / (1 + n / (z + f));
  return Math.exp(-z) / (z + f);
}

/** Riemann problems of u_t + (u²/2)_x = 0: shocks and fans, and a box that is carried along. */
function jumpsCarried({ among, between }: Chance): Drawn {
  const [left, right, s] = [between(0.4, 1.5), between(-0.3, 0.3), between(-0.4, 0)];
  const domain = { x: [-1, 1], t: [0, 0.5] } as const;
  return among<() => Drawn>([
    () => ({
      spec: {
        ...{ domain, equations: "u_t + u*u_x = 0" },
        conditions: [start(`u = if(x < ${s}, ${left}, ${right})`), on(`u = ${left}`, "x = -1")],
      },
      truth: formula([-1, 0], [1, 0.5], ([x, t]) => (x! < s + ((left + right) / 2) * t! ? left : right)),
    }),
    () => ({
      spec: {
        ...{ domain, equations: "u_t + u*u_x = 0" },
        conditions: [start(`u = if(x < ${s}, ${Math.abs(right)}, ${left})`), on(`u = ${Math.abs(right)}`, "x = -1")],
      },
      truth: formula([-1, 0], [1, 0.5], ([x, t]) => {
        const speed = (x! - s) / Math.max(t!, 1e-12);
        return Math.min(left, Math.max(Math.abs(right), speed));
      }),
    }),
    () => ({
      spec: {
        ...{ domain, equations: `u_t + ${left}*u_x = 0` },
        conditions: [start(`u = if(x > ${s}, if(x < ${s} + 0.3, 1, 0), 0)`), on("u = 0", "x = -1")],
      },
      truth: formula([-1, 0], [1, 0.5], ([x, t]) => {
        const y = x! - left * t!;
        return y > s && y < s + 0.3 ? 1 : 0;
      }),
    }),
  ])();
}

/** Three axes with a steep front or a peak. */
function inSpace({ among, between, scale }: Chance): Drawn {
  const [a, b, c] = [between(0.3, 0.7), between(0.3, 0.7), between(0.3, 0.7)];
  const width = scale(0.03, 0.5);
  const [p, q, r] = [between(-1, 1), between(-1, 1), between(0.3, 1)];
  const isPeak = among([true, false]);
  const text = isPeak
    ? `exp(-((x - ${a})^2 + (y - ${b})^2 + (z - ${c})^2)/${width}^2)`
    : `tanh((${p}*(x - ${a}) + ${q}*(y - ${b}) + ${r}*(z - ${c}))/${width})`;
  const value = (x: number, y: number, z: number) =>
    isPeak
      ? Math.exp(-((x - a) ** 2 + (y - b) ** 2 + (z - c) ** 2) / width ** 2)
      : Math.tanh((p * (x - a) + q * (y - b) + r * (z - c)) / width);
  return {
    spec: {
      ...{ domain: { x: [0, 1], y: [0, 1], z: [0, 1] }, conditions: "exact", manufactured: text },
      equations: `lap(u) ${among(["", "- u", "- u^3"])} = source`,
    },
    truth: formula([0, 0, 0], [1, 1, 1], ([x, y, z]) => value(x!, y!, z!)),
  };
}

/** Kinds of problems in fields, and of constraints in time. */
export const fieldKinds = {
  ...{ "start that jumps": jumpingStart, "singular start in space": singularInSpace },
  ...{ "hidden constraint": hiddenConstraint, "steep in a plane": steepInPlane },
  ...{ "narrow in a plane": narrowInPlane, "jumps carried along": jumpsCarried, "three axes": inSpace },
};
