/** Records of one JSON object a line. */
import { existsSync, readFileSync } from "node:fs";

/** The lines of a record; none where it is not begun. */
export const recordedLines = <T>(path: string | undefined): T[] =>
  path !== undefined && existsSync(path)
    ? readFileSync(path, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line): T => JSON.parse(line))
    : [];
