/**
 * The public surface: a name that comes or goes must be meant. After a change on purpose, `UPDATE=1 npm test -- api`
 * records the names in `api.snapshot.json`, and the difference is read in review.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { OptionsError } from "../engine/index.ts";
import { sinkhorn, wasserstein1d } from "../wasserstein/index.ts";
import { docstringComplaints, programOf } from "./docstring-rules.ts";
import { assert, inFolder, test } from "./harness.ts";
import { type OptionTaker, optionTakers } from "./option-names.ts";
import { type PublicName, publicNames } from "./public-names.ts";

const root = new URL("../", import.meta.url);
const snapshot = new URL("api.snapshot.json", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
const entries = Object.entries<Record<string, string>>(manifest.exports).filter(([name]) => name !== "./package.json");
const sources = entries.map(([, entry]) => fileURLToPath(new URL(entry.source!, root)));
const program = programOf(sources);
const found = publicNames(program, sources);

/** Arguments that are taken apart like options and are data. */
const notOptions = new Set(["Field.part", "LazyField.part", "freeParameters", "reportAttributes"]);
/** Called by the library itself with options of other functions among them: they still have to learn the rule. */
const waiting = new Set(["openGrid"]);
const kinds = "adversarial gaussianMixture gaussNewton adam mlp sum".split(" ");
/** Names that are taken beside those of the type. */
const more: Readonly<Record<string, readonly string[]>> = {
  // Of a field that is spread.
  Field: ["array"],
  // Records of a kind are given back to what made them.
  ...Object.fromEntries(kinds.map((name) => [name, ["kind"]])),
};

function show(names: readonly PublicName[]): string[] {
  return names.map(({ name, kind }) => (kind === "type" ? `type ${name}` : name));
}

test("the public names of every entry point are those on record", () => {
  const actual = Object.fromEntries(entries.map(([name], i) => [name, show(found.get(sources[i]!)!)]));
  if (process.env.UPDATE) writeFileSync(snapshot, `${JSON.stringify(actual, null, 2)}\n`);
  assert.ok(existsSync(snapshot), "test/api.snapshot.json is missing; record it with UPDATE=1 npm test -- api");
  const recorded = JSON.parse(readFileSync(snapshot, "utf8"));
  for (const name of new Set([...Object.keys(actual), ...Object.keys(recorded)]))
    assert.equal(
      actual[name],
      recorded[name],
      `${name} has other names than recorded; if on purpose: UPDATE=1 npm test -- api`,
    );
});

test("the values that the compiler sees are those that Node imports", async () => {
  for (const [i, [name]] of entries.entries()) {
    const values = found.get(sources[i]!)!.filter(({ kind }) => kind === "value");
    const module = await import(pathToFileURL(sources[i]!).href);
    assert.equal(
      values.map((one) => one.name),
      Object.keys(module).sort(),
      name,
    );
  }
});

test("every public name has a docstring", () => {
  const bare = entries.flatMap(([entry], i) =>
    found
      .get(sources[i]!)!
      .filter(({ documented }) => !documented)
      .map(({ name }) => `${entry}: ${name}`),
  );
  assert.equal(bare, []);
});

test("docstrings say what, shape, default, errors and source", () => {
  const complaints = [...new Set(sources.flatMap((source) => docstringComplaints(program, source)))].sort();
  assert.equal(complaints, [], "write these docstrings");
});

test("a parameter, a shape, a default and an error that a docstring leaves out are seen", async () => {
  await inFolder((folder) => {
    const file = join(folder, "a.ts");
    writeFileSync(
      file,
      `/** A sum. */
export function sum(values: readonly number[], start: number): number {
  if (values.length === 0) throw new Error("empty");
  return values.reduce((a, b) => a + b, start);
}
/**
 * A sum.
 *
 * @param values - length n
 * @param start - added first
 * @throws Error where there is nothing to add
 */
export function total(values: readonly number[], start: number): number {
  if (values.length === 0) throw new Error("empty");
  return values.reduce((a, b) => a + b, start);
}
/**
 * A mean.
 *
 * @param options.weights - length n
 */
export const mean = (options: { weights: readonly number[] }): number => options.weights.length;
/** Said. */
export interface Settings {
  kind: "settings";
  rate: number;
  /** Said too. */
  weights: readonly number[];
  /** @deprecated now \`rate\` */
  speed: number;
}
/** Said. */
export interface ScaleOptions {
  /** Said, without what it is where nothing is said. */
  factor?: number;
}
`,
    );
    assert.equal(docstringComplaints(programOf([file]), file), [
      "sum(values): not described",
      "sum(values): no shape",
      "sum(start): not described",
      "sum: no @throws",
      "Settings.rate: not described",
      "Settings.weights: no shape",
      "ScaleOptions.factor: no default",
    ]);
  });
});

test("a new name, a type and a missing docstring are seen", async () => {
  await inFolder((folder) => {
    const file = join(folder, "a.ts");
    writeFileSync(join(folder, "b.ts"), "/** Said. */\nexport class Known {}\nexport interface Bare { a: number }\n");
    writeFileSync(
      file,
      'export { Known, type Bare } from "./b.ts";\nexport type { Known as Shape } from "./b.ts";\nexport const x = 1;\n',
    );
    assert.equal(publicNames(programOf([file]), [file]).get(file), [
      { name: "Bare", kind: "type", documented: false },
      { name: "Known", kind: "value", documented: true },
      { name: "Shape", kind: "type", documented: true },
      { name: "x", kind: "value", documented: false },
    ]);
  });
});

type Loose = Record<string, unknown>;

/** Calls it with one option, and nothing for the other arguments: options come first. */
async function refusal(exports: Loose, { name, kind, index }: OptionTaker, options: object): Promise<unknown> {
  const [owner, method] = name.split(".") as [string, string | undefined];
  const args: unknown[] = [...new Array<undefined>(index).fill(undefined), options];
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
  for (const [i, [entry]] of entries.entries()) {
    const exports = await import(pathToFileURL(sources[i]!).href);
    for (const taker of optionTakers(program, sources[i]!)) {
      if (notOptions.has(taker.name) || waiting.has(taker.name)) continue;
      count++;
      const error = await refusal(exports, taker, { noSuchOption: 1 });
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

/** Options that are looked at with the data, or take objects of one's own; `*`: no table has them yet. */
const unchecked = new Set(
  `Downscaler.file Downscaler.load.process Downscaler.process Field.* Solution.evaluate.outside
  Solution.expressions.outside Solution.quantity.outside Solution.residual.outside adam.learningRate
  adversarial.jitter adversarial.shape barycenter1d.weights baselineDownscaler.grid batchSlicedWassersteinGraph.huber
  batchSlicedWassersteinGraph.p changeSignal.from changeSignal.to compile.name compileTraining.*
  convertPrecipitation.interval createNetcdf.also createNetcdf.attributes createNetcdf.chunks createNetcdf.packing
  createZarr.also createZarr.attributes createZarr.chunks curveFigure.curves curveFigure.x curveFigure.y
  deaccumulate.resets dirichlet.on dirichlet.weight downscaleTo.attributes downscaleUnits.also
  downscaleUnits.attributes dualSobolevNorm.beta dualSobolevNorm.floor dualSobolevNorm.spacing ensemblePage.input
  ensemblePage.sections ensemblePage.truth ensemblePage.verification freeSupportBarycenter.start
  freeSupportBarycenter.weights fss.threshold gridBarycenter.coordinates gridBarycenter.periodic
  gridBarycenter.spacing gridBarycenter.sphere gridBarycenter.weights gridDivergence.coordinates
  gridDivergence.periodic gridDivergence.spacing gridDivergence.sphere gridPartialTransport.coordinates
  gridPartialTransport.periodic gridPartialTransport.spacing gridTransport.coordinates gridTransport.periodic
  gridTransport.spacing gridTransport.sphere initial.weight inspect.formats integral.at integral.weight
  interfaceCondition.on interfaceCondition.weight loadDownscaler.process mapFigure.axes mapFigure.panels
  mapFigure.scale mlp.periodic neumann.on neumann.weight openDataset.formats periodic.on periodic.unknowns
  periodic.weight planDownscaling.also planDownscaling.attributes randomFeatures.base randomFeatures.clock
  rankHistogram.random readField.formats readField.time regularGrid.step robin.on robin.weight slicedPlan.directions slicedWasserstein.directions
  solutionPicture.points solve.* timeScores.areas train.process train.term train.validate transportCases.spacing
  transportEnergy.spacing transportScore.spacing verify.against verify.events verify.regions verify.seed
  wasserstein1d.mask wasserstein1d.normalize wasserstein1d.quantileWeight wasserstein1d.root wasserstein1dGraph.huber
  wasserstein1dGraph.mask wasserstein1dGraph.p wasserstein1dGraph.quantileWeight writeField.* writeNetcdf.also
  writeNetcdf.attributes writeNetcdf.chunks writeNetcdf.packing writeZarr.also writeZarr.attributes writeZarr.chunks
  writeZarr.compression`.split(/\s+/),
);

test("every option of a public function refuses another kind of value by its name, before the data are looked at", async () => {
  const found = new Set<string>();
  let count = 0;
  for (const [i] of entries.entries()) {
    const exports = await import(pathToFileURL(sources[i]!).href);
    for (const taker of optionTakers(program, sources[i]!)) {
      if (notOptions.has(taker.name) || waiting.has(taker.name)) continue;
      for (const option of taker.options) {
        const error = await refusal(exports, taker, { [option]: { noSuchField: 1 } });
        count++;
        const isNamed = error instanceof OptionsError && error.option.split(".")[0] === option;
        if (!isNamed) found.add(`${taker.name}.${unchecked.has(`${taker.name}.*`) ? "*" : option}`);
      }
    }
  }
  assert.equal([...found].sort(), [...unchecked].sort());
  assert.ok(count > 800, `${count} options were tried`);
});

test("the message names the wrong option, the nearest name, and all names", () => {
  const cloud = { points: Float64Array.of(0, 1), count: 2, dim: 1 };
  const wrong = { p: 1, weights: [1, 2] } as object;
  assert.throws(() => wasserstein1d([0, 1], [1, 2], wrong), /^wasserstein1d: unknown option "weights"/);
  const near = { tolerence: 1e-3 } as object;
  const expected = /^sinkhorn: unknown option "tolerence"; did you mean tolerance\? known are .*epsilon/;
  assert.throws(() => sinkhorn(cloud, cloud, near), expected);
});

test.run();
