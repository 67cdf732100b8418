/** The site: the pages of this repository, unedited, with a sidebar and a search that needs no server (`npm run docs`). */
import { readdirSync, readFileSync } from "node:fs";
import { type DefaultTheme, defineConfig } from "vitepress";

/** Pages of a folder by the title that they begin with: the named ones first, in their order, then all others by title. */
const pagesOf = (folder: string, ...first: readonly string[]): DefaultTheme.SidebarItem[] => {
  const pages = readdirSync(folder)
    .filter((name) => name.endsWith(".md") && name !== "README.md")
    .map((name) => name.slice(0, -3))
    .map((name) => {
      const text = /^# (.+)$/m.exec(readFileSync(`${folder}/${name}.md`, "utf8"))?.[1] ?? name;
      return { name, text, link: `/${folder}/${name}` };
    });
  const place = (name: string) => (first.includes(name) ? first.indexOf(name) : first.length);
  return pages.sort((a, b) => place(a.name) - place(b.name) || a.text.localeCompare(b.text));
};

/** Pages that a search should not find: records of measurements, and types that only other types mention. */
const unsearched = /^(?:research|CHANGELOG)|types-that-are-not-exported/;

export default defineConfig({
  title: "monge",
  description: "Precipitation downscaling, partial differential equations with error estimates, optimal transport",
  head: [
    ["link", { rel: "icon", href: "data:," }],
    ["style", {}, readFileSync(".vitepress/pages.css", "utf8")],
  ],
  srcDir: ".",
  srcExclude: ["node_modules/**", "test/**", "bench/**", "examples/**", "data/**", ".*/**"],
  rewrites: { "README.md": "index.md", "research/README.md": "research/index.md" },
  outDir: "./site",
  cacheDir: "./node_modules/.cache/vitepress",
  // Sources that pages of research point to are in the repository and not on the site.
  ignoreDeadLinks: [/\.(?:ts|py|json|mts|cff)$/, /\/(?:bench|examples|test|engine|solvers|io|generative|LICENSE)\b/],
  markdown: { math: true },
  themeConfig: {
    search: {
      provider: "local",
      options: { _render: (source, env, md) => (unsearched.test(env.relativePath) ? "" : md.render(source, env)) },
    },
    outline: [2, 3],
    nav: [
      { text: "Get started", link: "/docs/tutorials/getting-started" },
      { text: "Solve", link: "/solve/index.html", target: "_self" },
      { text: "Refine", link: "/refine/index.html", target: "_self" },
      { text: "What works", link: "/docs/status" },
      { text: "API", link: "/docs/api/README" },
    ],
    sidebar: [
      { text: "Start", items: pagesOf("docs/tutorials") },
      {
        text: "How to",
        items: pagesOf(
          "docs/how-to",
          ...["pretrained", "era5-and-gauges", "downscaling", "verification", "baselines"],
          ...["sums-and-catchments", "refine-in-time"],
          ...["solve-an-equation", "equations-and-data", "shapes-and-meshes", "inverse-problems", "gallery"],
          ...["transport-on-grids", "from-code", "python", "serve", "clusters", "gpu"],
        ),
      },
      {
        text: "Reference",
        items: [
          { text: "API", link: "/docs/api/README" },
          ...pagesOf("docs/reference", "problems", "solvers", "formats"),
        ],
      },
      { text: "About", items: pagesOf("docs", "status", "glossary") },
      { text: "Explanation", items: pagesOf("docs/explanation", "choice-of-method", "error-estimates") },
      { text: "Research", collapsed: true, items: [{ text: "Index", link: "/research/" }, ...pagesOf("research")] },
      { text: "Changes", link: "/CHANGELOG" },
    ],
  },
});
