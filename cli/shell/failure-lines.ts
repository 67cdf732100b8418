/** An error's message in three parts: the fault, its place and the way out. No word of it is lost. */
import { existsSync } from "node:fs";

/** An error as it is printed. */
export interface FailureParts {
  readonly what: string;
  /** Function, role, file or variable, from the outer to the inner; empty where the message names none. */
  readonly places: readonly string[];
  /** Further lines of the message, such as the text of an equation with a caret. */
  readonly shown: readonly string[];
  /** Undefined where the message knows no way out. */
  readonly way: string | undefined;
}

/** Texts before a colon that are places: a function, a flag, an operand or a variable, with a name; a path. */
const places = [
  /^`?[\w.]+`?(?: \([^)]*\))?$/,
  /^(?:--[\w-]+|[A-Z]+|variable|field|run|model|folder)(?: \S+| \([^)]*\))?$/,
  /^(?=[^\s;/.*]*[/.*])[^\s;]*$/,
];

/**
 * Messages are `place: place: what; way out`, or `what, expected …`.
 *
 * @param path - of the error, which may hold anything
 */
export function failureParts(message: string, path?: string): FailureParts {
  const [first = "", ...shown] = message.split("\n");
  const found: string[] = [];
  let rest = first;
  for (;;) {
    const place = path !== undefined && rest.startsWith(`${path}: `) ? path : rest.slice(0, rest.indexOf(": "));
    const isPlace = place === path || places.some((one) => one.test(place)) || (place !== "" && existsSync(place));
    if (!isPlace || rest.indexOf(": ") < 0) break;
    found.push(place);
    rest = rest.slice(place.length + 2);
  }
  const at = [outside(rest, "; "), outside(rest, ", expected ")].filter((k) => k > 0);
  const end = at.length === 0 ? rest.length : Math.min(...at);
  return {
    what: rest.slice(0, end),
    places: found,
    shown,
    way: end === rest.length ? undefined : rest.slice(end + 2),
  };
}

/** Index of a mark outside of brackets and quotes; −1 where there is none. */
function outside(text: string, mark: string): number {
  let [open, quote] = [0, ""];
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!;
    if (quote !== "") {
      if (sign === "\\") at += 1;
      else if (sign === quote) quote = "";
    } else if (open === 0 && text.startsWith(mark, at)) return at;
    else if (sign === '"' || sign === "`") quote = sign;
    else open += Number(sign === "(") - Number(sign === ")");
  }
  return -1;
}

/** An error as a person reads it. */
export interface Failure {
  readonly what: string;
  readonly where: string;
  readonly way: string;
}

/** The three lines; lines of a place stand below one another. */
export function failureLines({ what, where, way }: Failure): string {
  const below = (text: string) => text.replaceAll("\n", "\n         ");
  return `monge: ${what}\n  where  ${below(where)}\n  to do  ${below(way)}`;
}

/**
 * A message of the parser, such as `option '--by <part>' argument 'x' is invalid. Allowed choices are a, b.`, in the
 * library's words.
 */
export function usageParts(text: string): Failure {
  const [said = "", ...hints] = text
    .trim()
    .replace(/^error: /, "")
    .replace(
      /\. Allowed choices are (.*)\.$/m,
      (_, choices) => `. expected ${choices.includes(",") ? "one of " : ""}${choices}.`,
    )
    .split("\n");
  const where = /'(?:-\w, )?((?:--)?[\w-]+)/.exec(said)?.[1] ?? "the command line";
  const [, short, long, value] = /^required option '(?:(-\w), )?(--[\w-]+) (<[^>]+>)'/.exec(said) ?? [];
  if (long !== undefined) return { what: `${long} is missing`, where, way: `give ${short ?? long} ${value}` };
  const [, given, expected] = /^option '[^']*' argument '(.*)' is invalid\. (expected .*?)\.?$/.exec(said) ?? [];
  if (given !== undefined) {
    const isNumber = given.trim() !== "" && Number.isFinite(Number(given));
    return { what: `${where} is ${isNumber ? given : JSON.stringify(given)}`, where, way: expected! };
  }
  const ways = hints.map((way) => way.replace(/^\((.*)\)$/, "$1"));
  return { what: said.replace(/\.$/, ""), where, way: ways.join(" ") || "see --help" };
}
