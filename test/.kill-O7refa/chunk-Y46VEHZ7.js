// engine/errors.ts
var MongeError = class extends Error {
  constructor(message, options) {
    super(message, options);
    this.name = new.target.name;
  }
};
var ShapeError = class extends MongeError {
  kind = "shape";
  what;
  expected;
  actual;
  constructor(what, expected, actual, hint = "") {
    const show = (s) => typeof s === "string" ? s : `[${s.join(", ")}]`;
    super(`${what}: expected ${show(expected)}, got ${show(actual)}${hint && `; ${hint}`}`);
    this.what = what;
    this.expected = expected;
    this.actual = actual;
  }
};
var DomainError = class extends MongeError {
  kind = "domain";
  value;
  constructor(message, value, options) {
    super(message, options);
    this.value = value;
  }
};
var FormatError = class extends MongeError {
  kind = "format";
  path;
  format;
  hint;
  constructor(path, format, message, hint, options) {
    super(`${path}: ${message}; ${hint}`, options);
    this.path = path;
    this.format = format;
    this.hint = hint;
  }
};
var UnitsError = class extends MongeError {
  kind = "units";
  units;
  expected;
  constructor(message, units, expected) {
    super(message);
    this.units = units;
    this.expected = expected;
  }
};
var BackendError = class extends MongeError {
  kind = "backend";
  device;
  constructor(message, device, options) {
    super(message, options);
    this.device = device;
  }
};
var ConvergenceError = class extends MongeError {
  kind = "convergence";
  status;
  result;
  constructor(message, status, result) {
    super(message);
    this.status = status;
    this.result = result;
  }
};
var OptionsError = class extends MongeError {
  kind = "options";
  option;
  value;
  constructor(message, option, value) {
    super(message);
    this.option = option;
    this.value = value;
  }
};
var KernelError = class extends MongeError {
  kind = "kernel";
  kernel;
  constructor(message, kernel, options) {
    super(message, options);
    this.kernel = kernel;
  }
};
var TracedValueError = class extends MongeError {
  kind = "traced-value";
};
function isMongeError(error) {
  return error instanceof MongeError;
}

export {
  ShapeError,
  DomainError,
  FormatError,
  UnitsError,
  BackendError,
  ConvergenceError,
  OptionsError,
  KernelError,
  TracedValueError,
  isMongeError
};
