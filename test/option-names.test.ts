/** One rule for every public function: an option that it does not have is refused by name, before any work. */
import ts from "typescript";
import * as engine from "../engine/index.ts";
import { OptionsError } from "../engine/index.ts";
import * as generative from "../generative/index.ts";
import * as root from "../index.ts";
import * as io from "../io/index.ts";
import * as pages from "../pages/index.ts";
import * as report from "../report/index.ts";
import * as solvers from "../solvers/index.ts";
import * as verification from "../verification/index.ts";
import * as wasserstein from "../wasserstein/index.ts";
import { assert, test } from "./harness.ts";
import { type OptionTaker, optionTakers } from "./option-names.ts";

const home = new URL("../", import.meta.url).pathname;
const entries = {
  index: root,
  "engine/index": engine,
  "wasserstein/index": wasserstein,
  "solvers/index": solvers,
  "verification/index": verification,
  "generative/index": generative,
  "io/index": io,
  "report/index": report,
  "pages/index": pages,
};
/** Arguments that are taken apart like options and are data. */
const data = new Set(["Field.part", "LazyField.part", "freeParameters", "reportAttributes"]);
/** Called by the library itself with options of other functions among them: they still have to learn the rule. */
const waiting = new Set(["openGrid"]);
const kinds = "adversarial gaussianMixture residualDensity gaussNewton adam mlp sum".split(" ");
/** Names that are taken beside those of the type. */
const more: Readonly<Record<string, readonly string[]>> = {
  // Of a field that is spread.
  Field: ["array"],
  // Records of a kind are given back to what made them.
  ...Object.fromEntries(kinds.map((name) => [name, ["kind"]])),
};

const { options } = ts.parseJsonConfigFileContent(
  ts.readConfigFile(`${home}tsconfig.json`, ts.sys.readFile).config,
  ts.sys,
  home,
);
const program = ts.createProgram(
  Object.keys(entries).map((entry) => `${home}${entry}.ts`),
  options,
);

type Loose = Record<string, unknown>;

/** Calls it with one wrong option, and nothing for the other arguments: names come first. */
async function refusal(exports: Loose, { name, kind, index }: OptionTaker): Promise<unknown> {
  const [owner, method] = name.split(".") as [string, string | undefined];
  const args: unknown[] = [...new Array<undefined>(index).fill(undefined), { noSuchOption: 1 }];
  const made = exports[owner] as { prototype: object } & Loose;
  try {
    if (kind === "constructor") Reflect.construct(made as unknown as new () => object, args);
    else if (kind === "function") await ended((made as unknown as (...all: unknown[]) => unknown)(...args));
    else {
      const self = kind === "static" ? made : (Object.create(made.prototype) as Loose);
      await ended((self[method!] as (...all: unknown[]) => unknown).apply(self, args));
    }
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Waits for a promise, or for the first of what is given one by one. */
async function ended(value: unknown): Promise<unknown> {
  const steps = value as AsyncIterator<unknown> | undefined;
  return typeof steps?.next === "function" ? steps.next() : value;
}

test("every public function with options refuses a name that it does not have, says the name, and knows those of its type", async () => {
  const wrong: string[] = [];
  let count = 0;
  for (const [entry, exports] of Object.entries(entries)) {
    for (const taker of optionTakers(program, `${home}${entry}.ts`)) {
      if (data.has(taker.name) || waiting.has(taker.name)) continue;
      count++;
      const error = await refusal(exports as Loose, taker);
      if (!(error instanceof OptionsError) || error.option !== "noSuchOption") {
        wrong.push(`${entry} ${taker.name}: ${error}`);
        continue;
      }
      const known = /known are ([\w, ]+)$/.exec(error.message)?.[1]?.split(", ") ?? [];
      const wanted = [...taker.options, ...(more[taker.name] ?? [])];
      if (known.toSorted().join(" ") === wanted.toSorted().join(" ")) continue;
      wrong.push(`${entry} ${taker.name}: takes ${wanted.join(" ")}, and says ${known.join(" ")}`);
    }
  }
  assert.equal(wrong, []);
  assert.ok(count > 90, `${count} functions were found`);
});

test("the message names the wrong option, the nearest name, and all names", () => {
  const cloud = { points: Float64Array.of(0, 1), count: 2, dim: 1 };
  const wrong = { p: 1, weights: [1, 2] } as object;
  assert.throws(() => wasserstein.wasserstein1d([0, 1], [1, 2], wrong), /^wasserstein1d: unknown option "weights"/);
  const near = { tolerence: 1e-3 } as object;
  const expected = /^sinkhorn: unknown option "tolerence"; did you mean tolerance\? known are .*epsilon/;
  assert.throws(() => wasserstein.sinkhorn(cloud, cloud, near), expected);
});

test.run();
