/** Errors that show the text with a caret under the character they mean. */
import { FormatError } from "../../engine/errors.ts";

export { suggest } from "../../engine/text/suggest.ts";

/** Most characters of a text that an error shows. */
const longestLine = 160;

/**
 * A FormatError about the character at offset `at` of an equation's text; of a long text its surroundings are shown.
 */
export function textError(text: string, at: number, message: string, hint: string): FormatError {
  const from = text.length <= longestLine ? 0 : Math.max(0, Math.min(at - longestLine / 2, text.length - longestLine));
  const [before, after] = [from > 0 ? "…" : "", from + longestLine < text.length ? "…" : ""];
  const line = `${before}${text.slice(from, from + longestLine).replaceAll(/\s/g, " ")}${after}`;
  const caret = " ".repeat(at - from + before.length);
  return new FormatError("pde", "equation", cut(message), `${cut(hint)}\n  ${line}\n  ${caret}^`);
}

/** A text for a message: its beginning and its end where it is long. */
export function cut(text: string): string {
  return text.length <= 2 * longestLine ? text : `${text.slice(0, longestLine)} … ${text.slice(-longestLine)}`;
}
