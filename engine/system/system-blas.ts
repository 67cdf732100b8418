/**
 * The machine's own BLAS and LAPACK (OpenBLAS, MKL, Accelerate), called through koffi where both are there: symmetric
 * products and Cholesky factors at twice to three times the speed of products in a graph. Optional: without one
 * everything is computed as before.
 */

import { ShapeError } from "../errors.ts";
import { existsSync, readdirSync, readFileSync } from "../platform/files.ts";
import { process } from "../platform/machine.ts";
import { posix, win32 } from "../platform/paths.ts";
import { koffi, type NativeLibrary } from "./koffi.ts";

/** Dense float64 routines on row-major matrices; arrays are changed in place, and calls block the thread. */
export interface SystemBlas {
  /** Library, version and kernels: with the same one, and one thread, results are bitwise identical. */
  readonly name: string;
  /** Threads of the calls that follow. @defaultValue 1 */
  useThreads(count: number): void;
  /** The upper triangle of AᵀA [n, n] for A [m, n]; below the diagonal `into` is left alone. */
  gram(a: Float64Array, m: number, n: number, into: Float64Array): void;
  /** y = A·x, or with `transposed` Aᵀ·x, for A [m, n]. */
  multiply(a: Float64Array, m: number, n: number, x: Float64Array, y: Float64Array, transposed?: boolean): void;
  /**
   * C = A·B or C + A·B for small matrices, as a function to be called often.
   *
   * @param sizes - rows of A, inner size, columns of B, and numbers from one row of A and of C to the next
   */
  product(
    sizes: { rows: number; inner: number; columns: number; strideA: number; strideC: number },
    arrays: { a: Float64Array; b: Float64Array; c: Float64Array; add: boolean },
  ): () => void;
  /**
   * A block of Gauss's elimination of A [rows, width], real or complex: columns from `panel` on, by the unit lower
   * factors in the columns `start` to `end` − 1 of the rows from `start` on.
   *
   * @param parts - 1 of real matrices, 2 of complex ones with real and imaginary parts in turn
   */
  eliminate(
    a: Float64Array,
    sizes: { start: number; end: number; panel: number; rows: number; width: number },
    parts: 1 | 2,
  ): void;
  /**
   * U with A = UᵀU in the upper triangle of `a` [n, n], of which only that triangle is read. False where A is not
   * positive definite.
   */
  factor(a: Float64Array, n: number): boolean;
  /** b ← A⁻¹·b by the factor that {@link factor} left. */
  solve(a: Float64Array, n: number, b: Float64Array): void;
  /**
   * A ← R of A = QR for A [m, n], in its upper triangle; what is below the diagonal has no meaning.
   *
   * @param leads - rising: columns of each row before which it is 0
   */
  triangularise(a: Float64Array, m: number, n: number, leads?: Int32Array): void;
}

/** Environment that decides where libraries are looked for. */
export interface BlasPlaces {
  readonly platform: string;
  /** As `process.arch` says it. */
  readonly arch: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly isThere: (path: string) => boolean;
  /** Lines of the system's lists of folders (`/etc/ld.so.conf.d`). */
  readonly listed: readonly string[];
}

/** Names of libraries by platform; the first one that loads and computes rightly is taken. */
const names: Readonly<Record<string, readonly string[]>> = {
  linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so"],
  darwin: ["Accelerate", "libopenblas.dylib"],
  win32: ["libopenblas.dll", "mkl_rt.2.dll"],
};

/** Apple's own, which lies in no file that can be seen. */
const accelerate = "/System/Library/Frameworks/Accelerate.framework/Accelerate";

/** Names of machines on Debian and its derivatives. */
const triplets: Readonly<Record<string, string>> = {
  ...{ x64: "x86_64-linux-gnu", arm64: "aarch64-linux-gnu", arm: "arm-linux-gnueabihf" },
  ...{ ppc64: "powerpc64le-linux-gnu", s390x: "s390x-linux-gnu", riscv64: "riscv64-linux-gnu" },
};

/**
 * Folders that are looked into, in order. All are absolute: a part of a list that is empty or relative means the folder
 * that monge was started in, which may hold anybody's files.
 */
function foldersOf({ platform, arch, env, listed }: BlasPlaces): readonly string[] {
  const inside = (variable: string, ...rest: readonly string[]) => {
    const root = env[variable];
    return root ? [win32.join(root, ...rest)] : [];
  };
  const absolute = (list: string | undefined, separator: RegExp) => (list ?? "").split(separator);
  if (platform === "win32") {
    return [
      ...absolute(env["PATH"] ?? env["Path"], /;/),
      ...inside("CONDA_PREFIX", "Library", "bin"),
      ...inside("MKLROOT", "bin"),
      ...inside("ProgramFiles", "OpenBLAS", "bin"),
      ...inside("SystemRoot", "System32"),
    ].filter((folder) => /^(?:[A-Za-z]:[\\/]|\\\\)/.test(folder));
  }
  if (platform === "darwin") {
    return [posix.dirname(accelerate), "/opt/homebrew/opt/openblas/lib", "/usr/local/opt/openblas/lib"];
  }
  const triplet = triplets[arch];
  return [
    ...absolute(env["LD_LIBRARY_PATH"], /[:;]/),
    ...listed.map((line) => line.trim()),
    ...(triplet === undefined ? [] : [`/lib/${triplet}`, `/usr/lib/${triplet}`]),
    ...["/usr/local/lib", "/lib64", "/usr/lib64", "/lib", "/usr/lib"],
  ].filter((folder) => folder.startsWith("/"));
}

/**
 * Paths of libraries to try, in order, all absolute. @param asked - `MONGE_BLAS`: none, a path, or a name to look for;
 * empty for all
 */
export function blasPaths(asked: string, places: BlasPlaces): readonly string[] {
  if (asked === "none") return [];
  const path = places.platform === "win32" ? win32 : posix;
  if (path.isAbsolute(asked)) return [asked];
  // A relative path is refused: it would be another library in another folder.
  if (/[\\/:]/.test(asked)) return [];
  const wanted = asked === "" ? (names[places.platform] ?? []) : [asked];
  const folders = foldersOf(places);
  const isThere = (file: string) => file === accelerate || places.isThere(file);
  return wanted.flatMap((name) => folders.map((folder) => path.join(folder, name))).filter(isThere);
}

/** Folders in the lists of the system's loader. */
function listedFolders(): readonly string[] {
  const folder = "/etc/ld.so.conf.d";
  try {
    return readdirSync(folder)
      .sort()
      .flatMap((file) => readFileSync(posix.join(folder, file), "utf8").split("\n"));
  } catch {
    return [];
  }
}

/** "none" turns it off; a path names another library. */
const variable = "MONGE_BLAS";

const opened = new Map<string, SystemBlas | undefined>();

/**
 * The machine's library, looked for once a process, by absolute paths alone. The environment variable `MONGE_BLAS`
 * names another one by its absolute path, or with `none` turns it off.
 *
 * @returns undefined where koffi is not installed, no library is found, or it fails a small test
 */
export function systemBlas(): SystemBlas | undefined {
  const asked = process.env[variable] ?? "";
  if (!opened.has(asked)) {
    const { platform, arch, env } = process;
    opened.set(asked, firstOf(blasPaths(asked, { platform, arch, env, isThere: existsSync, listed: listedFolders() })));
  }
  return opened.get(asked);
}

function firstOf(paths: readonly string[]): SystemBlas | undefined {
  if (paths.length === 0) return undefined;
  const native = koffi();
  if (native === undefined) return undefined;
  for (const path of paths) {
    try {
      const found = bind(native.load(path), path);
      if (isRight(found)) return found;
    } catch {
      // Not on this machine, or without LAPACK: the next one.
    }
  }
  return undefined;
}

/** Sixty-four bits, of which libraries with 32-bit integers read the first half. */
const integer = (value: number): Int32Array => Int32Array.of(value, 0);
const [zero, one, minus, step] = [Float64Array.of(0), Float64Array.of(1), Float64Array.of(-1), integer(1)];

const [complexOne, complexMinus] = [Float64Array.of(1, 0), Float64Array.of(-1, 0)];

function bind(library: NativeLibrary, path: string): SystemBlas {
  const text = "const char *";
  const int = "const int *";
  const real = "const double *";
  const declare = (name: string, ...types: readonly string[]) => library.func(`void ${name}(${types.join(", ")})`);
  const syrk = declare("dsyrk_", text, text, int, int, real, real, int, real, "double *", int);
  const gemv = declare("dgemv_", text, int, int, real, real, int, real, int, real, "double *", int);
  const gemm = declare("dgemm_", text, text, int, int, int, real, real, int, real, int, real, "double *", int);
  const potrf = declare("dpotrf_", text, int, "double *", int, "int *");
  const potrs = declare("dpotrs_", text, int, int, real, int, "double *", int, "int *");
  const trsm = declare("dtrsm_", text, text, text, text, int, int, real, real, int, "double *", int);
  const complexGemm = declare("zgemm_", text, text, int, int, int, real, real, int, real, int, real, "double *", int);
  const complexTrsm = declare("ztrsm_", text, text, text, text, int, int, real, real, int, "double *", int);
  const gelqf = declare("dgelqf_", int, int, "double *", int, "double *", "double *", int, "int *");
  const apply = ["double *", int, "double *", int, "int *"] as const;
  const ormlq = declare("dormlq_", text, text, int, int, int, real, int, real, ...apply);
  const threads = threadSetter(library);
  const name = nameOf(library, path);
  let current = 0;
  const useThreads = (count: number) => {
    if (count !== current) threads(count);
    current = count;
  };
  useThreads(1);
  const info = integer(0);
  let work = new Float64Array(0);
  // A row-major matrix is the transpose of a column-major one, whose lower triangle is then the upper one here.
  return {
    name,
    useThreads,
    gram(a, m, n, into) {
      check("gram: a", a, m * n);
      check("gram: into", into, n * n);
      const [size, inner] = [integer(n), integer(m)];
      syrk("L", "N", size, inner, one, a, size, zero, into, size);
    },
    multiply(a, m, n, x, y, transposed = false) {
      check("multiply: a", a, m * n);
      check("multiply: x", x, transposed ? m : n);
      check("multiply: y", y, transposed ? n : m);
      gemv(transposed ? "N" : "T", integer(n), integer(m), one, a, integer(n), x, step, zero, y, step);
    },
    product({ rows, inner, columns, strideA, strideC }, { a, b, c, add }) {
      check("product: a", a, rows * strideA);
      check("product: b", b, inner * columns);
      check("product: c", c, rows * strideC);
      const [m, n, k, aside, below] = [columns, rows, inner, strideA, strideC].map(integer);
      const kept = add ? one : zero;
      return () => gemm("N", "N", m, n, k, one, b, m, a, aside, kept, c, below);
    },
    eliminate(a, { start, end, panel, rows, width }, parts) {
      check("eliminate: a", a, rows * width * parts);
      const [inner, columns, below, stride] = [end - start, width - panel, rows - end, width].map(integer);
      const at = (i: number, j: number) => a.subarray((i * width + j) * parts);
      const top = at(start, panel);
      const [solve, multiply, unit, less] =
        parts === 1 ? [trsm, gemm, one, minus] : [complexTrsm, complexGemm, complexOne, complexMinus];
      solve("R", "U", "N", "U", columns, inner, unit, at(start, start), stride, top, stride);
      if (end < rows)
        multiply(
          "N",
          "N",
          columns,
          below,
          inner,
          less,
          top,
          stride,
          at(end, start),
          stride,
          unit,
          at(end, panel),
          stride,
        );
    },
    factor(a, n) {
      check("factor: a", a, n * n);
      const size = integer(n);
      // What OpenBLAS does by itself on one thread takes a third longer.
      const width = current === 1 && name.startsWith("OpenBLAS") ? narrow : n;
      for (let at = 0; at < n; at += width) {
        const [here, below] = [Math.min(width, n - at), Math.max(0, n - at - width)];
        const [corner, side] = [a.subarray(at * (n + 1)), integer(here)];
        potrf("L", side, corner, size, info);
        if (info[0] !== 0) return false;
        if (below === 0) break;
        const [under, rest] = [corner.subarray(here), integer(below)];
        trsm("R", "L", "T", "N", rest, side, one, corner, size, under, size);
        syrk("L", "N", rest, side, minus, under, size, one, corner.subarray(here * (n + 1)), size);
      }
      // Some versions let NaN through.
      return Number.isFinite(a[n * n - 1]!);
    },
    solve(a, n, b) {
      check("solve: a", a, n * n);
      check("solve: b", b, n);
      const size = integer(n);
      potrs("L", size, step, a, size, b, size, info);
    },
    triangularise(a, m, n, leads) {
      check("triangularise: a", a, m * n);
      const room = block * (n + block + 1);
      if (work.length < room + n) work = new Float64Array(2 * (room + n));
      const [factors, size, length] = [work.subarray(room), integer(n), integer(room)];
      const width = leads ? staircase : n;
      for (let at = 0, end = 0; at < Math.min(m, n); at += width) {
        const next = Math.min(n, at + width);
        end = leads ? Math.max(end, Math.min(m, next)) : m;
        while (end < m && leads![end]! < next) end++;
        const [corner, below, columns] = [a.subarray(at * (n + 1)), integer(end - at), integer(next - at)];
        gelqf(columns, below, corner, size, factors, work, length, info);
        if (next === n) break;
        const [count, rest] = [integer(Math.min(end, next) - at), corner.subarray(next - at)];
        ormlq("R", "T", integer(n - next), below, count, corner, size, factors, rest, size, work, length, info);
      }
    },
  };
}

/** Reflections that LAPACK applies at once, for which it needs room. */
const block = 64;

/** Columns of which rows that are 0 there are left out together. */
const staircase = 48;

/** Columns of Cholesky's factor that are made at a time. */
const narrow = 48;

/** Memory beyond an array is not ours: no call is made with one that is too short. */
function check(what: string, array: Float64Array, length: number): void {
  if (array.length !== length) throw new ShapeError(`system BLAS, ${what}`, [length], [array.length]);
}

/** The call that sets threads, where the library has one; Accelerate has none. */
function threadSetter(library: NativeLibrary): (count: number) => void {
  for (const name of ["openblas_set_num_threads", "MKL_Set_Num_Threads"]) {
    try {
      return library.func(`void ${name}(int)`);
    } catch {
      // Another library's name.
    }
  }
  return () => {};
}

function nameOf(library: NativeLibrary, path: string): string {
  const ask = (name: string): string | undefined => {
    try {
      return String(library.func(`const char *${name}(void)`)());
    } catch {
      return undefined;
    }
  };
  const version = /OpenBLAS [\d.]+/.exec(ask("openblas_get_config") ?? "")?.[0];
  if (version !== undefined) return `${version}, ${ask("openblas_get_corename")}`;
  return path.replace(/^.*[\\/]/, "");
}

/** True if a small system comes out right: libraries of another convention are refused. */
function isRight(blas: SystemBlas): boolean {
  const a = Float64Array.of(1, 2, 0, 3, -1, 4);
  const gram = new Float64Array(4);
  blas.gram(a, 3, 2, gram);
  if (gram[0] !== 2 || gram[1] !== -2 || gram[3] !== 29) return false;
  const x = new Float64Array(3);
  blas.multiply(a, 3, 2, Float64Array.of(1, 1), x);
  if (x.join() !== "3,3,3" || !blas.factor(gram, 2)) return false;
  const b = Float64Array.of(0, 27);
  blas.solve(gram, 2, b);
  const r = Float64Array.of(3, 0, 4, 5);
  blas.triangularise(r, 2, 2);
  if (Math.abs(Math.abs(r[0]!) - 5) > 1e-14 || Math.abs(Math.abs(r[1]!) - 4) > 1e-14) return false;
  return Math.abs(b[0]! - 1) < 1e-14 && Math.abs(b[1]! - 1) < 1e-14 && !blas.factor(Float64Array.of(1, 2, 2, 1), 2);
}
