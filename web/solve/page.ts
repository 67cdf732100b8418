/** The page on which an equation is typed and solved. */
import { isPlainObject } from "../../engine/checks.ts";
import type { SolveAsked, Solved, SolveTasks } from "../../serve/tasks/solve-tasks.ts";
import type { PageFile } from "../../serve/tasks/task.ts";
import { complain, element, fillOptions, isNarrow, made, pictureAddress } from "../elements.ts";
import { addressOf, cancelled, newEngine, releaseFile } from "../engine.ts";
import { latest } from "../latest.ts";
import { examples } from "./examples.ts";
import { completes, namesOf } from "./names.ts";
import { constantsOf, fields, jsonText, problemJson, type Typed, type TypedConstant } from "./typed.ts";

type Field = (typeof fields)[number];
/** What a link holds. */
type Shared = Partial<Typed> & { readonly seconds?: string; readonly tolerance?: string };

const field = (name: Field | "seconds" | "tolerance") => element<HTMLTextAreaElement>(name);

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
  nameExample();
}

/** Names the example that the fields hold; text that was edited is the reader's own. */
function nameExample(): void {
  const own = typed();
  const isShown = (example: Partial<Typed>) => fields.every((name) => (example[name] ?? "") === own[name]);
  element("example").value = Object.keys(examples).find((name) => isShown(examples[name]!)) ?? "";
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
      const shown = made("output", text);
      range.addEventListener("input", () => {
        const value = Number((middle * reach ** Number(range.value)).toPrecision(3));
        range.setAttribute("aria-valuetext", String(value));
        shown.textContent = String(value);
        const lines = field("constants").value.split("\n");
        const own = lines.map((line) => (line.split(/[=:]/)[0]!.trim() === name ? `${name} = ${value}` : line));
        field("constants").value = own.join("\n");
        nameExample();
      });
      range.addEventListener("change", () => void start());
      label.append(range, shown);
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
const engine = newEngine<SolveTasks>();
let running: AbortController | undefined;

/** Cancels what runs. */
function stop(): void {
  running?.abort();
}

async function start(): Promise<void> {
  stop();
  complain("");
  const [seconds, tolerance] = [Number(field("seconds").value), Number(field("tolerance").value)];
  let problem: SolveAsked["problem"];
  try {
    problem = problemJson(typed());
  } catch (error) {
    return complain((error as Error).message);
  }
  if (!(seconds > 0 && tolerance > 0)) return complain("seconds and tolerance must be above 0");
  remember();
  const own = new AbortController();
  running = own;
  const began = performance.now();
  const spent = () => (performance.now() - began) / 1000;
  let trial = "";
  const note = (text: string) => {
    if (running === own) element("note").textContent = text;
  };
  const tick = () => note(`${spent().toFixed(0)} of ${seconds} s ${trial}`);
  const ticking = setInterval(tick, 250);
  tick();
  element("cancel").hidden = false;
  element("at").disabled = true; // The solution that it moves through is given up.
  element("answer").setAttribute("aria-busy", "true");
  try {
    const asked = { problem, seconds, tolerance, columns: isNarrow() ? 1 : 2 };
    const found = await engine.ask("solve", asked, {
      signal: own.signal,
      notice: (line) => {
        trial = line;
      },
    });
    clearInterval(ticking);
    note(`${spent().toFixed(1)} s`);
    await solved(found, asked);
  } catch (error) {
    const { message } = error as Error;
    note(message === cancelled ? cancelled : "");
    if (message !== cancelled) complain(message);
  } finally {
    clearInterval(ticking);
    if (running === own) {
      running = undefined;
      element("cancel").hidden = true;
      element("answer").removeAttribute("aria-busy");
    }
  }
}

let shown: readonly PageFile[] = [];
let json: string | undefined;

async function solved(found: Solved, { problem, seconds, tolerance }: SolveAsked): Promise<void> {
  const text = jsonText(problem);
  // MathML that the task made of its own tree of the formula.
  element("understood").innerHTML = found.mathml;
  element("understood").setAttribute("aria-label", found.text);
  element("summary").textContent = found.summary;
  element("summary").classList.toggle("warning", found.isDoubtful);
  const { svg, alt, caption } = found.picture;
  Object.assign(element<HTMLImageElement>("picture"), { src: pictureAddress(svg), alt });
  element("caption").textContent = caption;
  element("facts").replaceChildren(
    ...found.facts.map(([name, value]) => {
      const fact = document.createElement("div");
      fact.append(made("dt", name), made("dd", value));
      return fact;
    }),
  );
  element("tried").replaceChildren(...found.tried.map((line) => made("li", line)));
  if (json) URL.revokeObjectURL(json);
  json = URL.createObjectURL(new Blob([text], { type: "application/json" }));
  element<HTMLAnchorElement>("json").href = json;
  for (const file of shown) await releaseFile(file);
  shown = found.files;
  for (const [k, id] of ["netcdf", "table"].entries()) {
    element(id).hidden = shown[k] === undefined;
    if (shown[k]) Object.assign(element<HTMLAnchorElement>(id), { href: addressOf(shown[k]), download: shown[k].name });
  }
  element("shell").textContent =
    `npx monge solve problem.json --seconds ${seconds} --tolerance ${tolerance} --seed 1 -o solution.nc`;
  element("code").textContent =
    `import { problemFromJson, solve } from "monge/solvers";\n\nconst problem = problemFromJson(${text});\nconst solution = await solve(problem, { budget: { seconds: ${seconds}, tolerance: ${tolerance} }, seed: 1 });\nconsole.log(solution.status, solution.report.estimate);`;
  await beginSlices(found.along);
  element("answer").hidden = false;
  element("answer").dataset["status"] = found.isDoubtful ? "doubtful" : "solved";
  element("answer").dataset["count"] = String(Number(element("answer").dataset["count"] ?? 0) + 1);
}

// A slider along time, or along the last axis of a body.
async function beginSlices(along: Solved["along"]): Promise<void> {
  element("along").hidden = along === undefined;
  if (along === undefined) return;
  const [low, high] = along.ends;
  solution = along.of;
  element("axis").textContent = along.axis;
  Object.assign(element("at"), { min: String(low), max: String(high), step: String((high - low) / 100) });
  element("at").value = String((low + high) / 2);
  element("at").disabled = false;
  await drawSlice();
}

let solution = "";
const drawSlice = latest(async () => {
  const at = Number(element("at").value);
  const { svg } = await engine.ask("slice", { of: solution, at, columns: isNarrow() ? 1 : 2 });
  const where = `${element("axis").textContent} = ${Number(at.toPrecision(4))}`;
  Object.assign(element<HTMLImageElement>("slice"), {
    src: pictureAddress(svg),
    alt: `Map of the solution at ${where}`,
  });
  element("where").textContent = where;
});

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
    const found: unknown = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(text), (c) => c.charCodeAt(0))));
    if (isPlainObject(found) && Object.values(found).every((one) => typeof one === "string")) return found;
    complain(
      "this link holds no problem: expected an object of texts; ask for it again, or write the problem into the fields",
    );
  } catch {
    complain("this link is damaged: it holds no problem; ask for it again, or write the problem into the fields");
  }
  return undefined;
}

fillOptions(
  "example",
  ["", ...Object.keys(examples)].map((name) => [name, name || "your own"]),
);
element("example").addEventListener("change", () => {
  const example = examples[element("example").value];
  if (!example) return;
  show(example);
  void start();
});
for (const name of fields) field(name).addEventListener("input", nameExample);
element("at").addEventListener("input", () => drawSlice().catch(({ message }: Error) => complain(message)));
for (const name of ["equations", "conditions"] as const) completes(field(name), element("names"), names);
field("constants").addEventListener("change", slide);
element("solve").addEventListener("click", () => void start());
element("cancel").addEventListener("click", stop);
element("share").addEventListener("click", async () => {
  remember();
  await navigator.clipboard.writeText(location.href).then(
    () => (element("shared").textContent = "copied"),
    () => (element("shared").textContent = "the address of this page is the link"),
  );
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void start();
  if (event.key === "Escape") stop();
});
window.addEventListener("hashchange", () => {
  const found = linked();
  if (found) show(found);
});

const given = linked();
show(given ?? Object.values(examples)[0]!);
if (given) void start();
