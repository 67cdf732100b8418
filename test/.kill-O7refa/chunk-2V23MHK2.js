import {
  optimizerKinds
} from "./chunk-E4UB2BUP.js";
import {
  namedSampler,
  samplerName
} from "./chunk-M7QUBEK6.js";
import {
  OptionsError
} from "./chunk-Y46VEHZ7.js";

// cli/solve/method-options.ts
import { InvalidArgumentError as InvalidArgumentError2, Option } from "commander";

// cli/shell/read-options.ts
import { InvalidArgumentError } from "commander";
function integer(least) {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isSafeInteger(value) && value >= least) return value;
    throw new InvalidArgumentError(`expected a whole number of at least ${least}.`);
  };
}
function positive(zero = false) {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== "" && Number.isFinite(value) && (value > 0 || zero && value === 0)) return value;
    throw new InvalidArgumentError(`expected a number ${zero ? "of at least" : "above"} 0.`);
  };
}
function numbers(text) {
  const values = text.split(",").map((part) => part.trim() === "" ? Number.NaN : Number(part));
  if (values.every(Number.isFinite)) return values;
  throw new InvalidArgumentError("expected numbers such as 1,5,10.");
}
function share(text) {
  const value = Number(text);
  if (text.trim() !== "" && value >= 0 && value < 1) return value;
  throw new InvalidArgumentError("expected a share from 0 to below 1.");
}
function indexRange(text) {
  const match = /^(\d+)(?::(\d+))?$/.exec(text);
  const from = Number(match?.[1]);
  const to = match?.[2] === void 0 ? from + 1 : Number(match[2]);
  if (match && from < to) return [from, to];
  throw new InvalidArgumentError("expected an index such as 5, or a range such as 0:10 (without its end).");
}
function timeRange(text) {
  if (/^#|^\d{1,3}(:\d{1,3})?$/.test(text)) return { indices: indexRange(text.replace(/^#/, "")) };
  const date = String.raw`[+-]?\d{4,}(?:-\d{1,2}(?:-\d{1,2}(?:[T ]\d{1,2}(?::\d{2}(?::\d{2}(?:\.\d+)?)?)?)?)?)?Z?`;
  const match = new RegExp(`^(${date})?(:)?(${date})?$`).exec(text.trim());
  const [, from, colon, to] = match ?? [];
  if (from === void 0 && to === void 0 || colon === void 0 && to !== void 0) {
    throw new InvalidArgumentError(
      "expected dates such as 2018, 2018-06 or 2018-06:2018-08, or indices such as 5, 0:10 or #1000:1200."
    );
  }
  return { dates: colon === void 0 ? [from, from] : [from ?? null, to ?? null] };
}
function periods(text) {
  const parts = text.split(",");
  if (parts.length === 2) return [timeRange(parts[0]), timeRange(parts[1])];
  throw new InvalidArgumentError("expected an earlier and a later period, such as 1981:2010,2071:2100.");
}
function epsg(text) {
  if (text === "none") return text;
  if (/^\d{4,5}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a code such as 32633, or "none".');
}
function box(text) {
  const parts = text.split(",").map((part) => part.trim() === "" ? Number.NaN : Number(part));
  const [west, south, east, north] = parts;
  if (parts.length === 4 && parts.every(Number.isFinite) && south <= north) return [west, south, east, north];
  throw new InvalidArgumentError("expected W,S,E,N in degrees, such as -5,40,5,50, the south below the north.");
}
function intervals(text) {
  if (text === "time") return "time";
  return text.split(",").map(positive());
}
function yearWindow(text) {
  if (text === "year" || text === "season" || text === "month") return text;
  const days = Number(text);
  if (text.trim() !== "" && days >= 3 && days <= 366) return days;
  throw new InvalidArgumentError("expected year, season, month, or 3 to 366 days.");
}
function addOverwrite(command) {
  return command.option("--overwrite", "replace files that are there; never an input");
}
function addCommon(command) {
  return command.option("--json", "print one JSON document on standard output").option("--dry-run", "print all options, resolved, and stop").option("-q, --quiet", "print data and errors alone: no progress, no notices").helpOption("-h, --help", "print this help");
}
function examples(...lines) {
  return `
Examples:
${lines.map((line) => `  ${line}`).join("\n")}`;
}

// cli/solve/method-options.ts
function addMethodOptions(command) {
  return command.addOption(
    new Option("--preset <name>", "a published method; other options take the place of its parts").choices(["aas"])
  ).addOption(
    new Option("--conditions <how>", "hold by construction where possible, or all as rows (default: hard)").choices([
      "hard",
      "soft"
    ])
  ).option(
    "--weights <list>",
    "how much rows count, such as conditions=100 (default: equations=1,conditions=1e4,observations=0.01)",
    settings
  ).option("--batch <n>", "points of one step of adam, a divisor of --points (default: all)", integer(1)).addOption(
    new Option(
      "--precision <name>",
      "of loss and gradient in steps of adam: float32 takes half the time and ends near residuals of 1e-3 (default: float64)"
    ).choices(["float32", "float64"])
  ).option(
    "--sampler-options <list>",
    "options of the sampler as docs/which-sampler.md names them, such as beta=5,learningRate=8e-4",
    settings
  ).option("--optimizer-options <list>", "options of the optimizer, such as learningRate=1e-4 or damping=1", settings);
}
function settings(text) {
  const entries = text.split(",").map((part) => {
    const match = /^\s*([A-Za-z]\w*)\s*=\s*(\S+)\s*$/.exec(part);
    if (match === null) throw new InvalidArgumentError2("expected NAME=VALUE, by commas, such as beta=5,steps=500.");
    return [match[1], readValue(match[2])];
  });
  return Object.fromEntries(entries);
}
function readValue(text) {
  if (text === "true" || text === "false") return text === "true";
  if (text.includes(":")) return text.split(":").map(readValue);
  return Number.isNaN(Number(text)) ? text : Number(text);
}
function remade(flag, kind, set, make) {
  const known = Object.keys(kind).filter((name) => name !== "kind" && name !== "method");
  for (const [name, value] of Object.entries(set)) {
    if (known.includes(name)) continue;
    const has = known.length > 0 ? `has ${known.join(", ")}` : "has no options";
    throw new OptionsError(`--${flag}: there is no option "${name}"; this one ${has}`, name, value);
  }
  return make({ ...kind, ...set });
}
function withSamplerOptions(sampler, { samplerOptions }) {
  if (samplerOptions === void 0) return sampler;
  const make = (options) => namedSampler(samplerName(sampler), options);
  return remade("sampler-options", sampler, samplerOptions, make);
}
function withOptimizerOptions(optimizer, { optimizerOptions }) {
  if (optimizerOptions === void 0) return optimizer;
  const make = (options) => optimizerKinds[optimizer.kind].make(options);
  return remade("optimizer-options", optimizer, optimizerOptions, make);
}

export {
  integer,
  positive,
  numbers,
  share,
  indexRange,
  timeRange,
  periods,
  epsg,
  box,
  intervals,
  yearWindow,
  addOverwrite,
  addCommon,
  examples,
  addMethodOptions,
  withSamplerOptions,
  withOptimizerOptions
};
