/** The library in a page and in a worker of headless Chromium, held against itself in Node: float64 to the last digit. */
import { readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { forBrowser } from "../../.ci/browser.ts";
import { tabsOf } from "../browser.ts";
import { assert, close, test } from "../harness.ts";
import { tasks } from "./tasks.ts";

const data = fileURLToPath(new URL("../data/", import.meta.url));
const root = fileURLToPath(new URL("../../", import.meta.url));
const here = fileURLToPath(new URL("./", import.meta.url));
const withTab = tabsOf(test);

/** Bytes of `test/data` that the server has given, by file: what was read of a file by its address. */
const given = new Map<string, number>();
let server: Server | undefined;

/** The built page, its worker, and files of `test/data` by ranges. */
async function serve(): Promise<string> {
  const entries = ["page", "worker"].map((name) => join(here, `${name}.ts`));
  const { outputFiles } = await build({
    ...forBrowser,
    entryPoints: entries,
    splitting: true,
    outdir: "/",
    write: false,
  });
  const built = new Map(outputFiles!.map(({ path, contents }) => [path, contents]));
  server = createServer(({ url = "/", headers, method }, answer) => {
    const path = decodeURIComponent(url);
    const code = built.get(path);
    if (code) return answer.writeHead(200, { "content-type": "text/javascript" }).end(code);
    const places = { "/models/": root, "/ort-wasm": join(root, "node_modules/onnxruntime-web/dist") };
    const own = Object.entries(places).find(([start]) => path.startsWith(start))?.[1];
    if (own !== undefined)
      return answer.writeHead(200, { "content-type": "application/wasm" }).end(readFileSync(join(own, path)));
    if (!path.startsWith("/data/"))
      return answer
        .writeHead(200, { "content-type": "text/html" })
        .end('<script type="module" src="/page.js"></script>');
    const bytes = readFileSync(join(data, path.slice("/data/".length)));
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    const part = from === undefined ? bytes : bytes.subarray(Number(from), Number(to) + 1);
    if (method === "GET") given.set(path, (given.get(path) ?? 0) + part.length);
    answer.writeHead(from === undefined ? 200 : 206, { "accept-ranges": "bytes", "content-length": part.length });
    answer.end(method === "HEAD" ? undefined : part);
  });
  await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
}
test.after(() => {
  server?.close();
});

let address: Promise<string> | undefined;

/** What a task gives in the browser; in a worker its files are blobs, or addresses. */
async function inBrowser(call: string): Promise<unknown> {
  let outcome: unknown;
  await withTab(async (tab) => {
    address ??= serve();
    await tab.open(await address);
    await tab.until("globalThis.inWorker");
    outcome = await tab.evaluate(call);
    assert.equal(tab.complaints, []);
  });
  return outcome;
}

const fromDisk = async (path: string) => new Uint8Array(readFileSync(join(data, path)));

/** Held against what Node has. A browser's own exp, log, sin and pow may differ from those of an older Node in the last bit. */
function assertAlike(found: unknown, node: unknown, { last = false, digits = 1e-12 }, place = ""): void {
  if (typeof node === "number" && !last) close(found as number, node, digits * Math.max(1, Math.abs(node)), place);
  else if (typeof node === "object" && node !== null)
    for (const [key, value] of Object.entries(node))
      assertAlike((found as Readonly<Record<string, unknown>>)[key], value, { last, digits }, `${place}/${key}`);
  else assert.equal(found, node, place);
}

for (const [name, { title, run, ...how }] of Object.entries(tasks)) {
  test(title, async () => {
    const found = await inBrowser(`inWorker("${name}", "blob")`);
    if (found !== undefined) assertAlike(found, await run(fromDisk), how);
  });
}

test("a worker reads files by their addresses in ranges", async () => {
  given.clear();
  const found = await inBrowser('inWorker("part", "address")');
  if (found === undefined) return;
  assert.equal(found, await tasks["part"]!.run(fromDisk));
  const path = "/data/pairs/arome_tp_nw_20180501_cut.nc";
  assert.ok(given.get(path)! < 0.7 * readFileSync(join(data, path.slice(6))).length, `all of it: ${given.get(path)}`);
});

test("a page without a worker reads the same from bytes", async () => {
  const found = await inBrowser('inPage("read")');
  if (found !== undefined) assert.equal(found, await tasks["read"]!.run(fromDisk));
});

test.run();
