import {
  gammaCdf,
  logGamma,
  studentCdf
} from "./chunk-O6FHBCA2.js";
import {
  Mixer,
  bestShift,
  checkOptions,
  descent,
  dot,
  dualValue,
  exp,
  sum
} from "./chunk-GP5RCY2J.js";
import {
  balancedMasses,
  checkOrder,
  checkedWeights,
  fft2,
  massOf,
  wavenumbers
} from "./chunk-MYHAFT5B.js";
import {
  rng
} from "./chunk-PHUSJ35S.js";
import {
  LazyField,
  lazyField,
  selectTimes,
  transposed
} from "./chunk-MXIOKUDV.js";
import {
  cellSize,
  convertPrecipitation,
  precipitationFactor,
  precipitationUnits
} from "./chunk-AWWB6X6Z.js";
import {
  axisOf,
  instantsOf,
  isGeographic,
  isoOf,
  secondsBetween,
  sizeOf,
  textOf,
  timeAxis,
  timeUnitsOf
} from "./chunk-72SAAEYX.js";
import {
  printingFields
} from "./chunk-O7EZDEUO.js";
import {
  DomainError,
  OptionsError,
  ShapeError,
  UnitsError,
  isMongeError
} from "./chunk-Y46VEHZ7.js";

// engine/numerics/shaped-array.ts
function checkShape(name, array, rank) {
  const { shape, values } = array;
  if (shape.length !== rank || shape.some((n) => !Number.isInteger(n) || n < 1)) {
    throw new ShapeError(name, `${rank} axes of positive length`, shape);
  }
  const size = shape.reduce((a, b) => a * b, 1);
  if (values.length !== size) throw new ShapeError(`${name}: values`, [size], [values.length], `shape is [${shape}]`);
}
function checkSameShape(name, expected, actual) {
  if (expected.length !== actual.length || expected.some((n, i) => n !== actual[i])) {
    throw new ShapeError(name, expected, actual);
  }
}
function checkFinite(name, values) {
  for (let i = 0; i < values.length; i++) {
    if (!Number.isFinite(values[i])) {
      throw new DomainError(
        `${name}: value ${values[i]} at index ${i}; remove or fill missing values first`,
        values[i]
      );
    }
  }
}
function checkRain(name, values) {
  checkFinite(name, values);
  for (let i = 0; i < values.length; i++) {
    if (values[i] < 0) throw new DomainError(`${name}: rain is ${values[i]} at index ${i}; it must be \u2265 0`, values[i]);
  }
}
function checkOption(name, option, value, holds, expectation) {
  if (!holds) throw new OptionsError(`${name}: ${option} is ${String(value)}; ${expectation}`, option, value);
}

// engine/numerics/quantile.ts
function quantileOfSorted(sorted2, q) {
  if (!(q >= 0 && q <= 1)) throw new OptionsError(`quantile: q is ${q}; it must lie in [0, 1]`, "q", q);
  if (sorted2.length === 0) throw new DomainError("quantile: there are no values; give at least one");
  const at = q * (sorted2.length - 1);
  const low = Math.floor(at);
  const t = at - low;
  const a = sorted2[low];
  const b = sorted2[Math.min(low + 1, sorted2.length - 1)];
  return t >= 0.5 ? b - (b - a) * (1 - t) : a + (b - a) * t;
}
function sortedCopy(values) {
  const sorted2 = Float64Array.from(values).sort();
  if (sorted2.length > 0 && Number.isNaN(sorted2[sorted2.length - 1])) {
    throw new DomainError("quantile: a value is NaN; leave missing values out", Number.NaN);
  }
  return sorted2;
}
function quantile(values, q) {
  return quantileOfSorted(sortedCopy(values), q);
}

// generative/verification/blocks.ts
function checkBootstrap({ seed, draws = 1e3, block, coverage = 0.95, tooFew = "error" }) {
  const check = (name, value, holds, told) => checkOption("verify", `bootstrap.${name}`, value, holds, told);
  check("seed", seed, Number.isSafeInteger(seed) && seed >= 0, "it must be an integer \u2265 0");
  check("draws", draws, Number.isInteger(draws) && draws >= 100, "it must be an integer \u2265 100");
  check("coverage", coverage, coverage > 0 && coverage < 1, "it must lie in (0, 1)");
  check("tooFew", tooFew, tooFew === "error" || tooFew === "none", 'it must be "error" or "none"');
  if (block === void 0) return;
  const days = typeof block === "object" ? block.days : void 0;
  const fits = days === void 0 ? Number.isInteger(block) && block >= 1 : days > 0 && days < Infinity;
  check(
    "block",
    days === void 0 ? block : `${days} days`,
    fits,
    "it must be a whole number of times \u2265 1, or days > 0"
  );
}
function blockLength({ block }, times, spacing2) {
  if (block === void 0) return Math.ceil(Math.cbrt(times) - 1e-9);
  if (typeof block === "number") return block;
  if (spacing2 !== void 0 && spacing2 > 0) return Math.max(1, Math.round(block.days / spacing2));
  throw new DomainError(
    "verify: bootstrap.block is in days, but the times are not known; give a number of times",
    block
  );
}
function* redraws(random, times, block, draws) {
  const weights = new Float64Array(times);
  const blocks = Math.ceil(times / block);
  for (let d = 0; d < draws; d++) {
    weights.fill(0);
    const starts = random.integers(blocks, 0, times);
    for (let b = 0, left = times; b < blocks; b++) {
      for (let k = 0; k < block && left > 0; k++, left--) weights[(starts[b] + k) % times] += 1;
    }
    yield weights;
  }
}
var enough = (times, block) => times >= 2 * block && times >= 2;
function intervalOf(value, redrawn2, coverage) {
  if (redrawn2.length === 0 || redrawn2.some(Number.isNaN)) return { value, low: Number.NaN, high: Number.NaN };
  redrawn2.sort();
  const [low, high] = [(1 - coverage) / 2, (1 + coverage) / 2].map((q) => quantileOfSorted(redrawn2, q));
  return { value, low, high };
}

// generative/verification/matching/match-times.ts
var verifying = { verb: "verify", forecast: "forecast", truth: "truth", byPosition: true };
var placeOf = (name, { source, name: variable }, verb2 = "verify") => `${verb2}: ${name} (${source ? `${source}, ` : ""}variable ${variable})`;
function timeCount(field) {
  const dim = field.dimOf("time");
  return dim === void 0 ? 1 : field.size(dim);
}
function commonTimes(forecast, truth, by, roles2 = verifying) {
  const place = (role, field) => placeOf(roles2[role], field, roles2.verb);
  if (by === "position") {
    const [n, m] = [timeCount(forecast), timeCount(truth)];
    if (n !== m) throw new ShapeError(place("forecast", forecast), `${m} times as the ${roles2.truth} has`, `${n}`);
    return Array.from({ length: n }, (_, i) => ({ forecast: i, truth: i, iso: void 0 }));
  }
  const [first, second] = [timesOf(place("forecast", forecast), forecast), timesOf(place("truth", truth), truth)];
  if (first === void 0 && second === void 0) return [{ forecast: 0, truth: 0, iso: void 0 }];
  if (first === void 0 || second === void 0) {
    const lacks = first === void 0 ? place("forecast", forecast) : place("truth", truth);
    const hint = `give it times (\`dated\`)${roles2.byPosition ? ', or pair by position with times: "position"' : ""}`;
    throw new ShapeError(lacks, "times, as the other one has", "none", hint);
  }
  if (first.calendar !== second.calendar) {
    const what = `the calendar of the ${roles2.forecast} is ${first.calendar}, that of the ${roles2.truth} ${second.calendar}`;
    throw new UnitsError(`${roles2.verb}: ${what}; their dates are not the same days`, first.calendar, second.calendar);
  }
  return second.bounds !== void 0 && first.bounds !== void 0 ? byBounds(first, second, first.bounds, second.bounds, roles2) : pairs(first, second, first.moments, second.moments, roles2);
}
function byBounds(first, second, a, b, roles2) {
  const found = pairs(first, second, a, b, roles2, true);
  const paired2 = new Set(found.map(({ truth }) => truth));
  const [seen, taken] = [new Map(second.moments.map((m, i) => [m, i])), new Set(found.map((p) => p.forecast))];
  for (const [i, moment] of first.moments.entries()) {
    const other = seen.get(moment);
    if (taken.has(i) || other === void 0 || paired2.has(other)) continue;
    const hint = "they are not the same interval; correct the bounds, or leave them out of one of the fields";
    throw new ShapeError(`${first.where}: bounds of ${moment}`, `${b[other]} as in the ${roles2.truth}`, a[i], hint);
  }
  return found.length > 0 ? found : none(first, second, roles2);
}
function pairs(first, second, a, b, roles2, mayBeNone = false) {
  const at = new Map(a.map((key, i) => [key, i]));
  for (const [times, keys] of [
    [first, a],
    [second, b]
  ]) {
    const twice = new Set(keys).size === keys.length ? void 0 : keys.find((key, i) => keys.indexOf(key) !== i);
    if (twice === void 0) continue;
    throw new DomainError(`${times.where}: the time ${twice} comes twice; keep one of them`, twice);
  }
  const found = b.flatMap((key, truth) => {
    const forecast = at.get(key);
    return forecast === void 0 ? [] : [{ forecast, truth, iso: second.moments[truth] }];
  });
  return found.length > 0 || mayBeNone ? found : none(first, second, roles2);
}
function none(first, second, roles2) {
  const range = ({ moments }) => moments.length < 2 ? moments[0] ?? "none" : `${moments[0]} \u2026 ${moments.at(-1)} (${moments.length})`;
  const hint = `no time is common${roles2.byPosition ? '; times: "position" pairs them by their order' : ""}`;
  throw new ShapeError(`${first.where}: times`, `some of ${range(second)}, the ${roles2.truth}'s`, range(first), hint);
}
function timesOf(where, field) {
  const time = timeAxis(field);
  if (time === void 0) return void 0;
  const units = timeUnitsOf(time);
  const moments = isoOfAll(time, time.values);
  const missing = moments.indexOf("(missing)");
  if (missing >= 0) {
    const way = "select the others with isel";
    throw new DomainError(`${where}: time ${missing} is missing; ${way}`, time.values[missing]);
  }
  const edges = time.bounds && isoOfAll(time, time.bounds);
  const same = units.calendar === "proleptic_gregorian" && moments.every((m) => /^\d{4}/.test(m) && m >= "1582-10-15");
  return {
    where,
    count: moments.length,
    moments,
    bounds: edges && moments.map((_, i) => `${edges[2 * i]} to ${edges[2 * i + 1]}`),
    calendar: same ? "standard" : units.calendar
  };
}
function isoOfAll(time, values) {
  const units = timeUnitsOf(time);
  return Array.from(instantsOf({ ...time, values }, units), (v) => isoOf(v, units));
}

// generative/verification/matching/match-grids.ts
var lazy = (field) => field instanceof LazyField ? field : lazyField(field);
var TOLERANCE = 1e-3;
function align(given, observed, names3 = verifying) {
  const truth = withoutMembers(dropSingle(observed, []), names3);
  const time = truth.dimOf("time");
  const space = truth.dims.filter((dim) => dim !== time);
  const roles2 = space.map((dim) => roleOf(truth, dim));
  const forecast = dropSingle(given, space);
  const [ownTime, member] = [forecast.dimOf("time"), forecast.dimOf("realization")];
  const rest = forecast.dims.filter((dim) => dim !== ownTime && dim !== member);
  const own = space.map((dim, i) => rest.find((d) => d === dim) ?? rest.find((d) => roleOf(forecast, d) === roles2[i]));
  if (own.length !== rest.length || own.some((dim) => dim === void 0) || new Set(own).size !== own.length) {
    const hint = "select one position of other dimensions with isel";
    const has = `${given.dims.join(", ") || "none"}`;
    throw new ShapeError(
      `${placeOf(names3.forecast, given, names3.verb)}: dimensions of a map`,
      space.join(", ") || "none",
      has,
      hint
    );
  }
  const dims = own;
  const flips = space.map((dim, i) => compareLine(forecast, dims[i], truth, dim, names3));
  comparePlane(forecast, dims, truth, space, flips, names3);
  const lead = (dim) => dim === void 0 ? [] : [dim];
  const shape = space.map((dim) => truth.size(dim));
  return {
    forecast: transposed(forecast, [...lead(ownTime), ...lead(member), ...dims]),
    truth: transposed(truth, [...lead(time), ...space]),
    members: member === void 0 ? 1 : forecast.size(member),
    shape,
    order: flips.includes(true) ? flipped(shape, flips) : void 0
  };
}
var roleOf = (field, dim) => axisOf(dim, field.coordinate(dim)?.attributes ?? {}) ?? dim;
function dropSingle(field, keep) {
  const parts3 = ["time", "realization", "y", "x"];
  const single = field.dims.filter(
    (d) => field.size(d) === 1 && !keep.includes(d) && !parts3.includes(roleOf(field, d))
  );
  return single.length === 0 ? field : field.isel(Object.fromEntries(single.map((dim) => [dim, 0])));
}
function withoutMembers(truth, names3) {
  const member = truth.dimOf("realization");
  if (member === void 0) return truth;
  if (truth.size(member) === 1) return truth.isel({ [member]: 0 });
  const what = `the ${names3.truth} has ${truth.size(member)} members along ${member}`;
  throw new OptionsError(
    `${placeOf(names3.truth, truth, names3.verb)}: ${what}; expected one: choose it with isel`,
    names3.truth,
    member
  );
}
function differ(names3, forecast, what, expected, actual) {
  const hint = `bring one to the grid of the other first: regrid(${names3.forecast}, ${names3.truth}, { method }), or on the command line monge verify --regrid conservative or monge convert --grid; parts are chosen with sel and isel`;
  return new ShapeError(`${placeOf(names3.forecast, forecast, names3.verb)}: ${what}`, expected, actual, hint);
}
var ends = ({ values }) => values.length === 1 ? `${values[0]}` : `${values[0]} \u2026 ${values.at(-1)} (${values.length})`;
function compareLine(forecast, own, truth, dim, names3) {
  const [a, b] = [forecast.coordinate(own), truth.coordinate(dim)];
  const [n, m] = [forecast.size(own), truth.size(dim)];
  if (n !== m) {
    const show = (c, count) => c ? ends(c) : `${count} positions`;
    throw differ(names3, forecast, own, `${show(b, m)}, as ${dim} of the ${names3.truth}`, show(a, n));
  }
  if (a === void 0 && b === void 0) return false;
  if (a === void 0 || b === void 0) {
    throw differ(
      names3,
      forecast,
      own,
      b ? ends(b) : `no coordinate, as in the ${names3.truth}`,
      a ? ends(a) : "no coordinate"
    );
  }
  const scale = lengthScale(a) / lengthScale(b);
  const circle = isGeographic(dim, b.attributes) && axisOf(dim, b.attributes) === "x";
  const spacing2 = m > 1 ? Math.abs((b.values[m - 1] - b.values[0]) / (m - 1)) : Math.abs(b.values[0]) * 1e-3 || 1e-3;
  const apart = (i, k2) => {
    const d = a.values[i] * scale - b.values[k2];
    return Math.abs(circle ? d - 360 * Math.round(d / 360) : d);
  };
  const same = (turn) => b.values.every((_, k2) => apart(turn ? m - 1 - k2 : k2, k2) <= TOLERANCE * spacing2);
  if (same(false)) return false;
  if (same(true)) return true;
  const k = b.values.findIndex((_, i) => !(apart(i, i) <= TOLERANCE * spacing2));
  const at = `at position ${k}`;
  throw differ(
    names3,
    forecast,
    own,
    `${b.values[k]} ${at}, as ${dim} of the ${names3.truth} (${ends(b)})`,
    `${a.values[k]} (${ends(a)})`
  );
}
function comparePlane(forecast, own, truth, space, flips, names3) {
  if (space.length !== 2 || flips.includes(true)) return;
  for (const role of ["y", "x"]) {
    const find = (field, dims) => field.coordinates.find(
      (c) => c.dims.length === 2 && String(c.dims) === String(dims) && isGeographic(c.name, c.attributes) && axisOf(c.name, c.attributes) === role
    );
    const [a, b] = [find(forecast, own), find(truth, space)];
    if (a === void 0 || b === void 0) continue;
    const k = b.values.findIndex((v, i) => {
      const d = a.values[i] - v;
      return Math.abs(role === "x" ? d - 360 * Math.round(d / 360) : d) > 1e-4;
    });
    if (k < 0) continue;
    throw differ(
      names3,
      forecast,
      `${a.name} at cell ${k}`,
      `${b.values[k]}, as in the ${names3.truth}`,
      `${a.values[k]}`
    );
  }
}
var lengthScale = ({ attributes }) => /^(km|kilomet(er|re)s?)$/.test(textOf(attributes, "units") ?? "") ? 1e3 : 1;
function flipped(shape, flips) {
  const strides = shape.map((_, axis) => sizeOf(shape.slice(axis + 1)));
  return Uint32Array.from(
    { length: sizeOf(shape) },
    (_, cell) => shape.reduce((at, n, axis) => {
      const i = Math.floor(cell / strides[axis]) % n;
      return at + (flips[axis] ? n - 1 - i : i) * strides[axis];
    }, 0)
  );
}

// generative/verification/dry.ts
function dryBelow(values, threshold) {
  const out = values.slice();
  const least = out instanceof Float32Array ? Math.fround(threshold) : threshold;
  for (let i = 0; i < out.length; i++) if (out[i] < least) out[i] = 0;
  return out;
}

// generative/verification/matching/read-maps.ts
async function readMaps({ forecast, truth, members, shape, order }, common, [toForecast, toTruth], wetThreshold, onRead) {
  const points = sizeOf(shape);
  const most2 = Math.max(1, Math.floor(64e6 / Math.max(1, 8 * points * members)));
  const counted = [];
  for (let from = 0; from < common.length; ) {
    let to = from + 1;
    const runs = (k) => common[k].forecast === common[k - 1].forecast + 1 && common[k].truth === common[k - 1].truth + 1;
    while (to < common.length && to - from < most2 && runs(to)) to++;
    const f = toForecast(await part(forecast, common[from].forecast, to - from)).values;
    const t = toTruth(await part(truth, common[from].truth, to - from)).values;
    checkValues(placeOf("forecast", forecast), f, wetThreshold);
    checkValues(placeOf("truth", truth), t, wetThreshold);
    for (let k = 0; k < to - from; k++) {
      const own = f.subarray(k * members * points, (k + 1) * members * points);
      const { map, gaps } = mapOf(own, t.subarray(k * points, (k + 1) * points), members, order);
      const dry = (values) => wetThreshold === null ? values : dryBelow(values, wetThreshold);
      const { iso } = common[from + k];
      const whole = { ...map, time: iso, forecast: dry(map.forecast), truth: dry(map.truth) };
      counted.push({ map: whole, gaps });
    }
    from = to;
    onRead(from);
  }
  return counted;
}
function part(field, from, count) {
  const dim = field.dimOf("time");
  return (dim === void 0 ? field : field.isel({ [dim]: [from, from + count] })).load();
}
function checkValues(where, values, wetThreshold) {
  const at = values.findIndex((v) => v === Infinity || v === -Infinity || wetThreshold !== null && v < 0);
  if (at < 0) return;
  const hint = Number.isFinite(values[at]) ? "precipitation is at least 0; set rounding errors to 0, or score values as they are with wetThreshold: null" : "mark what is missing as NaN";
  throw new DomainError(`${where}: a value is ${values[at]}; ${hint}`, values[at]);
}
function mapOf(forecast, truth, members, order) {
  const points = truth.length;
  const gaps = { truth: 0, forecast: 0 };
  const kept = [];
  for (let i = 0; i < points; i++) {
    const at = order?.[i] ?? i;
    if (Number.isNaN(truth[i])) {
      gaps.truth++;
      continue;
    }
    let whole = true;
    for (let m = 0; m < members && whole; m++) whole = !Number.isNaN(forecast[m * points + at]);
    if (whole) kept.push(i);
    else gaps.forecast++;
  }
  if (kept.length === points && order === void 0) return { gaps, map: { forecast, truth, positions: void 0 } };
  const positions = Uint32Array.from(kept);
  const cut3 = forecast.slice(0, members * kept.length);
  for (let m = 0; m < members; m++) {
    for (const [k, i] of positions.entries()) cut3[m * kept.length + k] = forecast[m * points + (order?.[i] ?? i)];
  }
  const own = truth.slice(0, kept.length);
  for (const [k, i] of positions.entries()) own[k] = truth[i];
  return { gaps, map: { forecast: cut3, truth: own, positions: kept.length === points ? void 0 : positions } };
}
function together(a, b) {
  const [own, other] = [a.map.positions, b.map.positions];
  if (own === void 0 && other === void 0) return [a, b];
  const [first, second] = [own ?? Uint32Array.from(a.map.truth.keys()), other ?? Uint32Array.from(b.map.truth.keys())];
  const [has, both] = [new Set(second), /* @__PURE__ */ new Set()];
  for (const at of first) if (has.has(at)) both.add(at);
  return [cut(a, first, both), cut(b, second, both)];
}
function cut({ map, gaps }, positions, kept) {
  const lost = positions.length - kept.size;
  if (lost === 0) return { map, gaps };
  const cells2 = positions.length;
  const indices = Array.from(positions.keys()).filter((i) => kept.has(positions[i]));
  const of = (values, images) => {
    const out = values.slice(0, images * indices.length);
    for (let m = 0; m < images; m++) {
      for (const [k, i] of indices.entries()) out[m * indices.length + k] = values[m * cells2 + i];
    }
    return out;
  };
  const { time, forecast, truth } = map;
  const members = cells2 === 0 ? 0 : forecast.length / cells2;
  return {
    map: {
      time,
      forecast: of(forecast, members),
      truth: of(truth, 1),
      positions: positions.filter((at) => kept.has(at))
    },
    gaps: { ...gaps, forecast: gaps.forecast + lost }
  };
}

// generative/verification/matching/verify-units.ts
function conversion(name, field, units, interval, verb2 = "verify") {
  const plain = (text) => text?.trim();
  if (plain(field.units) === plain(units)) return (part3) => part3;
  const where = placeOf(name, field, verb2);
  const way = "state them with field.with({ units }), or convert before";
  if (field.units === void 0 || units === void 0 || !isWater(field.units) || !isWater(units)) {
    const show = (text) => text === void 0 ? "no units" : `units "${text}"`;
    const what = `${show(field.units)} against ${show(units)}; only precipitation is converted`;
    throw new UnitsError(`${where}: it has ${what}; ${way}`, field.units ?? "", units ?? "");
  }
  const spaced = interval === "time" ? secondsBetween(field) : interval;
  if (spaced === null) {
    throw new OptionsError(`${where}: its times are not evenly spaced; give interval in seconds`, "interval", interval);
  }
  return (part3) => convertPrecipitation(part3, units, spaced === void 0 ? {} : { interval: spaced });
}
function isWater(units) {
  try {
    precipitationUnits(units);
    return true;
  } catch (error) {
    if (isMongeError(error)) return false;
    throw error;
  }
}
function defaultThreshold(field, units) {
  if (units === void 0 || !isWater(units) || !(saysRain(field) ?? /mm|kg/.test(units))) return null;
  return 0.1 * precipitationFactor(precipitationUnits(units).kind === "rate" ? "mm h-1" : "mm", units);
}
function wetDay(field, units) {
  if (units === void 0 || defaultThreshold(field, units) === null) return null;
  return precipitationFactor(precipitationUnits(units).kind === "rate" ? "mm day-1" : "mm", units);
}
function saysRain({ name, attributes }) {
  const words = /precip|rain|snow/i;
  const standard = textOf(attributes, "standard_name");
  if (standard !== void 0) return words.test(standard);
  const named = words.test(`${name} ${textOf(attributes, "long_name")}`);
  return named || /^(pr|tp|rr|rr\d+|prc|prcp|ppt)$/i.test(name) || void 0;
}

// generative/verification/pooled.ts
function pooledQuantiles(maps, side, levels2) {
  if (levels2.length === 0 || maps.every((map) => map[side].length === 0)) return levels2.map(() => Number.NaN);
  const all = sorted(maps, side);
  return levels2.map((q) => quantileOfSorted(all, q));
}
function uncertaintyOf(maps) {
  const all = sorted(maps, "truth");
  const n = all.length;
  let sum2 = 0;
  for (let i = 0; i < n; i++) sum2 += (2 * i + 1 - n) / n * (all[i] / n);
  return n === 0 ? Number.NaN : sum2;
}
function sorted(maps, side) {
  const count = maps.reduce((sum2, map) => sum2 + map[side].length, 0);
  const all = maps.every((map) => map[side] instanceof Float32Array) ? new Float32Array(count) : new Float64Array(count);
  let at = 0;
  for (const map of maps) {
    all.set(map[side], at);
    at += map[side].length;
  }
  return all.sort();
}
var most = 2 ** 20;
var WeightedQuantiles = class {
  /** Ascending: the float32's bits in an order of numbers, then the map, in 52 bits. */
  keys;
  sizes;
  levels;
  /** @param dry - whether values are at least 0, so that zeros need not be kept */
  constructor(maps, side, levels2, dry) {
    this.levels = levels2;
    this.sizes = maps.map((map) => map[side].length);
    let count = 0;
    for (const map of maps) for (const v of map[side]) if (!dry || v > 0) count++;
    this.keys = new Float64Array(levels2.length > 0 ? count : 0);
    const [value, bits] = [new Float32Array(1), new Uint32Array(1)];
    const own = new Uint32Array(value.buffer);
    let at = 0;
    maps.forEach((map, k) => {
      if (levels2.length === 0) return;
      for (const v of map[side]) {
        if (dry && !(v > 0)) continue;
        value[0] = v;
        bits[0] = own[0] >= 2 ** 31 ? ~own[0] : own[0] + 2 ** 31;
        this.keys[at++] = bits[0] * most + k;
      }
    });
    this.keys.sort();
  }
  /** Quantiles, by numpy's default rule, of maps that count so many times. */
  of(weights) {
    const { keys, levels: levels2, sizes } = this;
    const total2 = sizes.reduce((sum2, n, k) => sum2 + n * weights[k], 0);
    if (total2 === 0) return levels2.map(() => Number.NaN);
    const out = new Array(levels2.length);
    let [at, above] = [keys.length, 0];
    const value = (rank) => {
      while (at > 0) {
        const map = keys[at - 1] % most;
        if (above + weights[map] > rank) return numberOf(Math.floor(keys[at - 1] / most));
        above += weights[map];
        at--;
      }
      return 0;
    };
    const falling = Array.from(levels2.keys()).sort((a, b) => levels2[b] - levels2[a]);
    for (const k of falling) {
      const position = levels2[k] * (total2 - 1);
      const low = Math.floor(position);
      const upper = value(total2 - 1 - Math.min(low + 1, total2 - 1));
      const lower = value(total2 - 1 - low);
      out[k] = lower + (position - low) * (upper - lower);
    }
    return out;
  }
};
function numberOf(bits) {
  const own = new Uint32Array(1);
  own[0] = bits >= 2 ** 31 ? bits - 2 ** 31 : ~bits;
  return new Float32Array(own.buffer)[0];
}

// generative/verification/redrawing.ts
function redrawingOf(bootstrap, times, truth, { verb: verb2, stream } = { verb: "verify", stream: "blocks" }) {
  const days = spacing(truth);
  const block = blockLength(bootstrap, times, days);
  if (!enough(times, block) && bootstrap.tooFew !== "none") {
    const way = "give a shorter `block`, or more times";
    throw new DomainError(`${verb2}: ${times} common times are fewer than two blocks of ${block}; ${way}`, times);
  }
  const { seed, draws = 1e3 } = bootstrap;
  return (count, told) => {
    const own = blockLength(bootstrap, count, days);
    if (!enough(count, own)) return void 0;
    const each = function* () {
      for (const weights of redraws(rng(seed).split(stream), count, own, draws)) {
        yield weights;
        told();
      }
    };
    return { draws: each(), block: own };
  };
}
function spacing(field) {
  const time = timeAxis(field);
  if (time === void 0 || time.values.length < 2) return void 0;
  const instants = instantsOf(time);
  const steps = instants.slice(1).map((t, i) => Math.abs(t - instants[i]));
  return steps.sort()[Math.floor(steps.length / 2)] / 864e5;
}

// generative/verification/climate/change-signal.ts
var verb = "changeSignal";
var roles = { verb, forecast: "forecast", truth: "driving" };
async function changeSignal(forecast, driving, options) {
  const [given, model] = [lazy(forecast), lazy(driving)];
  const { quantiles: levels2 = [0.9, 0.99], bootstrap, units = given.units } = options;
  const { wetThreshold = wetDay(given, units) } = options;
  for (const q of levels2) checkOption(verb, "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");
  const isWet = wetThreshold === null || wetThreshold > 0 && wetThreshold < Infinity;
  checkOption(verb, "wetThreshold", wetThreshold, isWet, "it must be > 0, or null");
  if (bootstrap) checkBootstrap(bootstrap);
  const read = (name) => periodOf(given, model, name, units, options);
  const periods2 = [await read("from"), await read("to")];
  const twice = new Set(periods2[0].times);
  const shared = periods2[1].times.find((time) => twice.has(time));
  if (shared !== void 0) {
    throw new OptionsError(
      `${verb}: both periods hold ${shared}; let the later period begin after the earlier one ends`,
      "to",
      options.to
    );
  }
  const once = periods2.map(({ maps }) => new Float64Array(maps.length).fill(1));
  const draws = bootstrap ? drawsOf(periods2, bootstrap) : [];
  const sides = ["forecast", "truth"].map((side) => ({
    sums: periods2.map(({ maps }) => sumsOf(maps, side, wetThreshold)),
    exact: periods2.map(({ maps }) => pooledQuantiles(maps, side, levels2)),
    redrawn: periods2.map(({ maps }, p) => {
      if (draws.length === 0) return [];
      const dry = maps.every((map) => map[side].every((v) => v >= 0));
      const law = new WeightedQuantiles(maps, side, levels2, dry);
      return draws.map((weights) => law.of(weights[p]));
    })
  }));
  const coverage = bootstrap?.coverage ?? 0.95;
  const value = (of) => {
    const change = (side, draw) => of(side, 1, draw) / of(side, 0, draw) - 1;
    const interval = (share) => intervalOf(
      finite(share(-1)),
      Float64Array.from(draws, (_, d) => finite(share(d))),
      coverage
    );
    const [own, other] = [0, 1].map((side) => ({
      from: of(side, 0, -1),
      to: of(side, 1, -1),
      change: interval((draw) => change(side, draw))
    }));
    return {
      forecast: own,
      driving: other,
      difference: interval((draw) => change(0, draw) - change(1, draw))
    };
  };
  const ratio = (over, under) => value((side, period, draw) => {
    const sums2 = sides[side].sums[period];
    const weights = draw < 0 ? once[period] : draws[draw][period];
    return weighted(sums2[over], weights) / weighted(sums2[under], weights);
  });
  const wet = wetThreshold !== null;
  return {
    mean: ratio("sum", "count"),
    wetFrequency: wet ? ratio("wet", "count") : void 0,
    wetIntensity: wet ? ratio("wetSum", "wet") : void 0,
    quantiles: levels2.map((q, k) => ({
      q,
      ...value((side, period, draw) => {
        const { exact, redrawn: redrawn2 } = sides[side];
        return (draw < 0 ? exact[period] : redrawn2[period][draw])[k];
      })
    })),
    pattern: patternOf(periods2),
    coverage: { from: periods2[0].coverage, to: periods2[1].coverage },
    ...{ members: periods2[0].members, units, wetThreshold }
  };
}
var finite = (v) => Number.isFinite(v) ? v : Number.NaN;
async function periodOf(forecast, driving, name, units, { [name]: range, interval, onProgress = () => {
} }) {
  for (const [role, field] of [
    ["forecast", forecast],
    ["driving", driving]
  ]) {
    if (field.dimOf("time") !== void 0) continue;
    const where = `${placeOf(role, field, verb)} has no dimension of time`;
    throw new OptionsError(`${where}; a change needs times of both periods`, name, range);
  }
  const convert = [
    conversion("forecast", forecast, units, interval, verb),
    conversion("driving", driving, units, interval, verb)
  ];
  const aligned = align(selectTimes(forecast, range), selectTimes(driving, range), roles);
  const common = commonTimes(aligned.forecast, aligned.truth, "value", roles);
  const counted = await readMaps(aligned, common, convert, null, (done) => onProgress(name, done, common.length));
  const maps = counted.map(({ map }) => map).filter(({ truth }) => truth.length > 0);
  const size = sizeOf(aligned.shape);
  const cells2 = maps.reduce((sum2, { truth }) => sum2 + truth.length, 0);
  const times = common.map(({ iso }) => iso);
  if (cells2 === 0) {
    const what = `no cell has values of both at the ${times.length} common times from ${times[0]} to ${times.at(-1)}`;
    throw new DomainError(`${placeOf("forecast", forecast, verb)}: ${what}; choose other periods`, 0);
  }
  const coverage = {
    range: [times[0], times.at(-1)],
    times: [times.length, timeCount(aligned.forecast), timeCount(aligned.truth)],
    cells: [cells2, size * times.length],
    share: cells2 / (size * times.length)
  };
  return { maps, times, coverage, part: aligned.truth, members: aligned.members, size };
}
function drawsOf(periods2, bootstrap) {
  const drawn = periods2.map(({ maps, part: part3 }, p) => {
    const how = { verb, stream: `change-${p === 0 ? "from" : "to"}` };
    const found = redrawingOf(bootstrap, maps.length, part3, how)(maps.length, () => {
    });
    return found && Array.from(found.draws, (weights) => weights.slice());
  });
  const [from, to] = drawn;
  return from && to ? from.map((weights, d) => [weights, to[d]]) : [];
}
function sumsOf(maps, side, threshold) {
  const zeros = () => new Float64Array(maps.length);
  const sums2 = { count: zeros(), sum: zeros(), wet: zeros(), wetSum: zeros() };
  for (const [k, { [side]: values }] of maps.entries()) {
    const least = values instanceof Float32Array ? Math.fround(threshold ?? Infinity) : threshold ?? Infinity;
    sums2.count[k] = values.length;
    for (const v of values) {
      sums2.sum[k] += v;
      if (v < least) continue;
      sums2.wet[k] += 1;
      sums2.wetSum[k] += v;
    }
  }
  return sums2;
}
function weighted(values, weights) {
  let sum2 = 0;
  for (let k = 0; k < values.length; k++) sum2 += values[k] * weights[k];
  return sum2;
}
function cellMeans({ maps, members, size }, side) {
  const [sums2, counts] = [new Float64Array(size), new Float64Array(size)];
  for (const { [side]: values, truth, positions } of maps) {
    const images = side === "forecast" ? members : 1;
    for (let i = 0; i < truth.length; i++) {
      const at = positions?.[i] ?? i;
      counts[at] += images;
      for (let m = 0; m < images; m++) sums2[at] += values[m * truth.length + i];
    }
  }
  return sums2.map((sum2, at) => sum2 / counts[at]);
}
function patternOf(periods2) {
  const [own, other] = ["forecast", "truth"].map((side) => {
    const [from, to] = periods2.map((period) => cellMeans(period, side));
    return from.map((v, at) => finite(to[at] / v - 1));
  });
  const known = Array.from(own.keys()).filter((at) => !Number.isNaN(own[at] + other[at]));
  const n = known.length;
  const mean2 = (of) => known.reduce((sum2, at) => sum2 + of(at), 0) / n;
  const [a, b] = [own, other].map((changes) => {
    const middle = mean2((at) => changes[at]);
    const apart = changes.map((v) => v - middle);
    const deviation = Math.sqrt(mean2((at) => apart[at] ** 2));
    return { apart, deviation: deviation > 1e-6 * (1 + Math.abs(middle)) ? deviation : Number.NaN };
  });
  return {
    correlation: mean2((at) => a.apart[at] * b.apart[at]) / (a.deviation * b.deviation),
    rmsd: Math.sqrt(mean2((at) => (own[at] - other[at]) ** 2)),
    cells: n
  };
}

// generative/verification/score-rows.ts
var labels = {
  q: (q) => `q${Number((100 * q).toFixed(4))}`,
  threshold: (t) => `\u2265 ${t}`,
  window: (n) => `${n} x ${n}`
};
function leaves(value, name = []) {
  if (typeof value === "number" || typeof value === "object" && value !== null && "low" in value) {
    return [[name.join(" "), value]];
  }
  if (Array.isArray(value)) return value.flatMap((each) => leaves(each, name));
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  const own = entries.flatMap(([key, v]) => key in labels ? [labels[key](v)] : []);
  return entries.flatMap(([key, v]) => {
    if (key in labels) return [];
    return leaves(v, [...name, ...own, ...key === name.at(-1) ? [] : [key]]);
  });
}
var mark = " intervals ";
var isEnds = (score2) => score2.includes(mark);
function rowsOf(part3, { scores, intervals, against }) {
  const { rankHistogram: _, ...numbers } = scores;
  const of = (values) => new Map(leaves(values ?? {}));
  const [ends2, others, apart] = [of(intervals), of(against?.scores), of(against?.differences)];
  const found = leaves(numbers);
  const brought = new Map(
    found.flatMap(([score2, value]) => isEnds(score2) ? [[score2.replace(mark, " "), value]] : [])
  );
  return found.filter(([score2]) => !isEnds(score2)).map(([score2, value]) => {
    const interval = ends2.get(score2) ?? brought.get(score2);
    return {
      part: part3,
      score: score2,
      value,
      low: interval?.low,
      high: interval?.high,
      other: others.get(score2),
      difference: apart.get(score2)
    };
  });
}
function allRows(found) {
  return [
    ...rowsOf("all", found),
    ...Object.entries(found.events).flatMap(([label, part3]) => rowsOf(label, part3)),
    ...Object.entries(found.regions).flatMap(([label, part3]) => rowsOf(`region ${label}`, part3))
  ];
}
function scoreSheet(found) {
  return {
    header: [
      ...["part", "score", "value", "low", "high", "against"],
      ...["difference", "difference_low", "difference_high"]
    ],
    rows: allRows(found).map(({ part: part3, score: score2, value, low, high, other, difference }) => [
      ...[part3, score2, value, low, high, other],
      ...[difference?.value, difference?.low, difference?.high]
    ])
  };
}

// generative/verification/extremes.ts
function returnLevel(law, period) {
  const { location, scale, shape } = law;
  if (!(period > 1)) throw new DomainError(`returnLevel: period is ${period}; it must be > 1 block`, period);
  if (!(scale > 0)) throw new DomainError(`returnLevel: scale is ${scale}; it must be > 0`, scale);
  const x = -Math.log(-Math.log1p(-1 / period));
  return location + scale * (shape === 0 ? x : Math.expm1(shape * x) / shape);
}

// generative/verification/climate/gev.ts
function momentsOfSorted(sorted2, times) {
  let [n, b0, b1, b2] = [0, 0, 0, 0];
  for (let i = 0; i < sorted2.length; i++) {
    const [x, count] = [sorted2[i], times(i)];
    b0 += count * x;
    b1 += count * (n + (count - 1) / 2) * x;
    b2 += ((n + count) * (n + count - 1) * (n + count - 2) - n * (n - 1) * (n - 2)) / 3 * x;
    n += count;
  }
  b0 /= n;
  b1 /= n * (n - 1);
  b2 /= n * (n - 1) * (n - 2);
  const scale = 2 * b1 - b0;
  return { mean: b0, scale, skewness: scale > 0 ? (6 * b2 - 6 * b1 + b0) / scale : Number.NaN };
}
function skewnessOf(k) {
  const ratio = Math.abs(k) < 1e-9 ? Math.log(3) / Math.log(2) : Math.expm1(-k * Math.log(3)) / Math.expm1(-k * Math.log(2));
  return 2 * ratio - 3;
}
function gevOfLMoments({ mean: mean2, scale, skewness }) {
  if (!(scale > 0 && skewness > -1 && skewness < 1)) {
    const what = `L-moments ${mean2}, ${scale}, \u03C4\u2083 ${skewness} belong to no law`;
    throw new DomainError(`gevOfLMoments: ${what}; the second must be > 0 and \u03C4\u2083 within (\u22121, 1)`, scale);
  }
  let [low, high] = [-1, 1];
  while (skewnessOf(high) > skewness) high *= 2;
  for (let i = 0; i < 200 && high - low > 1e-15 * Math.max(1, Math.abs(low)); i++) {
    const middle = (low + high) / 2;
    if (skewnessOf(middle) > skewness) low = middle;
    else high = middle;
  }
  const k = (low + high) / 2;
  if (Math.abs(k) < 1e-8) {
    const sigma2 = scale / Math.log(2);
    return { location: mean2 - 0.5772156649015329 * sigma2, scale: sigma2, shape: 0 };
  }
  const gamma = Math.exp(logGamma(1 + k));
  const sigma = scale * k / (-Math.expm1(-k * Math.log(2)) * gamma);
  return { location: mean2 - sigma * (1 - gamma) / k, scale: sigma, shape: -k };
}

// generative/verification/climate/wet-day-indices.ts
var WET = 1;
function longestRun({ rain, follows }, wet) {
  let [run, longest] = [0, 0];
  for (let d = 0; d < rain.length; d++) {
    if (rain[d] >= WET !== wet) run = 0;
    else run = follows[d] ? run + 1 : 1;
    longest = Math.max(longest, run);
  }
  return longest;
}
function sumOver({ rain }, least) {
  let sum2 = 0;
  for (let d = 0; d < rain.length; d++) if (rain[d] >= least) sum2 += rain[d];
  return sum2;
}
function daysOver({ rain }, least) {
  let count = 0;
  for (let d = 0; d < rain.length; d++) if (rain[d] >= least) count++;
  return count;
}
function mostOver({ rain, follows }, days) {
  let most2 = 0;
  for (let d = 0; d < rain.length; d++) {
    let [sum2, k] = [rain[d], d];
    while (d - k < days - 1 && k > 0 && follows[k]) sum2 += rain[--k];
    most2 = Math.max(most2, sum2);
  }
  return most2;
}
var wetDayIndices = {
  /** Rain of wet days, mm. */
  PRCPTOT: (days) => sumOver(days, WET),
  /** Largest rain of one day and of five days, mm. */
  Rx1day: (days) => mostOver(days, 1),
  Rx5day: (days) => mostOver(days, 5),
  /** Mean rain of wet days, mm; NaN without one. */
  SDII: (days) => sumOver(days, WET) / daysOver(days, WET),
  /** Days with 1, 10, 20 mm or more. */
  R1mm: (days) => daysOver(days, WET),
  R10mm: (days) => daysOver(days, 10),
  R20mm: (days) => daysOver(days, 20),
  /** Rain above the truth's 95 % quantile of wet days, mm. */
  R95p: (days) => {
    let sum2 = 0;
    for (let d = 0; d < days.rain.length; d++) if (days.rain[d] > days.heavy) sum2 += days.rain[d];
    return sum2;
  },
  /** Longest runs of dry and of wet days. */
  CDD: (days) => longestRun(days, false),
  CWD: (days) => longestRun(days, true)
};

// generative/verification/climate/climate-scores.ts
var periods = [2, 5, 10, 20, 50];
function climateScores(maps, options) {
  const years = yearsOf(maps, options);
  const { labels: labels3, cells: cells2 } = years;
  const { members, bootstrap } = options;
  const names3 = Object.keys(wetDayIndices);
  const sides = [[-1], Array.from({ length: members }, (_, m) => m)];
  const means = sides.map(
    (side) => names3.map(
      (name) => labels3.map((_, year) => {
        let [sum2, count] = [0, 0];
        for (let cell = 0; cell < cells2; cell++) {
          for (const member of side) {
            const value = wetDayIndices[name](years.series(year, cell, member));
            if (Number.isNaN(value)) continue;
            sum2 += value;
            count++;
          }
        }
        return sum2 / count;
      })
    )
  );
  const once = new Float64Array(labels3.length).fill(1);
  const mean2 = (values, weights) => {
    let [sum2, total2] = [0, 0];
    values.forEach((v, y) => {
      if (Number.isNaN(v)) return;
      sum2 += weights[y] * v;
      total2 += weights[y];
    });
    return sum2 / total2;
  };
  const draws = bootstrap && labels3.length >= 5 ? Array.from(redraws(bootstrap.random, labels3.length, 1, bootstrap.draws), (weights) => weights.slice()) : [];
  const compare = (of) => {
    const [truth, forecast] = [of(0, once), of(1, once)];
    const drawn = Float64Array.from(draws, (weights) => of(1, weights) / of(0, weights) - 1);
    return { truth, forecast, bias: intervalOf(forecast / truth - 1, drawn, bootstrap?.coverage ?? 0.95) };
  };
  const indices = names3.map((name, k) => [name, compare((side, weights) => mean2(means[side][k], weights))]);
  const maxima = sides.map((side) => maximaOf(years, side));
  return {
    years: labels3.length,
    cells: cells2,
    indices: Object.fromEntries(indices),
    returnLevels: labels3.length < 10 ? [] : periods.map((period) => ({
      period,
      ...compare((side, weights) => regionalLevel(maxima[side], weights, period))
    }))
  };
}
function maximaOf({ labels: labels3, cells: cells2, series }, members) {
  return Array.from({ length: cells2 }, (_, cell) => {
    const all = labels3.flatMap(
      (_2, year) => members.map((member) => ({ year, value: wetDayIndices.Rx1day(series(year, cell, member)) }))
    );
    all.sort((a, b) => a.value - b.value);
    return {
      values: Float64Array.from(all, ({ value }) => value),
      years: Uint32Array.from(all, ({ year }) => year)
    };
  });
}
function regionalLevel(maxima, weights, period) {
  let [mean2, ratio, skewness, count] = [0, 0, 0, 0];
  for (const { values, years } of maxima) {
    const own = momentsOfSorted(values, (i) => weights[years[i]]);
    if (!(own.scale > 0 && own.mean > 0)) continue;
    mean2 += own.mean;
    ratio += own.scale / own.mean;
    skewness += own.skewness;
    count++;
  }
  if (count === 0) return Number.NaN;
  const law = gevOfLMoments({ mean: 1, scale: ratio / count, skewness: skewness / count });
  return mean2 / count * returnLevel(law, period);
}
function yearsOf(maps, { units, members, days: instants }) {
  const factor = dailyFactor(units);
  const times = checkedDays(maps, instants);
  const common = commonCells(maps);
  if (common.length === 0) throw new DomainError("verify: no cell has every day; climate needs whole series", 0);
  const days = maps.map(({ positions, forecast, truth }) => {
    const at = positions && new Map(Array.from(positions, (position, k) => [position, k]));
    const places = common.map((position) => at?.get(position) ?? position);
    const of = (values, image) => Float64Array.from(places, (i) => factor * values[image * truth.length + i]);
    return [of(truth, 0), ...Array.from({ length: members }, (_, m) => of(forecast, m))];
  });
  const labels3 = [...new Set(times.map(({ year }) => year))];
  const byYear = labels3.map((label) => times.flatMap(({ year }, d) => year === label ? [d] : []));
  const follows = byYear.map((own) => own.map((d, k) => k > 0 && times[d].day - times[own[k - 1]].day === 1));
  const series = byYear.map(
    (own) => Array.from(
      { length: members + 1 },
      (_, image) => common.map((_2, cell) => Float64Array.from(own, (d) => days[d][image][cell]))
    )
  );
  const heavy = common.map((_, cell) => {
    const wet = days.map((day) => day[0][cell]).filter((v) => v >= 1);
    return wet.length === 0 ? Number.NaN : quantileOfSorted(Float64Array.from(wet).sort(), 0.95);
  });
  return {
    labels: labels3,
    cells: common.length,
    series: (year, cell, member) => ({
      rain: series[year][member + 1][cell],
      follows: follows[year],
      heavy: heavy[cell]
    })
  };
}
function dailyFactor(units) {
  if (units === void 0) throw new OptionsError("verify: climate needs units of rain; there are none", "climate");
  const { kind } = precipitationUnits(units);
  return precipitationFactor(units, kind === "rate" ? "mm day-1" : "mm");
}
function checkedDays(maps, instants) {
  const hint = "climate needs one map a day; leave the option out";
  if (instants === void 0 || maps.some(({ time }) => time === void 0)) {
    throw new OptionsError(`verify: times are matched by position and have no dates; ${hint}`, "climate");
  }
  const days = maps.map(({ time }, k) => ({ day: Math.floor(instants[k]), year: /^[+-]?\d+/.exec(time)[0] }));
  const steps = days.slice(1).map(({ day }, k) => day - days[k].day);
  if (steps.some((step2) => step2 <= 0) || steps.filter((step2) => step2 === 1).length < steps.length / 2) {
    throw new OptionsError(`verify: times from ${maps[0].time} on are no consecutive days; ${hint}`, "climate");
  }
  return days;
}
function commonCells(maps) {
  const [first, ...others] = maps;
  const of = ({ positions, truth }) => positions ?? Uint32Array.from(truth.keys());
  let common = Array.from(of(first));
  for (const map of others) {
    const own = new Set(of(map));
    common = common.filter((position) => own.has(position));
  }
  return common;
}

// generative/verification/matching/events.ts
var parts = { season: true, month: true, year: true };
function byDate(part3, time) {
  const [, year, month] = /^(-?\d+)-(\d\d)/.exec(time);
  if (part3 === "year") return year;
  return part3 === "month" ? month : ["DJF", "MAM", "JJA", "SON"][Math.floor(Number(month) % 12 / 3)];
}
function checkEvents(events) {
  if (typeof events !== "string" || Object.hasOwn(parts, events)) return;
  const expected = 'expected "season", "month" or "year", a label for each time, or a function of a time';
  throw new OptionsError(`verify: events is ${JSON.stringify(events)}; ${expected}`, "events", events);
}
function labelsOf(events, common, truthTimes) {
  if (events === void 0) return common.map(() => void 0);
  if (typeof events === "object") {
    if (events.length === truthTimes) return common.map(({ truth }) => events[truth]);
    throw new ShapeError("verify: events", [truthTimes], [events.length], "one label for each time of the truth");
  }
  return common.map(({ iso }) => {
    if (iso !== void 0) return typeof events === "function" ? events(iso) : byDate(events, iso);
    throw new OptionsError(
      "verify: events go by the dates of times, but none are matched; give labels",
      "events",
      events
    );
  });
}

// generative/verification/matching/regions.ts
async function regionsOf(regions, truth) {
  const { forecast, members, order } = align(lazyField(regions), truth);
  const { values, shape } = await forecast.load();
  const size = order?.length ?? values.length;
  if (members !== 1 || values.length !== size) {
    throw new ShapeError("verify: regions", "one map, without times and members", shape);
  }
  const found = /* @__PURE__ */ new Map();
  for (let i = 0; i < size; i++) {
    const label = values[order?.[i] ?? i];
    if (Number.isNaN(label) || label === 0) continue;
    if (!Number.isInteger(label)) {
      throw new DomainError(
        `verify: regions hold ${label}; each region is a whole number, and NaN or 0 is none`,
        label
      );
    }
    const own = found.get(label) ?? /* @__PURE__ */ new Set();
    found.set(label, own.add(i));
  }
  if (found.size === 0) throw new DomainError("verify: regions hold no number but 0 and NaN", 0);
  return new Map([...found].sort(([a], [b]) => a - b));
}
function within(counted, cells2) {
  const { positions, truth } = counted.map;
  return cut(counted, positions ?? Uint32Array.from(truth.keys()), cells2);
}

// generative/verification/contingency.ts
function contingencyScores(table) {
  const { hits: a, falseAlarms: b, misses: c, correctNegatives: d } = table;
  const n = a + b + c + d;
  const pod = a / (a + c);
  const pofd = b / (b + d);
  const byChance = (a + b) * (a + c) / n;
  const [lnF, lnH, lnNotF, lnNotH] = [Math.log(pofd), Math.log(pod), Math.log(1 - pofd), Math.log(1 - pod)];
  return {
    accuracy: (a + d) / n,
    frequencyBias: (a + b) / (a + c),
    pod,
    far: b / (a + b),
    pofd,
    csi: a / (a + b + c),
    hss: 2 * (a * d - b * c) / ((a + c) * (c + d) + (a + b) * (b + d)),
    hk: pod - pofd,
    ets: (a - byChance) / (a + b + c - byChance),
    sedi: (lnF - lnH + lnNotH - lnNotF) / (lnF + lnH + lnNotH + lnNotF),
    mcc: (a * d - b * c) / Math.sqrt((a + b) * (a + c) * (d + b) * (d + c)),
    f1: 2 * a / (2 * a + b + c)
  };
}

// generative/verification/event-scores.ts
function eventScores(threshold, { cells: cells2, events }) {
  const members = cells2.length - 1;
  let [n, happened] = [0, 0];
  for (let k = 0; k <= members; k++) {
    n += cells2[k];
    happened += events[k];
  }
  const rate = happened / n;
  let [hits, falseAlarms, brier, reliability, resolution, narrow] = [0, 0, 0, 0, 0, 0];
  for (let k = 0; k <= members; k++) {
    const [p, count, yes] = [k / members, cells2[k], events[k]];
    hits += p * yes;
    falseAlarms += p * (count - yes);
    brier += yes * (1 - p) ** 2 + (count - yes) * p ** 2;
    narrow += count * p * (1 - p);
    if (count === 0) continue;
    reliability += count * (p - yes / count) ** 2;
    resolution += count * (yes / count - rate) ** 2;
  }
  const table = { hits, falseAlarms, misses: happened - hits, correctNegatives: n - happened - falseAlarms };
  const { csi, pod, far, ets, frequencyBias } = contingencyScores(table);
  return {
    threshold,
    ...{ csi, pod, far, ets, frequencyBias },
    brier: brier / n,
    brierFair: members > 1 ? (brier - narrow / (members - 1)) / n : Number.NaN,
    brierReliability: reliability / n,
    brierResolution: resolution / n,
    rocArea: rocArea(cells2, events, n, happened)
  };
}
function rocCurve({ cells: cells2, events }) {
  const sum2 = (values) => values.reduce((a, b) => a + b, 0);
  const [happened, n] = [sum2(events), sum2(cells2)];
  let [yes, no] = [0, 0];
  const curve = [{ pod: 0, pofd: 0 }];
  for (let k = cells2.length - 1; k >= 0; k--) {
    yes += events[k];
    no += cells2[k] - events[k];
    curve.push({ pod: yes / happened, pofd: no / (n - happened) });
  }
  return curve;
}
function rocArea(cells2, events, n, happened) {
  if (happened === 0 || happened === n) return Number.NaN;
  const curve = rocCurve({ cells: cells2, events });
  return curve.slice(1).reduce((area, { pod, pofd }, k) => area + 0.5 * (pod + curve[k].pod) * (pofd - curve[k].pofd), 0);
}
function reliabilityDiagram({ cells: cells2, events }) {
  return Array.from(cells2, (count, k) => ({
    probability: k / (cells2.length - 1),
    cells: count,
    frequency: events[k] / count
  }));
}

// generative/verification/diagrams.ts
var levels = [
  ...Array.from({ length: 19 }, (_, k) => (k + 1) / 20),
  ...[0.96, 0.97, 0.98, 0.99, 0.993, 0.995, 0.998, 0.999, 0.9995, 0.9999]
];
function diagramsOf({ cases: { maps }, tallied: { plan } }, sums2) {
  const each = (of) => plan.thresholds.map((threshold, k) => ({ threshold, of: of(sums2.eventCounts[k]) }));
  return {
    reliability: each(reliabilityDiagram).map(({ threshold, of }) => ({ threshold, dots: of })),
    roc: each(rocCurve).map(({ threshold, of }) => ({ threshold, curve: of })),
    quantiles: {
      levels,
      forecast: pooledQuantiles(maps, "forecast", levels),
      truth: pooledQuantiles(maps, "truth", levels)
    },
    spectrum: { forecast: Array.from(sums2.spectra.forecast), truth: Array.from(sums2.spectra.truth) }
  };
}

// generative/verification/diebold-mariano.ts
function dieboldMariano(differences, horizon = 1) {
  const n = differences.length;
  checkFinite("dieboldMariano: differences", differences);
  if (n < 3) throw new DomainError(`dieboldMariano: ${n} differences; at least 3 are needed`, n);
  if (!(Number.isInteger(horizon) && horizon >= 1 && horizon < n)) {
    throw new DomainError(
      `dieboldMariano: horizon is ${horizon}; it must be a whole number from 1 to ${n - 1}`,
      horizon
    );
  }
  const values = Float64Array.from(differences);
  const mean2 = values.reduce((a, b) => a + b, 0) / n;
  const covariance = (lag) => {
    let sum2 = 0;
    for (let t = lag; t < n; t++) sum2 += (values[t] - mean2) * (values[t - lag] - mean2);
    return sum2 / n;
  };
  let variance = covariance(0);
  for (let lag = 1; lag < horizon; lag++) variance += 2 * covariance(lag);
  const correction = (n + 1 - 2 * horizon + horizon * (horizon - 1) / n) / n;
  const statistic = variance > 0 ? Math.sqrt(correction) * (mean2 / Math.sqrt(variance / n)) : Number.NaN;
  const p = Number.isNaN(statistic) ? Number.NaN : 2 * studentCdf(-Math.abs(statistic), n - 1);
  return { statistic, p, times: n, horizon };
}

// generative/verification/rank-flatness.ts
function rankFlatness({ maps, members }, random) {
  const counts = new Float64Array(members + 1);
  let ranks = 0;
  for (const { forecast, truth } of maps) {
    const cells2 = truth.length;
    const value = (m, i2) => forecast[m * cells2 + i2];
    const rain = (i2) => {
      if (truth[i2] !== 0) return true;
      for (let m = 0; m < members; m++) if (value(m, i2) !== 0) return true;
      return false;
    };
    const wet = Array.from(truth.keys()).filter(rain);
    if (wet.length === 0) continue;
    const i = wet[Math.floor(random.uniform() * wet.length)];
    let [below, equal] = [0, 0];
    for (let m = 0; m < members; m++) {
      if (value(m, i) < truth[i]) below++;
      else if (value(m, i) === truth[i]) equal++;
    }
    counts[below + Math.floor(random.uniform() * (equal + 1))] += 1;
    ranks++;
  }
  const expected = ranks / (members + 1);
  if (members < 2 || expected < 5) return { chiSquare: Number.NaN, p: Number.NaN, ranks };
  const chiSquare = counts.reduce((sum2, n) => sum2 + (n - expected) ** 2 / expected, 0);
  return { chiSquare, p: 1 - gammaCdf(members / 2, chiSquare / 2), ranks };
}

// generative/verification/rank.ts
function countRanks(counts, ensemble, truth, options = {}) {
  const { random, skipDry = true } = options;
  const members = counts.length - 1;
  const points = truth.length;
  let used = 0;
  for (let i = 0; i < points; i++) {
    const y = truth[i];
    let [below, equal, dry] = [0, 0, y === 0];
    for (let m = 0; m < members; m++) {
      const x = ensemble[m * points + i];
      if (x < y) below++;
      else if (x === y) equal++;
      if (x !== 0) dry = false;
    }
    if (dry && skipDry) continue;
    used++;
    if (random) counts[below + Math.floor(random.uniform() * (equal + 1))] += 1;
    else for (let r = below; r <= below + equal; r++) counts[r] += 1 / (equal + 1);
  }
  return used;
}
function spreadAndError(ensemble, truth, members) {
  const points = truth.length;
  let [variance, squaredError] = [0, 0];
  for (let i = 0; i < points; i++) {
    let mean2 = 0;
    for (let m = 0; m < members; m++) mean2 += ensemble[m * points + i];
    mean2 /= members;
    let sum2 = 0;
    for (let m = 0; m < members; m++) sum2 += (ensemble[m * points + i] - mean2) ** 2;
    variance += sum2 / (members - 1);
    squaredError += (mean2 - truth[i]) ** 2;
  }
  return { variance, squaredError };
}

// generative/verification/spectrum.ts
function rapsd(values, height, width = height) {
  const points = height * width;
  const count = values.length / points;
  if (!(height >= 4 && width >= 4) || !Number.isInteger(count) || count < 1) {
    throw new ShapeError("rapsd: values", `whole images of ${height} \xD7 ${width}, sides \u2265 4`, [values.length]);
  }
  checkFinite("rapsd: values", values);
  const { ring, population } = rings(height, width);
  const power = new Float64Array(population.length);
  for (let n = 0; n < count; n++) {
    const { re, im } = fft2(values.subarray(n * points, (n + 1) * points), height, width);
    for (let i = 0; i < points; i++) {
      const r = ring[i];
      if (r >= 0) power[r] += re[i] * re[i] + im[i] * im[i];
    }
  }
  return power.map((p, r) => p / (population[r] * points * count));
}
function rings(height, width) {
  const n = Math.max(height, width);
  const [ky, kx] = [wavenumbers(height), wavenumbers(width)];
  const last = Math.floor(n / 2) - 1;
  const ring = new Int32Array(height * width).fill(-1);
  const population = new Float64Array(last);
  for (let i = 0; i < ring.length; i++) {
    const r = Math.round(Math.hypot(n * ky[Math.floor(i / width)] / height, n * kx[i % width] / width));
    if (r < 1 || r > last) continue;
    ring[i] = r - 1;
    population[r - 1] += 1;
  }
  return { ring, population };
}
function spectrumDifference(power, reference) {
  if (power.length !== reference.length) {
    throw new ShapeError("spectrumDifference: power", [reference.length], [power.length]);
  }
  return Float64Array.from({ length: power.length }, (_, k) => 10 * Math.log10(power[k] / reference[k]));
}
function ralsd(power, reference) {
  const d = spectrumDifference(power, reference);
  return Math.sqrt(d.reduce((a, b) => a + b * b, 0) / d.length);
}
function spectralSlope(power, from = 1, to = power.length) {
  const n = to - from + 1;
  if (!(from >= 1 && n >= 2 && to <= power.length)) {
    throw new DomainError(`spectralSlope: rings ${from} \u2026 ${to} of ${power.length}; at least two are needed`, [
      from,
      to
    ]);
  }
  let [sx, sy, sxx, sxy] = [0, 0, 0, 0];
  for (let k = from; k <= to; k++) {
    const p = power[k - 1];
    if (!(p > 0)) throw new DomainError(`spectralSlope: power at k = ${k} is ${p}; it must be > 0`, p);
    const [x, y] = [Math.log(k), Math.log(p)];
    sx += x;
    sy += y;
    sxx += x * x;
    sxy += x * y;
  }
  return -(n * sxy - sx * sy) / (n * sxx - sx * sx);
}

// generative/verification/tally/part.ts
var part2 = (given) => given;
var take = (next, count) => Float64Array.from({ length: count }, next);

// generative/verification/tally/crps-parts.ts
var crpsParts = part2({
  size: ({ members }) => 2 * (members + 1) + 2,
  of({ forecast, truth }, { members }) {
    const gaps = members + 1;
    const cells2 = truth.length;
    const out = new Float64Array(2 * gaps + 2);
    const sorted2 = new Float64Array(members);
    for (let i = 0; i < cells2; i++) {
      for (let m = 0; m < members; m++) sorted2[m] = forecast[m * cells2 + i];
      sorted2.sort();
      const y = truth[i];
      for (let k = 1; k < members; k++) {
        const [low, high] = [sorted2[k - 1], sorted2[k]];
        const above = Math.min(Math.max(y - low, 0), high - low);
        out[k] += above;
        out[gaps + k] += high - low - above;
      }
      if (y < sorted2[0]) {
        out[gaps] += sorted2[0] - y;
        out[2 * gaps] += 1;
      } else if (y > sorted2[members - 1]) {
        out[members] += y - sorted2[members - 1];
        out[2 * gaps + 1] += 1;
      }
    }
    return out;
  },
  read: (next, { members }) => ({
    alpha: take(next, members + 1),
    beta: take(next, members + 1),
    below: next(),
    above: next()
  })
});
function reliabilityOf({ alpha, beta, below, above }, cells2) {
  const members = alpha.length - 1;
  let [reliability, potential] = [0, 0];
  for (let k = 0; k <= members; k++) {
    const [a, b] = [alpha[k] / cells2, beta[k] / cells2];
    const o = k === 0 ? below / cells2 : k === members ? 1 - above / cells2 : b / (a + b);
    const g = k === 0 ? b / o : k === members ? a / (1 - o) : a + b;
    if (!(a + b > 0)) continue;
    reliability += g * (o - k / members) ** 2;
    potential += g * o * (1 - o);
  }
  return [reliability, potential];
}

// generative/verification/scores.ts
var relative = (forecast, truth) => truth > 0 ? forecast / truth - 1 : Number.NaN;
var root = (a, b) => b > 0 ? Math.sqrt(a / b) : Number.NaN;
function scalarScores(sums2, plan, pooled) {
  const { maps, cells: cells2, ...over } = sums2.cells;
  const { members, wetThreshold } = plan;
  const [reliability, potential] = reliabilityOf(sums2.crpsParts, cells2);
  const { pairs: pairs2, ...objects2 } = sums2.objects;
  return {
    crps: over.crps / cells2,
    crpsEcdf: over.crpsEcdf / cells2,
    crpsReliability: reliability,
    crpsPotential: potential,
    crpsResolution: pooled.uncertainty - potential,
    tail: plan.thresholds.map((threshold, k) => ({ threshold, crps: sums2.tail[k] / cells2 })),
    mae: over.mae / cells2,
    bias: over.bias / cells2,
    rmse: Math.sqrt(over.squaredError / cells2),
    spreadSkill: root((members + 1) / members * over.variance, over.squaredError),
    quantiles: plan.quantiles.map((q, k) => {
      const { forecast, truth, error } = sums2.mapQuantiles[k];
      return {
        q,
        pooledBias: relative(pooled.forecast[k], pooled.truth[k]),
        mapBias: relative(forecast, truth),
        mapError: error / maps
      };
    }),
    wetFractionBias: wetThreshold === null ? Number.NaN : relative(over.wetForecast / members, over.wetTruth),
    events: plan.thresholds.map((threshold, k) => eventScores(threshold, sums2.eventCounts[k])),
    fss: plan.fss.map((event, k) => ({ ...event, fss: 1 - sums2.windows[k].difference / sums2.windows[k].reference })),
    energy: sums2.vectors / maps,
    ralsd: plan.rings === 0 ? Number.NaN : ralsd(sums2.spectra.forecast, sums2.spectra.truth),
    sal: {
      structure: objects2.structure / pairs2,
      amplitude: objects2.amplitude / pairs2,
      location: objects2.location / pairs2
    }
  };
}
var fieldScoreNames = Object.keys({
  ...{ crps: 0, crpsEcdf: 0, crpsReliability: 0, crpsPotential: 0, crpsResolution: 0, tail: 0, mae: 0, bias: 0 },
  ...{ rmse: 0, spreadSkill: 0, quantiles: 0, wetFractionBias: 0, events: 0, fss: 0, energy: 0, ralsd: 0, sal: 0 },
  rankHistogram: 0
});
var labels2 = /* @__PURE__ */ new Set(["q", "threshold", "window"]);
function eachScore(scores, to) {
  const visit = (value, name) => {
    if (Array.isArray(value)) return value.map((each) => visit(each, name));
    if (labels2.has(name)) return value;
    if (typeof value !== "object" || value === null || isInterval(value)) return to(value, name);
    return Object.fromEntries(Object.entries(value).map(([key, own]) => [key, visit(own, key)]));
  };
  return visit(scores, "");
}
var isInterval = (value) => "low" in value && "high" in value;
function ranksOf({ maps, members }, random) {
  if (members < 2) return [];
  const counts = new Float64Array(members + 1);
  let used = 0;
  for (const { forecast, truth } of maps) used += countRanks(counts, forecast, truth, random ? { random } : {});
  return used > 0 ? Array.from(counts, (c) => c / used) : [];
}

// generative/verification/crps.ts
function crps(members, observation, options = {}) {
  const { variant, above } = checkCrps(options);
  const sorted2 = new Float64Array(members.length);
  return score(members, 0, 1, sorted2, observation, variant, above);
}
function crpsField(ensemble, truth, options = {}) {
  const { variant, above } = checkCrps(options);
  checkShape("crpsField: ensemble", ensemble, truth.shape.length + 1);
  checkShape("crpsField: truth", truth, truth.shape.length);
  const [cases, members, ...grid] = ensemble.shape;
  checkSameShape("crpsField: truth", [cases, ...grid], truth.shape);
  const points = truth.values.length / cases;
  const out = new Float64Array(truth.values.length);
  const sorted2 = new Float64Array(members);
  for (let n = 0; n < cases; n++) {
    const values = ensemble.values.subarray(n * members * points, (n + 1) * members * points);
    for (let i = 0; i < points; i++) {
      out[n * points + i] = score(values, i, points, sorted2, truth.values[n * points + i], variant, above);
    }
  }
  return out;
}
function meanCrps(ensemble, truth, options = {}) {
  const scores = crpsField(ensemble, truth, options);
  return scores.reduce((a, b) => a + b, 0) / scores.length;
}
function checkCrps(options) {
  const { variant = "fair", above = -Infinity } = options;
  checkOption("crps", "variant", variant, variant === "fair" || variant === "ecdf", 'it must be "fair" or "ecdf"');
  checkOption("crps", "above", above, !Number.isNaN(above), "it must be a number");
  return { variant, above };
}
function score(values, start, step2, sorted2, observation, variant, above) {
  if (!Number.isFinite(observation)) {
    throw new DomainError(`crps: observation is ${observation}; leave missing observations out`, observation);
  }
  const y = Math.max(observation, above);
  let count = 0;
  let distance3 = 0;
  for (let m = 0; m < sorted2.length; m++) {
    const value = values[start + step2 * m];
    if (Number.isNaN(value)) continue;
    if (!Number.isFinite(value)) throw new DomainError(`crps: a member is ${value}; members must be finite`, value);
    const x = Math.max(value, above);
    distance3 += Math.abs(x - y);
    let at = count++;
    for (; at > 0 && sorted2[at - 1] > x; at--) sorted2[at] = sorted2[at - 1];
    sorted2[at] = x;
  }
  const least = variant === "fair" ? 2 : 1;
  if (count < least) {
    throw new DomainError(`crps: ${count} member(s) present; the ${variant} score needs at least ${least}`, count);
  }
  let spread = 0;
  for (let i = 0; i < count; i++) spread += (2 * i + 1 - count) * sorted2[i];
  return distance3 / count - spread / (count * (variant === "fair" ? count - 1 : count));
}

// generative/verification/tile.ts
function scoreTile(tile, options) {
  const { ensemble, truth, members } = tile;
  const ranks = new Float64Array(members > 1 ? members + 1 : 0);
  if (members > 1) countRanks(ranks, ensemble, truth, options);
  const { variance, squaredError } = spreadAndError(ensemble, truth, members);
  const points = truth.length;
  return {
    event: tile.event,
    ...meanScores(tile),
    squaredError: squaredError / points,
    variance: variance / points,
    quantiles: tileQuantiles(tile, options.quantiles),
    wetForecast: wetShare(ensemble),
    wetTruth: wetShare(truth),
    blockRmse: blockRmse(tile),
    ranks,
    power: { linear: tilePower(tile, (v) => v), log: tilePower(tile, (v) => v.map(Math.log1p)) }
  };
}
function meanScores({
  ensemble,
  truth,
  members
}) {
  const points = truth.length;
  const column = new Float64Array(members);
  const sums2 = { distance: 0, ecdf: 0, mae: 0, bias: 0 };
  for (let i = 0; i < points; i++) {
    const y = truth[i];
    let total2 = 0;
    for (let m = 0; m < members; m++) {
      column[m] = ensemble[m * points + i];
      total2 += column[m];
      sums2.distance += Math.abs(column[m] - y) / members;
    }
    sums2.ecdf += crps(column, y, { variant: "ecdf" });
    sums2.mae += Math.abs(total2 / members - y);
    sums2.bias += total2 / members - y;
  }
  const fair = sums2.distance - (sums2.distance - sums2.ecdf) * members / (members - 1);
  return {
    crps: (members > 1 ? fair : sums2.ecdf) / points,
    crpsEcdf: sums2.ecdf / points,
    mae: sums2.mae / points,
    bias: sums2.bias / points
  };
}
function tileQuantiles({ ensemble, truth, members }, levels2) {
  const points = truth.length;
  const observed = truth.slice().sort();
  const sorted2 = Array.from({ length: members }, (_, m) => ensemble.slice(m * points, (m + 1) * points).sort());
  return levels2.map((q) => {
    const t = quantileOfSorted(observed, q);
    let [forecast, error] = [0, 0];
    for (const member of sorted2) {
      const p = quantileOfSorted(member, q);
      forecast += p / members;
      error += Math.abs(p - t) / members;
    }
    return { q, truth: t, forecast, error };
  });
}
function wetShare(values) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > 0) count++;
  return count / values.length;
}
function blockRmse({ ensemble, coarse, members, height, width, factor }) {
  return blockMeanRmse(ensemble, coarse, members, height, width, factor);
}
function blockMeanRmse(values, coarse, count, height, width, factor) {
  const columns = width / factor;
  const sums2 = new Float64Array(coarse.length);
  let total2 = 0;
  for (let m = 0; m < count; m++) {
    sums2.fill(0);
    for (let y = 0, at = m * height * width; y < height; y++) {
      const row = Math.floor(y / factor) * columns;
      for (let x = 0; x < width; x++, at++) sums2[row + Math.floor(x / factor)] += values[at];
    }
    for (let b = 0; b < sums2.length; b++) total2 += (sums2[b] / (factor * factor) - coarse[b]) ** 2;
  }
  return Math.sqrt(total2 / (count * coarse.length));
}
function tilePower({ ensemble, truth, height, width }, map) {
  return { forecast: rapsd(map(ensemble), height, width), truth: rapsd(map(truth), height, width) };
}

// generative/verification/tally/cells.ts
var names = [
  "maps",
  "cells",
  "crps",
  "crpsEcdf",
  "mae",
  "bias",
  "variance",
  "squaredError",
  "wetForecast",
  "wetTruth"
];
var cells = part2({
  size: () => names.length,
  of({ forecast, truth }, { members }) {
    const count = truth.length;
    const mean2 = meanScores({ ensemble: forecast, truth, members });
    const { variance, squaredError } = spreadAndError(forecast, truth, members);
    const [crps2, crpsEcdf, mae, bias] = [mean2.crps, mean2.crpsEcdf, mean2.mae, mean2.bias].map((v) => v * count);
    return [1, count, crps2, crpsEcdf, mae, bias, variance, squaredError, wetCells(forecast), wetCells(truth)];
  },
  read: (next) => Object.fromEntries(names.map((name) => [name, next()]))
});
function wetCells(values) {
  let count = 0;
  for (let i = 0; i < values.length; i++) if (values[i] > 0) count++;
  return count;
}

// generative/verification/tally/event-counts.ts
var eventCounts = part2({
  size: ({ thresholds, members }) => 2 * (members + 1) * thresholds.length,
  of({ forecast, truth }, { members, thresholds }) {
    const bins = members + 1;
    const cells2 = truth.length;
    const out = new Float64Array(2 * bins * thresholds.length);
    for (const [t, threshold] of thresholds.entries()) {
      const start = 2 * bins * t;
      for (let i = 0; i < cells2; i++) {
        let yes = 0;
        for (let m = 0; m < members; m++) if (forecast[m * cells2 + i] >= threshold) yes++;
        out[start + yes] += 1;
        if (truth[i] >= threshold) out[start + bins + yes] += 1;
      }
    }
    return out;
  },
  read: (next, { thresholds, members }) => thresholds.map(() => ({ cells: take(next, members + 1), events: take(next, members + 1) }))
});

// generative/verification/tally/map-quantiles.ts
var mapQuantiles = part2({
  size: ({ quantiles }) => 3 * quantiles.length,
  of({ forecast, truth }, { members, quantiles }) {
    if (quantiles.length === 0) return [];
    const found = tileQuantiles({ ensemble: forecast, truth, members }, quantiles);
    return found.flatMap((q) => [q.truth, q.forecast, q.error]);
  },
  read: (next, { quantiles }) => quantiles.map(() => ({ truth: next(), forecast: next(), error: next() }))
});

// generative/verification/cases.ts
function wholeMap(values, positions, size, gap) {
  if (positions === void 0) return values;
  const out = values instanceof Float32Array ? new Float32Array(size) : new Float64Array(size);
  out.fill(gap);
  for (const [i, at] of positions.entries()) out[at] = values[i];
  return out;
}

// generative/verification/sal.ts
function sal(forecast, truth, height, width, options = {}) {
  const { share = 1 / 15 } = options;
  checkOption("sal", "share", share, share > 0 && share <= 1, "it must lie in (0, 1]");
  for (const [name, values] of Object.entries({ forecast, truth })) {
    if (values.length !== height * width) throw new ShapeError(`sal: ${name}`, [height * width], [values.length]);
    checkFinite(`sal: ${name}`, values);
  }
  const [f, o] = [forecast, truth].map((values) => describe(values, height, width, share));
  if (f === void 0 || o === void 0) {
    return { structure: Number.NaN, amplitude: Number.NaN, location: Number.NaN };
  }
  const relative2 = (a, b) => (a - b) / (0.5 * (a + b));
  const diagonal = Math.hypot(height - 1, width - 1) || 1;
  const centres = Math.hypot(f.row - o.row, f.column - o.column);
  return {
    structure: relative2(f.volume, o.volume),
    amplitude: relative2(f.total, o.total),
    location: (centres + 2 * Math.abs(f.scatter - o.scatter)) / diagonal
  };
}
function describe(values, height, width, share) {
  const wet = Float64Array.from(values).filter((v) => v > 0);
  if (wet.length === 0) return void 0;
  const threshold = share * quantileOfSorted(wet.sort(), 0.95);
  const all = massOf2(Array.from(values.keys()), values, width);
  let [volume, scatter, mass] = [0, 0, 0];
  for (const pixels of objectsOf(values, height, width, threshold)) {
    const own = massOf2(pixels, values, width);
    volume += own.total * (own.total / own.most);
    scatter += own.total * Math.hypot(own.row - all.row, own.column - all.column);
    mass += own.total;
  }
  return { total: all.total, row: all.row, column: all.column, volume: volume / mass, scatter: scatter / mass };
}
function massOf2(pixels, values, width) {
  let [total2, row, column, most2] = [0, 0, 0, 0];
  for (const i of pixels) {
    const v = values[i];
    total2 += v;
    row += v * Math.floor(i / width);
    column += v * (i % width);
    most2 = Math.max(most2, v);
  }
  return { total: total2, row: row / total2, column: column / total2, most: most2 };
}
function objectsOf(values, height, width, threshold) {
  const seen = new Uint8Array(values.length);
  const objects2 = [];
  for (let start = 0; start < values.length; start++) {
    if (seen[start] || values[start] < threshold) continue;
    const pixels = [start];
    seen[start] = 1;
    for (let at = 0; at < pixels.length; at++) {
      const [y, x] = [Math.floor(pixels[at] / width), pixels[at] % width];
      for (let r = Math.max(0, y - 1); r <= Math.min(height - 1, y + 1); r++) {
        for (let c = Math.max(0, x - 1); c <= Math.min(width - 1, x + 1); c++) {
          const i = r * width + c;
          if (seen[i] || values[i] < threshold) continue;
          seen[i] = 1;
          pixels.push(i);
        }
      }
    }
    objects2.push(pixels);
  }
  return objects2;
}

// generative/verification/tally/objects.ts
var names2 = ["pairs", "structure", "amplitude", "location"];
var objects = part2({
  size: (plan) => plan.objects ? names2.length : 0,
  of({ forecast, truth, positions }, { members, shape, objects: wanted }) {
    if (!wanted) return [];
    const [height, width] = shape;
    const whole = (values) => wholeMap(values, positions, height * width, 0);
    const cells2 = truth.length;
    const sums2 = [0, 0, 0, 0];
    const observed = whole(truth);
    for (let m = 0; m < members; m++) {
      const { structure, amplitude, location } = sal(
        whole(forecast.subarray(m * cells2, (m + 1) * cells2)),
        observed,
        height,
        width
      );
      if (Number.isNaN(structure)) continue;
      [1, structure, amplitude, location].forEach((v, k) => {
        sums2[k] += v;
      });
    }
    return sums2;
  },
  read: (next, plan) => Object.fromEntries(names2.map((name) => [name, plan.objects ? next() : 0]))
});

// generative/verification/tally/spectra.ts
var spectra = part2({
  size: ({ rings: rings2 }) => 2 * rings2,
  of({ forecast, truth, positions }, { members, shape, rings: rings2, wetThreshold }) {
    const out = new Float64Array(2 * rings2);
    if (rings2 === 0 || positions && wetThreshold === null) return out;
    const [height, width] = shape;
    const of = (values) => rapsd(wholeMap(values, positions, height * width, 0), height, width);
    const cells2 = truth.length;
    for (let m = 0; m < members; m++) {
      of(forecast.subarray(m * cells2, (m + 1) * cells2)).forEach((p, k) => {
        out[k] += p / members;
      });
    }
    out.set(of(truth), rings2);
    return out;
  },
  read: (next, { rings: rings2 }) => ({ forecast: take(next, rings2), truth: take(next, rings2) })
});

// generative/verification/tally/tail.ts
var tail = part2({
  size: ({ thresholds }) => thresholds.length,
  of({ forecast, truth }, { members, thresholds }) {
    const cells2 = truth.length;
    const variant = members > 1 ? "fair" : "ecdf";
    const column = new Float64Array(members);
    const sums2 = new Float64Array(thresholds.length);
    for (let i = 0; i < cells2; i++) {
      let most2 = truth[i];
      for (let m = 0; m < members; m++) {
        column[m] = forecast[m * cells2 + i];
        if (column[m] > most2) most2 = column[m];
      }
      for (const [t, above] of thresholds.entries()) {
        if (most2 > above) sums2[t] += crps(column, truth[i], { variant, above });
      }
    }
    return sums2;
  },
  read: (next, { thresholds }) => thresholds.map(() => next())
});

// generative/verification/tally/vectors.ts
var vectors = part2({
  size: () => 1,
  of({ forecast, truth }, { members }) {
    const cells2 = truth.length;
    if (cells2 === 0) return [0];
    const member = (m) => forecast.subarray(m * cells2, (m + 1) * cells2);
    let [error, apart] = [0, 0];
    for (let i = 0; i < members; i++) {
      error += distance(member(i), truth);
      for (let j = 0; j < i; j++) apart += distance(member(i), member(j));
    }
    return [error / members - (members > 1 ? apart / (members * (members - 1)) : 0)];
  },
  read: (next) => next()
});
function distance(a, b) {
  let sum2 = 0;
  for (let i = 0; i < a.length; i++) sum2 += (a[i] - b[i]) ** 2;
  return Math.sqrt(sum2 / a.length);
}

// generative/verification/fss.ts
function fractions(values, height, width, threshold, window, border) {
  const stride = width + 1;
  const sums2 = new Float64Array((height + 1) * stride);
  for (let y = 0; y < height; y++) {
    for (let x = 0, row = 0; x < width; x++) {
      if (values[y * width + x] >= threshold) row++;
      sums2[(y + 1) * stride + x + 1] = sums2[y * stride + x + 1] + row;
    }
  }
  const first = border === "zero" ? -Math.floor(window / 2) : 0;
  const [rows2, columns] = border === "zero" ? [height, width] : [height - window + 1, width - window + 1];
  const out = new Float64Array(rows2 * columns);
  const clip = (at, size) => Math.max(0, Math.min(size, at));
  for (let y = 0; y < rows2; y++) {
    const [top, bottom] = [clip(y + first, height) * stride, clip(y + first + window, height) * stride];
    for (let x = 0; x < columns; x++) {
      const [left, right] = [clip(x + first, width), clip(x + first + window, width)];
      const events = sums2[bottom + right] - sums2[top + right] - sums2[bottom + left] + sums2[top + left];
      out[y * columns + x] = events / (window * window);
    }
  }
  return out;
}

// generative/verification/tally/windows.ts
var windows = part2({
  size: ({ fss }) => 2 * fss.length,
  of({ forecast, truth, positions }, { members, shape, fss }) {
    const [height, width] = shape;
    const size = height * width;
    return fss.flatMap(({ threshold, window }) => {
      const of = (values) => fractions(wholeMap(values, positions, size, -Infinity), height, width, threshold, window, "zero");
      const observed = of(truth);
      const mean2 = new Float64Array(size);
      for (let m = 0; m < members; m++) {
        const one = of(forecast.subarray(m * truth.length, (m + 1) * truth.length));
        for (let i = 0; i < size; i++) mean2[i] += one[i] / members;
      }
      let [difference, reference] = [0, 0];
      for (let i = 0; i < size; i++) {
        difference += (mean2[i] - observed[i]) ** 2;
        reference += mean2[i] ** 2 + observed[i] ** 2;
      }
      return [difference, reference];
    });
  },
  read: (next, { fss }) => fss.map(() => ({ difference: next(), reference: next() }))
});

// generative/verification/tally/tally.ts
var parts2 = { cells, mapQuantiles, windows, spectra, eventCounts, tail, crpsParts, vectors, objects };
var rows = Object.entries(parts2);
function planOf(maps, options) {
  const { members, shape, wetThreshold } = maps;
  const wet = wetThreshold === null ? [] : [wetThreshold];
  const thresholds = options.thresholds ?? wet.flatMap((w) => [w, 10 * w, 100 * w]);
  const plane = shape.length === 2;
  const least = Math.min(...shape);
  const sides = options.fssWindows ?? [1, 3, 9, 27, 81].filter((n) => n <= least);
  return {
    ...{ members, shape, wetThreshold, quantiles: options.quantiles, thresholds },
    fss: plane ? (options.fssThresholds ?? wet).flatMap((threshold) => sides.map((window) => ({ threshold, window }))) : [],
    rings: options.spectrum && plane && least >= 4 ? Math.floor(Math.max(...shape) / 2) - 1 : 0,
    objects: options.objects && plane && wetThreshold !== null
  };
}
var tallySize = (plan) => rows.reduce((sum2, [, part3]) => sum2 + part3.size(plan), 0);
function tallyOf(map, plan) {
  const out = new Float64Array(tallySize(plan));
  let at = 0;
  for (const [, part3] of rows) {
    out.set(Float64Array.from(part3.of(map, plan)), at);
    at += part3.size(plan);
  }
  return out;
}
function sumsOf2(tally, plan) {
  let at = 0;
  const next = () => tally[at++];
  return Object.fromEntries(rows.map(([name, part3]) => [name, part3.read(next, plan)]));
}

// generative/verification/score-times.ts
var Tallied = class {
  plan;
  known = /* @__PURE__ */ new Map();
  constructor(plan) {
    this.plan = plan;
  }
  of(map) {
    const found = this.known.get(map) ?? tallyOf(map, this.plan);
    this.known.set(map, found);
    return found;
  }
};
function scoreTimes(first, second, options) {
  const all = (scored, scalars2) => {
    const ranks2 = ranksOf(scored.cases, options.ties?.());
    const own = options.own.map((score2) => [score2.name, score2.of(scored.cases)]);
    return { ...scalars2, rankHistogram: ranks2, ...Object.fromEntries(own) };
  };
  const sides = [first, ...second ? [second] : []];
  const uncertainty = uncertaintyOf(first.cases.maps);
  const once = new Float64Array(first.cases.maps.length).fill(1);
  const sums2 = sides.map((side) => sumsOf2(summed(side, once), side.tallied.plan));
  const scalars = sides.map(({ cases: { maps }, tallied: { plan } }, k) => {
    const pool = (side) => pooledQuantiles(maps, side, plan.quantiles);
    return scalarScores(sums2[k], plan, {
      forecast: pool("forecast"),
      truth: pool("truth"),
      uncertainty
    });
  });
  const ranks = options.ties && first.cases.members > 1 && rankFlatness(first.cases, options.ties().split("flatness"));
  const found = {
    scores: all(first, scalars[0]),
    diagrams: diagramsOf(first, sums2[0]),
    ...ranks && { rankFlatness: ranks }
  };
  if (!options.redraws) return found;
  const redraws2 = options.redraws(first.cases.maps.length);
  const drawn = redrawn(sides, redraws2?.draws, uncertainty);
  const intervals = scalars.map((own, k) => withIntervals(own, drawn[k], options.coverage));
  if (!second) return { ...found, intervals: intervals[0] };
  const names3 = namesOf(scalars[0]);
  const apart = (a, b, i) => distance2(a, names3[i]) - distance2(b, names3[i]);
  const others = flat(scalars[1]);
  let at = 0;
  const differences = eachScore(scalars[0], (value) => {
    const i = at++;
    return apart(value, others[i], i);
  });
  const drawnApart = drawn[0].map((draw, d) => draw.map((v, i) => apart(v, drawn[1][d][i], i)));
  return {
    ...found,
    intervals: intervals[0],
    against: {
      members: second.cases.members,
      scores: all(second, scalars[1]),
      intervals: intervals[1],
      differences: withIntervals(differences, drawnApart, options.coverage),
      ...redraws2 && { dieboldMariano: compareSeries(first, second, redraws2.block) }
    }
  };
}
function compareSeries(first, second, block) {
  const series = ({ cases: { maps }, tallied }) => maps.map((map) => {
    const { crps: crps2, cells: cells2 } = sumsOf2(tallied.of(map), tallied.plan).cells;
    return crps2 / cells2;
  });
  const [a, b] = [series(first), series(second)];
  return dieboldMariano(
    a.map((v, t) => v - b[t]),
    block
  );
}
function distance2(score2, name) {
  if (name === "spreadSkill" || name === "frequencyBias") return Math.abs(score2 - 1);
  return /bias$|^structure$|^amplitude$/i.test(name) ? Math.abs(score2) : score2;
}
function summed({ cases: { maps }, tallied }, weights) {
  const sums2 = new Float64Array(tallySize(tallied.plan));
  maps.forEach((map, t) => {
    const weight = weights[t];
    if (weight === 0) return;
    const tally = tallied.of(map);
    for (let i = 0; i < sums2.length; i++) sums2[i] += weight * tally[i];
  });
  return sums2;
}
function redrawn(sides, draws, uncertainty) {
  if (!draws) return sides.map(() => []);
  const pools = sides.map(
    ({ cases: { maps, wetThreshold }, tallied: { plan } }) => ["forecast", "truth"].map(
      (side) => new WeightedQuantiles(maps, side, plan.quantiles, wetThreshold !== null)
    )
  );
  const out = sides.map(() => []);
  for (const weights of draws) {
    sides.forEach((side, k) => {
      const { plan } = side.tallied;
      const [forecast, truth] = pools[k].map((pool) => pool.of(weights));
      out[k].push(flat(scalarScores(sumsOf2(summed(side, weights), plan), plan, { forecast, truth, uncertainty })));
    });
  }
  return out;
}
function withIntervals(scores, draws, coverage) {
  let at = 0;
  return eachScore(scores, (value) => {
    const i = at++;
    return intervalOf(
      value,
      Float64Array.from(draws, (draw) => draw[i]),
      coverage
    );
  });
}
function flat(scores) {
  const out = [];
  eachScore(scores, (value) => out.push(value));
  return out;
}
function namesOf(scores) {
  const out = [];
  eachScore(scores, (_, name) => out.push(name));
  return out;
}

// generative/verification/verify-options.ts
function checkVerifyOptions({ scores = [], fss = {}, interval, events, bootstrap, against, thresholds }, quantiles, wet, times) {
  checkEvents(events);
  if (bootstrap) checkBootstrap(bootstrap);
  else if (against) {
    const way = "a difference needs its interval: give bootstrap: { seed }";
    throw new OptionsError(`verify: against without bootstrap; ${way}`, "bootstrap", bootstrap);
  }
  for (const q of quantiles) checkOption("verify", "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");
  checkOption("verify", "wetThreshold", wet, wet === null || wet > 0 && wet < Infinity, "it must be > 0, or null");
  checkOption("verify", "times", times, times === "value" || times === "position", 'it must be "value" or "position"');
  const seconds = interval === void 0 || interval === "time" || interval > 0 && interval < Infinity;
  checkOption("verify", "interval", interval, seconds, 'it must be seconds > 0, or "time"');
  for (const n of fss.windows ?? [])
    checkOption("verify", "fss.windows", n, Number.isInteger(n) && n >= 1, "each must be an integer \u2265 1");
  for (const [name, list] of Object.entries({ "fss.thresholds": fss.thresholds, thresholds }))
    for (const t of list ?? []) checkOption("verify", name, t, Number.isFinite(t), "each must be a finite number");
  const names3 = [...fieldScoreNames];
  for (const score2 of scores) {
    const whole = typeof score2?.of === "function" && typeof score2.name === "string" && score2.name !== "";
    checkOption("verify", "scores", JSON.stringify(score2), whole, "each must be an object { name, of(cases) }");
    checkOption("verify", "scores", score2.name, !names3.includes(score2.name), "the name is taken; give it another");
    names3.push(score2.name);
  }
}

// generative/verification/verify.ts
async function verify(forecast, truth, options = {}) {
  const [given, observed] = [lazy(forecast), lazy(truth)];
  const other = options.against && lazy(options.against);
  const { quantiles = [0.99, 0.999, 0.9999], times = "value", fss = {}, interval, bootstrap } = options;
  const units = options.units ?? observed.units;
  const { wetThreshold = defaultThreshold(observed, units) } = options;
  checkVerifyOptions(options, quantiles, wetThreshold, times);
  const toTruth = conversion("truth", observed, units, interval);
  const forecasts = [given, ...other ? [other] : []].map((field) => ({
    convert: [conversion("forecast", field, units, interval), toTruth],
    aligned: align(field, observed)
  }));
  const found = forecasts.map(({ aligned }) => commonTimes(aligned.forecast, aligned.truth, times));
  const shared = found.map((own) => new Set(own.map(({ truth: at }) => at)));
  const common = found.map((own) => own.filter(({ truth: at }) => shared.every((all2) => all2.has(at))));
  if (common[0].length === 0) throw noneOfThree(other, found);
  const redrawing = bootstrap && redrawingOf(bootstrap, common[0].length, observed);
  const labels3 = labelsOf(options.events, common[0], timeCount(observed));
  const { spectrum = false, sal: objects2 = false, thresholds } = options;
  const tallyOptions = {
    ...{ quantiles, thresholds, spectrum, objects: objects2 },
    ...{ fssThresholds: fss.thresholds, fssWindows: fss.windows }
  };
  const regions = options.regions && await regionsOf(options.regions, observed);
  const count = common[0].length;
  const told = (stage, done, total2) => options.onProgress?.(stage, done, total2);
  const sides = [];
  for (const [k, { aligned, convert }] of forecasts.entries()) {
    const { members, shape: shape2 } = aligned;
    const maps = await readMaps(
      aligned,
      common[k],
      convert,
      wetThreshold,
      (done) => told("reading", k * count + done, forecasts.length * count)
    );
    const plan = planOf({ members, shape: shape2, wetThreshold }, tallyOptions);
    sides.push({ maps, members, tallied: new Tallied(plan) });
  }
  const scoredSides = paired(sides);
  const [first, second] = scoredSides;
  for (const [k, { maps, tallied }] of scoredSides.entries()) {
    for (const [t, { map }] of maps.entries()) {
      if (map.truth.length > 0) tallied.of(map);
      told("scoring", k * count + t + 1, scoredSides.length * count);
      if (options.onProgress) await new Promise(setImmediate);
    }
  }
  const { shape } = forecasts[0].aligned;
  const all = [timeCount(given), timeCount(observed)];
  const { seed } = options;
  const draws = bootstrap?.draws ?? 1e3;
  const parts3 = 1 + new Set(labels3.filter((label) => label !== void 0)).size + (regions?.size ?? 0);
  let drawn = 0;
  const scoring = {
    own: options.scores ?? [],
    ties: seed === void 0 ? void 0 : () => rng(seed).split("rank-ties"),
    ...redrawing && {
      redraws: (times2) => redrawing(times2, () => told("redrawing", Math.min(++drawn, parts3 * draws), parts3 * draws))
    },
    coverage: bootstrap?.coverage ?? 0.95
  };
  const scored = (side, maps) => {
    const kept = maps.map(({ map }) => map);
    const cells2 = kept.reduce((sum2, map) => sum2 + map.truth.length, 0);
    const cases = { maps: kept, members: side.members, cells: cells2, shape, units, wetThreshold };
    return { cases, tallied: side.tallied };
  };
  const of = (which, [count2, truthTimes]) => {
    const part3 = which.map((k) => first.maps[k]);
    const kept = which.filter((k) => first.maps[k].map.truth.length > 0);
    const maps = (side) => kept.map((k) => side.maps[k]);
    const own = scored(first, maps(first));
    const gap = (side) => part3.reduce((sum2, { gaps }) => sum2 + gaps[side], 0);
    const { cells: cells2 } = own.cases;
    const had = cells2 + gap("forecast");
    const coverage = {
      times: [kept.length, count2],
      truthTimes,
      cells: [cells2, had],
      share: cells2 / had,
      gaps: { truth: gap("truth"), forecast: gap("forecast") }
    };
    return { ...scoreTimes(own, second && scored(second, maps(second)), scoring), coverage };
  };
  if (first.maps.every(({ map }) => map.truth.length === 0)) {
    const what = `at ${common[0].length} common times no cell has a value of the truth and of every member`;
    throw new DomainError(`${placeOf("forecast", given)}: ${what}; choose other times or another part`, 0);
  }
  const indices = Array.from(labels3.keys());
  const events = [...new Set(labels3.flatMap((label) => label ?? []))].map((label) => {
    const part3 = indices.filter((k) => labels3[k] === label);
    return [label, of(part3, [part3.length, part3.length])];
  });
  const regional = Array.from(regions?.entries() ?? [], ([label, cells2]) => {
    const own = (side) => {
      const inside = side.maps.map((map) => within(map, cells2)).filter(({ map }) => map.truth.length > 0);
      return scored(side, inside);
    };
    const part3 = own(first);
    if (part3.cases.cells === 0) {
      throw new DomainError(`verify: no cell of region ${label} is scored; leave the region out`, label);
    }
    const counts = [part3.cases.cells, cells2.size * common[0].length];
    return [label, { ...scoreTimes(part3, second && own(second), scoring), cells: counts }];
  });
  const instants = timeAxis(observed) && instantsOf(timeAxis(observed));
  const climate = options.climate && climateScores(
    first.maps.map(({ map }) => map),
    {
      ...{ units, members: first.members },
      days: instants && common[0].map(({ truth: at }) => instants[at] / 864e5),
      bootstrap: bootstrap && {
        random: rng(bootstrap.seed).split("years"),
        draws: bootstrap.draws ?? 1e3,
        coverage: bootstrap.coverage ?? 0.95
      }
    }
  );
  return {
    ...of(indices, all),
    events: Object.fromEntries(events),
    regions: Object.fromEntries(regional),
    ...climate && { climate },
    members: first.members,
    units,
    wetThreshold
  };
}
function paired([first, second]) {
  if (!second) return [first];
  const both = first.maps.map((own, k) => together(own, second.maps[k]));
  return [
    { ...first, maps: both.map(([own]) => own) },
    { ...second, maps: both.map(([, own]) => own) }
  ];
}
function noneOfThree(other, [own, against]) {
  const range = (times) => `${times[0].iso} \u2026 ${times.at(-1).iso} (${times.length})`;
  const where = `${placeOf("against", other)}: times`;
  return new ShapeError(
    where,
    `some of ${range(own)}, the forecast's`,
    range(against),
    "no time is common to all three"
  );
}

// generative/verification/verify-tiles.ts
function verifyTiles(ensemble, truth, coarse, options = {}) {
  const { wetThreshold = 0.1, quantiles = [0.99, 0.999, 0.9999] } = options;
  const { cases, members, height, width, factor } = checkShapes(ensemble, truth, coarse);
  const events = options.events ?? Array.from({ length: cases }, () => "all");
  if (events.length !== cases)
    throw new ShapeError("verifyTiles: events", [cases], [events.length], "one label per case");
  checkOption("verifyTiles", "wetThreshold", wetThreshold, wetThreshold > 0, "it must be > 0");
  for (const q of quantiles) checkOption("verifyTiles", "quantiles", q, q > 0 && q < 1, "each must lie in (0, 1)");
  const random = options.seed === void 0 ? {} : { random: rng(options.seed).split("rank-ties") };
  const fields = {
    forecast: dryBelow(ensemble.values, wetThreshold),
    truth: dryBelow(truth.values, wetThreshold)
  };
  const points = height * width;
  const blocks = points / (factor * factor);
  const tiles = events.map(
    (event, n) => scoreTile(
      {
        event,
        ensemble: fields.forecast.subarray(n * members * points, (n + 1) * members * points),
        truth: fields.truth.subarray(n * points, (n + 1) * points),
        coarse: coarse.values.subarray(n * blocks, (n + 1) * blocks),
        members,
        height,
        width,
        factor
      },
      { quantiles, ...random }
    )
  );
  const of = (keep) => summarise(tiles, keep, fields, members, quantiles);
  const labels3 = [...new Set(events)];
  const perEvent = labels3.map((label) => [label, of((event) => event === label)]);
  return { pooled: of(() => true), events: Object.fromEntries(perEvent), tiles };
}
function checkShapes(ensemble, truth, coarse) {
  checkShape("verifyTiles: ensemble", ensemble, 4);
  checkShape("verifyTiles: truth", truth, 3);
  checkShape("verifyTiles: coarse", coarse, 3);
  const [cases, members, height, width] = ensemble.shape;
  checkSameShape("verifyTiles: truth", [cases, height, width], truth.shape);
  const factor = height / coarse.shape[1];
  if (!Number.isInteger(factor)) {
    throw new ShapeError("verifyTiles: coarse", `rows that divide ${height}`, `${coarse.shape[1]} rows`);
  }
  checkSameShape("verifyTiles: coarse", [cases, height / factor, width / factor], coarse.shape);
  if (height < 4 || width < 4) throw new ShapeError("verifyTiles: ensemble", "tiles of at least 4 \xD7 4", ensemble.shape);
  checkRain("verifyTiles: ensemble", ensemble.values);
  checkRain("verifyTiles: truth", truth.values);
  checkRain("verifyTiles: coarse", coarse.values);
  return { cases, members, height, width, factor };
}
var mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;
function summarise(tiles, keep, fields, members, levels2) {
  const kept = tiles.filter((t) => keep(t.event));
  const average2 = (read) => mean(kept.map(read));
  const squaredError = average2((t) => t.squaredError);
  const pooled = {
    forecast: sortedTiles(fields.forecast, tiles, keep),
    truth: sortedTiles(fields.truth, tiles, keep)
  };
  const linear = meanSpectra(kept, "linear");
  const log = meanSpectra(kept, "log");
  return {
    tiles: kept.length,
    members,
    crps: average2((t) => t.crps),
    crpsEcdf: average2((t) => t.crpsEcdf),
    mae: average2((t) => t.mae),
    bias: average2((t) => t.bias),
    rmse: Math.sqrt(squaredError),
    quantiles: levels2.map((q, k) => ({
      q,
      pooledBias: relativeBias(quantileOfSorted(pooled.forecast, q), quantileOfSorted(pooled.truth, q)),
      tileBias: relativeBias(
        average2((t) => t.quantiles[k].forecast),
        average2((t) => t.quantiles[k].truth)
      ),
      tileError: average2((t) => t.quantiles[k].error)
    })),
    wetFractionBias: relativeBias(
      average2((t) => t.wetForecast),
      average2((t) => t.wetTruth)
    ),
    spreadSkill: squaredError > 0 ? Math.sqrt((members + 1) / members * average2((t) => t.variance) / squaredError) : Number.NaN,
    rankHistogram: shares(kept),
    ralsd: { linear: rootMeanSquare(linear), log: rootMeanSquare(log) },
    spectrum: { linear, log },
    fineScale: { linear: fineScale(linear), log: fineScale(log) },
    blockRmse: average2((t) => t.blockRmse)
  };
}
function relativeBias(forecast, truth) {
  return truth > 0 ? forecast / truth - 1 : Number.NaN;
}
function sortedTiles(values, tiles, keep) {
  const each = values.length / tiles.length;
  const count = tiles.filter((t) => keep(t.event)).length;
  const out = values instanceof Float32Array ? new Float32Array(count * each) : new Float64Array(count * each);
  let at = 0;
  tiles.forEach((tile, n) => {
    if (keep(tile.event)) out.set(values.subarray(n * each, (n + 1) * each), each * at++);
  });
  return out.sort();
}
function meanSpectra(tiles, scale) {
  const average2 = (side) => tiles[0].power[scale][side].map((_, k) => mean(tiles.map((t) => t.power[scale][side][k])));
  return [...spectrumDifference(average2("forecast"), average2("truth"))];
}
var rootMeanSquare = (values) => Math.sqrt(mean(values.map((v) => v * v)));
function fineScale(spectrum) {
  return mean(spectrum.slice(Math.ceil((spectrum.length + 1) / 2) - 1));
}
function shares(tiles) {
  const counts = [...tiles[0].ranks].map((_, r) => tiles.reduce((sum2, t) => sum2 + t.ranks[r], 0));
  const total2 = counts.reduce((a, b) => a + b, 0);
  return total2 > 0 ? counts.map((c) => c / total2) : [];
}

// generative/verification/climate/change-rows.ts
function changeRows({ mean: mean2, wetFrequency, wetIntensity, quantiles, units }) {
  return [
    { statistic: "mean", units, ...mean2 },
    ...wetFrequency ? [{ statistic: "wetFrequency", units: void 0, ...wetFrequency }] : [],
    ...wetIntensity ? [{ statistic: "wetIntensity", units, ...wetIntensity }] : [],
    ...quantiles.map(({ q, ...value }) => ({ statistic: `q${Number((100 * q).toFixed(4))}`, units, ...value }))
  ];
}
function changeSheet(found) {
  const columns = ["from", "to", "change", "change_low", "change_high"];
  return {
    header: [
      ...["statistic", "units"],
      ...["forecast", "driving"].flatMap((who) => columns.map((column) => `${who}_${column}`)),
      ...["difference", "difference_low", "difference_high"]
    ],
    rows: changeRows(found).map(({ statistic, units, forecast, driving, difference }) => [
      ...[statistic, units],
      ...[forecast, driving].flatMap(({ from, to, change }) => [from, to, change.value, change.low, change.high]),
      ...[difference.value, difference.low, difference.high]
    ])
  };
}

// generative/verification/matching/gap-free.ts
var smallest = 8;
function gapFreeCases(cases, factor, side) {
  const { truth } = cases;
  let all = 0;
  for (const v of truth.values) if (!Number.isNaN(v)) all++;
  const images = truth.shape[0];
  const told = (times, cells2, tile) => ({
    times: [times, images],
    cells: [cells2, all],
    share: cells2 / all,
    tile
  });
  if (!Object.values(cases).some(({ values }) => values.some(Number.isNaN))) {
    return { ...cases, coverage: told(images, all, null) };
  }
  const most2 = Math.floor(64 / factor) * factor;
  const sides = side === void 0 ? [most2, most2 / 2, most2 / 4, most2 / 8] : [side];
  const fitting = sides.filter((n) => n === side || n % factor === 0 && n >= Math.max(smallest, 2 * factor));
  for (const one of fitting) {
    const found = tilesOf(cases, factor, one);
    if (found) return { ...found.cases, coverage: told(found.times, found.cases.truth.values.length, one) };
  }
  const last = fitting.at(-1);
  throw new DomainError(`gapFreeCases: no tile of ${last} x ${last} is free of gaps`, last);
}
function tilesOf({ ensemble, truth, coarse }, factor, side) {
  const [count, height, width] = truth.shape;
  const times = /* @__PURE__ */ new Set();
  const kept = [];
  for (let n = 0; n < count; n++) {
    for (let row = 0; row + side <= height; row += side) {
      for (let column = 0; column + side <= width; column += side) {
        const cell = [row / factor, column / factor, side / factor];
        const parts3 = [cut2(ensemble, n, row, column, side), cut2(truth, n, row, column, side), cut2(coarse, n, ...cell)];
        if (parts3.some((values) => values.some(Number.isNaN))) continue;
        kept.push(parts3);
        times.add(n);
      }
    }
  }
  if (kept.length === 0) return void 0;
  const members = ensemble.shape[1];
  const join = (part3, shape) => {
    const each = kept[0][part3].length;
    const values = new Float32Array(kept.length * each);
    kept.forEach((parts3, i) => {
      values.set(parts3[part3], i * each);
    });
    return { values, shape: [kept.length, ...shape] };
  };
  const blocks = side / factor;
  const joined = {
    ensemble: join(0, [members, side, side]),
    truth: join(1, [side, side]),
    coarse: join(2, [blocks, blocks])
  };
  return { cases: joined, times: times.size };
}
function cut2({ values, shape }, n, row, column, side) {
  const [height, width] = shape.slice(-2);
  const images = values.length / (shape[0] * height * width);
  const out = new Float64Array(images * side * side);
  for (let i = 0; i < images * side; i++) {
    const line = ((n * images + Math.floor(i / side)) * height + row + i % side) * width + column;
    out.set(values.subarray(line, line + side), i * side);
  }
  return out;
}

// wasserstein/grid/box.ts
var sizeOf2 = (shape) => shape.reduce((product, n) => product * n, 1);
function unravel(index, shape, into) {
  let rest = index;
  for (let k = shape.length - 1; k >= 0; k--) {
    into[k] = rest % shape[k];
    rest = Math.floor(rest / shape[k]);
  }
  return into;
}
var ravel = (at, shape) => shape.reduce((index, n, k) => index * n + at[k], 0);
function placed(values, shape, axes) {
  const low = shape.map(() => Number.POSITIVE_INFINITY);
  const high = shape.map(() => -1);
  const at = shape.map(() => 0);
  const cells2 = [];
  for (let i = 0; i < values.length; i++) {
    if (!(values[i] > 0)) continue;
    cells2.push(i);
    unravel(i, shape, at);
    for (let k = 0; k < at.length; k++) {
      low[k] = Math.min(low[k], at[k]);
      high[k] = Math.max(high[k], at[k]);
    }
  }
  const box = low.map((first, k) => high[k] - first + 1);
  const kept = Int32Array.from(cells2, (i) => {
    unravel(i, shape, at);
    return ravel(
      at.map((v, k) => v - low[k]),
      box
    );
  });
  const cropped = axes.map(({ at: places, period }, k) => ({ at: places.slice(low[k], high[k] + 1), period }));
  const weights = Float64Array.from(cells2, (i) => values[i]);
  return { shape: box, axes: cropped, kept, weights, cells: Int32Array.from(cells2) };
}
function halved({ shape, axes, kept, weights }) {
  const coarse = shape.map((n) => Math.ceil(n / 2));
  const places = axes.map(({ at: at2, period }, k) => {
    const mean2 = Float64Array.from(
      { length: coarse[k] },
      (_, i) => 2 * i + 1 < at2.length ? (at2[2 * i] + at2[2 * i + 1]) / 2 : at2[2 * i]
    );
    return { at: mean2, period };
  });
  const mass = new Float64Array(sizeOf2(coarse));
  const at = shape.map(() => 0);
  for (let i = 0; i < kept.length; i++) {
    unravel(kept[i], shape, at);
    for (let k = 0; k < at.length; k++) at[k] = at[k] >> 1;
    mass[ravel(at, coarse)] += weights[i];
  }
  const some = Int32Array.from(mass.keys()).filter((i) => mass[i] > 0);
  return { shape: coarse, axes: places, kept: some, weights: Float64Array.from(some, (i) => mass[i]) };
}
function widestStep({ axes }) {
  let widest = 0;
  for (const { at } of axes)
    for (let i = 1; i < at.length; i++) widest = Math.max(widest, Math.abs(at[i] - at[i - 1]));
  return widest;
}

// wasserstein/grid/axes.ts
var meanRadius = 6371.0088;
var radians = Math.PI / 180;
function move(x, y, period) {
  const d = x - y;
  return period === void 0 ? d : d - period * Math.round(d / period);
}
function axisCosts(to, from, p) {
  const [m, n] = [to.at.length, from.at.length];
  const cost = new Float64Array(m * n);
  for (let j = 0; j < m; j++) {
    for (let k = 0; k < n; k++) {
      const d = Math.abs(move(to.at[j], from.at[k], to.period));
      cost[j * n + k] = p === 2 ? d * d : p === 1 ? d : d ** p;
    }
  }
  return cost;
}
function axisMoves(to, from) {
  const [m, n] = [to.at.length, from.at.length];
  const moves = new Float64Array(m * n);
  for (let j = 0; j < m; j++) for (let k = 0; k < n; k++) moves[j * n + k] = move(from.at[k], to.at[j], to.period);
  return moves;
}
function checkShape2(where, shape) {
  if (shape.length < 1 || shape.length > 3 || !shape.every((n) => Number.isInteger(n) && n >= 1)) {
    throw new ShapeError(`${where}: shape`, "one to three positive whole numbers", shape);
  }
  return shape.reduce((product, n) => product * n, 1);
}
function gridAxes(where, shape, options, latitude) {
  const { sphere, periodic } = options;
  const flat2 = sphere === void 0 ? shape : shape.slice(0, -2);
  if (periodic !== void 0 && periodic.length !== flat2.length) {
    throw new ShapeError(`${where}: periodic`, [flat2.length], [periodic.length], "one entry an axis");
  }
  const axes = flat2.map((n, k) => {
    const at = placesOf(where, n, k, flat2.length, options);
    return { at, period: periodic?.[k] ? periodOf2(where, at, k) : void 0 };
  });
  if (sphere === void 0) return axes;
  const { radius = meanRadius } = sphere;
  const stretch = radius * Math.max(Math.cos(latitude * radians), 1e-6);
  const scaled = (list, by) => Float64Array.from(list, (v) => v * radians * by);
  return [
    ...axes,
    { at: scaled(sphere.latitude, radius), period: void 0 },
    { at: scaled(sphere.longitude, stretch), period: 2 * Math.PI * stretch }
  ];
}
function placesOf(where, n, k, count, { spacing: spacing2, coordinates }) {
  if (coordinates !== void 0) {
    if (spacing2 !== void 0) {
      throw new OptionsError(`${where}: give spacing or coordinates, not both`, "coordinates", "given");
    }
    if (coordinates.length !== count) {
      throw new ShapeError(`${where}: coordinates`, [count], [coordinates.length], "one list an axis");
    }
    const at = Float64Array.from(coordinates[k]);
    if (at.length !== n) throw new ShapeError(`${where}: coordinates[${k}]`, [n], [at.length]);
    checkMonotone(`${where}: coordinates[${k}]`, at);
    return at;
  }
  if (typeof spacing2 === "object" && spacing2.length !== count) {
    throw new ShapeError(`${where}: spacing`, [count], [spacing2.length], "one length an axis");
  }
  const h = typeof spacing2 === "object" ? spacing2[k] : spacing2 ?? 1;
  if (!(h > 0 && h < Number.POSITIVE_INFINITY)) {
    throw new DomainError(`${where}: spacing is ${h}, expected a positive length`, h);
  }
  return Float64Array.from({ length: n }, (_, i) => i * h);
}
function checkMonotone(where, at) {
  const up = at.length < 2 || at[1] > at[0];
  for (let i = 0; i < at.length; i++) {
    const step2 = i === 0 ? 1 : up ? at[i] - at[i - 1] : at[i - 1] - at[i];
    if (step2 > 0 && Number.isFinite(at[i])) continue;
    throw new DomainError(`${where}[${i}] is ${at[i]}, expected finite numbers that only rise or only fall`, at[i]);
  }
}
function periodOf2(where, at, k) {
  const n = at.length;
  if (n < 2) return 1;
  const step2 = Math.abs(at[1] - at[0]);
  const even = Math.abs(Math.abs(at[n - 1] - at[0]) - (n - 1) * step2) <= 1e-6 * n * step2;
  if (even) return n * step2;
  throw new OptionsError(`${where}: axis ${k} is uneven, expected an even one to be periodic`, "periodic", true);
}
function checkSphere(where, shape, sphere) {
  if (shape.length < 2) {
    throw new ShapeError(`${where}: shape`, "at least [latitudes, longitudes] with `sphere`", shape);
  }
  const { latitude, longitude, radius = meanRadius, metric = "separable", trueLatitude } = sphere;
  for (const [name, list, n, limit] of [
    ["latitude", latitude, shape.at(-2), 90],
    ["longitude", longitude, shape.at(-1), 720]
  ]) {
    if (list.length !== n) throw new ShapeError(`${where}: sphere.${name}`, [n], [list.length]);
    const at = Float64Array.from(list);
    checkMonotone(`${where}: sphere.${name}`, at);
    const far = at.find((v) => Math.abs(v) > limit);
    if (far !== void 0) {
      throw new DomainError(`${where}: sphere.${name} holds ${far}, expected degrees within \xB1${limit}`, far);
    }
  }
  const around = Math.abs(longitude[longitude.length - 1] - longitude[0]);
  if (!(around < 360)) {
    const message = `${where}: sphere.longitude spans ${around}\xB0, expected less than 360`;
    throw new DomainError(`${message}; leave out the column that repeats the first`, around);
  }
  if (!(radius > 0 && radius < Number.POSITIVE_INFINITY)) {
    throw new OptionsError(`${where}: sphere.radius is ${radius}, expected a positive length`, "radius", radius);
  }
  if (metric !== "separable" && metric !== "great-circle") {
    const message = `${where}: sphere.metric is ${metric}, expected "separable" or "great-circle"`;
    throw new OptionsError(message, "metric", metric);
  }
  if (trueLatitude !== void 0 && !(Math.abs(trueLatitude) < 90)) {
    const message = `${where}: sphere.trueLatitude is ${trueLatitude}, expected a latitude within \xB190`;
    throw new OptionsError(message, "trueLatitude", trueLatitude);
  }
}
function meanLatitude(latitude, width, ...masses2) {
  const height = latitude.length;
  let [sum2, total2] = [0, 0];
  for (const mass of masses2) {
    const whole = mass.reduce((s, v) => s + v, 0);
    for (let i = 0; i < mass.length; i++) sum2 += mass[i] / whole * latitude[Math.floor(i / width) % height];
    total2++;
  }
  return sum2 / total2;
}

// wasserstein/grid/axis-kernel.ts
var plainRange = 600;
var negligible = 42;
var lines = 4;
var AxisKernel = class {
  to;
  from;
  /** Largest cost over ε. */
  range;
  #matrix;
  #size;
  #least;
  #most;
  #exponents;
  #weights;
  /**
   * @param costs - [to, from]
   * @param weights - [to, from], ≥ 0; the kernel is multiplied by them
   * @param plain - made for plain numbers, where `range` allows it
   */
  constructor(costs, to, from, epsilon, plain, weights) {
    this.to = to;
    this.from = from;
    this.#weights = weights;
    const exponents = costs.map((c) => c / epsilon);
    this.range = exponents.reduce((top, v) => Math.max(top, v), 0);
    let size = Math.max(to, from, lines);
    let spread = plain ? void 0 : spreads(exponents, to, from, size);
    while (spread !== void 0 && size > 1 && spread.widest > plainRange) {
      size = Math.ceil(size / 2);
      size = size < lines ? 1 : Math.ceil(size / lines) * lines;
      spread = spreads(exponents, to, from, size);
    }
    this.#size = size;
    this.#least = spread?.least ?? new Float64Array(1);
    this.#most = spread?.most ?? new Float64Array(1);
    this.#exponents = size === 1 ? exponents : new Float64Array();
    const columns = Math.ceil(from / size);
    const padded = Math.ceil(to / lines) * lines;
    this.#matrix = size === 1 ? new Float64Array() : new Float64Array(padded * from);
    if (size > 1) {
      for (let j = 0; j < to; j++) {
        for (let k = 0; k < from; k++) {
          const base = this.#least[Math.floor(j / size) * columns + Math.floor(k / size)];
          const at = j * from + k;
          this.#matrix[at] = exp(base - exponents[at]) * (weights?.[at] ?? 1);
        }
      }
    }
  }
  /** out[j, r] = Σ_k K[j, k] x[r, k] of plain numbers. */
  plain(x, out) {
    const { to, from } = this;
    const count = x.length / from;
    out.fill(0, 0, to * count);
    const packed = new Float64Array(lines * from);
    const sums2 = new Float64Array(this.#matrix.length === 0 ? 0 : lines * this.#matrix.length / from);
    const at = new Int32Array(lines);
    let held = 0;
    const finish = () => {
      sums2.fill(0);
      products(sums2, this.#matrix, from, 0, to, 0, from, packed);
      for (let j = 0; j < to; j++) for (let t = 0; t < held; t++) out[j * count + at[t]] = sums2[lines * j + t];
      held = 0;
    };
    for (let r = 0; r < count; r++) {
      let some = false;
      for (let k = r * from; k < (r + 1) * from && !some; k++) some = x[k] !== 0;
      if (!some) continue;
      for (let k = 0; k < from; k++) packed[lines * k + held] = x[r * from + k];
      at[held++] = r;
      if (held === lines) finish();
    }
    if (held > 0) finish();
  }
  /** out[j, r] = log Σ_k K[j, k] exp(x[r, k]). */
  logarithmic(x, out) {
    const count = x.length / this.from;
    out.fill(Number.NEGATIVE_INFINITY, 0, this.to * count);
    if (this.#size === 1) {
      for (let r = 0; r < count; r++) this.#line(x, out, r, count);
      return;
    }
    const { from } = this;
    const work = new Segments(Math.ceil(from / this.#size), from, Math.ceil(this.to / lines) * lines);
    for (let r = 0; r < count; r++) {
      if (work.take(x, r, from, this.#size) && work.held === lines) this.#finish(work, out, count);
    }
    if (work.held > 0) this.#finish(work, out, count);
  }
  #finish(work, out, count) {
    const { to, from } = this;
    const size = this.#size;
    const columns = Math.ceil(from / size);
    const { tops, packed, scaled, sums: sums2, rows: rows2, held } = work;
    const shares2 = new Float64Array(lines);
    const heights = new Float64Array(lines);
    const sure = new Float64Array(lines);
    for (let first = 0, J = 0; first < to; first += size, J++) {
      const end = Math.min(to, first + size);
      sums2.fill(0, lines * first, lines * Math.ceil(end / lines) * lines);
      for (let t = 0; t < held; t++) {
        heights[t] = sure[t] = Number.NEGATIVE_INFINITY;
        for (let K = 0; K < columns; K++) {
          const top = tops[t * columns + K];
          heights[t] = Math.max(heights[t], top - this.#least[J * columns + K]);
          sure[t] = Math.max(sure[t], top - this.#most[J * columns + K]);
        }
      }
      for (let K = 0; K < columns; K++) {
        let some = false;
        for (let t = 0; t < held; t++) {
          const height = tops[t * columns + K] - this.#least[J * columns + K];
          shares2[t] = height > sure[t] - negligible ? exp(height - heights[t]) : 0;
          some ||= shares2[t] > 0;
        }
        if (!some) continue;
        const [start, stop] = [K * size, Math.min(from, (K + 1) * size)];
        for (let k = lines * start; k < lines * stop; k++) scaled[k] = packed[k] * shares2[k % lines];
        products(sums2, this.#matrix, from, first, end, start, stop, scaled);
      }
      for (let t = 0; t < held; t++) {
        const r = rows2[t];
        for (let j = first; j < end; j++) out[j * count + r] = heights[t] + Math.log(sums2[lines * j + t]);
      }
    }
    work.clear();
  }
  /** One line where neighbouring cells differ by more than the range of float64. */
  #line(x, out, r, count) {
    const { to, from } = this;
    const [exponents, weights] = [this.#exponents, this.#weights];
    const start = r * from;
    for (let j = 0; j < to; j++) {
      let top = Number.NEGATIVE_INFINITY;
      for (let k = 0; k < from; k++) top = Math.max(top, x[start + k] - exponents[j * from + k]);
      if (top === Number.NEGATIVE_INFINITY) continue;
      let sum2 = 0;
      for (let k = 0; k < from; k++) {
        const z = x[start + k] - exponents[j * from + k] - top;
        if (z > -negligible) sum2 += exp(z) * (weights?.[j * from + k] ?? 1);
      }
      out[j * count + r] = top + Math.log(sum2);
    }
  }
};
var Segments = class {
  tops;
  /** [from, line] */
  packed;
  scaled;
  /** [to, line] */
  sums;
  rows = new Int32Array(lines);
  held = 0;
  constructor(columns, from, padded) {
    this.tops = new Float64Array(lines * columns);
    this.packed = new Float64Array(lines * from);
    this.scaled = new Float64Array(lines * from);
    this.sums = new Float64Array(lines * padded);
  }
  /** False where the line is empty. */
  take(x, r, from, size) {
    const columns = this.tops.length / lines;
    let some = false;
    for (let K = 0; K < columns; K++) {
      const [start, stop] = [K * size, Math.min(from, (K + 1) * size)];
      let top = Number.NEGATIVE_INFINITY;
      for (let k = start; k < stop; k++) top = Math.max(top, x[r * from + k]);
      this.tops[this.held * columns + K] = top;
      const empty = top === Number.NEGATIVE_INFINITY;
      some ||= !empty;
      for (let k = start; k < stop; k++) this.packed[lines * k + this.held] = empty ? 0 : exp(x[r * from + k] - top);
    }
    if (some) this.rows[this.held++] = r;
    return some;
  }
  clear() {
    this.held = 0;
    this.packed.fill(0);
  }
};
function spreads(exponents, to, from, size) {
  const columns = Math.ceil(from / size);
  const count = Math.ceil(to / size) * columns;
  const least = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const most2 = new Float64Array(count);
  for (let j = 0; j < to; j++) {
    for (let k = 0; k < from; k++) {
      const at = Math.floor(j / size) * columns + Math.floor(k / size);
      const v = exponents[j * from + k];
      if (v < least[at]) least[at] = v;
      if (v > most2[at]) most2[at] = v;
    }
  }
  let widest = 0;
  for (let i = 0; i < count; i++) widest = Math.max(widest, most2[i] - least[i]);
  return { least, most: most2, widest };
}
function products(sums2, matrix, width, first, end, start, stop, packed) {
  for (let j = first; j < end; j += lines) {
    const [m0, m1] = [j * width, (j + 1) * width];
    const [m2, m3] = [m1 + width, m1 + 2 * width];
    let [a0, a1, a2, a3] = [0, 0, 0, 0];
    let [b0, b1, b2, b3] = [0, 0, 0, 0];
    let [c0, c1, c2, c3] = [0, 0, 0, 0];
    let [d0, d1, d2, d3] = [0, 0, 0, 0];
    for (let k = start, q = lines * start; k < stop; k++, q += lines) {
      const p = packed[q];
      const r = packed[q + 1];
      const s = packed[q + 2];
      const t = packed[q + 3];
      const w0 = matrix[m0 + k];
      const w1 = matrix[m1 + k];
      const w2 = matrix[m2 + k];
      const w3 = matrix[m3 + k];
      a0 += p * w0;
      a1 += r * w0;
      a2 += s * w0;
      a3 += t * w0;
      b0 += p * w1;
      b1 += r * w1;
      b2 += s * w1;
      b3 += t * w1;
      c0 += p * w2;
      c1 += r * w2;
      c2 += s * w2;
      c3 += t * w2;
      d0 += p * w3;
      d1 += r * w3;
      d2 += s * w3;
      d3 += t * w3;
    }
    const o = lines * j;
    sums2[o] += a0;
    sums2[o + 1] += a1;
    sums2[o + 2] += a2;
    sums2[o + 3] += a3;
    sums2[o + 4] += b0;
    sums2[o + 5] += b1;
    sums2[o + 6] += b2;
    sums2[o + 7] += b3;
    sums2[o + 8] += c0;
    sums2[o + 9] += c1;
    sums2[o + 10] += c2;
    sums2[o + 11] += c3;
    sums2[o + 12] += d0;
    sums2[o + 13] += d1;
    sums2[o + 14] += d2;
    sums2[o + 15] += d3;
  }
}

// wasserstein/grid/operator.ts
var GridKernel = class {
  #to;
  #from;
  #kernels;
  #plain;
  #work;
  /** @param weights - [to, from] ≥ 0 of an axis, multiplied into its kernel */
  constructor(to, from, p, epsilon, weights = []) {
    this.#to = to;
    this.#from = from;
    const costs = to.axes.map((axis, k) => axisCosts(axis, from.axes[k], p));
    const range = costs.reduce((sum2, c) => sum2 + c.reduce((top, v) => Math.max(top, v), 0), 0) / epsilon;
    this.#plain = range <= plainRange;
    this.#kernels = costs.map(
      (c, k) => new AxisKernel(c, to.shape[k], from.shape[k], epsilon, this.#plain, weights[k])
    );
    const size = largestStage(to, from);
    this.#work = [new Float64Array(size), new Float64Array(size)];
  }
  /** out_i = log Σ_j exp(heights_j − C_ij/ε), both over the cells with mass. */
  apply(heights, out) {
    let [x, y] = this.#work;
    const from = this.#from;
    const kept = from.kept;
    let size = from.shape.reduce((product, n) => product * n, 1);
    let top = 0;
    if (this.#plain) {
      top = heights.reduce((a, v) => Math.max(a, v), Number.NEGATIVE_INFINITY);
      x.fill(0, 0, size);
      for (let k = 0; k < kept.length; k++) x[kept[k]] = exp(heights[k] - top);
    } else {
      x.fill(Number.NEGATIVE_INFINITY, 0, size);
      for (let k = 0; k < kept.length; k++) x[kept[k]] = heights[k];
    }
    for (let k = this.#kernels.length - 1; k >= 0; k--) {
      const kernel = this.#kernels[k];
      const next = size / kernel.from * kernel.to;
      if (this.#plain) kernel.plain(x.subarray(0, size), y);
      else kernel.logarithmic(x.subarray(0, size), y);
      [x, y] = [y, x];
      size = next;
    }
    const cells2 = this.#to.kept;
    if (this.#plain) for (let i = 0; i < cells2.length; i++) out[i] = top + Math.log(x[cells2[i]]);
    else for (let i = 0; i < cells2.length; i++) out[i] = x[cells2[i]];
  }
};
function largestStage(to, from) {
  let size = from.shape.reduce((product, n) => product * n, 1);
  let largest = size;
  for (let k = from.shape.length - 1; k >= 0; k--) {
    size = size / from.shape[k] * to.shape[k];
    largest = Math.max(largest, size);
  }
  return largest;
}

// wasserstein/grid/solve.ts
var cellsOfBlur = 4;
var coarseTolerance = 1e-4;
var coarsePasses = 100;
var GridSweeper = class {
  problem;
  f;
  g;
  /** What the next g is without mixing. */
  image;
  /** Column sums of the plan of (f, g). */
  columns;
  epsilon = Number.NaN;
  #toX;
  #toY;
  #heightsX;
  #heightsY;
  #logA;
  #logB;
  constructor(problem) {
    const [n, m] = [problem.x.kept.length, problem.y.kept.length];
    this.problem = problem;
    this.f = new Float64Array(n);
    this.g = new Float64Array(m);
    this.image = new Float64Array(m);
    this.columns = new Float64Array(m);
    this.#heightsX = new Float64Array(n);
    this.#heightsY = new Float64Array(m);
    this.#logA = problem.x.weights.map(Math.log);
    this.#logB = problem.y.weights.map(Math.log);
  }
  /** ρ/(ρ + ε) */
  get damping() {
    const { rho } = this.problem;
    return rho === Number.POSITIVE_INFINITY ? 1 : rho / (rho + this.epsilon);
  }
  cool(epsilon) {
    if (epsilon === this.epsilon) return;
    const { x, y, p } = this.problem;
    this.epsilon = epsilon;
    this.#toX = new GridKernel(x, y, p, epsilon);
    this.#toY = x === y ? this.#toX : new GridKernel(y, x, p, epsilon);
  }
  /** f from g. */
  forward() {
    softmin(this.#toX, this.g, this.#logB, this.epsilon, this.damping, this.#heightsY, this.f);
    cap(this.f, this.problem.price);
  }
  /** f from g, the columns of the plan, and the image of g. */
  pass() {
    const { f, g, image, columns, epsilon, damping } = this;
    const { x, y, rho } = this.problem;
    this.forward();
    softmin(this.#toY, f, this.#logA, epsilon, 1, this.#heightsX, image);
    const b = y.weights;
    for (let j = 0; j < g.length; j++) {
      columns[j] = b[j] * Math.exp((g[j] - image[j]) / epsilon);
      image[j] *= damping;
    }
    cap(image, this.problem.price);
    if (rho === Number.POSITIVE_INFINITY) return;
    const shift = bestShift(x.weights, f, b, image, rho);
    for (let j = 0; j < g.length; j++) image[j] -= shift;
  }
  /** L1 distance of the columns from where they should be; the rows are exact. */
  error() {
    const { y, rho, price } = this.problem;
    let total2 = 0;
    for (let j = 0; j < y.weights.length; j++) {
      if (price !== void 0 && this.g[j] >= price && this.columns[j] <= y.weights[j]) continue;
      const wanted = rho === Number.POSITIVE_INFINITY ? y.weights[j] : y.weights[j] * Math.exp(-this.g[j] / rho);
      total2 += Math.abs(this.columns[j] - wanted);
    }
    return total2;
  }
};
function cap(potential, price) {
  if (price === void 0) return;
  for (let i = 0; i < potential.length; i++) potential[i] = Math.min(potential[i], price);
}
function softmin(kernel, potential, logWeights, epsilon, damping, heights, out) {
  for (let k = 0; k < heights.length; k++) heights[k] = potential[k] / epsilon + logWeights[k];
  kernel.apply(heights, out);
  for (let i = 0; i < out.length; i++) out[i] *= -damping * epsilon;
}
function updateAt(to, from, potential, { p, epsilon, damping }) {
  const out = new Float64Array(to.kept.length);
  const heights = new Float64Array(from.kept.length);
  softmin(new GridKernel(to, from, p, epsilon), potential, from.weights.map(Math.log), epsilon, damping, heights, out);
  return out;
}
function costRange({ x, y, p }) {
  let range = 0;
  for (const [k, axis] of x.axes.entries()) {
    const costs = axisCosts(axis, y.axes[k], p);
    range += costs.reduce((top, v) => Math.max(top, v), 0) - costs.reduce((low, v) => Math.min(low, v), costs[0]);
  }
  return range;
}
function pyramid(problem, multiscale) {
  const levels2 = [problem];
  if (!multiscale) return levels2;
  for (; ; ) {
    const { x, y, ...rest } = levels2.at(-1);
    if (Math.max(...x.shape, ...y.shape) < 8) return levels2;
    const coarse = halved(x);
    levels2.push({ x: coarse, y: x === y ? coarse : halved(y), ...rest });
  }
}
function levelFor(levels2, epsilon) {
  let level = 0;
  while (level + 1 < levels2.length) {
    const { x, y, p } = levels2[level + 1];
    if (cellsOfBlur * Math.max(widestStep(x), widestStep(y)) ** p > epsilon) break;
    level++;
  }
  return level;
}
function solveGrid(problem, settings, symmetric = false) {
  const { epsilon, tolerance, maxIterations, multiscale, scaling } = settings;
  const levels2 = pyramid(problem, multiscale);
  const count = { fine: 0, coarse: 0 };
  const mass = sum(problem.x.weights);
  const stages = descent(costRange(problem), epsilon, scaling);
  let level = levelFor(levels2, stages[0] ?? epsilon);
  let sweeper = new GridSweeper(levels2[level]);
  const refine = (to) => {
    for (; level > to; level--) sweeper = finer(sweeper, levels2[level - 1], symmetric);
  };
  for (const stage of stages) {
    if (count.fine >= maxIterations - 1) break;
    refine(levelFor(levels2, stage));
    sweeper.cool(stage);
    step(sweeper, symmetric);
    if (level === 0) count.fine++;
    else count.coarse++;
  }
  refine(levelFor(levels2, epsilon));
  const iterate = symmetric ? average : mix;
  for (; ; ) {
    sweeper.cool(epsilon);
    const last = level === 0;
    const goal = last ? tolerance : Math.max(tolerance, coarseTolerance * mass);
    const most2 = last ? Math.max(1, maxIterations - count.fine) : coarsePasses;
    const { error, passes } = iterate(sweeper, goal, most2, settings.mixing);
    if (last) {
      const iterations = count.fine + passes;
      const { f, g, columns } = sweeper;
      const report = { iterations, coarseIterations: count.coarse, converged: error <= tolerance };
      return { f: symmetric ? g : f, g, epsilon, marginalError: error, planMass: sum(columns), ...report };
    }
    count.coarse += passes;
    refine(level - 1);
  }
}
function step(sweeper, symmetric) {
  const { g, f, image } = sweeper;
  if (symmetric) {
    sweeper.forward();
    for (let j = 0; j < g.length; j++) g[j] = (g[j] + f[j]) / 2;
  } else {
    sweeper.pass();
    g.set(image);
  }
}
function finer(coarse, problem, symmetric) {
  const fine = new GridSweeper(problem);
  if (Number.isNaN(coarse.epsilon)) return fine;
  const { epsilon, damping } = coarse;
  if (!symmetric) coarse.forward();
  const potential = symmetric ? coarse.g : coarse.f;
  fine.g.set(updateAt(problem.y, coarse.problem.x, potential, { p: problem.p, epsilon, damping }));
  return fine;
}
function mix(sweeper, goal, most2, mixing) {
  const { g, image } = sweeper;
  sweeper.pass();
  let passes = 1;
  let error = sweeper.error();
  const mixer = new Mixer(sweeper.problem.y.weights);
  const own = new Float64Array(g.length);
  while (error > goal && passes < most2) {
    const mixed = mixing && passes + 2 <= most2 ? mixer.propose(g, image) : void 0;
    own.set(image);
    g.set(mixed ?? own);
    sweeper.pass();
    passes++;
    let tried = sweeper.error();
    if (mixed !== void 0 && !(tried < error)) {
      mixer.reset();
      g.set(own);
      sweeper.pass();
      passes++;
      tried = sweeper.error();
    }
    error = tried;
  }
  return { error, passes };
}
function average(sweeper, goal, most2) {
  const { f, g, columns, epsilon } = sweeper;
  const { rho, y } = sweeper.problem;
  for (let passes = 1; ; passes++) {
    sweeper.forward();
    let error = 0;
    for (let j = 0; j < g.length; j++) {
      columns[j] = y.weights[j] * Math.exp((g[j] - f[j] * (1 + epsilon / rho)) / epsilon);
      error += Math.abs(columns[j] - y.weights[j] * Math.exp(-g[j] / rho));
    }
    if (error <= goal || passes >= most2) return { error, passes };
    for (let j = 0; j < g.length; j++) g[j] = (g[j] + f[j]) / 2;
  }
}

// wasserstein/grid/input.ts
function prepareGrid(where, a, b, options) {
  const { p = 2, reach, sphere } = options;
  checkOrder(where, p);
  checkOptions(where, {
    ...pick(options, "epsilon", "blur", "reach", "tolerance", "maxIterations", "scaling")
  });
  const { shape } = a;
  checkShape2(where, shape);
  if (b.shape.length !== shape.length || b.shape.some((n, k) => n !== shape[k])) {
    throw new ShapeError(`${where}: shape of b`, shape, b.shape, "both fields lie on one grid; regrid one of them");
  }
  if (sphere !== void 0) checkSphere(where, shape, sphere);
  const [left, right] = masses(where, a, b, options);
  const middle = sphere === void 0 ? 0 : sphere.trueLatitude ?? meanLatitude(sphere.latitude, shape.at(-1), left.values, right.values);
  const axes = gridAxes(where, shape, options, middle);
  const support = ({ values, total: total2 }, { mask }) => ({
    side: placed(values, shape, axes),
    total: total2,
    mask
  });
  const [x, y] = [support(left, a), support(right, b)];
  const rho = reach === void 0 ? Number.POSITIVE_INFINITY : p * reach ** p;
  const range = costRange({ x: x.side, y: y.side, p, rho });
  return { where, shape, axes, x, y, p, rho, settings: settingsOf(where, axes, p, range, options), options };
}
function pick(from, ...names3) {
  return Object.fromEntries(names3.filter((k) => from[k] !== void 0).map((k) => [k, from[k]]));
}
function masses(where, a, b, { reach, normalize }) {
  const count = a.shape.reduce((product, n) => product * n, 1);
  const [left, right] = [masked(`${where}: a`, a, count), masked(`${where}: b`, b, count)];
  if (reach === void 0) {
    const [x, y] = balancedMasses(where, left, count, right, count, { normalize: normalize === true });
    return [
      { values: x.weights, total: x.total },
      { values: y.weights, total: y.total }
    ];
  }
  const free = (name, values) => {
    const { weights, total: total2 } = massOf(`${where}: ${name}`, values, count);
    return normalize ? { values: weights, total: total2 } : { values: checkedWeights(name, values, count), total: 1 };
  };
  return [free("a", left), free("b", right)];
}
function masked(where, { values, mask }, count) {
  if (values.length !== count) throw new ShapeError(`${where}.values`, [count], [values.length], "one value a cell");
  if (mask !== void 0 && mask.length !== count) throw new ShapeError(`${where}.mask`, [count], [mask.length]);
  return Float64Array.from({ length: count }, (_, i) => {
    if (mask !== void 0 && !mask[i]) return 0;
    const value = values[i];
    if (value >= 0 && value < Number.POSITIVE_INFINITY) return value;
    const expected = "a finite mass \u2265 0; leave cells without a value out by `mask`";
    throw new DomainError(`${where}.values[${i}] is ${value}, expected ${expected}`, value);
  });
}
function settingsOf(where, axes, p, range, options) {
  const { blur, tolerance = 1e-6, maxIterations = 2e3, scaling = 0.5, mixing = true, multiscale = true } = options;
  const epsilon = options.epsilon ?? (blur === void 0 ? usualEpsilon(axes, p) : p * blur ** p);
  if (!(Number.isFinite(range) && range / epsilon < 1e12)) {
    const limit = (range * 1e-12).toPrecision(2);
    const message = `${where}: epsilon is ${epsilon}, below the rounding of costs that differ by ${range}`;
    throw new DomainError(`${message}; take at least ${limit}`, epsilon);
  }
  if (!(epsilon > 0)) throw new OptionsError(`${where}: epsilon is ${epsilon}, expected > 0`, "epsilon", epsilon);
  return { epsilon, tolerance, maxIterations, scaling, mixing, multiscale };
}
function usualEpsilon(axes, p) {
  let variance = 0;
  for (const axis of axes) {
    const costs = axisCosts(axis, axis, p);
    const mean2 = costs.reduce((s, c) => s + c, 0) / costs.length;
    variance += costs.reduce((s, c) => s + (c - mean2) ** 2, 0) / costs.length;
  }
  return variance > 0 ? 0.05 * Math.sqrt(variance) : 1;
}

// wasserstein/grid/c-transform.ts
function cTransform(to, from, p, h) {
  let shape = [...from.shape];
  let values = new Float64Array(shape.reduce((product, n) => product * n, 1)).fill(Number.POSITIVE_INFINITY);
  for (let k = 0; k < h.length; k++) values[from.kept[k]] = -h[k];
  for (let k = shape.length - 1; k >= 0; k--) {
    const costs = axisCosts(to.axes[k], from.axes[k], p);
    const [m, n] = [to.shape[k], from.shape[k]];
    const lines2 = values.length / n;
    const next = new Float64Array(m * lines2);
    for (let r = 0; r < lines2; r++) lowest(values, r * n, n, costs, next, r, lines2);
    values = next;
    shape = [m, ...shape.slice(0, -1)];
  }
  return Float64Array.from(to.kept, (i) => values[i]);
}
function lowest(values, start, n, costs, out, r, lines2) {
  const m = costs.length / n;
  for (let j = 0; j < m; j++) {
    let least = Number.POSITIVE_INFINITY;
    for (let k = 0, at = j * n; k < n; k++, at++) {
      const v = values[start + k] + costs[at];
      if (v < least) least = v;
    }
    out[j * lines2 + r] = least;
  }
}

// wasserstein/grid/certificate.ts
var rounding = 2 ** -40;
var PlanSums = class {
  #problem;
  #toX;
  #toY;
  #costs;
  constructor(problem, epsilon) {
    const { x, y, p } = problem;
    this.#problem = problem;
    this.#toX = new GridKernel(x, y, p, epsilon);
    this.#toY = new GridKernel(y, x, p, epsilon);
    this.#costs = x.axes.map((axis, k) => {
      const weights = new Array(x.axes.length).fill(void 0);
      weights[k] = axisCosts(axis, y.axes[k], p);
      return new GridKernel(x, y, p, epsilon, weights);
    });
  }
  rows(hx, hy) {
    return sums(this.#toX, this.#problem.x, hy, hx);
  }
  columns(hx, hy) {
    return sums(this.#toY, this.#problem.y, hx, hy);
  }
  costByAxis(hx, hy) {
    return Float64Array.from(this.#costs, (kernel) => sum(sums(kernel, this.#problem.x, hy, hx)));
  }
};
function sums(kernel, to, other, own) {
  const out = new Float64Array(to.kept.length);
  kernel.apply(other, out);
  for (let i = 0; i < out.length; i++) out[i] = Math.exp(out[i] + own[i]);
  return out;
}
var heightsOf = (potential, weights, epsilon) => potential.map((v, i) => v / epsilon + Math.log(weights[i]));

// wasserstein/grid/displacement.ts
function displacements(own, other, p, potential, { epsilon }, size) {
  const heights = potential.map((v, j) => v / epsilon + Math.log(other.weights[j]));
  const mass = new Float64Array(own.kept.length);
  const moved = new Float64Array(own.kept.length);
  new GridKernel(own, other, p, epsilon).apply(heights, mass);
  return own.axes.map((axis, k) => {
    const moves = axisMoves(axis, other.axes[k]);
    const least = moves.reduce((low, v) => Math.min(low, v), 0);
    const weights = new Array(own.axes.length).fill(void 0);
    weights[k] = moves.map((v) => v - least);
    new GridKernel(own, other, p, epsilon, weights).apply(heights, moved);
    const all = new Float64Array(size).fill(Number.NaN);
    for (let i = 0; i < mass.length; i++) all[own.cells[i]] = Math.exp(moved[i] - mass[i]) + least;
    return all;
  });
}

// wasserstein/grid/partial.ts
function gridPartialTransport(a, b, options) {
  const where = "gridPartialTransport";
  const prepared = prepareGrid(where, a, b, options);
  const { x, y, p, settings, shape } = prepared;
  const scale = (sum(x.side.weights) + sum(y.side.weights)) / 2;
  const unit = (weights) => weights.map((w) => w / scale);
  const left = { ...x.side, weights: unit(x.side.weights) };
  const right = { ...y.side, weights: unit(y.side.weights) };
  const price = options.reach ** p / 2;
  const problem = { x: left, y: right, p, rho: Number.POSITIVE_INFINITY, price };
  const solution = solveGrid(problem, settings);
  const { f, g, epsilon, marginalError, iterations, converged, planMass } = solution;
  const value = dualValue({ a: left.weights, b: right.weights, rho: Number.POSITIVE_INFINITY }, solution, planMass);
  const proof = certify(problem, solution, price);
  const size = shape.reduce((product, n) => product * n, 1);
  const onGrid = (cells2, values) => {
    const all = new Float64Array(size);
    for (const [k, cell] of cells2.entries()) all[cell] = values[k] * scale;
    return all;
  };
  return printingFields(where, {
    value: value * scale,
    bounds: [proof.bounds[0] * scale, proof.bounds[1] * scale],
    moved: sum(proof.rows) * scale,
    linearCost: proof.linearCost * scale,
    marginalError,
    iterations,
    converged,
    epsilon,
    marginals: { a: onGrid(left.cells, proof.rows), b: onGrid(right.cells, proof.columns) },
    displacement: () => ({
      a: debiased(prepared, displacements(left, right, p, g, solution, size), left, size),
      b: debiased(prepared, displacements(right, left, p, f, solution, size), right, size)
    })
  });
}
function debiased({ p, settings }, raw, side, size) {
  const mass = sum(side.weights);
  const alone = { ...side, weights: side.weights.map((w) => w / mass) };
  const { g, epsilon } = solveGrid({ x: alone, y: alone, p, rho: Number.POSITIVE_INFINITY }, settings, true);
  const own = displacements(alone, alone, p, g, { epsilon }, size);
  return raw.map((values, k) => values.map((v, i) => v - own[k][i]));
}
function certify(problem, { f, g, epsilon }, price) {
  const { x, y, p } = problem;
  const [a, b] = [x.weights, y.weights];
  const plan = new PlanSums(problem, epsilon);
  const [hx, hy] = [heightsOf(f, a, epsilon), heightsOf(g, b, epsilon)];
  const cut3 = (sums2, limit) => sums2.map((s, i) => s > limit[i] ? Math.log(limit[i] / s) : 0);
  const add = (h, more) => h.map((v, i) => v + more[i]);
  const hx2 = add(hx, cut3(plan.rows(hx, hy), a));
  const hy2 = add(hy, cut3(plan.columns(hx2, hy), b));
  const [rows2, columns] = [plan.rows(hx2, hy2), plan.columns(hx2, hy2)];
  const linearCost = sum(plan.costByAxis(hx2, hy2));
  const upper = linearCost + price * Math.max(0, sum(a) - sum(rows2) + sum(b) - sum(columns));
  const down = cTransform(y, x, p, f).map((v) => Math.min(v, price));
  const up = cTransform(x, y, p, down).map((v) => Math.min(v, price));
  const slack = rounding * (upper + dot(a, up.map(Math.abs)) + dot(b, down.map(Math.abs)));
  return { rows: rows2, columns, linearCost, bounds: [dot(a, up) + dot(b, down) - slack, upper + slack] };
}

// generative/verification/transport-score.ts
function transportScore(forecast, truth, height, width, options) {
  const where = "transportScore";
  const { reach, spacing: spacing2 = 1, tolerance = 1e-4, maxIterations = 2e3 } = options;
  const steps = typeof spacing2 === "number" ? [spacing2, spacing2] : spacing2;
  const { blur = Math.max(...steps) } = options;
  for (const [name, value] of Object.entries({ reach, blur })) {
    if (value > 0 && Number.isFinite(value)) continue;
    throw new OptionsError(`${where}: ${name} is ${value}, expected a positive length`, name, value);
  }
  const mask = bothThere(where, forecast, truth, height * width);
  const cells2 = mask.reduce((s, v) => s + v, 0);
  if (cells2 === 0) throw new DomainError(`${where}: no cell has a value in both fields`, 0);
  const [f, o] = [forecast, truth].map((values) => Float64Array.from(values, (v, i) => mask[i] ? v : 0));
  const [rain, observed] = [total(f), total(o)];
  if (rain === 0 || observed === 0) {
    const empty = () => new Float64Array(height * width).fill(Number.NaN);
    return result({
      moved: 0,
      displacement: 0,
      surplusMap: f,
      missingMap: o,
      reach,
      cells: cells2,
      converged: true,
      arrows: [empty(), empty()]
    });
  }
  const shape = [height, width];
  const plan = gridPartialTransport(
    { values: f, shape },
    { values: o, shape },
    {
      reach,
      spacing: steps,
      blur,
      tolerance,
      maxIterations
    }
  );
  const { a, b } = plan.displacement();
  const { marginals, moved, converged } = plan;
  const displacement = (lengths(a, marginals.a) + lengths(b, marginals.b)) / 2;
  const rest = (field, joined) => field.map((v, i) => Math.max(0, v - joined[i]));
  return result({
    moved,
    displacement,
    surplusMap: rest(f, marginals.a),
    missingMap: rest(o, marginals.b),
    reach,
    cells: cells2,
    converged,
    arrows: [a[0], a[1]]
  });
}
function result({ reach, ...parts3 }) {
  const [surplus, missing] = [total(parts3.surplusMap), total(parts3.missingMap)];
  const { moved, displacement } = parts3;
  const meanDisplacement = moved > 0 ? displacement / moved : Number.NaN;
  const cost = displacement + reach / 2 * (surplus + missing);
  return printingFields("transportScore", { ...parts3, meanDisplacement, surplus, missing, cost });
}
var total = (values) => values.reduce((s, v) => s + v, 0);
function lengths([down, across], mass) {
  let sum2 = 0;
  for (let i = 0; i < mass.length; i++) if (mass[i] > 0) sum2 += mass[i] * Math.hypot(down[i], across[i]);
  return sum2;
}
function bothThere(where, forecast, truth, size) {
  for (const [name, values] of Object.entries({ forecast, truth })) {
    if (values.length !== size) throw new ShapeError(`${where}: ${name}`, [size], [values.length]);
    const wrong = values.findIndex((v) => v < 0 || v === Number.POSITIVE_INFINITY);
    if (wrong < 0) continue;
    throw new DomainError(`${where}: ${name}[${wrong}] is ${values[wrong]}, expected rain \u2265 0 or NaN`, values[wrong]);
  }
  return Uint8Array.from({ length: size }, (_, i) => Number.isNaN(forecast[i]) || Number.isNaN(truth[i]) ? 0 : 1);
}

// generative/verification/transport-cases.ts
var ratioOf = ([rain, moved, way, surplus, missing]) => ({
  meanDisplacement: moved > 0 ? way / moved : Number.NaN,
  movedShare: moved / rain,
  surplusShare: surplus / rain,
  missingShare: missing / rain
});
function transportCases(options) {
  return {
    name: "transport",
    of({ maps, members, shape }) {
      if (shape.length !== 2) {
        throw new DomainError("transport: maps have no rows and columns, which rain is moved along", shape);
      }
      const [height, width] = shape;
      const all = [];
      let unconverged = 0;
      const times = maps.map(({ time, forecast, truth, positions }, t) => {
        const whole = (values) => wholeMap(values, positions, height * width, Number.NaN);
        let rain = 0;
        for (const v of truth) rain += v;
        const own = { moved: 0, way: 0, surplus: 0, missing: 0 };
        for (let m = 0; m < members; m++) {
          const member = whole(forecast.subarray(m * truth.length, (m + 1) * truth.length));
          const found = transportScore(member, whole(truth), height, width, options);
          own.moved += found.moved / members;
          own.way += found.displacement / members;
          own.surplus += found.surplus / members;
          own.missing += found.missing / members;
          if (!found.converged) unconverged++;
        }
        options.onProgress?.(t + 1, maps.length);
        all.push([rain, own.moved, own.way, own.surplus, own.missing]);
        return {
          time: time ?? null,
          rain,
          meanDisplacement: own.moved > 0 ? own.way / own.moved : Number.NaN,
          surplusShare: own.surplus / rain,
          missingShare: own.missing / rain
        };
      });
      const intervals = options.bootstrap ? intervalsOf(all, options.bootstrap) : null;
      return {
        ...ratioOf(summed2(all)),
        intervals,
        unconverged,
        times
      };
    }
  };
}
function summed2(all, weights) {
  const sums2 = [0, 0, 0, 0, 0];
  for (const [t, own] of all.entries()) for (let k = 0; k < 5; k++) sums2[k] += (weights?.[t] ?? 1) * own[k];
  return sums2;
}
function intervalsOf(all, bootstrap) {
  const block = blockLength(bootstrap, all.length, void 0);
  if (!enough(all.length, block)) return null;
  const { seed, draws = 1e3, coverage = 0.95 } = bootstrap;
  const drawn = Array.from(
    redraws(rng(seed).split("blocks"), all.length, block, draws),
    (weights) => ratioOf(summed2(all, weights))
  );
  const whole = ratioOf(summed2(all));
  const of = (name) => ({
    ...intervalOf(
      whole[name],
      Float64Array.from(drawn, (d) => d[name]),
      coverage
    )
  });
  return {
    meanDisplacement: of("meanDisplacement"),
    movedShare: of("movedShare"),
    surplusShare: of("surplusShare"),
    missingShare: of("missingShare")
  };
}
function spacingOf(field) {
  const size = cellSize(field);
  if (size === void 0 || size.units === "degrees" && size.latitude === void 0) {
    const why = "its coordinates do not tell the size of a cell";
    throw new OptionsError(`transport: ${field.name}: ${why}; give spacing in km`, "spacing", void 0);
  }
  if (size.units === "m") return [size.y / 1e3, size.x / 1e3];
  const degree = 111.19492664455873;
  return [size.y * degree, size.x * degree * Math.cos(size.latitude * Math.PI / 180)];
}

export {
  sortedCopy,
  quantile,
  checkShape,
  checkFinite,
  checkRain,
  checkOption,
  rapsd,
  spectralSlope,
  meanCrps,
  wholeMap,
  changeRows,
  changeSheet,
  commonTimes,
  defaultThreshold,
  saysRain,
  changeSignal,
  gapFreeCases,
  spreadAndError,
  rowsOf,
  scoreSheet,
  transportScore,
  transportCases,
  spacingOf,
  verify,
  verifyTiles
};
