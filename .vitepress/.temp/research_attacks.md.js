import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Attacks by kind","description":"","frontmatter":{},"headers":[],"relativePath":"research/attacks.md","filePath":"research/attacks.md"}');
const _sfc_main = { name: "research/attacks.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="attacks-by-kind" tabindex="-1">Attacks by kind <a class="header-anchor" href="#attacks-by-kind" aria-label="Permalink to &quot;Attacks by kind&quot;">​</a></h1><p>The scripts of <code>bench/attack</code> take a seed. Runs of 2026-11-29, on commits from 0b1e0d8 on, Node 20.20, two busy cores:</p><table tabindex="0"><thead><tr><th>what</th><th>seeds</th><th style="text-align:right;">tries</th><th>outcome</th></tr></thead><tbody><tr><td>kills, 15 commands (<code>kills.ts</code>)</td><td>771203, 318846</td><td style="text-align:right;">135</td><td>118 killed, 17 ended first; no partial file under a final name, every end bit-equal</td></tr><tr><td>outputs over inputs (<code>outputs.ts</code>)</td><td>640287, 902114</td><td style="text-align:right;">330</td><td>310 refused as inputs; 20 hard links refused or replaced, their inputs as before; none lost</td></tr><tr><td>races for one name (<code>outputs.ts</code>)</td><td>640287, 902114</td><td style="text-align:right;">80</td><td>of two commands one ended with 0 (40); a file that came meanwhile was never replaced (33; the command was faster in 7)</td></tr><tr><td>Zarr stores of six kinds (<code>mutants.ts</code>)</td><td>990017, 418853</td><td style="text-align:right;">5 200</td><td>3 986 refused, 1 032 read as before, 166 with a notice of what is missing, 16 with other texts, 0 untyped, silent or slow</td></tr><tr><td>GeoTIFFs of ten kinds, five of them ZSTD (<code>zstd-tiff.ts</code>)</td><td>57</td><td style="text-align:right;">3 000</td><td>1 093 refused, 1 907 opened, 0 untyped or endless; slowest 1.2 s, at most 154 MB</td></tr></tbody></table><p>Two faults that the Zarr seeds had found before are repaired: a turned bit in the name of an array in <code>.zmetadata</code> was read without a word (2 of 2 600, seed 990017), and one byte behind a frame of Zstandard was read without end (1 mutant, seed 418853). A mutant that is read without end stops <code>mutants.ts</code>, which names it. Nothing distinguishes the values of a damaged GeoTIFF that opens from sound ones.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("research/attacks.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const attacks = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  attacks as default
};
