/** Downscaling and verification, as the page asks for them: the library's functions on the files that were dropped. */

import { readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { defined } from "../engine/defined.ts";
import { isMongeError } from "../engine/errors.ts";
import { baselineDownscaler } from "../generative/baselines/index.ts";
import { describeModel, findModel, loadDownscaler, pretrained, pretrainedName } from "../generative/model/index.ts";
import { type AnyDownscaler, downscaleTo } from "../generative/sampling/index.ts";
import type { LazyField } from "../io/dataset/index.ts";
import { gridOf, regridLazy } from "../io/regrid/index.ts";
import { ensemblePage } from "../pages/index.ts";
import { verify } from "../verification/index.ts";
import { rowsOf } from "../verification/sheets/index.ts";
import { opened, variableOf } from "./fields.ts";
import type { FileStore } from "./file-store.ts";
import { HttpError } from "./http-error.ts";
import type { JobReports } from "./jobs.ts";

/** Something that can refine rain. */
export interface ModelChoice {
  readonly id: string;
  readonly text: string;
  /** True if it is asked for a number of evaluations. */
  readonly isTrained: boolean;
}

const ofPackage = [4, 2, 8, 16].map((factor) => ({
  id: `${pretrainedName}-${factor}`,
  text: `the model of the package, ${factor} times finer`,
  isTrained: true,
}));
const baselines = [2, 4, 8].map((factor) => ({
  id: `rainfarm-${factor}`,
  text: `RainFARM, ${factor} times finer (no training)`,
  isTrained: false,
}));

/** Models of the folder of runs, newest first, then that of the package, then methods without one. */
export class Models {
  readonly #paths = new Map<string, string>();
  readonly #root: string | undefined;

  constructor(root: string | undefined) {
    this.#root = root;
  }

  async list(): Promise<readonly ModelChoice[]> {
    const found: ModelChoice[] = [];
    for (const path of this.#root === undefined ? [] : candidates(this.#root)) {
      try {
        const file = findModel(path);
        const { configuration } = await describeModel(file);
        const id = `model-${this.#paths.size}`;
        const known = [...this.#paths].find(([, one]) => one === file)?.[0];
        if (found.some((one) => one.id === known)) continue;
        this.#paths.set(known ?? id, file);
        const { blocks } = configuration;
        const what = blocks ? `block means, ${blocks.factor} times finer` : "two data sets";
        found.push({ id: known ?? id, text: `${basename(path)}: trained on ${what}`, isTrained: true });
      } catch (error) {
        // Not every folder is a finished training.
        if (!isMongeError(error)) throw error;
      }
    }
    return [...found, ...ofPackage, ...baselines];
  }

  /** @throws HttpError 404 for what was not listed */
  async open(id: string, threads: number): Promise<{ readonly model: AnyDownscaler; readonly factor?: number }> {
    const factor = Number(/-(\d+)$/.exec(id)?.[1]);
    if (ofPackage.some((one) => one.id === id)) return { model: await pretrained({ threads }), factor };
    if (baselines.some((one) => one.id === id)) return { model: baselineDownscaler({ method: "rainfarm", factor }) };
    const path = this.#paths.get(id);
    if (path === undefined) throw new HttpError(404, "there is no such model; load the page again");
    return { model: await loadDownscaler(path, { threads }) };
  }
}

/** Paths that may be, or hold, a model. */
function candidates(root: string): readonly string[] {
  if (statSync(root).isFile()) return [root];
  const inside = readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() || entry.name.endsWith(".safetensors"))
    .map(({ name }) => join(root, name));
  return [...inside.sort().reverse(), root];
}

/** A variable of a file. */
export interface Named {
  readonly file: string;
  readonly variable: string;
}

/** Request for a downscaling. */
export interface DownscaleAsked extends Named {
  readonly model: string;
  readonly members: number;
  readonly seed: number;
  readonly evaluations: number | undefined;
  /** First and last time. */
  readonly times: readonly [number, number];
  /** Other variables that the model was trained with. */
  readonly others: readonly Named[];
}

/** Draws into a file of the store. */
export async function downscaleJob(
  store: FileStore,
  models: Models,
  asked: DownscaleAsked,
  threads: number,
  { signal, progress }: JobReports,
): Promise<unknown> {
  const input = store.get(asked.file);
  const { model, factor } = await models.open(asked.model, threads);
  try {
    return await opened(store, input, (data) =>
      withFields(store, asked.others, async (others) => {
        const whole = await variableOf(data, asked.variable);
        const time = whole.dimOf("time");
        const [from, to] = asked.times;
        const field = time === undefined ? whole : whole.isel({ [time]: [from, to + 1] });
        const path = store.place(".nc");
        const timed = others.filter((one) => one.dimOf("time") !== undefined);
        const still = others.filter((one) => one.dimOf("time") === undefined);
        await downscaleTo(path, model, field, {
          whole,
          inputs: [input.path],
          attributes: data.attributes,
          history: `monge serve: ${input.name} by ${asked.model}, seed ${asked.seed}`,
          members: asked.members,
          seed: asked.seed,
          ...defined({ factor, evaluations: asked.evaluations }),
          missing: "propagate",
          ...(timed.length > 0 && { with: timed }),
          ...(still.length > 0 && { static: still }),
          signal,
          onProgress: ({ done, total }) => progress("downscaling", done, total),
        });
        return { file: store.adopt(path, `fine-${input.name.replace(/\.\w+$/, "")}.nc`).id };
      }),
    );
  } finally {
    if ("dispose" in model) await model.dispose();
  }
}

async function withFields<T>(
  store: FileStore,
  [first, ...rest]: readonly Named[],
  use: (fields: readonly LazyField[]) => Promise<T>,
): Promise<T> {
  if (first === undefined) return use([]);
  return opened(store, store.get(first.file), async (data) => {
    const field = await variableOf(data, first.variable);
    return withFields(store, rest, (fields) => use([field, ...fields]));
  });
}

/** Request for a verification. */
export interface VerifyAsked {
  readonly forecast: Named;
  readonly truth: Named;
  readonly thresholds: readonly number[];
  /** True if the forecast is brought to the truth's grid. */
  readonly regrid: boolean;
  /** Seconds that a value stands for, where times do not say it. */
  readonly interval: number | undefined;
  /** True if the truth is rain, where units and names leave it open. */
  readonly rain: boolean | undefined;
}

/** Judges, and makes the page of it. */
export function verifyJob(
  store: FileStore,
  asked: VerifyAsked,
  { progress, page, signal }: JobReports,
): Promise<unknown> {
  return withFields(store, [asked.forecast, asked.truth], async ([given, truth]) => {
    const forecast = asked.regrid ? regridLazy(given!, await gridOfFirst(truth!), { method: "conservative" }) : given!;
    const { thresholds, interval, rain } = asked;
    const notices: string[] = [];
    const stop = (stage: string, done: number, total: number) => {
      signal.throwIfAborted();
      progress(stage, done, total);
    };
    const found = await verify(forecast, truth!, {
      ...{ seed: 0, spectrum: true, sal: true, bootstrap: { seed: 0, tooFew: "none" } },
      ...(thresholds.length > 0 && { thresholds }),
      ...defined({ interval, rain }),
      onProgress: ({ stage, done, total }) => stop(stage, done, total),
      onNotice: (line) => notices.push(line),
    });
    page(
      await ensemblePage(forecast, {
        truth: truth!,
        verification: found,
        title: `${store.get(asked.forecast.file).name} against ${store.get(asked.truth.file).name}`,
        onProgress: ({ done, total }) => stop("drawing", done, total),
      }),
    );
    const rows = rowsOf("all", found).filter(({ value }) => Number.isFinite(value));
    return {
      coverage: found.coverage,
      units: found.units ?? "",
      wetThreshold: found.wetThreshold,
      notices,
      rows: rows.map(({ score, value, low, high }) => ({ score, value, low: low ?? null, high: high ?? null })),
    };
  });
}

async function gridOfFirst(truth: LazyField) {
  const time = truth.dimOf("time");
  return gridOf(await (time === undefined ? truth : truth.isel({ [time]: [0, 1] })).load());
}
