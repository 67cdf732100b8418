/** The page on which an equation is typed and solved. */
import { examples } from "./examples.ts";
import { completes, namesOf } from "./names.ts";
import { constantsOf, fields, problemJson, type Typed, type TypedConstant } from "./typed.ts";
import type { Asked, Said } from "./worker.ts";

type Field = (typeof fields)[number];
/** What a link holds. */
type Shared = Partial<Typed> & { readonly seconds?: string; readonly tolerance?: string };

const element = <E extends HTMLElement = HTMLElement>(id: string): E => document.getElementById(id) as E;
const field = (name: Field | "seconds" | "tolerance") => element<HTMLTextAreaElement>(name);
const made = (tag: string, text: string): HTMLElement =>
  Object.assign(document.createElement(tag), { textContent: text });

const typed = (): Typed => Object.fromEntries(fields.map((name) => [name, field(name).value])) as unknown as Typed;

/** Fills the fields, and opens the further ones where they hold something. */
function show(values: Shared): void {
  for (const name of fields) {
    field(name).value = values[name] ?? "";
    if (field(name).localName === "textarea") field(name).rows = Math.max(2, (values[name] ?? "").split("\n").length);
  }
  if (values.seconds !== undefined) field("seconds").value = values.seconds;
  if (values.tolerance !== undefined) field("tolerance").value = values.tolerance;
  element<HTMLDetailsElement>("others").open = Boolean(values.unknowns || values.more);
  slide();
}

function complain(text: string): void {
  element("problem").textContent = text;
  element("problem").hidden = text === "";
}

// Constants with sliders.
/** A slider reaches from a tenth to ten times a constant. */
const reach = 10;

function slide(): void {
  let constants: readonly TypedConstant[];
  try {
    constants = constantsOf(field("constants").value);
  } catch {
    return; // The line is being typed; solving names what is wrong with it.
  }
  const numbers = constants.filter(({ text }) => Number.isFinite(Number(text)) && Number(text) !== 0);
  element("sliders").replaceChildren(
    ...numbers.map(({ name, text }) => {
      const middle = Number(text);
      const label = made("label", `${name} `);
      const range = Object.assign(document.createElement("input"), {
        type: "range",
        min: "-1",
        max: "1",
        step: "any",
        value: "0",
      });
      range.setAttribute("aria-label", `${name}, from a tenth to ten times`);
      range.addEventListener("input", () => {
        const value = Number((middle * reach ** Number(range.value)).toPrecision(3));
        range.setAttribute("aria-valuetext", String(value));
        const lines = field("constants").value.split("\n");
        const own = lines.map((line) => (line.split(/[=:]/)[0]!.trim() === name ? `${name} = ${value}` : line));
        field("constants").value = own.join("\n");
      });
      range.addEventListener("change", () => start());
      label.append(range);
      return label;
    }),
  );
}

// Names.
function names(): readonly string[] {
  const { unknowns, domain, constants } = typed();
  const axes = [...domain.matchAll(/^\s*(\w+)\s*[:=]|"(\w)"\s*:/gm)].map((found) => found[1] ?? found[2]!);
  const own = constants.split("\n").map((line) => line.split(/[=:]/)[0]!.trim());
  const listed = unknowns.split(/[\s,]+/).filter((name) => name !== "");
  return namesOf(
    listed.length > 0 ? listed : ["u"],
    axes.filter((name) => name !== "inside"),
    own.filter((name) => name !== ""),
  );
}

// Solving.
let worker: Worker | undefined;
let ticking: ReturnType<typeof setInterval> | undefined;
const addresses: string[] = [];
/** Width of a page below which panels stand below one another. */
const narrow = 600;

function stop(note: string): void {
  worker?.terminate();
  worker = undefined;
  clearInterval(ticking);
  element("cancel").hidden = true;
  element("note").textContent = note;
  element("answer").removeAttribute("aria-busy");
}

/** An address of bytes or a text, until the next solution. */
function addressOf(part: BlobPart, type: string): string {
  const address = URL.createObjectURL(new Blob([part], { type }));
  addresses.push(address);
  return address;
}

function start(): void {
  stop("");
  complain("");
  let problem: Asked["problem"];
  try {
    problem = problemJson(typed());
  } catch (error) {
    complain((error as Error).message);
    return;
  }
  const [seconds, tolerance] = [Number(field("seconds").value), Number(field("tolerance").value)];
  if (!(seconds > 0 && tolerance > 0)) {
    complain("seconds and tolerance must be above 0");
    return;
  }
  remember();
  const began = performance.now();
  let trial = "";
  let formula: Extract<Said, { kind: "understood" }> | undefined;
  const tick = () => {
    element("note").textContent = `${((performance.now() - began) / 1000).toFixed(0)} of ${seconds} s ${trial}`;
  };
  ticking = setInterval(tick, 250);
  tick();
  element("cancel").hidden = false;
  element("answer").setAttribute("aria-busy", "true");
  worker = new Worker(new URL("worker.js", import.meta.url), { type: "module" });
  worker.onmessage = ({ data }: MessageEvent<Said>) => {
    if (data.kind === "trial") trial = data.words;
    else if (data.kind === "understood") formula = data;
    else {
      stop(`${((performance.now() - began) / 1000).toFixed(1)} s`);
      if (data.kind === "failed") complain(data.message);
      else {
        understood(formula!); // With its solution, so that a failure leaves no formula above another one's answer.
        solved(data, problem, seconds, tolerance);
      }
    }
  };
  worker.onerror = ({ message }) => {
    stop("");
    complain(message || "the worker could not be loaded");
  };
  worker.postMessage({ problem, seconds, tolerance, columns: innerWidth < narrow ? 1 : 2 } satisfies Asked);
}

function understood({ mathml, text }: Extract<Said, { kind: "understood" }>): void {
  // MathML that the worker made of its own tree of the formula.
  element("understood").innerHTML = mathml;
  element("understood").setAttribute("aria-label", text);
}

function solved(
  said: Extract<Said, { kind: "solved" }>,
  problem: Asked["problem"],
  seconds: number,
  tolerance: number,
): void {
  for (const address of addresses.splice(0)) URL.revokeObjectURL(address);
  const json = JSON.stringify(problem, null, 2);
  element("summary").textContent = said.summary;
  element("summary").classList.toggle("warning", said.isDoubtful);
  const picture = element<HTMLImageElement>("picture");
  picture.src = addressOf(said.picture.svg, "image/svg+xml");
  picture.alt = said.picture.alt;
  element("caption").textContent = said.picture.caption;
  element("facts").replaceChildren(
    ...said.facts.map(([name, value]) => {
      const fact = document.createElement("div");
      fact.append(made("dt", name), made("dd", value));
      return fact;
    }),
  );
  element("tried").replaceChildren(...said.tried.map((line) => made("li", line)));
  element<HTMLAnchorElement>("json").href = addressOf(json, "application/json");
  const netcdf = element<HTMLAnchorElement>("netcdf");
  netcdf.hidden = said.netcdf === undefined;
  if (said.netcdf) netcdf.href = addressOf(said.netcdf as BlobPart, "application/x-netcdf");
  element("shell").textContent =
    `npx monge solve problem.json --seconds ${seconds} --tolerance ${tolerance} --seed 1 -o solution.nc`;
  element("code").textContent =
    `import { problemFromJson, solve } from "monge/solvers";\n\nconst problem = problemFromJson(${json});\nconst solution = await solve(problem, { budget: { seconds: ${seconds}, tolerance: ${tolerance} }, seed: 1 });\nconsole.log(solution.status, solution.report.estimate);`;
  element("answer").hidden = false;
  element("answer").dataset["status"] = said.isDoubtful ? "doubtful" : "solved";
  element("answer").dataset["count"] = String(Number(element("answer").dataset["count"] ?? 0) + 1);
}

// Links.
function remember(): void {
  const shared: Shared = { ...typed(), seconds: field("seconds").value, tolerance: field("tolerance").value };
  const kept = Object.fromEntries(Object.entries(shared).filter(([, text]) => text !== ""));
  const bytes = new TextEncoder().encode(JSON.stringify(kept));
  history.replaceState(
    null,
    "",
    `#${btoa(String.fromCharCode(...bytes))
      .replaceAll("+", "-")
      .replaceAll("/", "_")
      .replace(/=+$/, "")}`,
  );
}

/** The problem of the link; undefined where it has none. */
function linked(): Shared | undefined {
  const text = location.hash.slice(1).replaceAll("-", "+").replaceAll("_", "/");
  if (text === "") return undefined;
  try {
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));
  } catch {
    complain("this link is damaged: it holds no problem");
    return undefined;
  }
}

for (const name of Object.keys(examples)) element("example").append(made("option", name));
element("example").addEventListener("change", ({ target }) => {
  const example = examples[(target as HTMLSelectElement).value];
  if (!example) return;
  show(example);
  start();
});
for (const name of ["equations", "conditions"] as const) completes(field(name), element("names"), names);
field("constants").addEventListener("change", slide);
element("solve").addEventListener("click", start);
element("cancel").addEventListener("click", () => stop("cancelled"));
element("share").addEventListener("click", async () => {
  remember();
  await navigator.clipboard.writeText(location.href).then(
    () => (element("shared").textContent = "copied"),
    () => (element("shared").textContent = "the address of this page is the link"),
  );
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) start();
  if (event.key === "Escape" && worker) stop("cancelled");
});
window.addEventListener("hashchange", () => {
  const found = linked();
  if (found) show(found);
});

const first = Object.keys(examples)[0]!;
const given = linked();
if (!given) element<HTMLSelectElement>("example").value = first;
show(given ?? examples[first]!);
if (given) start();
