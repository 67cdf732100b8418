import {
  ShapeError
} from "./chunk-Y46VEHZ7.js";

// engine/numerics/system-blas.ts
import { createRequire } from "node:module";
var candidates = {
  linux: ["libopenblas.so.0", "libopenblas.so", "libmkl_rt.so.2", "libmkl_rt.so"],
  darwin: [
    "/System/Library/Frameworks/Accelerate.framework/Accelerate",
    "/opt/homebrew/opt/openblas/lib/libopenblas.dylib",
    "/usr/local/opt/openblas/lib/libopenblas.dylib"
  ],
  win32: ["libopenblas.dll", "mkl_rt.2.dll"]
};
var variable = "MONGE_BLAS";
var opened = /* @__PURE__ */ new Map();
function systemBlas() {
  const asked = process.env[variable] ?? "";
  if (!opened.has(asked)) {
    const paths = asked === "none" ? [] : asked === "" ? candidates[process.platform] ?? [] : [asked];
    opened.set(asked, firstOf(paths));
  }
  return opened.get(asked);
}
function firstOf(paths) {
  if (paths.length === 0) return void 0;
  let koffi;
  try {
    koffi = createRequire(import.meta.url)("koffi");
  } catch {
    return void 0;
  }
  for (const path of paths) {
    try {
      const found = bind(koffi.load(path), path);
      if (isRight(found)) return found;
    } catch {
    }
  }
  return void 0;
}
var integer = (value) => Int32Array.of(value, 0);
var [zero, one, step] = [Float64Array.of(0), Float64Array.of(1), integer(1)];
function bind(library, path) {
  const text = "const char *";
  const int = "const int *";
  const real = "const double *";
  const declare = (name, ...types) => library.func(`void ${name}(${types.join(", ")})`);
  const syrk = declare("dsyrk_", text, text, int, int, real, real, int, real, "double *", int);
  const gemv = declare("dgemv_", text, int, int, real, real, int, real, int, real, "double *", int);
  const potrf = declare("dpotrf_", text, int, "double *", int, "int *");
  const potrs = declare("dpotrs_", text, int, int, real, int, "double *", int, "int *");
  const gels = declare("dgels_", text, int, int, int, "double *", int, "double *", int, "double *", int, "int *");
  const threads = threadSetter(library);
  let current = 0;
  const useThreads = (count) => {
    if (count !== current) threads(count);
    current = count;
  };
  useThreads(1);
  const info = integer(0);
  return {
    name: nameOf(library, path),
    useThreads,
    gram(a, m, n, into, rows = false) {
      const side = rows ? m : n;
      check("gram: a", a, m * n);
      check("gram: into", into, side * side);
      const [size, inner] = [integer(side), integer(rows ? n : m)];
      syrk("L", rows ? "T" : "N", size, inner, one, a, integer(n), zero, into, size);
    },
    multiply(a, m, n, x, y, transposed = false) {
      check("multiply: a", a, m * n);
      check("multiply: x", x, transposed ? m : n);
      check("multiply: y", y, transposed ? n : m);
      gemv(transposed ? "N" : "T", integer(n), integer(m), one, a, integer(n), x, step, zero, y, step);
    },
    factor(a, n) {
      check("factor: a", a, n * n);
      const size = integer(n);
      potrf("L", size, a, size, info);
      return info[0] === 0 && Number.isFinite(a[n * n - 1]);
    },
    solve(a, n, b) {
      check("solve: a", a, n * n);
      check("solve: b", b, n);
      const size = integer(n);
      potrs("L", size, step, a, size, b, size, info);
    },
    leastSquares(a, m, n, b) {
      check("leastSquares: a", a, m * n);
      check("leastSquares: b", b, m);
      if (n > m) throw new ShapeError("system BLAS, leastSquares: a", `[${m}, at most ${m}]`, [m, n]);
      const work = new Float64Array(block * (m + n));
      gels("T", integer(n), integer(m), integer(1), a, integer(n), b, integer(m), work, integer(work.length), info);
      return info[0] === 0 ? b.slice(0, n) : void 0;
    }
  };
}
var block = 64;
function check(what, array, length) {
  if (array.length !== length) throw new ShapeError(`system BLAS, ${what}`, [length], [array.length]);
}
function threadSetter(library) {
  for (const name of ["openblas_set_num_threads", "MKL_Set_Num_Threads"]) {
    try {
      return library.func(`void ${name}(int)`);
    } catch {
    }
  }
  return () => {
  };
}
function nameOf(library, path) {
  const ask = (name) => {
    try {
      return String(library.func(`const char *${name}(void)`)());
    } catch {
      return void 0;
    }
  };
  const version = /OpenBLAS [\d.]+/.exec(ask("openblas_get_config") ?? "")?.[0];
  if (version !== void 0) return `${version}, ${ask("openblas_get_corename")}`;
  return path.replace(/^.*[\\/]/, "");
}
function isRight(blas) {
  const a = Float64Array.of(1, 2, 0, 3, -1, 4);
  const gram = new Float64Array(4);
  blas.gram(a, 3, 2, gram);
  if (gram[0] !== 2 || gram[1] !== -2 || gram[3] !== 29) return false;
  const x = new Float64Array(3);
  blas.multiply(a, 3, 2, Float64Array.of(1, 1), x);
  if (x.join() !== "3,3,3" || !blas.factor(gram, 2)) return false;
  const b = Float64Array.of(0, 27);
  blas.solve(gram, 2, b);
  const line = blas.leastSquares(Float64Array.of(1, 0, 1, 1, 1, 2), 3, 2, Float64Array.of(1, 2, 4));
  if (!line || Math.abs(line[0] - 5 / 6) > 1e-14 || Math.abs(line[1] - 1.5) > 1e-14) return false;
  return Math.abs(b[0] - 1) < 1e-14 && Math.abs(b[1] - 1) < 1e-14 && !blas.factor(Float64Array.of(1, 2, 2, 1), 2);
}

export {
  systemBlas
};
