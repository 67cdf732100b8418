/** Drawn problems on shapes of two and three axes, steady and in time, with parts that are steep, narrow or round. */
import type { DomainSpec } from "../../equations/domain/index.ts";
import { drawTerm } from "./random.ts";
import { formula } from "./suite-problem.ts";
import { type Chance, type Drawn, on } from "./treacherous-parts.ts";

type Point = Float64Array;

/** A shape in the cube from −1 to 1. */
interface Shape {
  readonly domain: DomainSpec;
  readonly contains: (point: Point) => boolean;
}

const far = (p: Point, ...center: readonly number[]): number => Math.hypot(...center.map((c, k) => p[k]! - c));

/** Shapes in the plane: with an inward corner, holes, round sides, sharp corners. */
function shapeInPlane({ among, between }: Chance): Shape {
  const square = { x: [-1, 1], y: [-1, 1] } as const;
  const disk = (radius: number, ...center: readonly number[]) => ({ shape: "disk", center, radius }) as const;
  return among<() => Shape>([
    () => {
      const [a, b] = [between(-0.5, 0.5), between(-0.5, 0.5)];
      return {
        domain: { difference: [square, { x: [a, 2], y: [b, 2] }] },
        contains: (p) => !(p[0]! > a && p[1]! > b),
      };
    },
    () => {
      const holes = Array.from({ length: among([1, 2, 3]) }, (_, k) => {
        return [between(-0.75, -0.45) + 0.6 * k, between(-0.6, 0.6), between(0.05, 0.2)] as const;
      });
      return {
        domain: { difference: [square, ...holes.map(([x, y, r]) => disk(r, x, y))] },
        contains: (p) => holes.every(([x, y, r]) => far(p, x, y) > r),
      };
    },
    () => ({ domain: disk(1, 0, 0), contains: (p) => far(p, 0, 0) < 1 }),
    () => {
      const [x, r] = [between(-0.2, 0.2), between(0.1, 0.5)];
      return {
        domain: { difference: [disk(1, 0, 0), disk(r, x, 0)] },
        contains: (p) => far(p, 0, 0) < 1 && far(p, x, 0) > r,
      };
    },
    () => {
      // A triangle: inside where it is on one side of all edges.
      const [a, b, c] = [
        [-1, between(-1, -0.5)],
        [1, between(-0.9, 0.2)],
        [between(-0.8, 0.8), between(0.5, 1)],
      ] as const;
      const left = (p: Point, [ax, ay]: readonly number[], [bx, by]: readonly number[]) =>
        (bx! - ax!) * (p[1]! - ay!) - (by! - ay!) * (p[0]! - ax!) > 0;
      return {
        domain: { shape: "polygon", vertices: [a, b, c] },
        contains: (p) => left(p, a, b) && left(p, b, c) && left(p, c, a),
      };
    },
  ])();
}

/** Bodies on three axes: round, with round holes, with an inward edge. */
function body({ among, between }: Chance): Shape {
  const cube = { x: [-1, 1], y: [-1, 1], z: [-1, 1] } as const;
  const ball = (radius: number, ...center: readonly number[]) => ({ shape: "ball", center, radius }) as const;
  return among<() => Shape>([
    () => ({ domain: ball(1, 0, 0, 0), contains: (p) => far(p, 0, 0, 0) < 1 }),
    () => {
      const [x, r] = [between(-0.2, 0.2), between(0.15, 0.5)];
      return { domain: { difference: [cube, ball(r, x, 0, 0)] }, contains: (p) => far(p, x, 0, 0) > r };
    },
    () => {
      const r = between(0.4, 0.9);
      return {
        domain: { inside: `x^2 + y^2 < ${r}^2`, within: cube },
        contains: (p) => Math.hypot(p[0]!, p[1]!) < r,
      };
    },
    () => {
      const [a, b, c] = [between(-0.5, 0.5), between(-0.5, 0.5), -1];
      return {
        domain: { difference: [cube, { x: [a, 2], y: [b, 2], z: [c - 1, 2] }] },
        contains: (p) => !(p[0]! > a && p[1]! > b),
      };
    },
    () => ({ domain: cube, contains: () => true }),
  ])();
}

/** A problem whose solution is drawn: what stands on the left of its equation, on a shape. */
function drawnOn(draw: Chance, { domain, contains }: Shape, axes: readonly string[], end?: number): Drawn {
  const { among, between, scale } = draw;
  const all = end === undefined ? axes : [...axes, "t"];
  const box = all.map((axis) => (axis === "t" ? ([0, end!] as const) : ([-1, 1] as const)));
  const terms = Array.from({ length: among([1, 1, 2]) }, () => drawTerm(all, box, draw));
  const reaction = among(["", "", ` + ${between(0, 10)}*u`, " + u^3", " - u*(1 - u)"]);
  const transport = among(["", "", ` + (${between(-3, 3)})*u_x + (${between(-3, 3)})*u_y`, " + u*u_x"]);
  const rest = `- ${scale(0.005, 1)}*lap(u)${transport}${reaction}`;
  return {
    spec: {
      domain: { ...domain, ...(end !== undefined && { t: [0, end] }) } as DomainSpec,
      equations: `${end === undefined ? "" : "u_t "}${rest} = source`,
      manufactured: terms.map(({ text }) => text).join(" + "),
      conditions:
        end === undefined
          ? "exact"
          : [
              among([
                { type: "dirichlet", equation: "u = exact" },
                { type: "neumann", equation: "u_n = exact", on: "boundary" },
              ] as const),
              { type: "initial", equation: "u = exact" },
            ],
    },
    truth: formula(
      box.map(([low]) => low),
      box.map(([, high]) => high),
      (p) => terms.reduce((sum, { value }) => sum + value(p), 0),
      contains,
    ),
  };
}

/** −(k u′)′ = s in layers, thin ones among them, with values, slopes or Robin's condition at the ends: k u′ = c − s x. */
function layers({ among, between, scale }: Chance): Drawn {
  const widths = Array.from({ length: among([2, 3, 4, 6]) }, () => scale(0.002, 1));
  const whole = widths.reduce((a, b) => a + b, 0);
  const ends = [
    0,
    ...widths.map((_, n) => Number((widths.slice(0, n + 1).reduce((a, b) => a + b) / whole).toFixed(4))),
  ];
  const k = widths.map(() => scale(1e-3, 1e3));
  const [source, c] = [among([0, between(-2, 2)]), between(-2, 2)];
  const value = (x: number) =>
    k.reduce((sum, own, n) => {
      const [low, high] = [ends[n]!, Math.min(x, n === k.length - 1 ? x : ends[n + 1]!)];
      return high > low ? sum + (c * (high - low) - (source * (high ** 2 - low ** 2)) / 2) / own : sum;
    }, 0);
  const text = k.slice(0, -1).reduceRight((rest, own, n) => `if(x < ${ends[n + 1]}, ${own}, ${rest})`, `${k.at(-1)}`);
  const [slope, last] = [(c - source) / k.at(-1)!, value(1)];
  return {
    spec: {
      ...{ domain: { x: [0, 1] }, functions: { k: text }, equations: `-dx(k*u_x) = ${source}` },
      conditions: [
        on("u = 0", "x = 0"),
        among([
          on(`u = ${last}`, "x = 1"),
          { type: "neumann", equation: `u_n = ${slope}`, on: "x = 1" },
          { type: "robin", equation: `u_n + u = ${slope + last}`, on: "x = 1" },
        ] as const),
      ],
    },
    truth: formula([0], [1], ([x]) => value(x!)),
  };
}

export const shapeKinds = {
  "shape in time": (draw: Chance) => drawnOn(draw, shapeInPlane(draw), ["x", "y"], draw.among([0.2, 1, 3])),
  "steady shape": (draw: Chance) => drawnOn(draw, shapeInPlane(draw), ["x", "y"]),
  "body on three axes": (draw: Chance) => drawnOn(draw, body(draw), ["x", "y", "z"]),
  layers,
};
