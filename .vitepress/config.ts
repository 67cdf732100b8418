/** The site: the pages of this repository, unedited, with a sidebar and a search that needs no server (`npm run docs`). */
import { readdirSync, readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig } from "vitepress";

/** Pages of a folder by the title that they begin with. */
const pagesOf = (folder: string): DefaultTheme.SidebarItem[] =>
  readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .map((name) => `${folder}/${name}`)
    .map((path) => ({ text: /^# (.+)$/m.exec(readFileSync(path, "utf8"))?.[1] ?? path, link: `/${path.slice(0, -3)}` }))
    .sort((a, b) => a.text.localeCompare(b.text));

export default defineConfig({
  title: "monge",
  description: "Precipitation downscaling, partial differential equations with error estimates, optimal transport",
  head: [
    ["link", { rel: "icon", href: "data:," }],
    // Pictures with a width stand side by side, as in the repository; on a telephone one below the other.
    [
      "style",
      {},
      "@media (min-width: 641px) { .vp-doc img[width] { display: inline-block; vertical-align: middle } } @media (max-width: 640px) { .vp-doc img[width] { width: 100% } }",
    ],
  ],
  srcDir: ".",
  srcExclude: ["node_modules/**", "test/**", "bench/**", "examples/**", "data/**", ".*/**"],
  rewrites: { "README.md": "index.md", "research/README.md": "research/index.md" },
  outDir: "./site",
  cacheDir: "./node_modules/.cache/vitepress",
  // Sources that pages of research point to are in the repository and not on the site.
  ignoreDeadLinks: [/\.(?:ts|py|json|mts|cff)$/, /\/(?:bench|examples|test|engine|solvers|io|generative|LICENSE)\b/],
  themeConfig: {
    search: { provider: "local" },
    outline: [2, 3],
    nav: [
      { text: "Get started", link: "/docs/tutorials/getting-started" },
      { text: "What works", link: "/docs/status" },
      { text: "API", link: "/docs/api/README" },
    ],
    sidebar: [
      { text: "Tutorials", items: pagesOf("docs/tutorials") },
      { text: "How to", items: pagesOf("docs/how-to") },
      {
        text: "Reference",
        items: [{ text: "API", link: "/docs/api/README" }, ...pagesOf("docs/reference"), ...pagesOf("docs")],
      },
      { text: "Explanation", items: pagesOf("docs/explanation") },
      { text: "Research", collapsed: true, items: [{ text: "Index", link: "/research/" }, ...pagesOf("research")] },
      { text: "Changes", link: "/CHANGELOG" },
    ],
  },
});
