/** Wildcards in names of files held in memory. */
import { readdirSync } from "../../engine/platform/files.ts";
import { heldRoot } from "../../engine/platform/held-files.ts";

const meanings: Readonly<Record<string, string>> = { "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]" };

export async function filesLike(pattern: string): Promise<readonly string[] | undefined> {
  if (!/[*?[{]/.test(pattern)) return undefined;
  const text = pattern
    .replace(/[.+^$()|\\]/g, "\\$&")
    .replace(/\*\*\/|\*\*|\*|\?/g, (sign) => meanings[sign]!)
    .replace(/\{([^{}]*)\}/g, (_, choices: string) => `(?:${choices.replaceAll(",", "|")})`);
  const [whole, root] = [new RegExp(`^${text}$`), `${heldRoot}/`];
  const names = readdirSync(heldRoot, { recursive: true, encoding: "utf8" });
  return pattern.startsWith(root)
    ? names.map((name) => root + name).filter((name) => whole.test(name))
    : names.filter((name) => whole.test(name));
}
