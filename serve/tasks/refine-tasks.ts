/** Tasks of the page that refines rain: they read files, draw maps of them, refine and verify. */
import {
  anything,
  checkOptions,
  flag,
  list,
  optional,
  positive,
  real,
  record,
  text,
  whole,
} from "../../engine/checks.ts";
import { defined } from "../../engine/defined.ts";
import { FormatError, OptionsError } from "../../engine/errors.ts";
import { coarsen, type Dataset, type LazyField, openDataset, regridLazy, writeField } from "../../io/index.ts";
import { gridOf } from "../../io/regrid/index.ts";
import { contentsOf, type DatasetContents, mapsOf } from "../../pages/dataset-contents.ts";
import { fieldMaps } from "../../pages/field-maps.ts";
import type { Method } from "./models.ts";
import type { PageFile, Reports, Workplace } from "./task.ts";

/** A variable of a file. */
export interface Named {
  readonly file: PageFile;
  readonly variable: string;
}

export interface DrawnMap {
  readonly label: string;
  readonly svg: string;
  readonly alt: string;
}

export interface Scores {
  readonly lines: readonly string[];
  readonly rows: readonly {
    readonly score: string;
    readonly value: number;
    readonly low?: number;
    readonly high?: number;
  }[];
  /** Maps and diagrams on a page of its own. */
  readonly page: PageFile;
}

/** Requests, and their answers. */
export interface RefineTasks {
  /** Methods to refine by. */
  methods(asked: Readonly<Record<string, never>>): Promise<readonly Method[]>;
  /** Content of a file. */
  open(asked: { readonly file: PageFile }): Promise<DatasetContents>;
  map(asked: Named & { readonly time: number; readonly members: number; readonly columns: number }): Promise<DrawnMap>;
  /** Block means of a file, as NetCDF. */
  coarsen(asked: Named & { readonly factor: number }): Promise<PageFile>;
  /** Members on the fine grid, as NetCDF. */
  refine(
    asked: Named & {
      /** A {@link Method}. */
      readonly method: string;
      /** @defaultValue that of the method */
      readonly factor?: number;
      readonly members: number;
      readonly seed: number;
      /** First time and the one after the last. */
      readonly times: readonly [number, number];
    },
    reports: Reports,
  ): Promise<PageFile>;
  verify(
    asked: {
      readonly forecast: Named;
      readonly truth: Named;
      readonly thresholds?: readonly number[];
      /** True if the forecast is brought to the truth's grid. */
      readonly regrid?: boolean;
      /** Seconds that a value stands for, where times do not say it. */
      readonly interval?: number;
      /** True if the truth is rain, where units and names leave it open. */
      readonly rain?: boolean;
    },
    reports: Reports,
  ): Promise<Scores>;
}

const pageFile = record({ id: text, name: text, content: optional(anything) });
const named = { file: pageFile, variable: text };

/** Files that stay open: what is refined, the result, and the observations. */
const mostOpen = 3;

export function refineTasks(place: Workplace): RefineTasks {
  const opened = new Map<string, Dataset>();
  const open = async (file: PageFile): Promise<Dataset> => {
    const data = opened.get(file.id) ?? (await opening(place, file));
    opened.delete(file.id);
    opened.set(file.id, data);
    const [oldest] = opened;
    if (opened.size > mostOpen) {
      opened.delete(oldest![0]);
      oldest![1].close();
    }
    return data;
  };
  const fieldOf = async ({ file, variable }: Named): Promise<LazyField> => {
    const data = await open(file);
    if (data.dataVariables.includes(variable)) return mapsOf(data, variable);
    const known = data.dataVariables.join(", ");
    throw new OptionsError(`${file.name} has no variable ${variable} on a grid; it has ${known}`, "variable", variable);
  };
  return {
    async methods() {
      const { methodsOf } = await import("./models.ts");
      return methodsOf(place.runs);
    },
    async open(asked) {
      checkOptions("open", asked, { file: pageFile }, ["file"]);
      const content = await contentsOf(await open(asked.file));
      if (content.variables.length > 0) return content;
      throw new FormatError(asked.file.name, "grid", "it holds no variable on a grid", "drop a file of maps");
    },
    async map(asked) {
      const checks = { ...named, time: whole(0), members: whole(1, 8), columns: whole(1, 8) };
      checkOptions("map", asked, checks, Object.keys(checks));
      const { time, members, columns } = asked;
      const maps = fieldMaps(await fieldOf(asked));
      const label = maps.labels[time];
      if (label === undefined)
        throw new OptionsError(`time is ${time}; expected 0 to ${maps.labels.length - 1}`, "time", time);
      const { svg, alt } = await maps.draw(time, { members, columns });
      return { label, svg, alt };
    },
    async coarsen(asked) {
      checkOptions("coarsen", asked, { ...named, factor: whole(2) }, [...Object.keys(named), "factor"]);
      const path = place.newPath("coarse.nc");
      await writeField(path, coarsen(await (await fieldOf(asked)).load(), asked.factor), { overwrite: true });
      return place.keep(path, `means-of-${asked.file.name.replace(/\.\w+$/, "")}.nc`);
    },
    async refine(asked, { progress, notice }) {
      const needed = { ...named, method: text, members: whole(1, 64), seed: whole(0), times: list(whole(0), 2, 2) };
      checkOptions("refine", asked, { ...needed, factor: whole(2, 64) }, Object.keys(needed));
      const { file, method, factor, members, seed, times } = asked;
      const data = await open(file);
      const field = await fieldOf(asked);
      const time = field.dimOf("time");
      const path = place.newPath("fine.nc");
      const { openMethod } = await import("./models.ts");
      const { downscaleTo } = await import("../../generative/sampling/index.ts");
      const model = await openMethod(method, factor ?? 1, place.runs, place.threads);
      const isPretrained = method === "pretrained";
      try {
        await downscaleTo(path, model, time === undefined ? field : field.isel({ [time]: times }), {
          ...{ whole: field, members, seed, missing: "propagate", overwrite: true },
          ...(isPretrained && defined({ factor })),
          attributes: data.attributes,
          history: `monge in a page: ${file.name} by ${method}${factor === undefined ? "" : `, factor ${factor}`}, seed ${seed}`,
          onProgress: ({ done, total }) => progress(done, total),
          onNotice: notice,
        });
      } finally {
        if ("dispose" in model) await model.dispose();
      }
      return place.keep(path, `fine-${file.name.replace(/\.\w+$/, "")}.nc`);
    },
    async verify(asked, { progress, notice }) {
      const needed = { forecast: record(named), truth: record(named) };
      const own = { thresholds: list(real()), regrid: flag, interval: positive(), rain: flag };
      checkOptions("verify", asked, { ...needed, ...own }, Object.keys(needed));
      const { thresholds = [], regrid = false, interval, rain } = asked;
      const truth = await fieldOf(asked.truth);
      const given = await fieldOf(asked.forecast);
      const forecast = regrid ? regridLazy(given, await gridOfFirst(truth), { method: "conservative" }) : given;
      const { verify } = await import("../../verification/index.ts");
      const { coverageLines, rankLines, rowsOf, summaryOf } = await import("../../verification/sheets/index.ts");
      const found = await verify(forecast, truth, {
        ...{ seed: 0, spectrum: true, sal: true, bootstrap: { seed: 0, tooFew: "none" } },
        ...(thresholds.length > 0 && { thresholds }),
        ...defined({ interval, rain }),
        onProgress: ({ done, total }) => progress(done, total),
        onNotice: notice,
      });
      const { ensemblePage } = await import("../../pages/ensemble-page.ts");
      const { writePage } = await import("../../pages/write-page.ts");
      const title = `${asked.forecast.file.name} against ${asked.truth.file.name}`;
      const path = place.newPath("verification.html");
      let html = await ensemblePage(forecast, { truth, verification: found, title });
      for (const { file } of [asked.forecast, asked.truth]) html = html.replaceAll(await place.pathOf(file), file.name);
      await writePage(path, html);
      return {
        lines: [...coverageLines(found), ...summaryOf(found), ...rankLines(found)],
        rows: rowsOf("all", found)
          .filter(({ value }) => Number.isFinite(value))
          .map(({ score, value, low, high }) => ({
            score,
            value,
            ...defined({ low: finite(low), high: finite(high) }),
          })),
        page: await place.keep(path, "verification.html"),
      };
    },
  };
}

/** Numbers that JSON has. */
const finite = (value: number | undefined) => (Number.isFinite(value) ? value : undefined);

/** Opens a file; links out of it are not followed. */
async function opening({ limit, pathOf }: Workplace, file: PageFile): Promise<Dataset> {
  const path = await pathOf(file);
  try {
    return await openDataset([path], defined({ maxUnpackedBytes: limit }));
  } catch (error) {
    if (!(error instanceof FormatError) || limit === undefined || !error.hint.includes("maxUnpackedBytes")) throw error;
    const what = `it unpacks to more than ${Math.floor(limit / 1e6)} MB`;
    throw new FormatError(file.name, error.format, what, "start `monge serve` with a larger --limit", { cause: error });
  }
}

async function gridOfFirst(truth: LazyField) {
  const time = truth.dimOf("time");
  return gridOf(await (time === undefined ? truth : truth.isel({ [time]: [0, 1] })).load());
}
