/**
 * Flags of a command for options of the library. An error names its option (`error.option`); messages name others as
 * code between backticks (`` `missing: "propagate"` ``), which becomes the flag wherever the command has one.
 */
import type { Command } from "commander";

/** Flags by the library's code: the name of an option, an option with its value, or a call. */
type Names = Readonly<Record<string, string>>;

/** Code with a counterpart in every command; a flag is named only where the command has it. */
const common: Names = {
  deaccumulate: "monge convert --accumulated",
  "field.with({ units })": "monge convert --assume-units",
  isel: "ncks -d",
  missingValue: "monge convert --missing-value",
  "override: true": "monge convert --override --to-units",
  "rain: false": "--not-rain",
};

/** Options that a command calls otherwise. */
const ofCommand: Readonly<Record<string, Names>> = {
  convert: {
    clamp: "--clip-negative",
    "field.with({ units })": "--assume-units",
    "override: true": "--override",
    start: "--accumulated",
    units: "--assume-units",
    version: "--zarr-version",
  },
  downscale: { method: "--sampler", units: "--assume-units", version: "--zarr-version" },
  merge: {
    resume: "monge downscale --resume",
    "auditUnits(store, { requeue: true })": "monge audit --requeue",
  },
  plan: { resume: "monge downscale --resume", units: "--assume-units", version: "--zarr-version" },
  solve: {
    "budget.processorSeconds": "--processor-seconds",
    "budget.residual": "--residual",
    "budget.seconds": "--seconds",
    "budget.steps": "--steps",
    "mlp()": "--network mlp",
    "network.periodic": "--features",
    "optimizer: adam()": "--optimizer adam",
    runs: "--out",
    shape: "--cells",
    "starts.count": "--starts",
    "term.norm": "--term wasserstein:norm",
    "term.p": "--term wasserstein:p",
  },
  train: { network: "--channels", tile: "--set tile", units: "--assume-units" },
  verify: {
    "bootstrap: { seed }": "--draws 1000",
    "bootstrap.block": "--block",
    "bootstrap.draws": "--draws",
    events: "--by",
    times: "--pair-times",
    units: "--to-units",
  },
};

/**
 * @param option - as the library calls it, an option with its value, or a call
 * @returns the flag or command line that takes its place; undefined where there is none
 */
export function flagOf(option: string, command: Command | undefined): string | undefined {
  if (command === undefined) return undefined;
  const flags = new Set(command.options.map(({ long }) => long));
  const own = command.options.find((one) => one.attributeName() === option)?.long?.replace(/^--no-/, "--");
  const found = ofCommand[command.name()]?.[option] ?? own ?? common[option];
  return found?.startsWith("--") && !flags.has(found.split(" ")[0]) ? undefined : found;
}

/**
 * A message with the flags of a command in place of the library's code.
 *
 * @param message - of the library
 * @param option - of the error, which the message names as `option is VALUE`
 */
export function withFlags(message: string, command: Command | undefined, option?: string): string {
  const flag = option === undefined ? undefined : flagOf(option, command);
  const subject = new RegExp(`(^|[:,;] )${option?.replaceAll(".", "\\.")}(?:\\[\\d+\\])? is `, "g");
  return (flag === undefined ? message : message.replace(subject, `$1${flag} is `)).replace(
    /`((\w+)(?:: ([^`]*)|[^`\w][^`]*)?)`/g,
    (all, code: string, name: string, value: string | undefined) => {
      const whole = flagOf(code, command);
      const named = whole ?? (code === name || value !== undefined ? flagOf(name, command) : undefined);
      if (named === undefined) return all;
      const text = whole === undefined && value !== undefined ? `${named}${typed(value, named)}` : named;
      return text.startsWith("--") ? text : `\`${text}\``;
    },
  );
}

/** A value as one types it behind its flag: without quotes, lists with commas. */
function typed(value: string, flag: string): string {
  return value === "true"
    ? ""
    : `${flag.startsWith("--set ") ? "=" : " "}${value.replace(/^\[?"?|"?\]?$/g, "").replace(/", "|, /g, ",")}`;
}

/** Code of a problem, and the JSON that says the same. */
const json: readonly (readonly [code: RegExp, said: string])[] = [
  [/\b(initial|dirichlet|neumann|robin)\("([^"]*)"\)/g, '{ "type": "$1", "equation": "$2" }'],
  [/\b(dirichlet|neumann|robin)\("([^"]*)", \{ on: "([^"]*)" \}\)/g, '{ "type": "$1", "equation": "$2", "on": "$3" }'],
  [/\bintegrals: \[integral\("([^"]*)"\)\]/g, '"integrals": ["$1"]'],
  [/\ballow: \[/g, '"allow": ['],
];

/** A message about a problem with the JSON that a file holds in place of code. */
export const asJson = (message: string): string => json.reduce((text, [from, to]) => text.replace(from, to), message);
