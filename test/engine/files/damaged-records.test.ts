/** What was saved comes back as it was, or is refused by name: models, checkpoints, records of runs. */

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadLatestCheckpoint } from "../../../engine/files/checkpoint.ts";
import { repeatedKey } from "../../../engine/files/json-keys.ts";
import { createRun, readRunOptions } from "../../../engine/files/run.ts";
import { readSafetensors, writeSafetensors } from "../../../engine/files/safetensors.ts";
import { DomainError, OptionsError, rng } from "../../../engine/index.ts";
import { tilesOf } from "../../../generative/data/index.ts";
import { type Parameter, unet } from "../../../generative/diffusion/index.ts";
import { Downscaler } from "../../../generative/index.ts";
import { fromBlocks } from "../../../generative/model/index.ts";
import {
  loadTraining,
  saveTraining,
  type TrainingCheckpoint,
  trainOnTiles,
} from "../../../generative/training/index.ts";
import { loadSolution, mlp, pde, solve } from "../../../solvers/index.ts";
import { assert, refuses, test, throws } from "../../harness.ts";
import { withoutSeal, withTensor } from "../../seals.ts";

const folder = await mkdtemp(join(tmpdir(), "monge-damaged-"));
test.after(() => rm(folder, { recursive: true }));

const network = { baseChannels: 8, multipliers: [1, 2] };
const normalization = { factor: 4, sigmaData: 0.13, conditionMean: 0.3, conditionStd: 0.5 };
const fresh = () => unet(network).initialize(rng(1));
const model = (parameters: Record<string, Parameter> = fresh()) =>
  new Downscaler(fromBlocks({ network, normalization, provenance: { step: 3 } }), parameters);

const archive = tilesOf(
  Float32Array.from(rng(1).normal(4 * 256), (z) => Math.max(0, Math.expm1(1.5 * z))),
  16,
);
const recipe = { seed: 3, steps: 4, batch: 2, crop: 8, network, warmup: 2 } as const;
const steps = async (count: number): Promise<TrainingCheckpoint> => {
  const stop = new AbortController();
  const onProgress = ({ step }: { readonly step: number }) => void (step === count && stop.abort());
  return (await trainOnTiles(archive, { ...recipe, progressEvery: 1, signal: stop.signal, onProgress })).checkpoint;
};

test("a model with any one bit changed is refused, and the message names the file", async () => {
  const path = join(folder, "bits.safetensors");
  await model().save(path);
  const bytes = await readFile(path);
  const draw = rng(5).uniform(400);
  for (let i = 0; i < 200; i++) {
    // Half of them in the header.
    const at = Math.floor(draw[2 * i]! * (i % 2 === 0 ? 3000 : bytes.length));
    const changed = Buffer.from(bytes);
    changed[at]! ^= 1 << Math.floor(8 * draw[2 * i + 1]!);
    await writeFile(path, changed);
    await refuses(Downscaler.load(path), /bits\.safetensors: /);
  }
});

test("a model of before there were checksums is read, and then judged by what it holds", async () => {
  const path = join(folder, "old.safetensors");
  const whole = model();
  await whole.save(path);
  await writeFile(path, withoutSeal(await readFile(path)));
  assert.equal((await Downscaler.load(path)).configuration, whole.configuration);
  const parameters = Object.entries(fresh());
  const tensors = Object.fromEntries(parameters.map(([name, { shape, values }]) => [name, { shape, data: values }]));
  const changes: readonly [RegExp, string, string][] = [
    [/conditionStd is -0\.5, expected a number > 0/, '"conditionStd":0.5', '"conditionStd":-0.5'],
    [/sigmaData is 1000000000, expected a number > 0 and ≤ 100/, '"sigmaData":0.13', '"sigmaData":1e9'],
    [/factor is 1000000000, expected a whole number from 1 to 256/, '"factor":4', '"factor":1e9'],
    [/factor is "4"/, '"factor":4', '"factor":"4"'],
    [/sigmaData is null/, '"sigmaData":0.13', '"sigmaData":null'],
    [/conditionMean is missing/, '"conditionMean":0.3,', ""],
    [/baseChannels is 1000000000/, '"baseChannels":8', '"baseChannels":1e9'],
    [/"__proto__", which means nothing/, '"factor":4', '"factor":4,"__proto__":{}'],
    [/has "factor" twice/, '"factor":4', '"factor":4,"factor":4'],
    [/parameter .* expected \[/, '"baseChannels":8', '"baseChannels":16'],
    [/is not JSON/, '"factor":4', '"factor":'],
  ];
  for (const [pattern, before, after] of changes) {
    await writeSafetensors(path, tensors, { "monge-downscaler": JSON.stringify({ network, normalization }) });
    await writeFile(
      path,
      withoutSeal(await readFile(path), (text) => text.replace(before, after)),
    );
    await refuses(Downscaler.load(path), pattern);
  }
});

test("a model with a weight that is not finite is neither saved nor read, and a configuration that is none not made", async () => {
  const path = join(folder, "nan.safetensors");
  const downscaler = model();
  await downscaler.save(path);
  await writeFile(path, withTensor(await readFile(path), "input.filter", Number.NaN));
  await refuses(Downscaler.load(path), /nan\.safetensors: .*parameter input\.filter holds NaN at position 0/);
  downscaler.parameters["output.filter"]!.values[7] = Number.POSITIVE_INFINITY;
  await refuses(downscaler.save(path), /output\.filter holds Infinity at position 7/, DomainError);
  throws(
    () => new Downscaler(fromBlocks({ network, normalization: { ...normalization, conditionStd: -1 } }), fresh()),
    OptionsError,
    /deviation is -1/,
  );
});

test("a checkpoint of training with one bit changed is refused; the error names the sound one before it", async () => {
  const directory = join(folder, "training");
  const first = await saveTraining(directory, await steps(1));
  const second = await saveTraining(directory, await steps(2));
  const third = await saveTraining(directory, await steps(3));
  for (const path of [third, second]) {
    const bytes = await readFile(path);
    bytes[bytes.length - 77]! ^= 4;
    await writeFile(path, bytes);
  }
  const wanted = /step-00000003.*is damaged \(its checksum .*remove that file, and the run goes on from.*step-00000001/;
  await refuses(loadLatestCheckpoint(directory, loadTraining), wanted);
  await writeFile(first, "");
  await refuses(loadLatestCheckpoint(directory, loadTraining), /no older checkpoint is sound: start anew/);
  assert.is(await loadLatestCheckpoint(join(folder, "nowhere"), loadTraining), undefined);
});

test("training whose numbers are not finite is not saved", async () => {
  const checkpoint = await steps(1);
  checkpoint.state.secondMoment["input.bias"]![0] = Number.NaN;
  const path = join(folder, "unsaved");
  await refuses(saveTraining(path, checkpoint), /secondMoment\/input\.bias" holds NaN/, DomainError);
  await refuses(readFile(path), /ENOENT/, Error);
});

test("options.json with a value changed, a field twice, or cut short is refused; written otherwise it is the same", async () => {
  const run = await createRun({
    ...{ root: folder, name: "record", options: { a: 1.5, b: ["x"], c: Number.NaN } },
    ...{ seed: 0, device: "cpu", precision: "float64" },
  });
  const path = join(run.directory, "options.json");
  const text = await readFile(path, "utf8");
  const options = { a: 1.5, b: ["x"], c: "NaN" };
  assert.equal(await readRunOptions(run.directory), options);
  await writeFile(path, JSON.stringify(JSON.parse(text)));
  assert.equal(await readRunOptions(run.directory), options);
  const { "monge-sha256": _, ...old } = JSON.parse(text);
  await writeFile(path, JSON.stringify(old));
  assert.equal(await readRunOptions(run.directory), options);
  const damages: readonly [RegExp, string][] = [
    [/options\.json: its checksum is not that/, text.replace("1.5", "1.4")],
    [/its checksum is not that/, text.replace(/"monge-sha256": "./, '"monge-sha256": "g')],
    [/means nothing here/, text.replace("monge-sha256", "monge-sha257")],
    [/"a" twice/, text.replace('"a": 1.5', '"a": 1.5, "a": 1.5')],
    [/not JSON/, text.slice(0, -30)],
    [/not JSON/, ""],
    [/no record/, "[1]"],
  ];
  for (const [pattern, damaged] of damages) {
    await writeFile(path, damaged);
    await refuses(readRunOptions(run.directory), pattern);
  }
});

test("the parameters of one solution do not pass for those of another beside its record", async () => {
  const problem = pde({
    name: "transport",
    domain: { x: [0, 1], t: [0, 1] },
    equations: "u_t = -u_x",
    exact: "sin(x-t)",
    conditions: [
      { type: "initial", equation: "u = sin(x)" },
      { type: "dirichlet", equation: "u = sin(-t)", on: "x = 0" },
    ],
  });
  const options = { network: mlp({ width: 3, depth: 1 }), points: 20, budget: { steps: 2 } };
  const [a, b] = [join(folder, "a"), join(folder, "b")];
  await (await solve(problem, options)).save(a);
  await (await solve(problem, { ...options, seed: 1 })).save(b);
  await writeFile(join(a, "solution.safetensors"), await readFile(join(b, "solution.safetensors")));
  await refuses(loadSolution(a), /solution\.safetensors: .*not the parameters that belong to the record/);
});

test("a key that an object has twice is found at any depth and however it is written, and in no other place", () => {
  assert.is(repeatedKey('{"a":1,"b":{"a":2},"\\u0061":3}'), "a");
  assert.is(repeatedKey('{"b":[{"x\\"":1,"x\\"":2}]}'), 'x"');
  assert.is(repeatedKey('{"__proto__":1,"__proto__":2}'), "__proto__");
  assert.is(repeatedKey('[{"a":"a"},{"a":["a","a"]},"a",{"\\\\":1,"b":"\\\\"}]'), undefined);
  assert.is(repeatedKey(JSON.stringify({ text: '{"a":1,"a":2}' })), undefined);
});

test("safetensors keep what others said of their own, and their checksum is not told", async () => {
  const path = join(folder, "told.safetensors");
  await model().save(path);
  assert.equal(Object.keys((await readSafetensors(path)).metadata), ["monge-model"]);
});

test.run();
