/**
 * Rows on a rectangle that is periodic along both axes: smooth splines on even cells, with a point in the middle of
 * each. Matrices of what is constant in space are circulant and solved by Fourier transforms; others are solved by
 * generalised conjugate residuals with these as preconditioners (Eisenstat, Elman and Schultz 1983,
 * doi:10.1137/0720023).
 */
import { type ComplexArray, fft2, inverseFft2 } from "../../engine/numerics/fft.ts";
import { ColumnProgram } from "../../equations/expression/index.ts";
import type { Problem } from "../../equations/problem/index.ts";
import { type Collocation, type Mesh, powersOf, tensor, unknownSpaces } from "./collocation.ts";
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
/**
 * Operations beside sums for each coefficient of an evaluation, of a solution, and for each entry of a block of a
 * factorisation.
 */
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
  /** Factor of each wave [height, width] in a derivative. */
  const waves = new Map(
    parts.map(({ inSpace }) => [`${inSpace}`, productOf(symbols[0]![inSpace[0]!]!, symbols[1]![inSpace[1]!]!)]),
  );
  /**
   * Makes derivatives of one field at the points: of each unknown, and along rows once where along columns they differ.
   */
  const derivativesOf = (of: Float64Array) => {
    const rows = new Map<string, Float64Array>();
    return (unknown: number, inSpace: readonly number[], into: Float64Array) => {
      const key = `${unknown} ${inSpace[1]}`;
      let along = rows.get(key);
      if (along === undefined) {
        along = alongRows(of, unknown * count, stencils[1][inSpace[1]!]!, height, width);
        rows.set(key, along);
      }
      alongColumns(along, stencils[0][inSpace[0]!]!, height, width, into);
    };
  };
  /** Derivatives at the points for the programs: [leaf]. */
  const fill = (of: readonly Float64Array[]) => {
    const levels = of.map(derivativesOf);
    for (const leaf of used) {
      const { unknown, inTime, inSpace } = leaves[leaf]!;
      levels[inTime]!(unknown, inSpace, jets[leaf]!);
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
      fill(of);
      residuals.run(t);
      const out = new Float64Array(size);
      residuals.outputs.forEach((column, row) => {
        out.set(column, row * count);
      });
      return out;
    },
    linearise(t, of) {
      fill(of);
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
      const terms = isConstant ? [] : termsOf();
      const column = { re: new Float64Array(count), im: new Float64Array(count) };
      const apply = (x: Complex): Complex => {
        const out = { re: new Float64Array(size), im: x.im && new Float64Array(size) };
        const [real, imaginary] = [derivativesOf(x.re), x.im && derivativesOf(x.im)];
        for (const { unknown, inSpace, factors } of terms) {
          real(unknown, inSpace, column.re);
          imaginary?.(unknown, inSpace, column.im);
          for (const [row, factor] of factors) addProduct(factor, column, out, row * count);
        }
        return out;
      };
      return {
        solve: (b) => {
          const right = split(b, im !== 0);
          return joined(isConstant ? precondition(right) : conjugateResiduals(right, precondition, apply));
        },
      };

      /** The derivatives in space of which the matrix is made, with the factor of each in every row. */
      function termsOf() {
        const found = new Map<string, Term>();
        parts.forEach(({ row, unknown, inTime, inSpace }, part) => {
          const key = `${unknown} ${inSpace}`;
          const term = found.get(key) ?? { unknown, inSpace, factors: new Map() };
          found.set(key, term);
          const factor = term.factors.get(row) ?? { re: new Float64Array(count), im: new Float64Array(count) };
          term.factors.set(row, factor);
          const [p, q] = powers[inTime]!;
          columns[part]!.forEach((s, i) => {
            factor.re[i]! += s * p;
            factor.im[i]! += s * q;
          });
        });
        return [...found.values()];
      }

      /** Inverses of the blocks of all waves: [unknown · unknowns + row], by wave. */
      function inverseBlocks(): readonly ComplexArray[] {
        const blocks = Array.from({ length: unknowns ** 2 }, () => ({
          re: new Float64Array(count),
          im: new Float64Array(count),
        }));
        parts.forEach(({ row, unknown, inTime, inSpace }, part) => {
          const { re: u, im: v } = waves.get(`${inSpace}`)!;
          const s = middles[part]!.middle;
          const [p, q] = [s * powers[inTime]![0], s * powers[inTime]![1]];
          const { re: a, im: b } = blocks[row * unknowns + unknown]!;
          for (let k = 0; k < count; k++) {
            a[k]! += p * u[k]! - q * v[k]!;
            b[k]! += p * v[k]! + q * u[k]!;
          }
        });
        const [a, b] = [new Float64Array(unknowns ** 2), new Float64Array(unknowns ** 2)];
        const invert = inverter(unknowns);
        for (let wave = 0; wave < count; wave++) {
          const [j, k] = [Math.floor(wave / width), wave % width];
          const opposite = ((height - j) % height) * width + ((width - k) % width);
          if (im === 0 && opposite < wave) {
            for (const of of blocks) [of.re[wave], of.im[wave]] = [of.re[opposite]!, -of.im[opposite]!];
            continue;
          }
          for (let at = 0; at < blocks.length; at++) {
            a[at] = blocks[at]!.re[wave]!;
            b[at] = blocks[at]!.im[wave]!;
          }
          invert(a, b);
          for (let at = 0; at < blocks.length; at++) {
            blocks[at]!.re[wave] = a[at]!;
            blocks[at]!.im[wave] = b[at]!;
          }
        }
        return blocks;
      }
    },
  };

  function fieldsOf<T>({ re, im }: Complex, make: (re: Float64Array, im: Float64Array | undefined) => T): T[] {
    return Array.from({ length: unknowns }, (_, k) =>
      make(re.subarray(k * count, (k + 1) * count), im?.subarray(k * count, (k + 1) * count)),
    );
  }
}

/** A derivative in space of an unknown, and its factor at every point, by row of the system. */
interface Term {
  readonly unknown: number;
  readonly inSpace: readonly number[];
  readonly factors: Map<number, ComplexArray>;
}

/** Adds the products of two columns, of which the second may be real, from `at` on. */
function addProduct(factor: ComplexArray, column: ComplexArray, { re, im }: Complex, at: number): void {
  const { re: p, im: q } = factor;
  const { re: a, im: b } = column;
  if (im === undefined) for (let i = 0; i < a.length; i++) re[at + i]! += p[i]! * a[i]!;
  else
    for (let i = 0; i < a.length; i++) {
      re[at + i]! += p[i]! * a[i]! - q[i]! * b[i]!;
      im[at + i]! += p[i]! * b[i]! + q[i]! * a[i]!;
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
function symbolOf(taps: Float64Array, n: number): ComplexArray {
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
    // Several rows at once: each pass reads and writes what there is so far.
    for (; q + 4 < taps.length; q += 5) {
      const [t0, t1, t2, t3, t4] = [taps[q]!, taps[q + 1]!, taps[q + 2]!, taps[q + 3]!, taps[q + 4]!];
      const [r0, r1, r2, r3, r4] = [row(q), row(q + 1), row(q + 2), row(q + 3), row(q + 4)];
      for (let j = 0; j < width; j++)
        out[to + j] =
          out[to + j]! + t0 * of[r0 + j]! + t1 * of[r1 + j]! + t2 * of[r2 + j]! + t3 * of[r3 + j]! + t4 * of[r4 + j]!;
    }
    for (; q < taps.length; q++) {
      const [tap, from] = [taps[q]!, row(q)];
      for (let j = 0; j < width; j++) out[to + j] = out[to + j]! + tap * of[from + j]!;
    }
  }
}

/** All products of two lists. */
function productOf(x: ComplexArray, y: ComplexArray): ComplexArray {
  const width = y.re.length;
  const [re, im] = [new Float64Array(x.re.length * width), new Float64Array(x.re.length * width)];
  for (let j = 0, at = 0; j < x.re.length; j++) {
    for (let k = 0; k < width; k++, at++) {
      re[at] = x.re[j]! * y.re[k]! - x.im[j]! * y.im[k]!;
      im[at] = x.re[j]! * y.im[k]! + x.im[j]! * y.re[k]!;
    }
  }
  return { re, im };
}

/**
 * The middle between the extremes of a column, by which what differs from it is at its least; spread 0 where it is
 * constant.
 */
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

/**
 * A function that replaces a small complex matrix, row-major, by its inverse; of rank-deficient ones by one that leaves
 * unknowns without a pivot at 0.
 */
function inverter(n: number): (a: Float64Array, b: Float64Array) => void {
  const [byRow, byColumn] = [new Float64Array(n), new Float64Array(n)];
  const [re, im] = [new Float64Array(n * n), new Float64Array(n * n)];
  const [rows, columns] = [new Int32Array(n), new Int32Array(n)];
  const [hasRow, hasColumn] = [new Uint8Array(n), new Uint8Array(n)];
  return (a, b) => {
    scale(a, b, n, 1, byRow);
    scale(a, b, 1, n, byColumn);
    hasRow.fill(0);
    hasColumn.fill(0);
    // Gauss and Jordan's elimination with pivots from everywhere.
    let pivots = 0;
    for (; pivots < n; pivots++) {
      let [size, row, column] = [nothing, -1, -1];
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n && hasRow[i] === 0; j++) {
          const here = hasColumn[j] === 0 ? sizeAt(a, b, i * n + j) : 0;
          if (here > size) [size, row, column] = [here, i, j];
        }
      }
      if (row < 0) break;
      [rows[pivots], columns[pivots]] = [row, column];
      hasRow[row] = hasColumn[column] = 1;
      exchange(a, b, n, row, column);
    }
    re.set(a);
    im.set(b);
    a.fill(0);
    b.fill(0);
    // Unknown `column` is what stands in the row of its pivot, by the right sides of the rows with pivots.
    for (let p = 0; p < pivots; p++) {
      for (let q = 0; q < pivots; q++) {
        const by = byColumn[columns[p]!]! * byRow[rows[q]!]!;
        a[columns[p]! * n + rows[q]!] = by * re[rows[p]! * n + columns[q]!]!;
        b[columns[p]! * n + rows[q]!] = by * im[rows[p]! * n + columns[q]!]!;
      }
    }
  };

  /** Divides lines, whose starts and entries lie so far apart, by the sizes of their largest entries. */
  function scale(a: Float64Array, b: Float64Array, apart: number, step: number, by: Float64Array): void {
    for (let i = 0; i < n; i++) {
      let most = 0;
      for (let j = 0; j < n; j++) most = Math.max(most, sizeAt(a, b, i * apart + j * step));
      by[i] = most > 0 ? 1 / most : 1;
      for (let j = 0; j < n && most > 0; j++) {
        a[i * apart + j * step]! /= most;
        b[i * apart + j * step]! /= most;
      }
    }
  }
}

const sizeAt = (a: Float64Array, b: Float64Array, at: number): number => Math.sqrt(a[at]! ** 2 + b[at]! ** 2);

/** Exchanges an unknown for a right side. */
function exchange(a: Float64Array, b: Float64Array, n: number, row: number, column: number): void {
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

/** Solves A·x = b, preconditioned from the left: residuals are in units of the unknowns. */
function conjugateResiduals(
  b: Complex,
  precondition: (r: Complex) => Complex,
  apply: (x: Complex) => Complex,
): Complex {
  const x = { re: new Float64Array(b.re.length), im: b.im && new Float64Array(b.re.length) };
  const r = precondition(b);
  const goal = solved * norm(r);
  const directions: { readonly p: Complex; readonly q: Complex }[] = [];
  for (let k = 0; k < mostIterations && norm(r) > goal; k++) {
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
