/** Sizes of what a page loads first, for the names that it imports. */
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { forBrowser } from "../../.ci/browser.ts";
import { assert, test } from "../harness.ts";

const limits: readonly (readonly [code: string, kilobytes: number])[] = [
  ['export { emd, gridTransport, sinkhorn, slicedWasserstein } from "./wasserstein/index.ts"', 40],
  ['export { pde, solve } from "./solvers/index.ts"', 400],
  ['export { holdFile, readField } from "./io/index.ts"', 300],
];

/** Bytes of the entry and of all that it imports before it runs, each file packed by gzip. */
async function bytesOf(contents: string): Promise<number> {
  const { outputFiles, metafile } = await build({
    ...forBrowser,
    ...{ stdin: { contents, resolveDir: forBrowser.absWorkingDir! }, splitting: true, minify: true },
    ...{ outdir: "/", write: false, metafile: true },
  });
  const outputs = new Map(Object.entries(metafile!.outputs).map(([path, output]) => [path.split("/").at(-1)!, output]));
  const waiting = [...outputs.keys()].filter((name) => outputs.get(name)!.entryPoint === "<stdin>");
  const first = new Set(waiting);
  for (const name of first)
    for (const { path, kind } of outputs.get(name)!.imports)
      if (kind === "import-statement") first.add(path.split("/").at(-1)!);
  const files = outputFiles!.filter(({ path }) => first.has(path.split("/").at(-1)!));
  return files.reduce((sum, { contents: code }) => sum + gzipSync(code).length, 0);
}

for (const [code, kilobytes] of limits)
  test(`a page that says ${code} loads at most ${kilobytes} kB`, async () => {
    const bytes = await bytesOf(code);
    assert.ok(bytes > 1000 && bytes <= 1000 * kilobytes, `${bytes} bytes`);
  });

test.run();
