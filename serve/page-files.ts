/** Files of the pages that the server serves: those of the site, marked as served. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { OptionsError } from "../engine/errors.ts";
import { style } from "../report/page/style-sheet.ts";

export const pageNames = ["solve", "refine"] as const;

/** Content by path, such as `solve/page.js`. */
export type PageFiles = ReadonlyMap<string, { readonly type: string; readonly content: string | Buffer }>;

let files: PageFiles | undefined;

/** @throws OptionsError where the package is not whole */
export const pageFiles = (): PageFiles => (files ??= new Map(pageNames.flatMap(filesOf)));

function filesOf(name: (typeof pageNames)[number]) {
  const folder = dirname(found(`web/${name}/page.html`));
  const html = readFileSync(join(folder, "page.html"), "utf8").replace("<html", "<html data-served");
  const own = readFileSync(join(folder, "../style.css"), "utf8");
  const file = (path: string, type: string, content: string | Buffer) =>
    [`${name}/${path}`, { type, content }] as const;
  return [
    file("", "text/html; charset=utf-8", html),
    file("page.js", "text/javascript; charset=utf-8", scriptOf(folder)),
    file("style.css", "text/css; charset=utf-8", `${style}\n${own}`),
    ...(name === "refine" ? [file("rain.nc", "application/x-netcdf", readFileSync(found("models/rain.nc")))] : []),
  ];
}

/** The script of a page; in a clone it is bundled now. */
function scriptOf(folder: string): string {
  const built = join(folder, "page.js");
  if (existsSync(built)) return readFileSync(built, "utf8");
  const bundler = found("node_modules/.bin/esbuild");
  const how = ["--bundle", "--format=esm", "--minify", "--charset=utf8", "--log-level=error"];
  const { status, stdout, stderr } = spawnSync(bundler, [join(folder, "page.ts"), ...how], { encoding: "utf8" });
  if (status === 0) return stdout;
  throw new OptionsError(`the script of ${folder} cannot be bundled: ${stderr}; run \`npm ci\``, "pages", folder);
}

/** A file of the package, or of the clone. */
function found(name: string): string {
  for (let folder = dirname(fileURLToPath(import.meta.url)); ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return join(folder, name);
    if (folder === dirname(folder))
      throw new OptionsError(`${name} is not in the package; install the package again`, "pages", name);
  }
}
