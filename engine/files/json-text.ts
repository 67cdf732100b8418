/** JSON that people write: with comments, and with the line and column of a fault. */
import { FormatError } from "../errors.ts";

/**
 * The value of a JSON text, in which `// …` and `/* … *\/` may stand between values.
 *
 * @param path - of the file, for the error
 * @param format - what the file should be, such as `GeoJSON`
 * @throws FormatError with line and column of the first character that is wrong
 */
export function parseJson(text: string, path: string, format = "JSON"): unknown {
  const plain = withoutComments(text);
  try {
    return JSON.parse(plain);
  } catch (cause) {
    const before = plain.slice(0, faultIn(plain));
    const [line, column] = [before.split("\n").length, before.length - before.lastIndexOf("\n")];
    const what = `no JSON at line ${line}, column ${column}: ${faultOf(plain, before.length)}`;
    throw new FormatError(path, format, what, "correct it there", { cause });
  }
}

/** Spaces take the place of comments, so that positions stay. */
const withoutComments = (text: string): string =>
  text.replace(/"(?:\\.|[^"\\])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) =>
    part.startsWith('"') ? part : part.replace(/[^\n]/g, " "),
  );

/** Index of the first character that no JSON text has after those before it; the length of a text that only lacks its end. */
function faultIn(text: string): number {
  let [sound, broken] = [0, text.length + 1];
  while (broken - sound > 1) {
    const middle = (sound + broken) >> 1;
    if (canGoOn(text.slice(0, middle))) sound = middle;
    else broken = middle;
  }
  return sound;
}

/** True if a text is JSON, or the beginning of one: what is wrong with it is at its end. */
function canGoOn(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    const { message } = error as Error;
    return /end of JSON|^Unterminated string/.test(message) || message.includes(`at position ${text.length}`);
  }
}

function faultOf(text: string, at: number): string {
  if (text.slice(at).trim() === "") return "the text ends too early";
  return `${JSON.stringify(text[at])} is not expected here`;
}
