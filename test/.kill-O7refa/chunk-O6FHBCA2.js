import {
  DomainError
} from "./chunk-Y46VEHZ7.js";

// engine/files/plain-checks.ts
var real = (low = -Number.MAX_VALUE, high = Number.MAX_VALUE) => (value, at) => typeof value === "number" && value >= low && value <= high ? void 0 : wrong(at, value, low === -Number.MAX_VALUE ? "a finite number" : `a number from ${low} to ${high}`);
var positive = (high = Number.MAX_VALUE) => (value, at) => typeof value === "number" && value > 0 && value <= high ? void 0 : wrong(at, value, high === Number.MAX_VALUE ? "a finite number > 0" : `a number > 0 and <= ${high}`);
var whole = (low, high = Number.MAX_SAFE_INTEGER) => (value, at) => Number.isSafeInteger(value) && value >= low && value <= high ? void 0 : wrong(at, value, `a whole number from ${low} to ${high}`);
var among = (...values) => (value, at) => values.includes(value) ? void 0 : wrong(at, value, `one of ${values.map(show).join(", ")}`);
var text = (value, at) => typeof value === "string" ? void 0 : wrong(at, value, "a text");
var anything = () => void 0;
var optional = (check) => (value, at) => value === void 0 ? void 0 : check(value, at);
var either = (first2, second) => (value, at) => first2(value, at) && second(value, at);
var list = (check, least = 0, most = Number.MAX_SAFE_INTEGER) => (value, at) => {
  if (!Array.isArray(value)) return wrong(at, value, "a list");
  if (value.length < least || value.length > most) {
    return `${at} has ${value.length} entries, expected ${least === most ? least : `${least} to ${most}`}`;
  }
  return first(value.map((item, i) => () => check(item, `${at}[${i}]`)));
};
var record = (fields2) => (value, at) => {
  if (!isPlainObject(value)) return wrong(at, value, "an object");
  const unknown = Object.keys(value).find((key) => !Object.hasOwn(fields2, key));
  if (unknown !== void 0) return `${at} has a field ${show(unknown)}, which means nothing here`;
  return first(
    Object.entries(fields2).map(
      ([key, check]) => () => check(own(value, key), `${at}.${key}`)
    )
  );
};
var fields = (check) => (value, at) => isPlainObject(value) ? first(
  Object.entries(value).map(
    ([key, item]) => () => check(item, `${at}.${key}`)
  )
) : wrong(at, value, "an object");
function isPlainObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
var own = (value, key) => Object.hasOwn(value, key) ? value[key] : void 0;
function first(checks) {
  for (const check of checks) {
    const complaint = check();
    if (complaint !== void 0) return complaint;
  }
  return void 0;
}
function wrong(at, value, expected) {
  return value === void 0 ? `${at} is missing, expected ${expected}` : `${at} is ${show(value)}, expected ${expected}`;
}
function show(value) {
  const json = typeof value === "number" ? String(value) : JSON.stringify(value) ?? String(value);
  return json.length > 60 ? `${json.slice(0, 57)}...` : json;
}

// engine/numerics/special.ts
function rational(x, c, d) {
  let [p, q] = [0, 0];
  for (let i = 0; i < c.length; i++) {
    p = p * x + c[i];
    q = q * x + d[i];
  }
  return p / q;
}
var ERF_P = [0.18577770618460315, 3.1611237438705655, 113.86415415105016, 377.485237685302, 3209.3775891384694];
var ERF_Q = [1, 23.601290952344122, 244.02463793444417, 1282.6165260773723, 2844.236833439171];
var MID_P = [
  21531153547440383e-24,
  0.5641884969886701,
  8.883149794388377,
  66.11919063714163,
  298.6351381974001,
  881.952221241769,
  1712.0476126340707,
  2051.0783778260716,
  1230.3393547979972
];
var MID_Q = [
  1,
  15.744926110709835,
  117.6939508913125,
  537.1811018620099,
  1621.3895745666903,
  3290.7992357334597,
  4362.619090143247,
  3439.3676741437216,
  1230.3393548037495
];
var FAR_P = [
  0.016315387137302097,
  0.30532663496123236,
  0.36034489994980445,
  0.12578172611122926,
  0.016083785148742275,
  6587491615298378e-19
];
var FAR_Q = [
  1,
  2.568520192289822,
  1.8729528499234673,
  0.5279051029514285,
  0.06051834131244132,
  0.0023352049762686918
];
var INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);
function erf(x) {
  return Math.abs(x) <= 0.46875 ? x * rational(x * x, ERF_P, ERF_Q) : 1 - erfc(x);
}
var erfCoefficients = { near: [ERF_P, ERF_Q], middle: [MID_P, MID_Q] };
function erfc(x) {
  const y = Math.abs(x);
  if (y <= 0.46875) return 1 - x * rational(x * x, ERF_P, ERF_Q);
  if (y > 27) return x < 0 ? 2 : 0;
  let tail;
  if (y <= 4) tail = rational(y, MID_P, MID_Q);
  else {
    const z = 1 / (y * y);
    tail = (INVERSE_SQRT_PI - z * rational(z, FAR_P, FAR_Q)) / y;
  }
  const head = Math.trunc(y * 16) / 16;
  tail *= Math.exp(-head * head) * Math.exp(-(y - head) * (y + head));
  return x < 0 ? 2 - tail : tail;
}
function normalCdf(z) {
  return 0.5 * erfc(-z * Math.SQRT1_2);
}
function normalDensity(z) {
  return Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI);
}
var LANCZOS = [
  0.9999999999998099,
  676.5203681218851,
  -1259.1392167224028,
  771.3234287776531,
  -176.6150291621406,
  12.507343278686905,
  -0.13857109526572012,
  9984369578019572e-21,
  15056327351493116e-23
];
function logGamma(x) {
  if (!(x > 0)) throw new DomainError(`logGamma: x is ${x}; it must be > 0`, x);
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  let sum = LANCZOS[0];
  for (let i = 1; i < LANCZOS.length; i++) sum += LANCZOS[i] / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}
function gammaCdf(a, x) {
  if (!(a > 0)) throw new DomainError(`gammaCdf: shape is ${a}; it must be > 0`, a);
  if (!(x > 0)) return 0;
  if (x === Infinity) return 1;
  const front = Math.exp(a * Math.log(x) - x - logGamma(a));
  if (x < a + 1) {
    let term = 1 / a;
    let sum = term;
    for (let n = 1; term > sum * 1e-17; n++) {
      term *= x / (a + n);
      sum += term;
    }
    return front * sum;
  }
  let b = x + 1 - a;
  let c = 1e300;
  let d = 1 / b;
  let h = d;
  for (let n = 1, change = 0; Math.abs(change - 1) > 1e-16 && n < 1e4; n++) {
    const an = -n * (n - a);
    b += 2;
    d = 1 / (an * d + b);
    c = b + an / c;
    change = c * d;
    h *= change;
  }
  return 1 - front * h;
}
function betaCdf(a, b, x) {
  if (!(a > 0 && b > 0)) throw new DomainError(`betaCdf: a is ${a}, b is ${b}; both must be > 0`, [a, b]);
  if (!(x >= 0 && x <= 1)) throw new DomainError(`betaCdf: x is ${x}; it must lie in [0, 1]`, x);
  if (x === 0 || x === 1) return x;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(b, a, 1 - x);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  let [c, d] = [1, 1 / (1 - (a + b) * x / (a + 1))];
  let h = d;
  for (let m = 1, change = 0; Math.abs(change - 1) > 1e-15 && m < 1e4; m++) {
    const even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1));
    for (const term of [even, odd]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      change = c * d;
      h *= change;
    }
  }
  return front * h;
}
function studentCdf(t, degrees) {
  const tail = 0.5 * betaCdf(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t > 0 ? 1 - tail : tail;
}

export {
  real,
  positive,
  whole,
  among,
  text,
  anything,
  optional,
  either,
  list,
  record,
  fields,
  isPlainObject,
  erf,
  erfCoefficients,
  normalCdf,
  normalDensity,
  logGamma,
  gammaCdf,
  studentCdf
};
