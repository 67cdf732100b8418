import { style as pages } from "../../report/page/style-sheet.ts";

/** The page itself. */
const field = (label: string, control: string) => `<label>${label} ${control}</label>`;
const number = (id: string, value: number, least: number, most: number) =>
  `<input id="${id}" type="number" value="${value}" min="${least}" max="${most}">`;
const area = (id: string, rows: number) => `<textarea id="${id}" rows="${rows}" spellcheck="false"></textarea>`;
const drop = (id: string, words: string) =>
  `<div class="drop" id="${id}-drop"><label for="${id}">${words}</label> <input id="${id}" type="file"></div>`;
const work = (id: string) =>
  `<div class="work" id="${id}-work" hidden><progress id="${id}-progress" max="1" value="0" aria-label="Progress"></progress> <span id="${id}-note" role="status"></span> <button type="button" id="${id}-cancel">Cancel</button></div>`;

export const pageHtml = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark">
<title>monge</title><link rel="icon" href="data:,"><link rel="stylesheet" href="app.css"></head><body>
<header><h1>monge</h1><div role="tablist" aria-label="What to do">
<button type="button" role="tab" id="tab-rain" aria-controls="rain" aria-selected="true">Rain</button>
<button type="button" role="tab" id="tab-equation" aria-controls="equation" aria-selected="false" tabindex="-1">Equation</button></div></header>
<p id="problem" role="alert" hidden></p>
<main id="rain" role="tabpanel" aria-labelledby="tab-rain">
<section aria-labelledby="h-file"><h2 id="h-file">File</h2>
${drop("file", "Drop a NetCDF or GeoTIFF file here, or choose one:")}
<div id="file-shown" hidden>
<div class="row">${field("Variable", `<select id="variable"></select>`)} ${field("Time", `<input id="time" type="range" min="0" max="0" value="0">`)} <output id="time-label" for="time"></output></div>
<figure><img id="map" alt=""><figcaption id="map-text"></figcaption></figure>
<details><summary>Contents of the file</summary><pre id="description"></pre></details></div></section>
<section aria-labelledby="h-downscale" id="downscale" hidden><h2 id="h-downscale">Downscale</h2>
<div class="row">${field("Model", `<select id="model"></select>`)} ${field("Members", number("members", 4, 1, 64))} ${field("Seed", number("seed", 0, 0, 2147483648))}
<span id="evaluations-row">${field("Evaluations", `<input id="evaluations" type="number" min="1" max="1000" placeholder="the model's">`)}</span>
${field("From time", number("from", 0, 0, 0))} ${field("to", number("to", 0, 0, 0))}</div>
<details id="others-row"><summary>Other variables that the model was trained with</summary>
<p>Drop further files; ticked variables are given to the model.</p>${drop("other", "A further file:")}<div id="others"></div></details>
<p><button type="button" id="downscale-start" class="main">Downscale</button></p>${work("downscale")}
<div id="fine-shown" hidden><div class="row">${field("Time", `<input id="fine-time" type="range" min="0" max="0" value="0">`)} <output id="fine-time-label" for="fine-time"></output>
${field("Members shown", number("fine-members", 4, 1, 8))}</div>
<figure><img id="fine-map" alt=""><figcaption id="fine-text"></figcaption></figure>
<p><a id="fine-download" download>Download the ensemble</a></p></div></section>
<section aria-labelledby="h-verify" id="verify" hidden><h2 id="h-verify">Verify</h2>
<p>Scores the ensemble, or the file above where nothing was sampled, against observations.</p>
${drop("truth", "Drop the observations here, or choose them:")}
<div class="row">${field("Variable", `<select id="truth-variable"></select>`)} ${field("Thresholds", `<input id="thresholds" placeholder="1,10">`)}
${field("Rain", `<select id="truth-rain"><option value="">by its units and names</option><option value="yes">yes</option><option value="no">no</option></select>`)} ${field("Seconds of a value", `<input id="interval" placeholder="by its times">`)}
<label><input id="regrid" type="checkbox"> bring the forecast to the truth's grid</label></div>
<p><button type="button" id="verify-start" class="main" disabled>Verify</button></p>${work("verify")}
<div id="scores-shown" hidden><p id="coverage"></p><div class="scroll" tabindex="0" role="region" aria-label="Scores"><table><thead><tr><th scope="col">score</th><th scope="col">value</th><th scope="col">95 % from</th><th scope="col">to</th></tr></thead><tbody id="scores"></tbody></table></div>
<p><a id="verify-page" target="_blank" rel="noopener">Open the page with maps and diagrams</a></p></div></section></main>
<main id="equation" role="tabpanel" aria-labelledby="tab-equation" hidden>
<section aria-labelledby="h-problem"><h2 id="h-problem">Problem</h2>
<div class="row">${field("Example", `<select id="example"><option value="">—</option></select>`)}</div>
<div class="form">${field("Equations, one a line", area("equations", 2))} ${field("Domain, one axis a line", area("domain", 2))}
${field("Conditions, one a line", area("conditions", 3))} ${field("Constants, one a line", area("constants", 1))}
${field("Unknowns", `<input id="unknowns" placeholder="u">`)} ${field("Manufactured solution (its source is derived)", `<input id="manufactured">`)}</div>
<p class="row">${field("Method", `<select id="method"><option value="auto">automatic</option><option value="network">a network, with points where the residual is large</option></select>`)}</p>
<p class="row"><button type="button" id="understand">How it is understood</button> ${field("Seconds", number("seconds", 20, 1, 3600))} ${field("Seed", number("solve-seed", 0, 0, 2147483648))} <button type="button" id="solve-start" class="main">Solve</button></p>
<div id="understood" class="scroll" tabindex="0" role="region" aria-label="The problem as it is understood"></div></section>
<section aria-labelledby="h-watch" id="watch" hidden><h2 id="h-watch">Solving</h2>${work("solve")}
<div class="pair" id="live" hidden><figure><canvas id="points" width="440" height="440" role="img" aria-label="Collocation points"></canvas><figcaption id="points-text"></figcaption></figure>
<figure><canvas id="residual" width="440" height="440" role="img" aria-label="Residual over time"></canvas><figcaption id="residual-text"></figcaption></figure></div>
<div id="solution-shown" hidden><p id="solution-text"></p><p id="advice" class="warning" hidden></p><dl id="estimate"></dl><ul id="tried"></ul><figure><img id="solution-map" alt=""></figure>
<p class="row"><a id="solution-download" download>Download the solution (NetCDF)</a> <a id="solution-page" target="_blank" rel="noopener">Open the page of the solve</a></p></div></section></main>
<script src="app.js" defer></script></body></html>`;

/** The pages' style, and that of the controls. */
export const style = `${pages}
header{display:flex;gap:1.5rem;align-items:baseline;flex-wrap:wrap}[role=tab]{font:inherit;background:none;border:0;border-bottom:3px solid transparent;padding:.4rem .6rem;color:inherit;cursor:pointer}
[role=tab][aria-selected=true]{border-color:var(--accent)}[hidden]{display:none!important}
.row label{max-width:100%}.row select{max-width:min(100%,34rem)}.row{display:flex;flex-wrap:wrap;gap:.5rem 1.2rem;align-items:center;margin:.5rem 0}.form{display:grid;gap:.6rem 1.2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,320px),1fr))}
.form label{display:block}.form textarea,.form input{display:block;width:100%}textarea,input,select,button{font:inherit;color:inherit;background:var(--soft);border:1px solid var(--line);border-radius:4px;padding:.25rem .5rem;max-width:100%}
::placeholder{color:inherit;opacity:.75}textarea{font-family:ui-monospace,"DejaVu Sans Mono",monospace;font-size:.95rem}input[type=number]{width:6.5rem}input[type=range]{padding:0;width:min(22rem,60vw)}
button{cursor:pointer}button.main{background:var(--accent);border-color:var(--accent);color:var(--paper)}button:disabled{opacity:.5;cursor:default}
.drop{border:2px dashed var(--line);border-radius:6px;padding:1rem;margin:.5rem 0}.drop.over{border-color:var(--accent);background:var(--soft)}
.work{display:flex;gap:.8rem;align-items:center;flex-wrap:wrap}.pair{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}canvas{width:100%;max-width:440px;height:auto;background:#fff;border:1px solid var(--line);border-radius:4px}
#problem{max-width:1180px;margin:.6rem auto}#problem,.warning{padding:.5rem 1rem;border-left:4px solid #c0392b;background:var(--soft);white-space:pre-wrap}
@media print{[role=tablist],.drop,button,progress,input[type=range],#others-row{display:none!important}textarea,input,select{border:0;padding:0;appearance:none;resize:none}}`;
