/** The built site: its links and anchors lead somewhere, its search finds, its pages fit the window. `npm run docs` builds it. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { extname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium, tabsOf } from "../browser.ts";
import { assert, suite } from "../harness.ts";

const test = suite("site");
const withTab = tabsOf(test);
const root = new URL("../../site/", import.meta.url);
const built = existsSync(new URL("index.html", root));
const skip = "SKIP the site: run `npm run docs` first";

test("every link between pages of the site leads to a page, and every anchor to a heading", () => {
  if (!built) return console.log(skip);
  const pages = readdirSync(root, { recursive: true, encoding: "utf8" })
    .map((name) => name.replaceAll("\\", "/"))
    .filter((name) => name.endsWith(".html") && name !== "404.html");
  const texts = new Map(pages.map((page) => [`/${page}`, readFileSync(new URL(page, root), "utf8")]));
  const anchors = new Map(
    [...texts].map(([page, text]) => [page, new Set(Array.from(text.matchAll(/\sid="([^"]+)"/g), ([, id]) => id!))]),
  );
  const lost: string[] = [];
  let followed = 0;
  for (const [page, text] of texts)
    for (const [, link] of text.matchAll(/<a [^>]*href="([^"]+)"/g)) {
      const { pathname, hash, host } = new URL(link!.replaceAll("&amp;", "&"), `http://site${page}`);
      if (host !== "site" || !/(?:\.html|\/)$/.test(pathname)) continue;
      const target = pathname.endsWith("/") ? `${pathname}index.html` : pathname;
      followed += 1;
      const known = anchors.get(target);
      if (!known || (hash && !known.has(decodeURIComponent(hash.slice(1))))) lost.push(`${page}: ${link}`);
    }
  assert.equal([...new Set(lost)], []);
  assert.ok(pages.length > 40 && followed > 1000, `${pages.length} pages, ${followed} links`);
});

const folder = new URL("../../", import.meta.url);
/** Pages of the manual with their texts. */
const manual = [
  ...["README.md", "CHANGELOG.md"],
  ...readdirSync(new URL("docs/", folder), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md") && !name.startsWith("api"))
    .map((name) => `docs/${name}`),
].map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
const linked = (pattern: RegExp): string[] =>
  manual.flatMap(({ name, text }) => Array.from(text.matchAll(pattern), ([, to]) => `${name}: ${to}`));

test("pages name sources and records and do not link to them, for the site has none", () => {
  const found = linked(/\]\(([^)#]+\.(?:ts|mts|py|json|jsonl|csv))\)/g);
  assert.equal(found, []);
  assert.ok(manual.length > 30);
});

test("the manual has at most 35 000 words and 15 links into the records", () => {
  const words = manual.reduce((sum, { text }) => sum + text.match(/\S*[\p{L}\p{N}]\S*/gu)!.length, 0);
  assert.ok(words <= 35_000, `${words} words: say new things in the place of old ones`);
  const links = linked(/\]\(([^)]*research\/[^)]*)\)/g);
  assert.ok(links.length <= 15, links.join("\n"));
});

test("in a browser the search finds a page, and pages fit 390 and 1440 pixels, light and dark", async () => {
  if (!built) return console.log(skip);
  if (!chromium) return console.log("SKIP the site in a browser: no Chromium is installed");
  const types: Readonly<Record<string, string>> = {
    ".html": "text/html",
    ".js": "text/javascript",
    ".css": "text/css",
  };
  const server = createServer(async (request, response) => {
    const path = new URL(request.url!, "http://site").pathname;
    const file = new URL(`.${path.endsWith("/") ? `${path}index.html` : path}`, root);
    const bytes = await readFile(file).catch(() => undefined);
    response.writeHead(bytes ? 200 : 404, { "content-type": types[extname(fileURLToPath(file))] ?? "" }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  try {
    await withTab(async (tab) => {
      await tab.width(1440);
      await tab.open(`${address}/index.html`);
      await tab.until("document.querySelector('.DocSearch-Button')");
      await tab.evaluate("document.querySelector('.DocSearch-Button').click()");
      await tab.until("document.querySelector('.search-input')");
      await tab.evaluate(
        "(() => { const input = document.querySelector('.search-input'); input.value = 'Sinkhorn'; input.dispatchEvent(new Event('input')); })()",
      );
      await tab.until("document.querySelector('.result')");
      const found = await tab.evaluate<string>(
        "[...document.querySelectorAll('.result')].map((a) => a.getAttribute('href')).join(' ')",
      );
      assert.match(found, /wasserstein-sinkhorn/);
      for (const dark of [false, true])
        for (const width of [390, 1440]) {
          await tab.dark(dark);
          await tab.width(width);
          for (const page of ["index", "docs/status", "docs/reference/solvers", "docs/api/solvers/README"]) {
            await tab.open(`${address}/${page}.html`);
            await tab.until("document.querySelector('.vp-doc h1')");
            assert.is(await tab.evaluate("document.documentElement.classList.contains('dark')"), dark);
            const wide = await tab.evaluate<number>("document.documentElement.scrollWidth");
            assert.ok(wide <= width, `${page} is ${wide} pixels wide in a window of ${width}`);
          }
        }
      assert.equal(tab.complaints, []);
    });
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test.run();
