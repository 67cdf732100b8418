/**
 * Errors of the library in the words of the command line: an option that a message names as code (`` `missing: "propagate"` ``,
 * `` `interval` ``, "minimumValid is 2") becomes the flag that sets it, for every flag that the command has.
 */
import type { Command } from "commander";

/** Options of the library that a command calls otherwise; a flag that the command lacks is not said. */
const calledOtherwise: Readonly<Record<string, readonly (readonly [option: string, flag: string])[]>> = {
  convert: [
    ["start", "--accumulated"],
    ["units", "--stated-units"],
    ["version", "--zarr-version"],
  ],
  downscale: [["version", "--zarr-version"]],
  plan: [["version", "--zarr-version"]],
  train: [["network", "--channels"]],
  verify: [
    ["times", "--pair-times"],
    ["fss.windows", "--windows"],
    ["bootstrap.block", "--block"],
    ["bootstrap.draws", "--draws"],
    ["events", "--by"],
  ],
  solve: [
    ["starts.count", "--starts"],
    ["budget.seconds", "--seconds"],
    ["budget.processorSeconds", "--processor-seconds"],
    ["budget.steps", "--steps"],
    ["budget.residual", "--residual"],
    ["shape", "--cells"],
    ["folder", "--keep"],
    ["runs", "--out"],
    ["network.periodic", "--features"],
  ],
};

/** The command that makes amounts of each step. */
const accumulated = [[/`deaccumulate`/g, "`monge convert --accumulated`"]] as const;

/** Of values that stand for missing ones: only `convert` has a flag. */
const declared = [[/`missingValue: ([^`]*)`/g, "`monge convert --missing-value $1`"]] as const;

/** Ways out of files that are not yet maps along time. */
const toPairs = [
  [
    /choose one position with `isel` or `sel`/g,
    "where it is the time, as bands of a GeoTIFF are, give it dates with `monge convert --start DATE --step 1day`",
  ],
  [
    /; if they are right, `override: true` writes the other attributes anew/g,
    "; if they are right, write the other attributes anew with `monge convert --override --units`",
  ],
] as const;

/** What is said of a field. */
const notRain = [[/`rain: false`/g, "`--not-rain`"]] as const;

/** Parts, which code chooses by `isel` and `sel`. */
const parts = [
  [/\((?:sel, )?isel\)/g, "(`ncks -d`)"],
  [/\bwith `?(?:field\.)?(?:isel` or `sel|sel and isel|isel)\b`?/g, "with `ncks -d`"],
  [/regrid\(\w+, \w+, \{ method \}\), or on the command line monge verify/g, "monge verify"],
] as const;

/** Ways out that are calls in code. */
const ways: Readonly<Record<string, readonly (readonly [way: RegExp, said: string])[]>> = {
  verify: [...declared, ...notRain],
  report: [...declared, ...notRain],
  train: [
    ...declared,
    ...accumulated,
    ...toPairs,
    [
      /state the right ones with field\.with\(\{ units \}\)/g,
      "state the right ones with `monge convert --stated-units`",
    ],
    [/state `units: "mm"`/g, "state them with `monge convert --stated-units mm`, or with --data by --units mm"],
    [
      /preset is "(\w+)", a recipe of diffusion, but generator is "one-step"/g,
      "--preset $1 is a recipe of diffusion, but --generator is one-step",
    ],
  ],
  downscale: [
    ...declared,
    ...accumulated,
    ...toPairs,
    ...notRain,
    [/\bdownscale: method is "([^"]*)", but the model/g, "--sampler is $1, but the model"],
    [/\bdownscale: evaluations is (\d+), but the model/g, "--evaluations is $1, but the model"],
    [/\bmethod is ([\w+-]+), expected/g, "--sampler is $1, expected"],
  ],
  plan: [
    [/`resume: true` goes on with it, `overwrite: true` replaces it/g, "go on with it by `monge downscale --resume`"],
  ],
  merge: [
    [/`resume: true`/g, "`monge downscale --resume`"],
    [/`requeue: true` of `auditUnits`/g, "`monge audit --requeue`"],
  ],
  solve: [
    [/use solve\(\)( on the whole time)?/g, "say --windows 1"],
    [/a folder that solve\(\) wrote/g, "a folder that --out wrote"],
    [/use mlp\(\)/g, "use --network mlp"],
    [/\b(sobol|uniform)\(\)/g, "--sampler $1"],
  ],
};

/** What code makes of a problem, and the JSON that says the same. */
const json: readonly (readonly [code: RegExp, said: string])[] = [
  [/\b(initial|dirichlet|neumann|robin)\("([^"]*)"\)/g, '{ "type": "$1", "equation": "$2" }'],
  [/\b(dirichlet|neumann|robin)\("([^"]*)", \{ on: "([^"]*)" \}\)/g, '{ "type": "$1", "equation": "$2", "on": "$3" }'],
  [/\bintegrals: \[integral\("([^"]*)"\)\]/g, '"integrals": ["$1"]'],
  [/\ballow: \[/g, '"allow": ['],
];

const replaced = (message: string, pairs: readonly (readonly [RegExp, string])[]): string =>
  pairs.reduce((text, [from, to]) => text.replace(from, to), message);

/** A message about a problem with the JSON that a file holds, where it speaks of code. */
export const spokenAsJson = (message: string): string => replaced(message, json);

/** Which flag sets an option of the library in a command. */
type Flags = ReadonlyMap<string, string>;

function flagsOf(command: Command): Flags {
  const own = command.options.flatMap((o) =>
    o.long ? [[o.attributeName(), o.long.replace(/^--no-/, "--")] as const] : [],
  );
  return new Map([...own, ...(calledOtherwise[command.name()] ?? [])]);
}

/** The flag of a command that sets an option of the library; undefined where there is none. */
export const flagOf = (option: string, command: Command | undefined): string | undefined =>
  command && flagsOf(command).get(option);

/** A value as one would type it: without quotes, lists with commas, an object by what is in it. */
function typed(value: string): string {
  if (value === "true") return "";
  const plain = value.replace(/^\[?"?|"?\]?$/g, "").replace(/", "|, /g, ",");
  return ` ${plain}`;
}

/**
 * A message with the flags of a command.
 *
 * @param message - of the library
 */
export function spoken(message: string, command: Command | undefined): string {
  if (command === undefined) return message;
  const flags = flagsOf(command);
  const known = (name: string): string | undefined => flags.get(name);
  return (
    replaced(replaced(message, ways[command.name()] ?? []), parts)
      // `field.with({ units })`, which no one types; the flag is named beside it or instead.
      .replace(/`field\.with\(\{ (\w+) \}\)`( or the `\1` option)?/g, (all, name) => known(name) ?? all)
      .replace(/the `(\w+)` option/g, (all, name) => known(name) ?? all)
      // Values as code.
      .replace(/`(\w+): ("[^"`]*"|\[[^\]`]*\]|true|[\w.-]+)`/g, (all, name, value) => {
        const flag = known(name);
        return flag === undefined ? all : `${flag}${typed(value)}`;
      })
      .replace(/\bpass (\w+): ("[^"]*"|true)/g, (all, name, value) => {
        const flag = known(name);
        return flag === undefined ? all : `pass ${flag}${typed(value)}`;
      })
      // Names as code, alone or in brackets.
      .replace(/`(\w+)`/g, (all, name) => known(name) ?? all)
      // "minimumValid is 2; expected 0 to 1", "windows[0] is 3; give times".
      .replace(/(^|[:,;] )([\w.]+)(?:\[\d+\])? is (?=[^;]*[;,] ?(?:expected|it must|give))/g, (all, before, name) => {
        const flag = known(name);
        return flag === undefined ? all : `${before}${flag} is `;
      })
  );
}
