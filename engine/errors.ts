/**
 * Every error that monge raises on purpose. One tagged base class, final classes with typed fields, one guard.
 * A message names the function, the value it met, what it expected, and the way out.
 */

/** Base of all typed errors; `kind` distinguishes them without `instanceof`. */
export abstract class MongeError extends Error {
  abstract readonly kind: "shape" | "domain" | "format" | "units" | "backend" | "convergence" | "options" | "kernel";
}

/** An array has another shape than the operation needs. */
export class ShapeError extends MongeError {
  readonly kind = "shape";
  static {
    ShapeError.prototype.name = "ShapeError";
  }
  readonly what: string;
  readonly expected: readonly number[] | string;
  readonly actual: readonly number[] | string;
  constructor(what: string, expected: readonly number[] | string, actual: readonly number[] | string, hint = "") {
    const show = (s: readonly number[] | string) => (typeof s === "string" ? s : `[${s.join(", ")}]`);
    super(`${what}: expected ${show(expected)}, got ${show(actual)}${hint && `; ${hint}`}`);
    this.what = what;
    this.expected = expected;
    this.actual = actual;
  }
}

/** A number lies outside the range where the operation is defined (negative epsilon, NaN input, an empty mask, …). */
export class DomainError extends MongeError {
  readonly kind = "domain";
  static {
    DomainError.prototype.name = "DomainError";
  }
  readonly value: unknown;
  constructor(message: string, value?: unknown, options?: ErrorOptions) {
    super(message, options);
    this.value = value;
  }
}

/** A file or text is not what it should be. */
export class FormatError extends MongeError {
  readonly kind = "format";
  static {
    FormatError.prototype.name = "FormatError";
  }
  readonly path: string;
  readonly format: string;
  readonly hint: string;
  constructor(path: string, format: string, message: string, hint: string, options?: ErrorOptions) {
    super(`${path}: ${message}; ${hint}`, options);
    this.path = path;
    this.format = format;
    this.hint = hint;
  }
}

/** Units are missing, unknown, or do not convert into one another. */
export class UnitsError extends MongeError {
  readonly kind = "units";
  static {
    UnitsError.prototype.name = "UnitsError";
  }
  readonly units: string;
  readonly expected: string;
  constructor(message: string, units: string, expected: string) {
    super(message);
    this.units = units;
    this.expected = expected;
  }
}

/** A device, precision or optional package is not available. */
export class BackendError extends MongeError {
  readonly kind = "backend";
  static {
    BackendError.prototype.name = "BackendError";
  }
  readonly device: string;
  constructor(message: string, device: string, options?: ErrorOptions) {
    super(message, options);
    this.device = device;
  }
}

/** A computation ended without an acceptable result; what it had is in `result`. */
export class ConvergenceError extends MongeError {
  readonly kind = "convergence";
  static {
    ConvergenceError.prototype.name = "ConvergenceError";
  }
  readonly status: string;
  readonly result: unknown;
  constructor(message: string, status: string, result?: unknown) {
    super(message);
    this.status = status;
    this.result = result;
  }
}

/** An option is unknown, missing, of the wrong type or out of range. */
export class OptionsError extends MongeError {
  readonly kind = "options";
  static {
    OptionsError.prototype.name = "OptionsError";
  }
  readonly option: string;
  readonly value: unknown;
  constructor(message: string, option: string, value?: unknown) {
    super(message);
    this.option = option;
    this.value = value;
  }
}

/** A function cannot be compiled: it uses a kernel without a lowering, or reads the value of a tensor. */
export class KernelError extends MongeError {
  readonly kind = "kernel";
  static {
    KernelError.prototype.name = "KernelError";
  }
  readonly kernel: string;
  constructor(message: string, kernel: string, options?: ErrorOptions) {
    super(message, options);
    this.kernel = kernel;
  }
}

/**
 * Distinguishes monge's errors from all others.
 *
 * @param error - anything that was caught
 */
export function isMongeError(error: unknown): error is MongeError {
  return error instanceof MongeError;
}
