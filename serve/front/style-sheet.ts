/** Style sheet of the page: the pages' style, and its controls. */
import { style as pages } from "../../report/page/style-sheet.ts";

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
