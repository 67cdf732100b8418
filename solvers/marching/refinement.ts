/** Refinement of cells, by splines' highest derivatives, and by what the text says before there are any. */
import { type Expression, evaluateAt, nodesOf } from "../../equations/expression/index.ts";
import { isOfAxis, type Problem } from "../../equations/problem/index.ts";
import type { UnknownSpace } from "./collocation.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import type { Step } from "./radau-stages.ts";
import { basisAt, cellOf, columnOf } from "./spline-space.ts";
import { partsAlong } from "./time-scales.ts";

/** Most steps that are looked at. */
const mostLooked = 48;
/** Highest ratio of neighbouring cells. */
const mostRatio = 2;

/**
 * Along an axis, what the highest polynomial of each cell adds, over the root mean square of its unknown: the largest
 * over time and the other axis.
 *
 * @returns [cells]
 */
export function tails(spaces: readonly UnknownSpace[], states: readonly Float64Array[], axis: number): Float64Array {
  const cells = spaces[0]!.along[axis]!.edges.length - 1;
  const out = new Float64Array(cells);
  for (const one of spaces) {
    const sizes = states.map((y) =>
      Math.sqrt(y.subarray(one.first, one.first + one.size).reduce((s, v) => s + v * v, 0) / one.size),
    );
    const largest = Math.max(...sizes);
    if (largest === 0) continue;
    for (const y of states) tailsOf(one, y, axis, largest, out);
  }
  return out;
}

/** Coefficients at the start, and at the ends of steps here and there. */
export function statesOf(steps: readonly Step[]): Float64Array[] {
  const every = Math.max(1, Math.floor(steps.length / mostLooked));
  return [steps[0]!.start[0]!, ...steps.filter((_, k) => k % every === 0 || k === steps.length - 1).map(endOf)];
}

const endOf = ({ start, coefficients }: Step): Float64Array => {
  const [a, b, c] = coefficients[0] as [Float64Array, Float64Array, Float64Array];
  return start[0]!.map((v, i) => v + a[i]! + b[i]! + c[i]!);
};

function tailsOf(one: UnknownSpace, y: Float64Array, axis: number, size: number, out: Float64Array): void {
  const own = one.along[axis]!;
  const degree = own.local - 1;
  const stride = one.along.slice(axis + 1).reduce((product, s) => product * s.size, 1);
  const others = one.size / own.size;
  const table = new Float64Array((degree + 1) * own.local);
  let scale = 1;
  for (let k = 1; k <= degree; k++) scale /= k;
  for (let cell = 0; cell < out.length; cell++) {
    const [low, high] = [own.edges[cell]!, own.edges[cell + 1]!];
    basisAt(own, cell, (low + high) / 2, degree, table);
    const factor = (scale * (high - low) ** degree) / 2 ** (2 * degree - 1) / size;
    for (let other = 0; other < others; other++) {
      const base = one.first + Math.floor(other / stride) * stride * own.size + (other % stride);
      let sum = 0;
      for (let q = 0; q < own.local; q++)
        sum += table[degree * own.local + q]! * y[base + columnOf(own, cell, q) * stride]!;
      out[cell] = Math.max(out[cell]!, Math.abs(sum * factor));
    }
  }
}

/** Number of cells with which all tails are so large at most, as far as they fall with the cells' size. */
export function cellsFor(tail: Float64Array, degree: number, wanted: number): number {
  return tail.reduce((sum, v) => sum + Math.max(0.3, (v / wanted) ** (1 / (degree + 1))), 0);
}

/** Edges of so many cells where tails are even, of neighbours not too different in size. */
export function refined(edges: Float64Array, tail: Float64Array, degree: number, count: number): Float64Array {
  const most = tail.reduce((m, v) => Math.max(m, v), 0);
  const density = Float64Array.from(
    tail,
    (v, i) => Math.max(v, 1e-12 * most + Number.MIN_VALUE) ** (1 / (degree + 1)) / (edges[i + 1]! - edges[i]!),
  );
  return byDensity(edges, density, count);
}

/** Edges such that cells have equal shares of a density that is constant on given cells, made smooth. */
function byDensity(edges: Float64Array, density: Float64Array, count: number): Float64Array {
  const cells = density.length;
  const mean = density.reduce((s, v, i) => s + v * (edges[i + 1]! - edges[i]!), 0) / (edges[cells]! - edges[0]!);
  const smooth = density.map((v) => Math.max(v, 0.25 * mean));
  // A cell may be so many times as large as its neighbour.
  for (const order of [1, -1]) {
    for (let k = order > 0 ? 1 : cells - 2; k >= 0 && k < cells; k += order) {
      const near = smooth[k - order]!;
      const width = edges[k + 1]! - edges[k]!;
      smooth[k] = Math.max(
        smooth[k]!,
        near / (1 + (mostRatio - 1) * near * width * (count / (mean * (edges[cells]! - edges[0]!)))),
      );
    }
  }
  const sums = new Float64Array(cells + 1);
  smooth.forEach((v, i) => {
    sums[i + 1] = sums[i]! + v * (edges[i + 1]! - edges[i]!);
  });
  const out = new Float64Array(count + 1);
  out[0] = edges[0]!;
  out[count] = edges[cells]!;
  for (let k = 1, i = 0; k < count; k++) {
    const target = (sums[cells]! * k) / count;
    while (sums[i + 1]! < target) i++;
    out[k] = edges[i]! + (target - sums[i]!) / smooth[i]!;
  }
  return out;
}

/**
 * Edges of about as many cells, as dense as given ones, with some places of the axis among them: splines cannot follow
 * a jump inside of a cell.
 */
export function throughPlaces(edges: Float64Array, places: readonly number[]): Float64Array {
  const [low, high] = [edges[0]!, edges.at(-1)!];
  const inside = [...new Set(places)].filter((x) => x > low && x < high).sort((a, b) => a - b);
  if (inside.length === 0) return edges;
  /** Number of cells below a place, and the place of such a number. */
  const numberOf = (x: number) => {
    const cell = cellOf({ edges }, x);
    return cell + (x - edges[cell]!) / (edges[cell + 1]! - edges[cell]!);
  };
  const placeOf = (number: number) => {
    const cell = Math.min(edges.length - 2, Math.floor(number));
    return edges[cell]! + (number - cell) * (edges[cell + 1]! - edges[cell]!);
  };
  const ends = [low, ...inside, high];
  const out = [low];
  ends.slice(1).forEach((end, k) => {
    const [from, to] = [numberOf(ends[k]!), numberOf(end)];
    const cells = Math.max(1, Math.round(to - from));
    for (let i = 1; i < cells; i++) out.push(placeOf(from + ((to - from) * i) / cells));
    out.push(end);
  });
  return Float64Array.from(out);
}

/** Places of an axis at which formulas are looked at, and places of the other axes and moments. */
const [looked, others] = [4096, 5];
/** Share of the cells that are laid where formulas change, if they do so in a smaller part of the axis than this. */
const [shareOfText, mostOfAxis] = [0.5, 0.2];

/** Edges of any number of cells along an axis, more of them where the start, sources and coefficients change fast. */
export function firstEdges(problem: Problem, form: EvolutionForm, a: number): (count: number) => Float64Array {
  const axis = form.space[a]!;
  const { bounds, axes, constants } = problem;
  const [low, high] = bounds[axis]!;
  const even = Float64Array.from({ length: looked + 1 }, (_, i) =>
    i === looked ? high : low + ((high - low) * i) / looked,
  );
  const isHere = (node: Expression) => node.kind === "coordinate" && node.axis === axis;
  const starts = form.starts.flat().filter((text) => [...nodesOf([text])].some(isHere));
  const texts = [...partsAlong(form, axis), ...starts];
  const density = new Float64Array(looked);
  const changes = new Float64Array(looked);
  const points = new Float64Array((looked + 1) * axes.length);
  for (let k = 0; k < (axes.length > 1 ? others : 1); k++) {
    for (let other = 0; other < axes.length; other++) {
      const [from, to] = bounds[other]!;
      const at = from + (other === form.time ? k / others : (k + 0.5) / others) * (to - from);
      for (let i = 0; i <= looked; i++) points[i * axes.length + other] = other === axis ? even[i]! : at;
    }
    for (const text of texts) {
      // What depends on nothing else is the same at all other places.
      if (k > 0 && isOfAxis(text, axis)) continue;
      const values = evaluateAt(text, points, axes.length, constants);
      let [total, squares] = [0, 0];
      for (let i = 0; i < looked; i++) {
        const change = Math.abs(values[i + 1]! - values[i]!);
        changes[i] = Number.isFinite(change) ? change : 0;
        total += changes[i]!;
      }
      if (!(total > 0)) continue;
      for (let i = 0; i < looked; i++) squares += (changes[i]! / total) ** 2;
      if (1 / (squares * looked) > mostOfAxis) continue;
      for (let i = 0; i < looked; i++) density[i] = Math.max(density[i]!, changes[i]! / total);
    }
  }
  const total = density.reduce((s, v) => s + v, 0);
  const width = (high - low) / looked;
  const mixed = density.map((v) =>
    total === 0 ? 1 : (1 - shareOfText) / (high - low) + (shareOfText * v) / (total * width),
  );
  return (count) => byDensity(even, mixed, count);
}
