/** Style sheet of pages. */
export const style = `:root{--ink:#1c1c1c;--paper:#fff;--soft:#f2f4f6;--line:#d5d9de;--accent:#0060a0}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#16181b;--soft:#22262b;--line:#3a4048;--accent:#7cc0f5}figure img,figure canvas{filter:brightness(.87)}}
*{box-sizing:border-box}body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 system-ui,"DejaVu Sans",sans-serif}
header,main,footer{max-width:1180px;margin:0 auto;padding:0 1rem}h1{font-size:1.6rem;margin:1.2rem 0 .3rem}h2{font-size:1.2rem;margin:2rem 0 .6rem;border-bottom:1px solid var(--line)}
a{color:var(--accent)}nav ul{display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;padding:0;list-style:none}
.skip{position:absolute;left:-99rem}.skip:focus{left:1rem;top:1rem;background:var(--paper);padding:.4rem}
figure{margin:0 0 1rem}figure img{display:block;max-width:100%;height:auto;background:#fff;border:1px solid var(--line);border-radius:4px}figcaption{font-size:.9rem;margin-top:.3rem}
.pictures{display:grid;gap:1rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,340px),1fr))}.pictures img{width:100%}
.scroll{overflow-x:auto;padding-bottom:.4rem}table{border-collapse:collapse;font-size:.9rem}caption{text-align:left;font-weight:600;padding:.3rem 0}
th,td{padding:.25rem .7rem;border-bottom:1px solid var(--line);text-align:left;white-space:nowrap}thead th{background:var(--soft)}tbody th{font-weight:400}.number{text-align:right;font-variant-numeric:tabular-nums}
dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,250px),1fr));gap:.4rem 1.2rem;margin:.6rem 0}dl div{background:var(--soft);border-radius:4px;padding:.35rem .6rem}dt{font-size:.8rem;opacity:.85}dd{margin:0;overflow-wrap:anywhere}
math{font-size:1.15rem}mtd{text-align:left}details{font-size:.9rem}pre{overflow-x:auto;background:var(--soft);padding:.6rem;border-radius:4px}
.panels{display:grid;gap:.2rem 1rem;grid-template-columns:repeat(auto-fill,minmax(min(100%,290px),1fr))}.panels figure{margin:0 0 .6rem}.plot{position:relative;touch-action:pan-y}.plot img{width:100%}.maps h3{margin:.8rem 0 .4rem;font-size:1rem}
.cross{position:absolute;width:17px;height:17px;margin:-9px 0 0 -9px;pointer-events:none;background:linear-gradient(#000,#000) 50%/1px 100% no-repeat,linear-gradient(#000,#000) 50%/100% 1px no-repeat;outline:1px solid #fff;outline-offset:-1px;border:1px solid #000;border-radius:50%}.maps [hidden]{display:none}
.maps .control{display:grid;gap:.2rem 1.2rem;grid-template-columns:repeat(auto-fit,minmax(min(100%,330px),1fr))}.maps .control p{display:flex;gap:.6rem;margin:0;align-items:center}.maps label,.maps output{white-space:nowrap}.maps .control input{flex:1 1 6rem;min-width:5rem}.maps output{min-width:4ch}.maps .control .reading,.maps .control .hint{grid-column:1/-1;min-height:1.5em}.maps .control .hint{font-size:.85rem}
button{font:inherit;padding:.15rem .8rem;border:1px solid var(--line);border-radius:4px;background:var(--soft);color:inherit}.control{display:flex;gap:.7rem;align-items:center;flex-wrap:wrap}.control input{flex:1 1 12rem;max-width:30rem}html:not(.js) .control{display:none}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}@media print{:root{color-scheme:light;--ink:#000;--paper:#fff;--soft:#f2f4f6;--line:#bbb;--accent:#000}body{font-size:11pt}figure img,figure canvas{filter:none}.control,nav,.skip,.cross{display:none!important}.scroll{overflow:visible}table{font-size:8.5pt}th,td{white-space:normal;padding:.15rem .4rem}figure,tr,dl div{break-inside:avoid}h2,h3,caption{break-after:avoid}}`;
