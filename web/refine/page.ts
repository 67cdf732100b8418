/** The page on which a file of rain is looked at, refined and verified. */
import type { DatasetContents } from "../../pages/dataset-contents.ts";
import type { DrawnMap, Given, Named, Said, Scores, Tasks } from "./worker.ts";

const element = <E extends HTMLElement = HTMLInputElement>(id: string): E => document.getElementById(id) as E;
const made = (tag: string, text: string): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: text });
const value = (id: string): string => element(id).value;

function complain(error: unknown): void {
  element("problem").textContent = error === undefined ? "" : (error as Error).message;
  element("problem").hidden = error === undefined;
  if (error !== undefined) element("problem").scrollIntoView({ block: "nearest" });
}

/** Runs what a reader started; what goes wrong is told on the page. */
const told =
  <A extends unknown[]>(run: (...given: A) => Promise<void>) =>
  (...given: A): void => {
    complain(undefined);
    run(...given).catch(complain);
  };

// Workers: one that reads and draws, and one for each task that takes long, which is ended to cancel it.
interface Progress {
  done(done: number, total: number): void;
  notice(line: string): void;
}
type Ask = <N extends keyof Tasks>(
  name: N,
  asked: Parameters<Tasks[N]>[0],
  progress?: Progress,
) => ReturnType<Tasks[N]>;

function newWorker(): { readonly ask: Ask; end(reason: string): void } {
  const worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  const waiting = new Map<
    number,
    { resolve(answer: unknown): void; reject(error: Error): void; progress?: Progress | undefined }
  >();
  let last = 0;
  worker.onmessage = ({ data }: MessageEvent<Said>) => {
    const task = waiting.get(data.task)!;
    if ("done" in data) return task.progress?.done(data.done, data.total);
    if ("notice" in data) return task.progress?.notice(data.notice);
    waiting.delete(data.task);
    if ("error" in data) task.reject(new Error(data.error));
    else task.resolve(data.answer);
  };
  const end = (reason: string) => {
    worker.terminate();
    for (const { reject } of waiting.values()) reject(new Error(reason));
    waiting.clear();
  };
  worker.onerror = ({ message }) => end(message || "the worker could not be loaded");
  const ask = (name: keyof Tasks, asked: unknown, progress?: Progress) =>
    new Promise((resolve, reject) => {
      const task = last++;
      waiting.set(task, { resolve, reject, progress });
      worker.postMessage({ task, name, asked });
    });
  return { ask: ask as Ask, end };
}
const reader = newWorker();
const cancelled = "cancelled";

/** Does a task in a worker of its own, with a bar and a button to cancel it. */
async function long<N extends keyof Tasks>(id: string, name: N, asked: Parameters<Tasks[N]>[0]) {
  const [bar, cancel, start] = ["progress", "cancel", "start"].map((part) => element(`${id}-${part}`));
  const note = element(`${id}-note`);
  const began = performance.now();
  const own = newWorker();
  const stop = () => own.end(cancelled);
  cancel!.addEventListener("click", stop);
  bar!.hidden = cancel!.hidden = false;
  bar!.removeAttribute("value");
  start!.disabled = true;
  note.textContent = "begins";
  try {
    const found = await own.ask(name, asked, {
      done(done, total) {
        bar!.setAttribute("value", String(done / total));
        note.textContent = `${Math.round((100 * done) / total)} %`;
      },
      notice: (line) => element("notices").append(made("li", line)),
    });
    note.textContent = `${((performance.now() - began) / 1000).toFixed(1)} s`;
    return found;
  } catch (error) {
    note.textContent = (error as Error).message === cancelled ? cancelled : "";
    throw error;
  } finally {
    cancel!.removeEventListener("click", stop);
    bar!.hidden = cancel!.hidden = true;
    start!.disabled = false;
    own.end("");
  }
}

// Files.
interface Shown {
  readonly file: Given;
  readonly content: DatasetContents;
}
let [file, fine, truth]: (Shown | undefined)[] = [];
let files = 0;

async function opened(name: string, content: Blob): Promise<Shown> {
  const given = { number: files++, name, content };
  const found = await reader.ask("open", { file: given });
  if (found.variables.length === 0) throw new Error(`${name} holds no variable on a grid`);
  return { file: given, content: found };
}
const fill = (id: string, { variables }: DatasetContents) =>
  element(id).replaceChildren(
    ...variables.map(({ name, text }) =>
      Object.assign(document.createElement("option"), { value: name, textContent: text }),
    ),
  );
const variableOf = ({ content }: Shown, name: string) => content.variables.find((one) => one.name === name)!;

/** Draws a map; the last one that was asked for is shown. */
function mapper(image: string, text: string, label: string) {
  let last = 0;
  return async (named: Named, time: number, members: number) => {
    const own = ++last;
    const drawn: DrawnMap = await reader.ask("map", { ...named, time, members, columns: innerWidth < 600 ? 1 : 3 });
    if (own !== last) return;
    element<HTMLImageElement>(image).src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(drawn.svg)}`;
    element<HTMLImageElement>(image).alt = drawn.alt;
    element(text).textContent = drawn.alt;
    element(label).textContent = drawn.label;
  };
}
const [drawFile, drawFine] = [mapper("map", "map-text", "time-label"), mapper("fine-map", "fine-text", "fine-label")];
const showFile = () => drawFile(chosen(), Number(value("time")), 1);
const showFine = () =>
  drawFine({ file: fine!.file, variable: fine!.content.variables[0]!.name }, Number(value("fine-time")), 4);
const chosen = (): Named => ({ file: file!.file, variable: value("variable") });

async function pickVariable(): Promise<void> {
  element("time").max = String(variableOf(file!, value("variable")).times.length - 1);
  element("time").value = "0";
  await showFile();
}

async function takeFile(name: string, content: Blob): Promise<void> {
  element("file-note").textContent = `reading ${name}`;
  try {
    file = await opened(name, content);
  } finally {
    element("file-note").textContent = "";
  }
  fine = undefined;
  element("fine-shown").hidden = element("scores-shown").hidden = true;
  fill("variable", file.content);
  element("contents").textContent = file.content.text;
  element("file-shown").hidden = element("refine").hidden = false;
  await pickVariable();
}

async function takeTruth(name: string, content: Blob): Promise<void> {
  truth = await opened(name, content);
  fill("truth-variable", truth.content);
  element("verify-start").disabled = fine === undefined;
}

function drop(id: string, take: (name: string, content: Blob) => Promise<void>): void {
  const box = element(`${id}-drop`);
  const taken = told(async (given: FileList | null | undefined) => {
    for (const one of given ?? []) await take(one.name, one);
  });
  element(id).addEventListener("change", () => taken(element(id).files));
  box.addEventListener("dragover", (event) => {
    event.preventDefault();
    box.classList.add("over");
  });
  box.addEventListener("dragleave", () => box.classList.remove("over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("over");
    taken(event.dataTransfer?.files);
  });
}

/** An hour of radar: its block means are the file, itself the truth. */
async function example(): Promise<void> {
  const rain = await fetch(new URL("rain.nc", import.meta.url)).then((answer) => answer.blob());
  const whole = await opened("radar.nc", rain);
  const variable = whole.content.variables[0]!.name;
  const coarse = await reader.ask("coarsen", { file: whole.file, variable, factor: 4 });
  await takeFile("block-means.nc", new Blob([coarse as BlobPart]));
  await takeTruth("radar.nc", rain);
}

let download: string | undefined;
async function refine(): Promise<void> {
  element("notices").replaceChildren();
  const shown = Number(value("time"));
  const all = variableOf(file!, value("variable")).times.length;
  const bytes = await long("refine", "refine", {
    ...chosen(),
    method: value("method") as "pretrained" | "rainfarm",
    ...{ factor: Number(value("factor")), members: Number(value("members")), seed: Number(value("seed")) },
    times: value("times") === "all" ? [0, all] : [shown, shown + 1],
  });
  const content = new Blob([bytes as BlobPart]);
  fine = await opened("fine.nc", content);
  if (download) URL.revokeObjectURL(download);
  download = URL.createObjectURL(content);
  element<HTMLAnchorElement>("netcdf").href = download;
  element("fine-time").max = String(fine.content.variables[0]!.times.length - 1);
  element("fine-time").value = "0";
  await showFine();
  element("fine-shown").hidden = element("verify").hidden = false;
  element("verify-start").disabled = truth === undefined;
}

const short = (number: number | undefined) => (number === undefined ? "–" : String(Number(number.toPrecision(4))));
async function verify(): Promise<void> {
  const { lines, rows }: Scores = await long("verify", "verify", {
    forecast: { file: fine!.file, variable: fine!.content.variables[0]!.name },
    truth: { file: truth!.file, variable: value("truth-variable") },
  });
  element("sentences").replaceChildren(...lines.map((line) => made("li", line)));
  element("scores").replaceChildren(
    ...rows.map(({ score, value: own, low, high }) => {
      const row = document.createElement("tr");
      const name = Object.assign(made("th", score), { scope: "row" });
      row.append(
        name,
        ...[own, low, high].map((number) => Object.assign(made("td", short(number)), { className: "number" })),
      );
      return row;
    }),
  );
  element("scores-shown").hidden = false;
}

const on = (id: string, event: string, run: () => Promise<void>) => element(id).addEventListener(event, told(run));
drop("file", takeFile);
drop("truth", takeTruth);
on("example", "click", example);
on("variable", "change", pickVariable);
on("time", "input", showFile);
on("fine-time", "input", showFine);
on("refine-start", "click", refine);
on("verify-start", "click", verify);
