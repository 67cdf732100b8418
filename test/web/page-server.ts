/** A page of `web`, built into a folder of its own and served without a network. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { extname, join } from "node:path";
import { buildPage } from "../../.ci/web.ts";
import { type Tab, tabsOf } from "../browser.ts";
import { assert, type test as tests } from "../harness.ts";

const types: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".wasm": "application/wasm",
};

/** For the tests of a file: runs something with the page in a new tab, on which nothing may go wrong but what is expected. */
export function pageOf(test: typeof tests, name: "solve" | "refine") {
  const withTab = tabsOf(test);
  let folder: string | undefined;
  let server: Server | undefined;
  test.after(() => {
    server?.close();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  const served = async (): Promise<string> => {
    const built = mkdtempSync(join(tmpdir(), `monge-${name}-`));
    folder = built;
    await buildPage(name, built);
    server = createServer(({ url = "/" }, answer) => {
      try {
        const [path] = (url === "/" ? "/index.html" : url).split("?") as [string];
        const bytes = readFileSync(join(built, path));
        answer.writeHead(200, { "content-type": types[extname(path)] ?? "application/octet-stream" }).end(bytes);
      } catch {
        answer.writeHead(404).end();
      }
    });
    await new Promise<void>((resolve) => server!.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  };
  let address: Promise<string> | undefined;
  return (use: (tab: Tab, url: string) => Promise<void>, expected?: RegExp) =>
    withTab(async (tab) => {
      address ??= served();
      await tab.open(await address);
      await use(tab, await address);
      assert.equal(
        tab.complaints.filter((one) => !expected?.test(one)),
        [],
      );
    });
}

/** Text of an element. */
export const text = (tab: Tab, selector: string): Promise<string> =>
  tab.evaluate(`document.querySelector("${selector}").textContent`);
