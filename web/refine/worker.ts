/** The worker of the page: reads files, draws maps of them, refines and verifies rain. Nothing leaves it but answers. */
import { baselineDownscaler, downscaleTo, pretrained } from "../../generative/index.ts";
import {
  coarsen,
  type Dataset,
  type FileSource,
  fileBytes,
  holdFile,
  type LazyField,
  openDataset,
  writeField,
} from "../../io/index.ts";
import { contentsOf, type DatasetContents, mapsOf } from "../../pages/dataset-contents.ts";
import { fieldMaps } from "../../pages/field-maps.ts";
import { verify } from "../../verification/index.ts";
import { coverageLines, rankLines, rowsOf, summaryOf } from "../../verification/sheets/index.ts";

/** A file of the page, which has the same number wherever it is named. */
export interface Given {
  readonly number: number;
  readonly name: string;
  readonly content: Blob;
}

/** A variable of a file. */
export interface Named {
  readonly file: Given;
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
}

/** What is asked for, and the answers. */
export interface Tasks {
  open(asked: { readonly file: Given }): Promise<DatasetContents>;
  map(asked: Named & { readonly time: number; readonly members: number; readonly columns: number }): Promise<DrawnMap>;
  /** Block means of a file, as NetCDF. */
  coarsen(asked: Named & { readonly factor: number }): Promise<Uint8Array>;
  /** Members on the fine grid, as NetCDF. */
  refine(
    asked: Named & {
      readonly method: "pretrained" | "rainfarm";
      readonly factor: number;
      readonly members: number;
      readonly seed: number;
      /** First time and the one after the last. */
      readonly times: readonly [number, number];
    },
  ): Promise<Uint8Array>;
  verify(asked: { readonly forecast: Named; readonly truth: Named }): Promise<Scores>;
}

/** What the worker says of a task, by its number. */
export type Said =
  | { readonly task: number; readonly done: number; readonly total: number }
  | { readonly task: number; readonly notice: string }
  | { readonly task: number; readonly answer: unknown }
  | { readonly task: number; readonly error: string };

const opened = new Map<number, Promise<Dataset>>();

function open({ number, name, content }: Given): Promise<Dataset> {
  const found = opened.get(number) ?? holdFile(content as FileSource, name).then((path) => openDataset(path));
  opened.set(number, found);
  return found;
}

async function fieldOf({ file, variable }: Named): Promise<LazyField> {
  return mapsOf(await open(file), variable);
}

const tasksFor = (report: (done: number, total: number) => void, notice: (line: string) => void): Tasks => ({
  open: async ({ file }) => contentsOf(await open(file)),
  async map({ time, members, columns, ...named }) {
    const maps = fieldMaps(await fieldOf(named));
    const { svg, alt } = await maps.draw(time, { members, columns });
    return { label: maps.labels[time]!, svg, alt };
  },
  async coarsen({ factor, ...named }) {
    await writeField("coarse.nc", coarsen(await (await fieldOf(named)).load(), factor), { overwrite: true });
    return fileBytes("coarse.nc");
  },
  async refine({ method, factor, members, seed, times, ...named }) {
    const whole = await fieldOf(named);
    const time = whole.dimOf("time");
    const model = method === "pretrained" ? await pretrained() : baselineDownscaler({ method, factor });
    await downscaleTo("fine.nc", model, time === undefined ? whole : whole.isel({ [time]: times }), {
      ...{ whole, members, seed, missing: "propagate", overwrite: true },
      ...(method === "pretrained" && { factor }),
      attributes: (await open(named.file)).attributes,
      history: `monge in a page: ${named.file.name} by ${method}, factor ${factor}, seed ${seed}`,
      onProgress: ({ done, total }) => report(done, total),
      onNotice: notice,
    });
    if ("dispose" in model) await model.dispose();
    return fileBytes("fine.nc");
  },
  async verify({ forecast, truth }) {
    const found = await verify(await fieldOf(forecast), await fieldOf(truth), {
      ...{ seed: 0, spectrum: true, bootstrap: { seed: 0, tooFew: "none" } },
      onProgress: ({ done, total }) => report(done, total),
      onNotice: notice,
    });
    const rows = rowsOf("all", found).filter(({ value }) => Number.isFinite(value));
    return {
      lines: [...coverageLines(found), ...summaryOf(found), ...rankLines(found)],
      rows: rows.map(({ score, value, low, high }) => ({
        score,
        value,
        ...(low !== undefined && { low, high: high! }),
      })),
    };
  },
});

self.onmessage = async ({
  data: { task, name, asked },
}: MessageEvent<{ task: number; name: keyof Tasks; asked: never }>) => {
  const say = (said: Said) => self.postMessage(said);
  try {
    const tasks = tasksFor(
      (done, total) => say({ task, done, total }),
      (line) => say({ task, notice: line }),
    );
    say({ task, answer: await tasks[name](asked) });
  } catch (error) {
    say({ task, error: (error as Error).message });
  }
};
