/** Problems drawn by chance, each with a formula as its truth: what nobody chose, tuned on or looked at. */
import { type Rng, rng } from "../../engine/random/rng.ts";
import type { ConditionSpec, ProblemSpec } from "../../equations/problem/index.ts";
import { formula, type SuiteProblem } from "./suite-problem.ts";

/** A part of a truth: its text, and the same as a function of a point. */
interface Term {
  readonly text: string;
  readonly value: (point: Float64Array) => number;
}

/** Kinds of problems; those in time end with the axis t. */
const kinds = {
  "elliptic, 1-D": "x",
  "elliptic, 2-D": "xy",
  "elliptic, 3-D": "xyz",
  "nonlinear elliptic": "xy",
  "system of two": "xy",
  "parabolic, 1-D": "xt",
  "parabolic, 2-D": "xyt",
  wave: "xt",
  advection: "xt",
  ordinary: "t",
} as const;

/** Draws of numbers that a text can say: all have at most four digits. */
export function chance(stream: Rng) {
  const among = <T>(list: readonly T[]): T => list[Math.floor(stream.uniform() * list.length)]!;
  const between = (low: number, high: number) => Number((low + (high - low) * stream.uniform()).toFixed(3));
  /** Uniform in the logarithm. */
  const scale = (low: number, high: number) => Number((low * (high / low) ** stream.uniform()).toPrecision(3));
  return { among, between, scale };
}
type Chance = ReturnType<typeof chance>;

/** c·x as text and as a function, about a point. */
function along(axes: readonly string[], by: readonly number[], about: readonly number[]) {
  return {
    text: axes.map((axis, k) => `(${by[k]})*(${axis} - (${about[k]}))`).join(" + "),
    value: (point: Float64Array) => by.reduce((sum, c, k) => sum + c * (point[k]! - about[k]!), 0),
  };
}

/** A term of a truth, with its axes within a box. */
export function drawTerm(axes: readonly string[], box: readonly (readonly [number, number])[], draw: Chance): Term {
  const { among, between, scale } = draw;
  const about = box.map(([low, high]) => Number((low + (high - low) * between(0.15, 0.85)).toFixed(3)));
  const line = along(
    axes,
    axes.map(() => between(-1, 1)),
    about,
  );
  const size = between(0.3, 1);
  switch (among(["slow wave", "slow wave", "fast wave", "layer", "peak", "polynomial", "ridge"])) {
    case "slow wave": {
      const [k, shift] = [between(0.5, 4), between(0, 6)];
      return {
        text: `${size}*sin(${k}*(${line.text}) + ${shift})`,
        value: (p) => size * Math.sin(k * line.value(p) + shift),
      };
    }
    case "fast wave": {
      const [k, shift] = [scale(4, 30), between(0, 6)];
      return {
        text: `${size}*cos(${k}*(${line.text}) + ${shift})`,
        value: (p) => size * Math.cos(k * line.value(p) + shift),
      };
    }
    case "layer": {
      const width = scale(0.01, 0.3);
      return { text: `${size}*tanh((${line.text})/${width})`, value: (p) => size * Math.tanh(line.value(p) / width) };
    }
    case "peak": {
      const k = scale(5, 800);
      return {
        text: `${size}*exp(-${k}*(${axes.map((axis, j) => `(${axis} - (${about[j]}))^2`).join(" + ")}))`,
        value: (p) => size * Math.exp(-k * about.reduce((sum, c, j) => sum + (p[j]! - c) ** 2, 0)),
      };
    }
    case "polynomial": {
      const slopes = axes.map(() => between(-1, 1));
      return {
        text: `${size}*${axes.map((axis, j) => `(1 + (${slopes[j]})*${axis})`).join("*")}`,
        value: (p) => slopes.reduce((product, c, j) => product * (1 + c * p[j]!), size),
      };
    }
    default: {
      const [k, speed] = [scale(5, 200), axes.length > 1 ? between(-0.5, 0.5) : 0];
      const ridge = along([axes[0]!, axes.at(-1)!], axes.length > 1 ? [1, -speed] : [1, 0], [about[0]!, about.at(-1)!]);
      const at = (p: Float64Array) => ridge.value(Float64Array.of(p[0]!, p.at(-1)!));
      return { text: `${size}*exp(-${k}*(${ridge.text})^2)`, value: (p) => size * Math.exp(-k * at(p) ** 2) };
    }
  }
}

/** What stands on the left of an equation in u, the source on its right. */
function drawOperator(kind: keyof typeof kinds, space: readonly string[], draw: Chance): string {
  const { among, between, scale } = draw;
  const laplacian = space.map((axis) => `u_${axis}${axis}`).join(" + ");
  const reaction = () =>
    among(["", ` + ${between(0, 20)}*u`, ` - ${between(0, 3)}*u`, " + u^3", " + sin(u)", " + exp(u)"]);
  const transport = () => among(["", ` + (${between(-5, 5)})*u_x`, " + u*u_x"]);
  const nu = scale(0.002, 1);
  switch (kind) {
    case "nonlinear elliptic":
      return among([
        `-(${laplacian}) + u^2`,
        "-diff((1 + u^2)*u_x, x) - diff((1 + u^2)*u_y, y)",
        `-(1 + x^2)*u_xx - ${nu}*u_yy${reaction()}`,
      ]);
    case "system of two":
      return `-${nu}*(${laplacian}) + v${reaction()}`;
    case "parabolic, 1-D":
    case "parabolic, 2-D":
      return `u_t - ${nu}*(${laplacian})${transport()}${reaction()}`;
    case "wave":
      return `u_tt - ${between(0.5, 4)}*u_xx${reaction()}`;
    case "advection":
      return `u_t + ${between(0.3, 3)}*u_x${reaction()}`;
    case "ordinary":
      return among([
        `u_t + ${scale(0.1, 100)}*u`,
        `u_tt + ${scale(1, 900)}*u`,
        "u_t - u*(1 - u)",
        `u_t + ${scale(1, 50)}*u^3`,
      ]);
    default:
      return `-${nu}*(${laplacian})${transport()}${reaction()}`;
  }
}

function drawConditions(
  kind: keyof typeof kinds,
  space: readonly string[],
  operator: string,
  low: number,
  draw: Chance,
): ConditionSpec[] | "exact" {
  if (!kinds[kind].endsWith("t")) return "exact";
  const initial: ConditionSpec = {
    type: "initial",
    equation: operator.startsWith("u_tt") ? ["u = exact", "u_t = exact"] : "u = exact",
  };
  if (kind === "advection") return [initial, { type: "dirichlet", equation: "u = exact", on: `x = ${low}` }];
  const faces = space.map(
    (axis): ConditionSpec =>
      draw.among([true, true, true, false])
        ? { type: "dirichlet", equation: "u = exact", on: axis }
        : { type: "neumann", equation: "u_n = exact", on: axis },
  );
  return [initial, ...faces];
}

/** The problem of a number, the same each time. */
export function randomProblem(number: number): SuiteProblem & { readonly kind: keyof typeof kinds } {
  const draw = chance(rng(number).split("random problem"));
  const kind = draw.among(Object.keys(kinds) as (keyof typeof kinds)[]);
  const axes = [...kinds[kind]];
  const space = axes.filter((axis) => axis !== "t");
  const box = axes.map((axis) =>
    axis === "t"
      ? ([0, draw.among([1, 1, 2, 5])] as const)
      : draw.among([[0, 1] as const, [-1, 1] as const, [0, 2] as const]),
  );
  const drawTruth = (most: number): Term => {
    const terms = Array.from({ length: draw.among([1, 1, 2, most]) }, () => drawTerm(axes, box, draw));
    return {
      text: terms.map(({ text }) => text).join(" + "),
      value: (p) => terms.reduce((sum, { value }) => sum + value(p), 0),
    };
  };
  const two = kind === "system of two";
  const truths = two ? [drawTruth(3), drawTruth(1)] : [drawTruth(3)];
  const operator = drawOperator(kind, space, draw);
  const spec: ProblemSpec = {
    name: `random-${number}`,
    domain: Object.fromEntries(axes.map((axis, k) => [axis, [box[k]![0], box[k]![1]]])),
    ...(two && { unknowns: ["u", "v"] }),
    equations: [`${operator} = source`, ...(two ? ["-(v_xx + v_yy) - u + v = source"] : [])],
    manufactured: truths.map(({ text }) => text),
    conditions: drawConditions(kind, space, operator, box[0]![0], draw),
  };
  return {
    ...{ kind, spec, source: "drawn by chance; formula" },
    truth: formula(
      box.map(([low]) => low),
      box.map(([, high]) => high),
      (p) => truths.map(({ value }) => value(p)),
    ),
  };
}
