/** The page on which a file of rain is looked at, refined and verified. */
import type { DatasetContents } from "../../pages/dataset-contents.ts";
import type { Method } from "../../serve/tasks/models.ts";
import type { Named, RefineTasks } from "../../serve/tasks/refine-tasks.ts";
import type { PageFile } from "../../serve/tasks/task.ts";
import { complain, element, fillOptions, isNarrow, made, pictureAddress } from "../elements.ts";
import { addressOf, cancelled, holdFile, newEngine, releaseFile, type Watch } from "../engine.ts";
import { latest } from "../latest.ts";

const value = (id: string): string => element(id).value;

/** Runs what a reader started; what goes wrong is told on the page. */
const told =
  <A extends readonly unknown[]>(run: (...given: A) => Promise<void>) =>
  (...given: A): void => {
    complain("");
    run(...given).catch(({ message }: Error) => complain(message));
  };

/** One reads and draws while the other does what takes long. */
const [reader, worker] = [newEngine<RefineTasks>(), newEngine<RefineTasks>()];

/** Does what takes long, with a bar and a button to cancel it. */
async function long<A>(id: string, run: (watch: Watch) => Promise<A>): Promise<A> {
  const [bar, cancel, start] = ["progress", "cancel", "start"].map((part) => element(`${id}-${part}`));
  const note = element(`${id}-note`);
  const began = performance.now();
  const controller = new AbortController();
  const stop = () => controller.abort();
  cancel!.addEventListener("click", stop);
  bar!.hidden = cancel!.hidden = false;
  bar!.removeAttribute("value");
  start!.disabled = true;
  note.textContent = "begins";
  const notices = element(`${id}-notices`);
  notices.replaceChildren();
  try {
    const found = await run({
      signal: controller.signal,
      progress(done, total) {
        bar!.setAttribute("value", String(done / total));
        note.textContent = `${Math.round((100 * done) / total)} %`;
      },
      notice: (line) => notices.append(made("li", line)),
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
  }
}

// Files.
interface Shown {
  readonly file: PageFile;
  readonly content: DatasetContents;
}
let [file, fine, truth]: (Shown | undefined)[] = [];
let page: PageFile | undefined;

/** Reads a file; one that is none is not kept. */
async function opened(given: PageFile): Promise<Shown> {
  try {
    return { file: given, content: await reader.ask("open", { file: given }) };
  } catch (error) {
    await releaseFile(given);
    throw error;
  }
}
const fillVariables = (id: string, { variables }: DatasetContents) =>
  fillOptions(
    id,
    variables.map(({ name, text }) => [name, text]),
  );
const variableOf = ({ content }: Shown, name: string) => content.variables.find((one) => one.name === name)!;

/** Draws maps into a picture. */
const mapper = (image: string, text: string, label: string) =>
  latest(async (named: Named, time: number, members: number) => {
    const drawn = await reader.ask("map", { ...named, time, members, columns: isNarrow() ? 1 : 3 });
    Object.assign(element<HTMLImageElement>(image), { src: pictureAddress(drawn.svg), alt: drawn.alt });
    element(text).textContent = drawn.alt;
    element(label).textContent = drawn.label;
  });
const [drawFile, drawFine] = [mapper("map", "map-text", "time-label"), mapper("fine-map", "fine-text", "fine-label")];
const showFile = () => drawFile(chosen(), Number(value("time")), 1);
const showFine = () =>
  drawFine({ file: fine!.file, variable: fine!.content.variables[0]!.name }, Number(value("fine-time")), 4);
const chosen = (): Named => ({ file: file!.file, variable: value("variable") });

/** A slider for so many times, from the first; none for one. */
function slideTimes(id: string, { times }: { readonly times: number }): void {
  Object.assign(element(id), { max: String(times - 1), value: "0" });
  element(id).parentElement!.hidden = times === 1;
}

async function pickVariable(): Promise<void> {
  slideTimes("time", variableOf(file!, value("variable")));
  await showFile();
}

async function takeFile(given: PageFile): Promise<void> {
  element("file-note").textContent = `reading ${given.name}`;
  const before = file;
  try {
    file = await opened(given);
  } finally {
    element("file-note").textContent = "";
  }
  await release(before, fine);
  fine = undefined;
  element("fine-shown").hidden = element("scores-shown").hidden = true;
  fillVariables("variable", file.content);
  element("contents").textContent = file.content.text;
  element("file-shown").hidden = element("refine").hidden = false;
  await pickVariable();
}

async function takeTruth(given: PageFile): Promise<void> {
  const before = truth;
  truth = await opened(given);
  await release(before);
  fillVariables("truth-variable", truth.content);
  element("verify-start").disabled = fine === undefined;
}

async function release(...before: readonly (Shown | undefined)[]): Promise<void> {
  for (const one of before) if (one) await releaseFile(one.file);
}

function drop(id: string, take: (given: PageFile) => Promise<void>): void {
  const box = element(`${id}-drop`);
  const taken = told(async (given: FileList | null | undefined) => {
    for (const one of given ?? []) await take(await holdFile(one.name, one));
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
  await takeTruth(await holdFile("radar.nc", rain));
  const variable = truth!.content.variables[0]!.name;
  await takeFile(await reader.ask("coarsen", { file: truth!.file, variable, factor: 4 }));
}

// Methods.
let methods: readonly Method[] = [];
async function listMethods(): Promise<void> {
  methods = await reader.ask("methods", {});
  fillOptions(
    "method",
    methods.map(({ id, text }) => [id, text]),
  );
  element("method").value = "pretrained";
}

/** A model of a folder of runs has a factor of its own. */
function pickMethod(): void {
  const { factors } = methods.find(({ id }) => id === value("method"))!;
  element("factor").disabled = factors.length === 0;
}

async function refine(): Promise<void> {
  const shown = Number(value("time"));
  const all = variableOf(file!, value("variable")).times;
  const members = await long("refine", (watch) =>
    worker.ask(
      "refine",
      {
        ...{ ...chosen(), method: value("method"), members: Number(value("members")), seed: Number(value("seed")) },
        ...(!element("factor").disabled && { factor: Number(value("factor")) }),
        times: value("times") === "all" ? [0, all] : [shown, shown + 1],
      },
      watch,
    ),
  );
  const before = fine;
  fine = await opened(members);
  await release(before);
  Object.assign(element<HTMLAnchorElement>("netcdf"), { href: addressOf(members), download: members.name });
  slideTimes("fine-time", fine.content.variables[0]!);
  await showFine();
  element("fine-shown").hidden = element("verify").hidden = false;
  element("scores-shown").hidden = true;
  element("verify-start").disabled = truth === undefined;
}

const short = (number: number | undefined) => (number === undefined ? "–" : String(Number(number.toPrecision(4))));
async function verify(): Promise<void> {
  const numbers = value("thresholds")
    .split(/[\s,;]+/)
    .filter((one) => one !== "");
  const {
    lines,
    rows,
    page: report,
  } = await long("verify", (watch) =>
    worker.ask(
      "verify",
      {
        forecast: { file: fine!.file, variable: fine!.content.variables[0]!.name },
        truth: { file: truth!.file, variable: value("truth-variable") },
        ...{ thresholds: numbers.map(Number), regrid: element("regrid").checked },
        ...(value("interval") !== "" && { interval: Number(value("interval")) }),
        ...(value("rain") !== "" && { rain: value("rain") === "yes" }),
      },
      watch,
    ),
  );
  if (page) await releaseFile(page);
  page = report;
  Object.assign(element<HTMLAnchorElement>("verification"), { href: addressOf(page), download: page.name });
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
  // Without intervals their columns say nothing.
  element("scores")
    .closest("table")!
    .classList.toggle(
      "plain",
      rows.every(({ low }) => low === undefined),
    );
  element("scores-shown").hidden = false;
}

const on = (id: string, event: string, run: () => Promise<void>) => element(id).addEventListener(event, told(run));
drop("file", takeFile);
drop("truth", takeTruth);
on("example", "click", example);
element("method").addEventListener("change", pickMethod);
on("variable", "change", pickVariable);
on("time", "input", showFile);
on("fine-time", "input", showFine);
on("refine-start", "click", refine);
on("verify-start", "click", verify);
told(listMethods)();
