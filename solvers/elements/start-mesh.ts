/**
 * The mesh with which refinement begins: cells that are not too long, cut where the boundary or a coefficient turns or
 * steps across an axis.
 */

import { gaussLegendre } from "../../engine/numerics/gauss-legendre.ts";
import { type Expression, nodesOf } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { alongAxis, isOfAxis, knotsAlong, turnsAlong } from "../../equations/problem/index.ts";
import { legendreAt } from "./basis.ts";
import type { Discretisation } from "./discretisation.ts";
import { type Cell, Mesh } from "./mesh.ts";
import { argumentsOfSteps, narrowIn, stepOf } from "./narrow.ts";
import type { Stretch } from "./region.ts";

/** Elements at least, by dimension. */
const fewest = [0, 8, 16, 19];
/** Flat walls at most that are all put on cuts. */
const mostWalls = 24;
/** Knots of a table at most that are all put on cuts, on a line. */
const mostKnots = 128;

/** A mesh with even elements. */
export function startMesh(layout: Discretisation, degree: number): Mesh {
  const { region, problem } = layout;
  const mesh = new Mesh(region, degree);
  const d = region.dimension;
  for (let axis = 0; axis < d; axis++) {
    const walls = new Set(
      (region.shape?.pieces ?? []).flatMap(({ flat }) => (flat?.axis === axis ? [flat.value] : [])),
    );
    const width = region.high[axis]! - region.low[axis]!;
    const range = [region.low[axis]!, region.high[axis]!] as const;
    const cuts = [
      ...(walls.size <= mostWalls ? walls : []),
      ...cutsAlong(problem, axis, range, degree),
      ...cutsToSmallLeading(layout, range, degree),
    ];
    for (const at of cuts)
      for (const cell of mesh.elements())
        if (cell.low[axis]! < at - 1e-9 * width && cell.high[axis]! > at + 1e-9 * width) mesh.split(cell, axis, at);
  }
  const longest = (cell: Cell) => {
    const widths = cell.low.map(
      (l, k) => (cell.high[k]! - l) / (d > 1 && k === problem.time ? region.high[k]! - region.low[k]! : 1),
    );
    return widths.indexOf(Math.max(...widths));
  };
  const half = (cell: Cell) => {
    const axis = longest(cell);
    mesh.split(cell, axis, (cell.low[axis]! + cell.high[axis]!) / 2);
  };
  while (mesh.elements().length < fewest[d]!) {
    const cells = mesh.elements();
    const size = (cell: Cell) => cell.high.reduce((p, h, k) => p * (h - cell.low[k]!), 1);
    const largest = Math.max(...cells.map(size));
    for (const cell of cells) if (size(cell) > 0.4 * largest) half(cell);
  }
  if (!layout.linear) cutToCurves(mesh, half);
  if (d === 2) for (const argument of argumentsOfSteps(layout)) cutToPeaks(mesh, argument, half);
  return mesh;
}

/** Angle by which the boundary turns in a cell, places at which its normal is seen, and cells that are cut, at most. */
const atCurve = { turn: (100 / 180) * Math.PI, steps: 16, most: 100 };

/** Cuts cells in which a curved boundary turns far: Newton's method is led astray where a hole is not seen. */
function cutToCurves(mesh: Mesh, half: (cell: Cell) => void): void {
  const { shape } = mesh.region;
  if (!shape) return;
  const turnOf = ({ piece, from, to }: Stretch) => {
    if (shape.pieces[piece]!.flat) return 0;
    const [point, normal, before] = [new Float64Array(2), new Float64Array(2), new Float64Array(2)];
    let turn = 0;
    for (let k = 0; k <= atCurve.steps; k++) {
      shape.place(piece, from + ((to - from) * k) / atCurve.steps, point, normal);
      if (k > 0) turn += Math.acos(Math.min(1, before[0]! * normal[0]! + before[1]! * normal[1]!));
      before.set(normal);
    }
    return turn;
  };
  const open = mesh.elements();
  for (let cell = open.shift(), cut = 0; cell && cut < atCurve.most; cell = open.shift()) {
    if (!(cell.stretches.reduce((sum, stretch) => sum + turnOf(stretch), 0) > atCurve.turn)) continue;
    half(cell);
    open.push(...cell.split!.children);
    cut++;
  }
}

/** Widths of cells about a peak: beside its length, and beside their distance from it. Cells of one peak at most. */
const atPeak = { widest: 4, nearest: 1, most: 400 };

/**
 * Cuts the cells about a peak, the smaller the nearer they are to it: the solution falls off from it as slowly as a
 * logarithm.
 */
function cutToPeaks(mesh: Mesh, argument: (point: ArrayLike<number>) => number, half: (cell: Cell) => void): void {
  const peak = mesh.elements().flatMap((cell) => narrowIn(cell, argument) ?? [])[0];
  if (!peak?.isPoint) return;
  const open = mesh.elements();
  for (let cell = open.shift(), cut = 0; cell && cut < atPeak.most; cell = open.shift()) {
    const { low, high, empty } = cell;
    const width = Math.max(...low.map((l, k) => high[k]! - l));
    const away = Math.hypot(...peak.at.map((x, k) => Math.max(0, low[k]! - x, x - high[k]!)));
    if (empty || width <= atPeak.widest * peak.length || away > atPeak.nearest * width) continue;
    half(cell);
    open.push(...cell.split!.children);
    cut++;
  }
}

/**
 * A step of tanh and its like is narrow where its argument grows by 1 on this share of the axis; then the cells about
 * it end so many such lengths beside it, where 1 − tanh is below rounding: a point of a long cell next to them sees no
 * flux that a larger tail changes.
 */
const [narrow, beside] = [1e-3, 19];
/** Share of the integral of a function that polynomials may miss beside a narrow step, and cuts at most. */
const [mostMissed, mostCuts] = [1e-3, 64];

/**
 * Places along an axis where a function has a kink or a jump that lies across it, and about smooth steps that are too
 * narrow to be met by a point: where none sees the step of a coefficient, its flux is lost and nothing is left of any
 * row. Beside such steps cells are as short as polynomials need to follow the functions of the equations.
 */
function cutsAlong(problem: Problem, axis: number, range: readonly [number, number], degree: number): number[] {
  const [low, high] = range;
  const steps = turnsAlong(problem, axis, range, stepOf).filter(({ length }) => length < narrow * (high - low));
  const layers = layersAlong(problem, axis, range);
  const found = new Set([
    ...turnsAlong(problem, axis, range).map(({ at }) => at),
    ...layers,
    ...steps.flatMap(({ at, length }) => [-beside, 0, beside].map((k) => at + k * length)),
  ]);
  const { axes, equations, source = [] } = problem;
  const knots = axes.length > 1 ? [] : knotsAlong([...equations, ...source], axis, range);
  const most = problem.fluxes ? Number.POSITIVE_INFINITY : mostWalls;
  const cuts = [...[...found].slice(0, most), ...(knots.length <= mostKnots ? knots : [])].sort((a, b) => a - b);
  if (steps.length + layers.length === 0) return cuts;
  const functions = wholesOf([...equations, ...source], (e) => isOfAxis(e, axis));
  return functions
    .map((e) => alongAxis(problem, e, axis))
    .reduce((ends, f) => followed(f, ends, degree), [low, ...cuts, high])
    .slice(1, -1);
}

/**
 * Largest argument that exp and its like may have at an end of the axis, to fall off from there; e^−37 is below
 * rounding.
 */
const [fallsFrom, fallen] = [40, 37];

/**
 * Ends of the narrow layers that functions have beside an end of an axis, where a step's argument is near 0 and does
 * not change its sign.
 */
function layersAlong(problem: Problem, axis: number, [low, high]: readonly [number, number]): number[] {
  const { equations, source = [] } = problem;
  const extent = high - low;
  const h = 1e-9 * extent;
  return [...nodesOf([...equations, ...source])].flatMap((node) => {
    const argument = stepOf(node);
    if (!argument || !isOfAxis(argument, axis)) return [];
    const value = alongAxis(problem, argument, axis);
    return [
      { end: low, inward: h },
      { end: high, inward: -h },
    ].flatMap(({ end, inward }) => {
      const length = h / Math.abs(value(end + inward) - value(end));
      const isLayer = Math.abs(value(end)) < fallsFrom && length < narrow * extent;
      return isLayer ? [end + Math.sign(inward) * fallen * length] : [];
    });
  });
}

/**
 * A coefficient is small where it is below this share of its largest value; places at which it is looked at; share of
 * the integral of a ratio that polynomials may miss.
 */
const atSmall = { share: 1e-2, looks: 64, missed: 1e-9 };

/**
 * Cuts where the coefficients of a linear equation on a line, divided by that of the highest derivative, turn faster
 * than polynomials follow: where it is almost 0 without a zero, the solutions are large and narrow, and a mesh that does
 * not meet them has another solution, whose layers take all refinement.
 */
function cutsToSmallLeading(
  { region, problem, linear, equations, highest }: Discretisation,
  range: readonly [number, number],
  degree: number,
): readonly number[] {
  if (!(region.dimension === 1 && linear && equations.length === 1 && highest.length === 1)) return [];
  const { terms } = equations[0]!;
  const coefficient = ({ factor }: (typeof terms)[number]) => alongAxis(problem, factor, 0);
  const first = terms.find(({ order }) => order[0] === highest[0]);
  if (!first) return [];
  const leading = coefficient(first);
  const [low, high] = range;
  const seen = Array.from({ length: atSmall.looks }, (_, k) => leading(low + ((high - low) * k) / (atSmall.looks - 1)));
  const sizes = seen.map((value) => value * Math.sign(seen[0]!));
  const least = Math.min(...sizes);
  if (!(least > 0 && least < atSmall.share * Math.max(...sizes))) return [];
  const ratios = terms.filter((term) => term !== first).map(coefficient);
  return ratios
    .reduce<readonly number[]>(
      (ends, ratio) => followed((x) => ratio(x) / leading(x), ends, degree, atSmall.missed),
      range,
    )
    .slice(1, -1);
}

/** The largest parts of expressions for which a predicate holds. */
const wholesOf = (expressions: readonly Expression[], holds: (e: Expression) => boolean): readonly Expression[] =>
  expressions.flatMap((e) => (holds(e) ? [e] : e.kind === "call" ? wholesOf(e.args, holds) : []));

/**
 * Ends of intervals on which polynomials follow a function, by halving those of which they miss most; beside a narrow
 * step it may fall off as slowly as a power.
 */
function followed(f: (x: number) => number, ends: readonly number[], degree: number, share = mostMissed): number[] {
  const rule = gaussLegendre(degree + 1);
  const polynomials = (at: readonly number[]) => at.map((x) => legendre(x, degree));
  const at = [...rule.nodes].map((x) => 2 * x - 1);
  const nodes = polynomials(at);
  const others = [-1, -0.5, 0, 0.5, 1];
  const elsewhere = polynomials(others);
  const piece = (a: number, b: number) => {
    const value = (x: number) => f((a + b) / 2 + (x * (b - a)) / 2);
    const values = at.map(value);
    const coefficients = nodes[0]!.map((_, k) =>
      values.reduce((sum, v, i) => sum + rule.weights[i]! * v * nodes[i]![k]!, 0),
    );
    const missed = others.map((x, i) =>
      Math.abs(value(x) - elsewhere[i]!.reduce((sum, p, k) => sum + p * coefficients[k]!, 0)),
    );
    const size = values.reduce((sum, v, i) => sum + rule.weights[i]! * Math.abs(v), 0);
    return { a, b, missed: (b - a) * Math.max(...missed), size: (b - a) * size };
  };
  const pieces = ends.slice(1).map((b, k) => piece(ends[k]!, b));
  while (pieces.length < mostCuts) {
    const worst = pieces.reduce((p, q) => (q.missed > p.missed ? q : p));
    if (!(worst.missed > share * pieces.reduce((sum, { size }) => sum + size, 0))) break;
    const middle = (worst.a + worst.b) / 2;
    pieces.splice(pieces.indexOf(worst), 1, piece(worst.a, middle), piece(middle, worst.b));
  }
  return [ends[0]!, ...pieces.map(({ b }) => b)];
}

const legendre = (x: number, degree: number): readonly number[] => {
  const values = new Float64Array(degree + 1);
  legendreAt(x, degree, 0, values, 0);
  return [...values];
};
