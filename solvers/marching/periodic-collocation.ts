/**
 * Rows on a rectangle that is periodic along both axes: smooth splines on even cells, with a point in the middle of each. Matrices of what is constant in space are circulant and
 * solved by Fourier transforms; others are solved by generalised conjugate residuals with these as preconditioners (Eisenstat, Elman and Schultz 1983, doi:10.1137/0720023).
 */
import { fft2, inverseFft2 } from "../../engine/numerics/fft.ts";
import type { Problem } from "../problem/problem.ts";
import { type Collocation, type Mesh, powersOf, tensor, unknownSpaces } from "./collocation.ts";
import { ColumnProgram } from "./column-program.ts";
import type { EvolutionForm } from "./evolution-form.ts";
import { basisAt, collocationPoints, type SplineSpace } from "./spline-space.ts";

/** Residual of a linear system, beside its right side, at which it is solved, and most iterations. */
const [solved, mostIterations] = [0.1, 12];
/** Change of a coefficient over space, beside its size, up to which it is constant. */
const constant = 1e-12;
/** Size of a pivot of scaled blocks that counts as nothing: of pressures' means, and of waves that no slope sees. */
const nothing = 1e-9;
/** Factor of a wave, beside the sum of sizes, that is 0. */
const unseen = 1e-12;
/** Operations beside sums for each coefficient of an evaluation, of a solution, and for each entry of a block of a factorisation. */
const [eachRow, eachSolved, eachEntry] = [20, 60, 10];

/** True where a problem has such rows. */
export const isPeriodicPlane = ({ space, periodic }: EvolutionForm): boolean =>
  space.length === 2 && periodic.every(Boolean);

/** Lays out the rows of a problem on even cells with one point each. */
export function periodicCollocation(problem: Problem, form: EvolutionForm, mesh: Mesh): Collocation {
  const { space, leaves, inside } = form;
  const spaces = unknownSpaces(form.orders, form.periodic, mesh);
  const [alongHeight, alongWidth] = spaces[0]!.along as [SplineSpace, SplineSpace];
  const [height, width] = [alongHeight.size, alongWidth.size];
  const count = height * width;
  const unknowns = spaces.length;
  const size = unknowns * count;
  const { coordinates } = tensor(
    mesh.edges.map((edges) => collocationPoints(edges, 1)),
    mesh.edges,
  );
  const jets = leaves.map(() => new Float64Array(count));
  const inputs = {
    count,
    space: Object.fromEntries(space.map((axis, a) => [axis, Float64Array.from(coordinates, (x) => x[a]!)])),
    time: form.time,
    fixed: {},
    moving: Object.fromEntries(jets.map((column, leaf) => [leaves[leaf]!.name, column])),
    constants: problem.constants,
  };
  const residuals = new ColumnProgram(
    inside.map(({ residual }) => residual),
    inputs,
  );
  const parts = inside.flatMap(({ slopes }, row) =>
    slopes.map(({ leaf, slope }) => ({ row, slope, ...leaves[leaf]! })),
  );
  const slopes = new ColumnProgram(
    parts.map(({ slope }) => slope),
    inputs,
  );
  const used = [...new Set(inside.flatMap((row) => row.slopes.map(({ leaf }) => leaf)))];
  const most = leaves.reduce((m, { inSpace }) => Math.max(m, ...inSpace), 0);
  const stencils = [stencilsOf(alongHeight, most), stencilsOf(alongWidth, most)] as const;
  const symbols = stencils.map((own, a) => own.map((taps) => symbolOf(taps, a === 0 ? height : width)));
  /** Derivatives of fields at the points: [leaf], of one level in time each. */
  const fill = (of: readonly Float64Array[], into: readonly Float64Array[]) => {
    const rows = new Map<string, Float64Array>();
    for (const leaf of used) {
      const { unknown, inTime, inSpace } = leaves[leaf]!;
      const key = `${unknown} ${inTime} ${inSpace[1]}`;
      let along = rows.get(key);
      if (along === undefined) {
        along = alongRows(of[inTime]!, unknown * count, stencils[1][inSpace[1]!]!, height, width);
        rows.set(key, along);
      }
      alongColumns(along, stencils[0][inSpace[0]!]!, height, width, into[leaf]!);
    }
  };
  const isFixed = slopes.changes.every((is) => !is);
  const passes = used.length * (alongHeight.local + alongWidth.local);
  return {
    ...{ spaces, size },
    isFixed,
    isSolved: isFixed && slopes.outputs.every((column) => middleOf(column).spread === 0),
    work: {
      evaluation: (count * passes) / 6 + eachRow * size,
      factorisation: eachEntry * size * unknowns,
      solution: 3 * eachSolved * size,
    },
    evaluate(t, of) {
      fill(of, jets);
      residuals.run(t);
      const out = new Float64Array(size);
      residuals.outputs.forEach((column, row) => {
        out.set(column, row * count);
      });
      return out;
    },
    linearise(t, of) {
      fill(of, jets);
      slopes.run(t);
    },
    factor(re, im) {
      const powers = powersOf(re, im);
      const columns = slopes.outputs.map((column) => column.slice());
      const middles = columns.map(middleOf);
      const isConstant = middles.every(({ spread }) => spread === 0);
      const blocks = inverseBlocks();
      const precondition = (b: Complex): Complex => {
        const spectra = fieldsOf(b, (r, i) => fft2(r, height, width, i));
        const out = spectra.map(() => ({ re: new Float64Array(count), im: new Float64Array(count) }));
        for (let u = 0; u < unknowns; u++) {
          const { re: xr, im: xi } = out[u]!;
          for (let row = 0; row < unknowns; row++) {
            const { re: br, im: bi } = spectra[row]!;
            const { re: ar, im: ai } = blocks[u * unknowns + row]!;
            for (let k = 0; k < count; k++) {
              xr[k]! += ar[k]! * br[k]! - ai[k]! * bi[k]!;
              xi[k]! += ar[k]! * bi[k]! + ai[k]! * br[k]!;
            }
          }
        }
        const x = { re: new Float64Array(size), im: im === 0 ? undefined : new Float64Array(size) };
        out.forEach((spectrum, u) => {
          const field = inverseFft2(spectrum, height, width);
          x.re.set(field.re, u * count);
          x.im?.set(field.im, u * count);
        });
        return x;
      };
      const apply = (x: Complex): Complex => {
        const out = { re: new Float64Array(size), im: x.im && new Float64Array(size) };
        const levels = (of: Float64Array) => powers.map(() => of);
        const columnsOf = (of: Float64Array) => {
          const into = leaves.map(() => new Float64Array(count));
          fill(levels(of), into);
          return into;
        };
        const [real, imaginary] = [columnsOf(x.re), x.im && columnsOf(x.im)];
        inside.forEach((row, r) => {
          for (const { leaf } of row.slopes) addPart(r, leaf);
        });
        return out;

        function addPart(r: number, leaf: number): void {
          const part = partAt(r, leaf);
          const [p, q] = powers[leaves[leaf]!.inTime]!;
          const [s, a, b] = [columns[part]!, real[leaf]!, imaginary?.[leaf]];
          for (let i = 0, at = r * count; i < count; i++, at++) {
            out.re[at]! += s[i]! * (b ? p * a[i]! - q * b[i]! : p * a[i]!);
            if (b) out.im![at]! += s[i]! * (p * b[i]! + q * a[i]!);
          }
        }
      };
      return {
        solve: (b) => {
          const right = split(b, im !== 0);
          return joined(isConstant ? precondition(right) : conjugateResiduals(right, precondition, apply));
        },
      };

      /** Inverses of the blocks of all waves: [unknown · unknowns + row], by wave. */
      function inverseBlocks() {
        const inverses = Array.from({ length: unknowns ** 2 }, () => ({
          re: new Float64Array(count),
          im: new Float64Array(count),
        }));
        const [a, b] = [new Float64Array(unknowns ** 2), new Float64Array(unknowns ** 2)];
        for (let wave = 0; wave < count; wave++) {
          const [j, k] = [Math.floor(wave / width), wave % width];
          const opposite = ((height - j) % height) * width + ((width - k) % width);
          if (im === 0 && opposite < wave) {
            for (const into of inverses) [into.re[wave], into.im[wave]] = [into.re[opposite]!, -into.im[opposite]!];
            continue;
          }
          a.fill(0);
          b.fill(0);
          parts.forEach(({ row, unknown, inTime, inSpace }, part) => {
            const [x, y] = [symbols[0]![inSpace[0]!]!, symbols[1]![inSpace[1]!]!];
            const [p, q] = powers[inTime]!;
            const [u, v] = [x.re[j]! * y.re[k]! - x.im[j]! * y.im[k]!, x.re[j]! * y.im[k]! + x.im[j]! * y.re[k]!];
            const s = middles[part]!.middle;
            a[row * unknowns + unknown]! += s * (p * u - q * v);
            b[row * unknowns + unknown]! += s * (p * v + q * u);
          });
          invert(a, b, unknowns);
          inverses.forEach((into, at) => {
            into.re[wave] = a[at]!;
            into.im[wave] = b[at]!;
          });
        }
        return inverses;
      }
    },
  };

  function partAt(row: number, leaf: number): number {
    let part = 0;
    for (let r = 0; r < row; r++) part += inside[r]!.slopes.length;
    return part + inside[row]!.slopes.findIndex((s) => s.leaf === leaf);
  }

  function fieldsOf<T>({ re, im }: Complex, make: (re: Float64Array, im: Float64Array | undefined) => T): T[] {
    return Array.from({ length: unknowns }, (_, k) =>
      make(re.subarray(k * count, (k + 1) * count), im?.subarray(k * count, (k + 1) * count)),
    );
  }
}

/** Real and imaginary parts, the second where there is one. */
interface Complex {
  readonly re: Float64Array;
  readonly im: Float64Array | undefined;
}

function split(b: Float64Array, complex: boolean): Complex {
  if (!complex) return { re: b, im: undefined };
  const n = b.length / 2;
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  for (let i = 0; i < n; i++) [re[i], im[i]] = [b[2 * i]!, b[2 * i + 1]!];
  return { re, im };
}

function joined({ re, im }: Complex): Float64Array {
  if (im === undefined) return re;
  const out = new Float64Array(2 * re.length);
  for (let i = 0; i < re.length; i++) [out[2 * i], out[2 * i + 1]] = [re[i]!, im[i]!];
  return out;
}

/** Derivatives at the middle of a cell of the splines on it: [order][function]. */
function stencilsOf(own: SplineSpace, most: number): Float64Array[] {
  const table = new Float64Array((most + 1) * own.local);
  basisAt(own, 0, (own.edges[0]! + own.edges[1]!) / 2, most, table);
  return Array.from({ length: most + 1 }, (_, r) => table.slice(r * own.local, (r + 1) * own.local));
}

/** Factor of each wave. */
function symbolOf(taps: Float64Array, n: number) {
  const [re, im] = [new Float64Array(n), new Float64Array(n)];
  const whole = taps.reduce((sum, tap) => sum + Math.abs(tap), 0);
  for (let k = 0; k < n; k++) {
    taps.forEach((tap, q) => {
      const angle = (2 * Math.PI * ((k * q) % n)) / n;
      re[k]! += tap * Math.cos(angle);
      im[k]! += tap * Math.sin(angle);
    });
    // Waves that a derivative does not see are no matter of rounding.
    if (Math.hypot(re[k]!, im[k]!) < unseen * whole) [re[k], im[k]] = [0, 0];
  }
  return { re, im };
}

function alongRows(of: Float64Array, first: number, taps: Float64Array, height: number, width: number): Float64Array {
  const out = new Float64Array(height * width);
  const long = new Float64Array(width + taps.length);
  for (let i = 0; i < height; i++) {
    const from = first + i * width;
    for (let j = 0; j < long.length; j++) long[j] = of[from + (j % width)]!;
    let [j, at] = [0, i * width];
    // Four sums at once: one waits for itself at every product.
    for (; j + 3 < width; j += 4, at += 4) {
      let [s0, s1, s2, s3] = [0, 0, 0, 0];
      for (let q = 0; q < taps.length; q++) {
        const tap = taps[q]!;
        s0 += tap * long[j + q]!;
        s1 += tap * long[j + q + 1]!;
        s2 += tap * long[j + q + 2]!;
        s3 += tap * long[j + q + 3]!;
      }
      out[at] = s0;
      out[at + 1] = s1;
      out[at + 2] = s2;
      out[at + 3] = s3;
    }
    for (; j < width; j++, at++) {
      let sum = 0;
      for (let q = 0; q < taps.length; q++) sum += taps[q]! * long[j + q]!;
      out[at] = sum;
    }
  }
  return out;
}

function alongColumns(of: Float64Array, taps: Float64Array, height: number, width: number, out: Float64Array): void {
  out.fill(0);
  for (let i = 0; i < height; i++) {
    const to = i * width;
    const row = (q: number) => ((i + q) % height) * width;
    let q = 0;
    for (; q + 1 < taps.length; q += 2) {
      const [tap, next] = [taps[q]!, taps[q + 1]!];
      const [from, after] = [row(q), row(q + 1)];
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + tap * of[from + j]! + next * of[after + j]!;
    }
    if (q < taps.length) {
      const [tap, from] = [taps[q]!, row(q)];
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + tap * of[from + j]!;
    }
  }
}

/** The middle between the extremes of a column, by which what differs from it is at its least; spread 0 where it is constant. */
function middleOf(column: Float64Array): { readonly middle: number; readonly spread: number } {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const v of column) {
    if (v < low) low = v;
    if (v > high) high = v;
  }
  const spread = high - low;
  return {
    middle: (low + high) / 2,
    spread: spread <= constant * Math.max(Math.abs(low), Math.abs(high)) ? 0 : spread,
  };
}

/** Replaces a small complex matrix, row-major, by its inverse; of rank-deficient ones by one that leaves unknowns without a pivot at 0. */
function invert(a: Float64Array, b: Float64Array, n: number): void {
  const sizeOf = (at: number) => Math.hypot(a[at]!, b[at]!);
  const [byRow, byColumn] = [new Float64Array(n).fill(1), new Float64Array(n).fill(1)];
  const scaled = (at: (i: number, j: number) => number, by: Float64Array) => {
    for (let i = 0; i < n; i++) {
      let most = 0;
      for (let j = 0; j < n; j++) most = Math.max(most, sizeOf(at(i, j)));
      if (!(most > 0)) continue;
      by[i] = 1 / most;
      for (let j = 0; j < n; j++) {
        a[at(i, j)]! /= most;
        b[at(i, j)]! /= most;
      }
    }
  };
  scaled((i, j) => i * n + j, byRow);
  scaled((i, j) => j * n + i, byColumn);
  // Gauss and Jordan's elimination with pivots from everywhere.
  const pivots: [number, number][] = [];
  for (let step = 0; step < n; step++) {
    let [size, row, column] = [nothing, -1, -1];
    for (let i = 0; i < n; i++) {
      if (pivots.some(([r]) => r === i)) continue;
      for (let j = 0; j < n; j++) {
        if (pivots.some(([, c]) => c === j)) continue;
        const here = sizeOf(i * n + j);
        if (here > size) [size, row, column] = [here, i, j];
      }
    }
    if (row < 0) break;
    pivots.push([row, column]);
    exchange(row, column);
  }
  const [re, im] = [a.slice(), b.slice()];
  a.fill(0);
  b.fill(0);
  // Unknown `column` is what stands in the row of its pivot, by the right sides of the rows with pivots.
  for (const [row, column] of pivots) {
    for (const [r, c] of pivots) {
      const by = byColumn[column]! * byRow[r]!;
      a[column * n + r] = by * re[row * n + c]!;
      b[column * n + r] = by * im[row * n + c]!;
    }
  }

  /** Exchanges an unknown for a right side. */
  function exchange(row: number, column: number): void {
    const at = row * n + column;
    const square = a[at]! ** 2 + b[at]! ** 2;
    const [p, q] = [a[at]! / square, -b[at]! / square];
    for (let i = 0; i < n; i++) {
      if (i === row) continue;
      const here = i * n + column;
      const [f, g] = [a[here]! * p - b[here]! * q, a[here]! * q + b[here]! * p];
      for (let j = 0; j < n; j++) {
        if (j === column) continue;
        const [u, v] = [a[row * n + j]!, b[row * n + j]!];
        a[i * n + j]! -= f * u - g * v;
        b[i * n + j]! -= f * v + g * u;
      }
      a[here] = f;
      b[here] = g;
    }
    for (let j = 0; j < n; j++) {
      if (j === column) continue;
      const here = row * n + j;
      const [u, v] = [a[here]!, b[here]!];
      a[here] = -(u * p - v * q);
      b[here] = -(u * q + v * p);
    }
    a[at] = p;
    b[at] = q;
  }
}

/** Solves A·x = b, preconditioned from the left: residuals are in units of the unknowns. */
function conjugateResiduals(
  b: Complex,
  precondition: (r: Complex) => Complex,
  apply: (x: Complex) => Complex,
): Complex {
  const x = { re: new Float64Array(b.re.length), im: b.im && new Float64Array(b.re.length) };
  const r = precondition(b);
  const enough = solved * norm(r);
  const directions: { readonly p: Complex; readonly q: Complex }[] = [];
  for (let k = 0; k < mostIterations && norm(r) > enough; k++) {
    const p = { re: r.re.slice(), im: r.im?.slice() };
    const q = precondition(apply(p));
    for (const before of directions) {
      const by = product(before.q, q);
      add(q, before.q, [-by[0], -by[1]]);
      add(p, before.p, [-by[0], -by[1]]);
    }
    const size = norm(q);
    if (!(size > 0) || !Number.isFinite(size)) break;
    for (const v of [p, q])
      for (const part of [v.re, v.im]) if (part) for (let i = 0; i < part.length; i++) part[i]! /= size;
    directions.push({ p, q });
    const by = product(q, r);
    add(x, p, by);
    add(r, q, [-by[0], -by[1]]);
  }
  return x;
}

function norm({ re, im }: Complex): number {
  let sum = 0;
  for (let i = 0; i < re.length; i++) sum += re[i]! ** 2 + (im ? im[i]! ** 2 : 0);
  return Math.sqrt(sum);
}

/** The sum of conjugates of a times b. */
function product(a: Complex, b: Complex): readonly [number, number] {
  let [re, im] = [0, 0];
  for (let i = 0; i < a.re.length; i++) {
    re += a.re[i]! * b.re[i]!;
    if (!a.im) continue;
    re += a.im[i]! * b.im![i]!;
    im += a.re[i]! * b.im![i]! - a.im[i]! * b.re[i]!;
  }
  return [re, im];
}

/** y + factor·x in the place of y. */
function add(y: Complex, x: Complex, [p, q]: readonly [number, number]): void {
  for (let i = 0; i < y.re.length; i++) {
    y.re[i]! += p * x.re[i]! - (x.im ? q * x.im[i]! : 0);
    if (y.im) y.im[i]! += p * x.im![i]! + q * x.re[i]!;
  }
}
