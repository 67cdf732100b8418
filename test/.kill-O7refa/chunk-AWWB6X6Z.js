import {
  axisOf,
  calendarOf,
  dateRange,
  decodeTime,
  encodeTime,
  instantsOf,
  isGeographic,
  metresPer,
  parseTimeUnits,
  regularStep,
  sizeOf,
  textOf,
  toIso,
  whereOf,
  withoutRange
} from "./chunk-72SAAEYX.js";
import {
  OptionsError,
  ShapeError,
  UnitsError
} from "./chunk-Y46VEHZ7.js";

// io/field/interval.ts
function timeCoordinate(field) {
  return field.coordinates.find((c) => axisOf(c.name, c.attributes) === "time" && c.dims.length <= 1);
}
function secondsPerUnit(time) {
  return parseTimeUnits(textOf(time.attributes, "units") ?? "", textOf(time.attributes, "calendar")).step / 1e3;
}
var WAYS = 'give `interval` in seconds (86400 for daily sums), add bounds to the time coordinate, or say `interval: "time"` to take the spacing of evenly spaced times';
function boundsIntervals(field) {
  const fail = (what) => new UnitsError(`${whereOf(field)}: ${what}; ${WAYS}`, field.units ?? "", "the interval of each value");
  const time = timeCoordinate(field);
  if (!time) throw fail("it has no time coordinate to take intervals from");
  if (!time.bounds) throw fail(`its time coordinate ${time.name} has no bounds`);
  if (time.attributes.climatology !== void 0) {
    throw fail(`the bounds of ${time.name} are those of a climatology, which say over which years, not how long`);
  }
  const seconds = secondsPerUnit(time);
  const bounds = instantsOf({ ...time, values: time.bounds });
  return Float64Array.from(time.values, (_, i) => {
    const [low, high] = [time.bounds[2 * i], time.bounds[2 * i + 1]];
    const length = (high - low) * seconds;
    if (length > 0 && !Number.isNaN(bounds[2 * i] + bounds[2 * i + 1])) return Math.round(length * 1e3) / 1e3;
    throw fail(`the bounds of ${time.name} at index ${i} are ${low} to ${high}, which is no interval`);
  });
}
function spacingInterval(field) {
  const time = timeCoordinate(field);
  const fail = (what) => new UnitsError(
    `${whereOf(field)}: ${what}, so that their spacing is no interval; give \`interval\` in seconds, or add bounds`,
    field.units ?? "",
    "evenly spaced times"
  );
  if (!time || time.values.length < 2) throw fail(`it has ${time?.values.length ?? "no"} times`);
  const seconds = secondsPerUnit(time);
  let step2;
  try {
    step2 = regularStep(time.name, time.values).step;
  } catch {
    throw fail("its times are not evenly spaced");
  }
  if (!(step2 > 0)) throw fail("its times do not increase");
  return Math.round(step2 * seconds * 1e3) / 1e3;
}

// io/field/quantity.ts
var LONGEST = 4e3;
var NAME = /^(lwe_)?(thickness_of_)?((?:convective_|stratiform_|large_scale_|solid_)?(?:precipitation|rainfall|snowfall))_(flux|amount|rate)$/;
function familyOf(name) {
  const match = NAME.exec(name);
  if (!match) return void 0;
  if (match[2] && !match[1] && !/rainfall/.test(match[3])) return void 0;
  return { family: match[3], kind: match[4] === "amount" ? "amount" : "rate" };
}
function nameOf(family, kind, mass) {
  if (mass) return `${family}_${kind === "rate" ? "flux" : "amount"}`;
  const water = /rainfall/.test(family) ? "" : "lwe_";
  return kind === "rate" ? `${water}${family}_rate` : `${water}thickness_of_${family}_amount`;
}
function timeMethods(attributes, timeName = "time") {
  const text = textOf(attributes, "cell_methods") ?? "";
  if (text.length > LONGEST) {
    const what = `cell_methods "${text.slice(0, 40)}\u2026" has ${text.length} characters, above ${LONGEST}`;
    throw new UnitsError(`${what}; shorten it`, text.slice(0, 40), "cell_methods such as time: sum");
  }
  const bare = text.replace(/\([^()]*\)/g, " ");
  return [...bare.matchAll(/(?<![\w-])((?:[\w-]+\s*:\s*)+)([A-Za-z_]+)/g)].filter((match) => match[1].split(":").some((name) => name.trim() === "time" || name.trim() === timeName)).map((match) => match[2].toLowerCase());
}
function checkQuantity(where2, field, kind, target) {
  const { units = "", attributes } = field;
  const fail = (what, expected) => new UnitsError(
    `${where2}: units "${units}" measure ${kind === "rate" ? "a rate" : "an amount"}, but ${what}; expected ${expected}; if the units are wrong, state the right ones (\`field.with({ units })\`); if they are right, \`override: true\` writes the other attributes anew`,
    units,
    expected
  );
  const name = textOf(attributes, "standard_name") ?? "";
  const known = familyOf(name);
  if (known && known.kind !== kind) {
    throw fail(`standard_name is "${name}", ${known.kind === "rate" ? "a rate" : "an amount"}`, "the same of both");
  }
  if (!known && name.includes("_") && !/precipitation|rainfall|(?<!thickness_of_)snowfall/.test(name)) {
    throw fail(`standard_name is "${name}", which is not precipitation`, "a name of precipitation, or none");
  }
  const methods = timeMethods(attributes, field.dimOf("time"));
  const last = methods.at(-1);
  if (kind === "rate" && methods.includes("sum")) {
    throw fail('cell_methods says "time: sum", and sums over time are amounts', '"time: mean" or "time: point"');
  }
  if (kind === target || last === void 0) return;
  const fit = kind === "amount" ? ["sum"] : ["mean", "point"];
  if (methods.every((method) => fit.includes(method))) return;
  throw fail(
    `cell_methods says "time: ${last}", which ${target === "rate" ? "division" : "multiplication"} by the length of the interval does not turn into ${target === "rate" ? "a mean rate" : "an amount"}`,
    fit.map((method) => `"time: ${method}"`).join(" or ")
  );
}
function withTimeMethod(methods, method, timeName = "time", add = false) {
  const text = methods ?? "";
  let found = false;
  const changed = text.replace(/(?<!\S)((?:[\w-]+\s*:\s*)+)[A-Za-z_]+/g, (entry, names) => {
    if (!names.split(":").some((name) => ["time", timeName].includes(name.trim()))) return entry;
    found = true;
    return `${names}${method}`;
  });
  if (found) return changed;
  return add ? `${timeName}: ${method}${text && ` ${text}`}` : text;
}
function quantityAttributes(field, target, changed) {
  const name = textOf(field.attributes, "standard_name") ?? "";
  const family = familyOf(name)?.family ?? "precipitation";
  const methods = textOf(field.attributes, "cell_methods");
  const time = field.dimOf("time") ?? "time";
  const method = target.kind === "rate" ? "mean" : "sum";
  return {
    ...field.attributes,
    ...changed && methods !== void 0 && { cell_methods: withTimeMethod(methods, method, time) },
    standard_name: nameOf(family, target.kind, target.mass)
  };
}

// io/field/unit-text.ts
var BASES = Object.fromEntries(
  [
    [[1e3, 1, 0, 0], "m meter meters metre metres"],
    [[25.4, 1, 0, 0], "in inch inches"],
    [[1e6, 3, 0, 0], "l L liter liters litre litres"],
    [[1e-3, 0, 1, 0], "g gram grams gramme grammes"],
    [[1, 0, 1, 0], "kg kilogram kilograms kilogramme kilogrammes"],
    [[1, 0, 0, 1], "s sec secs second seconds"],
    [[60, 0, 0, 1], "min mins minute minutes"],
    [[3600, 0, 0, 1], "h hr hrs hour hours"],
    [[86400, 0, 0, 1], "d day days"],
    [[604800, 0, 0, 1], "week weeks"]
  ].flatMap(([base, names]) => names.split(" ").map((name) => [name, base]))
);
var PREFIXABLE = /^(m|meters?|metres?|l|L|liters?|litres?|g|grams?|s|seconds?)$/;
var PREFIXES = [
  [/^(milli|m)/, 1e-3],
  [/^(centi|c)/, 0.01],
  [/^(deci|d)/, 0.1],
  [/^(micro|u|µ|μ)/, 1e-6],
  [/^(hecto|h)/, 100],
  [/^(kilo|k)/, 1e3]
];
var SUPERSCRIPTS = "\u2070\xB9\xB2\xB3\u2074\u2075\u2076\u2077\u2078\u2079";
var UnitTextError = class extends Error {
  at;
  constructor(at) {
    super(at);
    this.at = at;
  }
};
function baseOf(name) {
  const known = Object.hasOwn(BASES, name) ? BASES[name] : void 0;
  if (known) return known;
  for (const [prefix, factor] of PREFIXES) {
    const rest = name.replace(prefix, "");
    if (rest === name || !PREFIXABLE.test(rest)) continue;
    const [value, length, mass, time] = BASES[rest];
    return length === 0 ? [value * factor, length, mass, time] : [scaled(value, factor), length, mass, time];
  }
  const lower = name.toLowerCase();
  return /^\p{Lu}\p{Ll}{2,}$/u.test(name) && lower !== name ? baseOf(lower) : void 0;
}
function scaled(value, factor) {
  return factor < 1 ? value / Math.round(1 / factor) : value * factor;
}
var power = (p, n) => ({
  factor: p.factor ** n,
  length: p.length * n,
  mass: p.mass * n,
  time: p.time * n
});
var times = (a, b) => ({
  factor: a.factor * b.factor,
  length: a.length + b.length,
  mass: a.mass + b.mass,
  time: a.time + b.time
});
var Reader = class {
  at = 0;
  text;
  constructor(text) {
    this.text = text;
  }
  /** What matches here, passed over. */
  take(pattern) {
    const sticky = new RegExp(pattern.source, "uy");
    sticky.lastIndex = this.at;
    const match = sticky.exec(this.text);
    if (!match) return void 0;
    this.at = sticky.lastIndex;
    return match;
  }
  fail() {
    const rest = this.text.slice(this.at).trim();
    return new UnitTextError(/^[\p{L}_%]+|^\S+/u.exec(rest)?.[0] ?? "its end");
  }
  product() {
    let result = this.factor();
    for (; ; ) {
      const divides = this.take(/\s*(?:\/|\bper\b)\s*/);
      if (!divides && !this.take(/\s*(?:\.(?!\d)|[*·⋅×])\s*|\s+/)) {
        if (!/[(\p{L}]/u.test(this.text[this.at] ?? "")) return result;
      }
      if (this.at >= this.text.length && !divides) return result;
      const next = this.factor();
      result = times(result, divides ? power(next, -1) : next);
    }
  }
  whole() {
    const result = this.product();
    if (this.at < this.text.length) throw this.fail();
    return result;
  }
  factor() {
    if (this.take(/\(\s*/)) {
      const inner = this.product();
      if (!this.take(/\s*\)/)) throw this.fail();
      return power(inner, this.exponent());
    }
    const number = this.take(/(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?/);
    if (number) return power({ factor: Number(number[0]), length: 0, mass: 0, time: 0 }, this.exponent());
    const start = this.at;
    const name = this.take(/[\p{L}_]+/u);
    const base = name && baseOf(name[0]);
    if (!base) {
      this.at = start;
      throw this.fail();
    }
    const [factor, length, mass, time] = base;
    return power({ factor, length, mass, time }, this.exponent());
  }
  exponent() {
    const raised = this.take(/(?:\^|\*\*)\s*(?:\(\s*([+-]?\d+)\s*\)|\{\s*([+-]?\d+)\s*\}|([+-]?\d+))|([+-]?\d+)/);
    if (raised) return Number(raised.slice(1).find((part) => part !== void 0));
    const high = this.take(/([⁺⁻]?)([⁰¹²³⁴⁵⁶⁷⁸⁹]+)/);
    if (!high) return 1;
    const digits = Array.from(high[2], (c) => SUPERSCRIPTS.indexOf(c)).join("");
    return Number(digits) * (high[1] === "\u207B" ? -1 : 1);
  }
};
function parseUnit(text) {
  const trimmed = text.trim();
  const capital = /\p{Lu}/u.test(trimmed) && !/\p{Ll}/u.test(trimmed) && trimmed !== "L";
  return new Reader(capital ? trimmed.toLowerCase() : trimmed).whole();
}

// io/field/units.ts
var EXPECTED = "precipitation units such as mm/day, mm h-1, kg m-2 s-1 (rates) or mm, m, inch, kg m-2 (amounts)";
var LONGEST2 = 256;
function where(context) {
  return `${context.file ? `${context.file}: ` : ""}${context.variable ? `variable ${context.variable}` : "precipitation"}`;
}
function wayOut(units) {
  if (/^\s*mm\s*\/\s*m\s*$|^\s*mm m-1\s*$/i.test(units)) {
    return '"mm/m" is millimetres per metre; files that write it for millimetres per month hold the sums of months: state `units: "mm"`, and let the bounds of time say how long each month is; ';
  }
  if (/\b(mon|month|months|yr|year|years|a)(?![a-z])/i.test(units)) {
    return 'months and years have no fixed length: for sums of months state `units: "mm"`, and let the bounds of time say how long each is; ';
  }
  return "";
}
function precipitationUnits(units, context = {}) {
  const fail = (what) => new UnitsError(
    `${where(context)}: ${what}; expected ${EXPECTED}; ${wayOut(units ?? "")}if you know the units, state them (\`field.with({ units })\` or the \`units\` option) instead of letting them be guessed`,
    units ?? "",
    EXPECTED
  );
  if (units === void 0 || units.trim() === "") throw fail("units are missing");
  if (units.length > LONGEST2) {
    const start = `${units.slice(0, 40)}\u2026`;
    throw new UnitsError(
      `${where(context)}: units "${start}" have ${units.length} characters, above ${LONGEST2}; expected ${EXPECTED}`,
      start,
      EXPECTED
    );
  }
  let product;
  try {
    product = parseUnit(units.replace(/\s+of\s+water(\s+equivalent)?/i, ""));
  } catch (error) {
    if (!(error instanceof UnitTextError)) throw error;
    throw fail(`units "${units}" are not understood (at "${error.at}")`);
  }
  const { factor, length, mass, time } = product;
  const depth = mass === 0 && length === 1;
  const sheet = mass === 1 && length === -2;
  if (!depth && !sheet || time !== 0 && time !== -1 || !(factor > 0 && Number.isFinite(factor))) {
    throw fail(`units "${units}" do not measure precipitation`);
  }
  return { kind: time === 0 ? "amount" : "rate", factor: sheet ? factor * 1e6 : factor, mass: sheet };
}
function precipitationFactor(from, to, options = {}) {
  const source = precipitationUnits(from, options);
  const target = precipitationUnits(to, { variable: "(the target)" });
  const ratio = source.factor / target.factor;
  if (source.kind === target.kind) return ratio;
  const { interval } = options;
  if (interval === void 0 || !(interval > 0) || !Number.isFinite(interval)) {
    throw new UnitsError(
      `${where(options)}: cannot turn ${source.kind} "${from}" into ${target.kind} "${to}" ${interval === void 0 ? "without" : `with an interval of ${interval} s as`} the length of the interval; expected bounds of the time coordinate or \`interval\`, the seconds over which the amount fell (86400 for daily sums), or \`interval: "time"\` for the spacing of the times`,
      from ?? "",
      to
    );
  }
  return source.kind === "amount" ? ratio / interval : ratio * interval;
}
function intervalsFor(field, interval) {
  if (typeof interval === "number") return interval;
  if (interval === "time") return spacingInterval(field);
  if (interval === "bounds" || timeCoordinate(field)?.bounds) return boundsIntervals(field);
  return void 0;
}
function scaleAlong(field, dim, factors) {
  const axis = dim === void 0 ? -1 : field.dims.indexOf(dim);
  const inner = sizeOf(field.shape.slice(axis + 1));
  const period = axis < 0 ? 1 : field.shape[axis];
  const out = field.values.slice();
  for (let i = 0; i < out.length; i++) {
    out[i] = out[i] * (axis < 0 ? factors[0] : factors[Math.floor(i / inner) % period]);
  }
  return out;
}
function convertPrecipitation(field, to, options = {}) {
  const { interval, override = false, ...given } = options;
  const context = { variable: field.name, file: field.source, ...given };
  const source = precipitationUnits(field.units, context);
  const target = precipitationUnits(to, { variable: "(the target)" });
  if (!override) checkQuantity(where(context), field, source.kind, target.kind);
  const changed = source.kind !== target.kind;
  const seconds = changed ? intervalsFor(field, interval) : void 0;
  const factorOf = (one) => precipitationFactor(field.units, to, { ...context, ...one !== void 0 && { interval: one } });
  const lengths = seconds instanceof Float64Array ? seconds : [seconds];
  const factors = Array.from(lengths, (one) => factorOf(one));
  const same = factors.every((factor) => factor === 1);
  const dim = factors.length > 1 || seconds instanceof Float64Array ? timeCoordinate(field)?.dims[0] : void 0;
  return field.with({
    values: same ? field.values : scaleAlong(field, dim, factors),
    units: to,
    attributes: quantityAttributes(
      same ? field : field.with({ attributes: withoutRange(field.attributes) }),
      target,
      changed || override
    )
  });
}

// io/field/accumulate.ts
function eachCell(field, along, step2, see) {
  const { steps, outer, inner } = along;
  for (let o = 0; o < outer; o++) {
    const first = (o * steps + step2) * inner;
    for (let at = first; at < first + inner; at++) see(field.values[at], field.values[at - inner], at);
  }
}
var Accumulation = class {
  field;
  time;
  units;
  along;
  where;
  /** When each value was taken: the upper bounds of time, or the times themselves. */
  ends;
  constructor(field) {
    this.field = field;
    this.where = `deaccumulate: ${whereOf(field)}`;
    const { kind } = precipitationUnits(field.units, { variable: field.name, file: field.source });
    if (kind === "rate") {
      const expected = "an amount such as mm, m or kg m-2";
      throw new UnitsError(
        `${this.where}: units "${field.units}" are a rate, which accumulates nothing; expected ${expected}`,
        field.units,
        expected
      );
    }
    const time = timeCoordinate(field);
    if (time?.dims.length !== 1)
      throw new ShapeError(this.where, "a dimension of time with a coordinate", field.dims.join(", "));
    this.time = time;
    this.units = parseTimeUnits(textOf(time.attributes, "units") ?? "", textOf(time.attributes, "calendar"));
    const axis = field.dims.indexOf(time.dims[0]);
    const [outer, inner] = [sizeOf(field.shape.slice(0, axis)), sizeOf(field.shape.slice(axis + 1))];
    this.along = { steps: field.shape[axis], outer, inner };
    const { bounds } = time;
    this.ends = bounds ? time.values.map((_, i) => bounds[2 * i + 1]) : time.values;
    for (const [i, end] of this.ends.entries()) {
      if (decodeTime(end, this.units) !== void 0 && (i === 0 || end > this.ends[i - 1])) continue;
      throw new ShapeError(`${this.where}: ${time.name}`, "times that increase", `${end} at index ${i}`);
    }
  }
  /** The moment of a step, for messages. */
  at(step2) {
    const moment = decodeTime(this.ends[step2], this.units);
    return `${moment ? toIso(moment) : "?"} (index ${step2})`;
  }
  /** Indices of first steps of later runs, where they do not have to be found in the values; undefined for `"detect"`. */
  statedResets(resets) {
    const { bounds } = this.time;
    const { steps } = this.along;
    const all = Array.from({ length: Math.max(steps - 1, 0) }, (_, i) => i + 1);
    if (resets === "detect") return void 0;
    if (resets === "never" || resets === void 0 && !bounds) return /* @__PURE__ */ new Set();
    if (resets === void 0 || resets === "bounds") {
      if (!bounds)
        throw new OptionsError(
          `${this.where}: resets is "bounds", but ${this.time.name} has none; expected "never", "detect", indices or { hours }`,
          "resets",
          resets
        );
      const later = all.filter((i) => bounds[2 * i] !== bounds[2 * i - 2]);
      if (steps > 1 && later.length === all.length) {
        throw new OptionsError(
          `${this.where}: the bounds of ${this.time.name} give every step an interval of its own, which is no accumulation; if the values do accumulate, say \`resets: "never"\`, \`"detect"\` or where they begin anew`,
          "resets",
          resets
        );
      }
      return new Set(later);
    }
    if ("hours" in resets) {
      if (!resets.hours.every((h) => Number.isInteger(h) && h >= 0 && h < 24))
        throw new OptionsError(
          `${this.where}: resets.hours is ${JSON.stringify(resets.hours)}; expected whole hours of 0 to 23`,
          "resets",
          resets
        );
      return new Set(
        all.filter((i) => {
          const before = decodeTime(this.ends[i - 1], this.units);
          const sharp = before.minute === 0 && before.second === 0 && before.millisecond === 0;
          return sharp && resets.hours.includes(before.hour);
        })
      );
    }
    if (!resets.every((i) => Number.isInteger(i) && i > 0 && i < steps))
      throw new OptionsError(
        `${this.where}: resets is [${resets.join(", ")}]; expected indices of 1 to ${steps - 1}`,
        "resets",
        resets
      );
    return new Set(resets);
  }
  /** Start of the first accumulation in units of time; undefined where the first step is left out. */
  start(option) {
    if (option === "drop") return void 0;
    const first = this.ends[0];
    const calendar = calendarOf(textOf(this.time.attributes, "calendar"));
    const start = option === void 0 ? this.time.bounds?.[0] : encodeTime(dateRange(option, calendar).from, this.units);
    if (start === void 0) {
      throw new OptionsError(
        `${this.where}: when did the first accumulation, up to ${this.at(0)}, begin? Give \`start\` as a date (the start of the run), or \`start: "drop"\` to leave the first step out`,
        "start",
        option
      );
    }
    if (start < first) return start;
    throw new OptionsError(
      `${this.where}: start is ${option ?? `the lower bound ${start}`}; expected a moment before the first time, ${this.at(0)}`,
      "start",
      option
    );
  }
};
function fallOf(field, along, step2) {
  let [fall, sum, count] = [0, 0, 0];
  eachCell(field, along, step2, (now, before) => {
    const change = now - before;
    if (Number.isNaN(change)) return;
    if (-change > fall) fall = -change;
    sum -= change;
    count++;
  });
  return { fall, mean: count > 0 ? sum / count : 0 };
}
function deaccumulate(field, options = {}) {
  const { tolerance = 0, clamp = false } = options;
  if (!(tolerance >= 0 && Number.isFinite(tolerance)))
    throw new OptionsError(
      `deaccumulate: tolerance is ${tolerance}; expected at least 0, in the field's units`,
      "tolerance",
      tolerance
    );
  const run = new Accumulation(field);
  const { along, ends, time, where: where2 } = run;
  const stated = run.statedResets(options.resets);
  const start = run.start(options.start);
  const values = field.values.slice();
  const bounds = new Float64Array(2 * along.steps);
  const resets = [];
  let [negatives, lowest] = [0, 0];
  const fallsAfter = (first) => Array.from({ length: along.steps - first - 1 }, (_, i) => first + 1 + i).filter(
    (step2) => !stated?.has(step2) && fallOf(field, along, step2).fall > tolerance
  );
  for (let step2 = 0; step2 < along.steps; step2++) {
    bounds[2 * step2] = step2 === 0 ? start ?? ends[0] : ends[step2 - 1];
    bounds[2 * step2 + 1] = ends[step2];
    if (step2 === 0) continue;
    const { fall, mean } = fallOf(field, along, step2);
    if (stated ? stated.has(step2) : fall > tolerance && mean > 0) {
      resets.push(step2);
      if (time.bounds && (options.resets ?? "bounds") === "bounds") bounds[2 * step2] = time.bounds[2 * step2];
      continue;
    }
    if (fall > tolerance) {
      const more = fallsAfter(step2).length;
      const also = more === 0 ? "" : ` (${more} more ${more === 1 ? "step falls" : "steps fall"} so)`;
      throw new OptionsError(
        `${where2}: values fall by up to ${fall} ${field.units} at ${run.at(step2)}${also}${stated ? "" : " while their mean rises"}, more than the tolerance of ${tolerance}; if the accumulation begins anew there, say so (\`resets: "detect"\`, or where); if it is rounding, raise \`tolerance\``,
        "tolerance",
        fall
      );
    }
    eachCell(field, along, step2, (now, before, at) => {
      const change = now - before;
      if (change < 0) {
        negatives++;
        if (change < lowest) lowest = change;
      }
      values[at] = change < 0 && clamp ? 0 : change;
    });
  }
  const methods = textOf(field.attributes, "cell_methods");
  const units = precipitationUnits(field.units);
  const amounts = field.with({
    values,
    coordinates: field.coordinates.map((c) => c === time ? { ...time, bounds } : c),
    attributes: {
      ...withoutRange(quantityAttributes(field, units, false)),
      cell_methods: withTimeMethod(methods, "sum", time.dims[0], true)
    }
  });
  const kept = start === void 0 ? amounts.isel({ [time.dims[0]]: [1, along.steps] }) : amounts;
  return { field: kept, negatives, lowest, resets };
}

// io/field/cell-size.ts
function cellSize(field) {
  return lineSize(field) ?? flatSize(field);
}
function lineSize(field) {
  const [y, x] = ["y", "x"].map((axis) => {
    const dim = field.dimOf(axis);
    return dim === void 0 ? void 0 : field.coordinate(dim);
  });
  const [dy, dx] = [y && step(y), x && step(x)];
  if (!y || !x || dy === void 0 || dx === void 0) return void 0;
  const [inY, inX] = [unitsOf(y, field), unitsOf(x, field)];
  if (inY === "degrees" && inX === "degrees") {
    const latitude = (y.values[0] + y.values.at(-1)) / 2;
    return { units: "degrees", y: dy, x: dx, ...Math.abs(latitude) <= 90 && { latitude } };
  }
  if (typeof inY !== "number" || typeof inX !== "number") return void 0;
  return { units: "m", y: dy * inY, x: dx * inX };
}
var RADIUS = 6371e3;
function flatSize(field) {
  const dims = field.dims.slice(-2);
  const [lat, lon] = ["y", "x"].map(
    (role) => field.coordinates.find(
      (c) => String(c.dims) === String(dims) && isGeographic(c.name, c.attributes) && axisOf(c.name, c.attributes) === role
    )
  );
  if (!lat || !lon) return void 0;
  const [rows, columns] = dims.map((dim) => field.size(dim));
  const radians = (v) => v * Math.PI / 180;
  const apart = (i, j) => {
    const [a, b] = [radians(lat.values[i]), radians(lat.values[j])];
    const turn = radians(lon.values[j] - lon.values[i]);
    const chord = Math.sin((b - a) / 2) ** 2 + Math.cos(a) * Math.cos(b) * Math.sin(turn / 2) ** 2;
    return 2 * RADIUS * Math.asin(Math.min(1, Math.sqrt(chord)));
  };
  const mean = (stride, isLast) => {
    let [sum, count] = [0, 0];
    for (let i = 0; i + stride < rows * columns; i++) {
      const distance = isLast(i) ? Number.NaN : apart(i, i + stride);
      if (!Number.isNaN(distance)) [sum, count] = [sum + distance, count + 1];
    }
    return sum / count;
  };
  const [y, x] = [mean(columns, () => false), mean(1, (i) => i % columns === columns - 1)];
  return y > 0 && x > 0 ? { units: "m", y, x } : void 0;
}
function step({ values, bounds }) {
  const n = values.length;
  const mean = n > 1 ? (values[n - 1] - values[0]) / (n - 1) : bounds ? bounds[1] - bounds[0] : Number.NaN;
  return Number.isFinite(mean) && mean !== 0 ? Math.abs(mean) : void 0;
}
function unitsOf({ name, attributes }, { gridMapping }) {
  const units = textOf(attributes, "units")?.trim();
  if (isGeographic(name, attributes) || /^degrees?$/i.test(units ?? "")) return "degrees";
  if (/^(m|met(er|re)s?|km|kilomet(er|re)s?)$/.test(units ?? "")) return metresPer(units);
  return units === void 0 && gridMapping !== void 0 ? 1 : void 0;
}

export {
  boundsIntervals,
  precipitationUnits,
  precipitationFactor,
  convertPrecipitation,
  deaccumulate,
  cellSize
};
