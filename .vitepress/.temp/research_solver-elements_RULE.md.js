import { ssrRenderAttrs } from "vue/server-renderer";
import { useSSRContext } from "vue";
import { _ as _export_sfc } from "./plugin-vue_export-helper.1tPrXgE0.js";
const __pageData = JSON.parse('{"title":"Which indicator refines elements: the rule, written before any run","description":"","frontmatter":{},"headers":[],"relativePath":"research/solver-elements/RULE.md","filePath":"research/solver-elements/RULE.md"}');
const _sfc_main = { name: "research/solver-elements/RULE.md" };
function _sfc_ssrRender(_ctx, _push, _parent, _attrs, $props, $setup, $data, $options) {
  _push(`<div${ssrRenderAttrs(_attrs)}><h1 id="which-indicator-refines-elements-the-rule-written-before-any-run" tabindex="-1">Which indicator refines elements: the rule, written before any run <a class="header-anchor" href="#which-indicator-refines-elements-the-rule-written-before-any-run" aria-label="Permalink to &quot;Which indicator refines elements: the rule, written before any run&quot;">​</a></h1><p><strong>Question.</strong> Elements are cut where an indicator is largest. Does the adversary of AAS (arXiv 2305.18702) choose better than |r| and than the classical indicator?</p><p><strong>Arms</strong>, all else alike (start mesh, degree 8, directions and places of cuts, bulk 0.8 of the indicator, at most 24 elements cut at once):</p><ul><li><code>rows</code>: squares of all rows of the element (residual, conditions, jumps), each row scaled as in the solve: the residual estimator of finite elements.</li><li><code>residual</code>: ∫|r| over the element.</li><li><code>adversary</code>: mass over the element of the density p that maximises ∫ r²p − β∫|∇p|² with p ≥ ε/|Ω|, ∫p = 1, exact on a grid of 128 × 128, κ = 0.003, ε = 0.2 (the defaults of the sampler), above its floor.</li></ul><p><strong>Problems</strong>, three draws of each kind (draw k has its parameters from the stream &quot;elements k&quot;): outflow layers (width 10^U(−3, −1.5), direction of transport at random), an interior layer (tanh of width 10^U(−2.5, −1.5) along a random line), a re-entrant corner (L-shape, r^(2/3) sin(2θ/3) plus a smooth part at random), a needle (Gaussian of width 10^U(−2.5, −1.5) at a random place).</p><p><strong>Number.</strong> Least relative L² error among meshes with at most 150 elements, within 40 meshes.</p><p><strong>Verdict.</strong> The adversary takes the place of <code>rows</code> if, in the geometric mean of three draws, it is at least twice as good as both others in at least two of the four kinds and at most 1.5 times as bad in the rest. If it is not, <code>rows</code> stays, and the table says by how much.</p><p>Run with <code>bench/solver-elements.ts --indicators</code>, which writes <code>indicators.json</code> beside this file. Run on 29 November 2026: <code>rows</code> stays; the numbers are in <code>research/solver-results.md</code>.</p></div>`);
}
const _sfc_setup = _sfc_main.setup;
_sfc_main.setup = (props, ctx) => {
  const ssrContext = useSSRContext();
  (ssrContext.modules || (ssrContext.modules = /* @__PURE__ */ new Set())).add("research/solver-elements/RULE.md");
  return _sfc_setup ? _sfc_setup(props, ctx) : void 0;
};
const RULE = /* @__PURE__ */ _export_sfc(_sfc_main, [["ssrRender", _sfc_ssrRender]]);
export {
  __pageData,
  RULE as default
};
