import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"monge","description":"","frontmatter":{},"headers":[],"relativePath":"docs/api/README.md","filePath":"docs/api/README.md"}');
const _sfc_main = { name: "docs/api/README.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="monge" tabindex="-1">monge <a class="header-anchor" href="#monge" aria-label="Permalink to &quot;monge&quot;">​</a></h1><h2 id="modules" tabindex="-1">Modules <a class="header-anchor" href="#modules" aria-label="Permalink to &quot;Modules&quot;">​</a></h2><table tabindex="0"><thead><tr><th>Module</th><th>Description</th></tr></thead><tbody><tr><td><a href="./engine/README.html">engine</a></td><td>-</td></tr><tr><td><a href="./generative/README.html">generative</a></td><td>-</td></tr><tr><td><a href="./">index</a></td><td>-</td></tr><tr><td><a href="./io/README.html">io</a></td><td>-</td></tr><tr><td><a href="./pages/README.html">pages</a></td><td>-</td></tr><tr><td><a href="./report.html">report</a></td><td>-</td></tr><tr><td><a href="./solvers/README.html">solvers</a></td><td>-</td></tr><tr><td><a href="./verification/README.html">verification</a></td><td>-</td></tr><tr><td><a href="./wasserstein/README.html">wasserstein</a></td><td>-</td></tr></tbody></table></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("docs/api/README.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const README = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  README as default
};
