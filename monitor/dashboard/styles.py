"""Style sheets: of the page around the sheets, and of the sheets. No colour is written here."""

PAGE_CSS = """
.zb-running { display: none; }
[data-testid=stMainBlockContainer] { padding-left: 20px; padding-right: 20px; }
[data-testid=stVerticalBlock] { gap: 10px; }
[data-testid=stHeader] { border-bottom: 1px solid var(--st-dataframe-border-color); }
.st-key-globals {
  position: fixed; top: 8px; right: 20px; z-index: 1000001; width: auto !important;
}
.st-key-globals [data-testid=stDateInput] { width: 128px; }
.st-key-globals [data-baseweb=input], .st-key-globals [data-baseweb=base-input] { min-height: 32px; }
.st-key-globals input { padding-top: 3px; padding-bottom: 3px; font-size: 13px; }
.st-key-globals button, [class*=st-key-filters] button {
  min-height: 32px; padding: 2px 10px; font-size: 13px;
}
[class*=st-key-filters] [data-baseweb=select] > div { min-height: 32px; font-size: 13px; }
[class*=st-key-filters] { align-items: center; gap: 8px; }
.st-key-problem { margin-top: 36px; }
.st-key-matrix_line button { min-height: 28px; padding: 1px 10px; font-size: 13px; }
.st-key-plans_fields [data-testid=stWidgetLabel] p { font-size: 12px; }
.st-key-plans_fields [data-baseweb=select] > div, .st-key-plans_fields [data-baseweb=input] {
  min-height: 32px; font-size: 13px;
}
.st-key-plans_fields [data-testid=stVerticalBlock] { gap: 4px; }
[data-testid=stExpander] summary { font-size: 13px; padding: 4px 8px; }
@media (max-width: 900px) { .st-key-globals { position: static; flex-wrap: wrap; } }
@media print {
  [data-testid=stHeader], [data-testid=stToolbar], .st-key-globals, [class*=st-key-filters],
  .st-key-matrix_line, [data-testid=stButton], [data-testid=stDownloadButton],
  [data-testid=stPopover], [data-testid=stFileUploader], [data-testid=stButtonGroup],
  [data-testid=stExpander], .st-key-plans_fields { display: none !important; }
  .stApp, [data-testid=stMain], [data-testid=stAppViewContainer] {
    position: static !important; overflow: visible !important; height: auto !important;
  }
  [data-testid=stHorizontalBlock], [data-testid=stVerticalBlock], [data-testid=stColumn],
  [data-testid=stElementContainer] {
    display: block !important; width: 100% !important; height: auto !important; flex: none !important;
    min-width: 100% !important;
  }
  [data-testid=stElementContainer] { margin-bottom: 6px; }
  [data-testid=stVegaLiteChart] { break-inside: avoid; }
  [class*=st-key-heading] { break-after: avoid; }
  .st-key-globals.st-key-globals, [class*=st-key-filters][class*=st-key-filters] { display: none !important; }
  .st-key-matrix_line.st-key-matrix_line { display: none !important; }
  .st-key-adjust_terms.st-key-adjust_terms { display: none !important; }
  .zb-running {
    display: block; background: var(--st-background-color);
    position: fixed; top: 0; right: 0; z-index: 9; font-size: 11px;
  }
  @page { size: A4 landscape; margin: 10mm; }
}
"""

WALL_PAGE_CSS = """
[data-testid=stHeader], [data-testid=stToolbar], .st-key-globals { display: none !important; }
[data-testid=stMain] { overflow: hidden; }
.st-key-wall_out {
  position: fixed; top: 6px; right: 8px; z-index: 1000003; width: auto !important; opacity: .35;
}
.st-key-wall_out:hover, .st-key-wall_out:focus-within { opacity: 1; }
.st-key-wall_out button, .st-key-wall_out button p {
  font-size: max(13px, min(.9vw, 1.6vh)); min-height: 0;
}
"""

SHEET_CSS = """
:host { display: block; }
.zb {
  --mute: var(--st-gray-text-color); --line: var(--st-border-color);
  --hair: var(--st-dataframe-border-color); --data: var(--st-blue-text-color);
  font-family: var(--st-font); font-size: 13px; line-height: 1.4; color: var(--st-text-color);
  font-variant-numeric: tabular-nums;
  content-visibility: auto; contain-intrinsic-height: auto 300px;
}
table { border-collapse: collapse; width: 100%; margin: 0; }
caption { text-align: left; font-weight: 600; padding: 0 0 2px; }
th {
  font-weight: 500; font-size: 12px; color: var(--mute); text-align: left; padding: 3px 6px;
  border-bottom: 1px solid var(--line); white-space: nowrap;
}
td {
  padding: 2px 6px; height: 22px; border-bottom: 1px solid var(--hair); white-space: nowrap;
  vertical-align: middle;
}
.zb:lang(en) td, .zb:lang(en) th { padding-left: 4px; padding-right: 4px; }
th.n, td.n { text-align: right; }
th.r {
  font-weight: 600; font-size: 13px; color: inherit;
  border-bottom: 1px solid var(--hair); padding: 2px 6px;
}
table.wrap td { white-space: normal; padding: 6px; height: auto; line-height: 1.5; }
table.wrap td.nb { white-space: nowrap; vertical-align: top; }
.ell {
  display: inline-block; max-width: 150px; overflow: hidden; text-overflow: ellipsis; vertical-align: bottom;
}
.ell.short { max-width: 118px; }
.held {
  display: inline-block; margin-left: 4px; padding: 0 3px; font-size: 11px; font-weight: 400;
  line-height: 15px; border: 1px solid var(--line); border-radius: 3px; color: var(--mute);
}
td.mile { white-space: normal; width: 99%; min-width: 260px; }
td.mile + td .ell { max-width: 220px; }
.lk { cursor: pointer; text-decoration: underline; text-decoration-color: var(--line); }
td.clip { max-width: 0; overflow: hidden; text-overflow: ellipsis; }
td.fill, th.fill { width: 99%; }
td.on, th.on { background: var(--st-secondary-background-color); }
.w { white-space: normal; }
.m { color: var(--mute); } .s { font-size: 12px; } .b { font-weight: 600; } .nb { white-space: nowrap; }
.u {
  display: inline-block; box-sizing: border-box; text-align: left; color: var(--mute); font-size: 12px;
  padding-left: 3px;
}
[data-go] { cursor: pointer; }
tr[data-go]:hover td, tr[data-go]:focus td, div[data-go]:hover, .chip[data-go]:hover {
  background: var(--st-secondary-background-color);
}
[data-go]:focus-visible { outline: 2px solid var(--st-primary-color); outline-offset: -2px; }
a {
  color: inherit; text-decoration: underline; text-decoration-color: var(--line);
  text-underline-offset: 2px;
}
span[data-go] { text-decoration: none; } span[data-go]:hover { text-decoration: underline; }
.f { font-weight: 600; white-space: nowrap; }
.red { color: var(--st-red-text-color); } .yellow { color: var(--st-yellow-text-color); }
.green { color: var(--st-green-text-color); } .blue { color: var(--st-blue-text-color); }
.grey { color: var(--st-gray-text-color); }
.bred { background: var(--st-red-color); } .byellow { background: var(--st-yellow-color); }
.bgreen { background: var(--st-green-color); } .bblue { background: var(--st-blue-color); }
.bgrey { background: var(--st-gray-color); }
.tred { background: var(--st-red-background-color); }
.tyellow { background: var(--st-yellow-background-color); }
.tgreen { background: var(--st-green-background-color); }
.tblue { background: var(--st-blue-background-color); }
.tgrey { background: var(--st-gray-background-color); }
.bar {
  position: relative; display: inline-block; width: 80px; height: 7px; vertical-align: middle;
  background: var(--st-gray-background-color);
}
.bar i { position: absolute; left: 0; top: 0; height: 7px; }
.bar u { position: absolute; top: -2px; height: 11px; width: 1px; background: var(--mute); }
.bar.none { background: none; border: 1px dashed var(--line); height: 5px; width: 78px; }
svg { display: block; flex: none; }
svg .value { stroke: var(--data); fill: none; } svg .goal { stroke: var(--mute); fill: none; }
h1 { font-size: 18px; font-weight: 600; margin: 0; line-height: 1.4; }
h1 .plain, h1 .s { font-weight: 400; }
h4 { font-size: 13px; font-weight: 600; margin: 12px 0 2px; } h4:first-child { margin-top: 0; }
h4 .m { font-weight: 400; margin-left: 8px; }
p.past { margin: 0; color: var(--mute); } p.past .lk { color: var(--data); margin-left: 8px; }
p { margin: 0 0 6px; } p.note { margin: 6px 6px 0; font-size: 12px; color: var(--mute); }
.top { display: flex; justify-content: space-between; align-items: baseline; gap: 16px; flex-wrap: wrap; }
.tag {
  display: inline-block; font-size: 12px; font-weight: 600; padding: 0 6px; margin-left: 10px;
  border-radius: 3px;
  vertical-align: 2px; color: var(--st-yellow-text-color); background: var(--st-yellow-background-color);
  border: 1px solid var(--st-yellow-color);
}
.strip { display: flex; border: 1px solid var(--line); overflow: hidden; }
.strip > div {
  position: relative; flex: 1 1 auto; padding: 5px 12px 4px; border-left: 1px solid var(--hair);
  display: flex; align-items: baseline; gap: 8px; white-space: nowrap; min-width: 0;
}
.strip > div > .m { overflow: hidden; text-overflow: ellipsis; }
.strip > div:first-child { border-left: 0; }
.strip .v { font-size: 22px; font-weight: 600; line-height: 1.2; }
.strip > div > b { position: absolute; left: 0; bottom: 0; height: 3px; }
.strip.facts > div { display: block; padding: 5px 12px 6px; }
.strip.facts p { margin: 0; } .strip.facts .v { font-size: 20px; }
.chip {
  display: inline-block; padding: 0 5px; border-radius: 3px; white-space: nowrap;
  line-height: 20px; font-size: 13px;
}
.cell { display: flex; align-items: center; gap: 8px; }
.cell .chips { display: flex; gap: 4px; flex-wrap: wrap; }
.cell .chips.stack { flex-direction: column; gap: 2px; }
.change { padding: 5px 6px; border-bottom: 1px solid var(--hair); }
.change p { margin: 0; }
.passage {
  position: relative; white-space: pre-wrap; overflow-wrap: anywhere; line-height: 1.75; max-height: 640px;
  overflow-y: auto; padding: 8px 12px; border: 1px solid var(--line); tab-size: 4;
}
.mark { padding: 0 2px; border-radius: 2px; font-weight: 600; cursor: pointer; }
.mark sup { font-size: 10px; font-weight: 400; color: var(--mute); line-height: 1; margin-left: 1px; }
.mark.struck { text-decoration: line-through; font-weight: 400; }
.mark.chosen { outline: 2px solid var(--st-primary-color); outline-offset: 1px; }
.quoted { background: var(--st-secondary-background-color); }
.pick {
  display: inline-block; padding: 0 6px; line-height: 19px; font-size: 12px; border: 1px solid var(--line);
  border-radius: 3px;
}
.pick:hover { border-color: var(--st-primary-color); text-decoration: none; }
tr.chosen td { background: var(--st-secondary-background-color); }
.said h4 { margin-top: 4px; } .said p { margin: 0 0 3px; }
.card { border: 1px solid var(--line); padding: 14px 16px; }
.card .big { font-size: 20px; font-weight: 600; line-height: 1.4; margin: 0 0 4px; }
.six { display: grid; grid-template-columns: repeat(3, 1fr); }
.six > div {
  display: flex; justify-content: space-between; gap: 6px; padding: 3px 6px;
  border-bottom: 1px solid var(--hair);
}
.side { padding-left: 8px; }
.box { display: inline-block; width: 14px; color: var(--data); }
tr.more td { border-top: 0; padding-top: 0; height: auto; white-space: normal; }
tr.open td { border-bottom: 0; }
.letter { width: 100%; max-width: 664px; height: 720px; border: 1px solid var(--line); display: block; }
pre.plain {
  margin: 0; padding: 10px 12px; height: 698px; overflow: auto; white-space: pre-wrap; font-size: 12px;
  font-family: "Noto Sans Mono CJK SC", "Sarasa Mono SC", NSimSun, monospace; line-height: 1.5;
  border: 1px solid var(--line); overflow-wrap: anywhere;
}
dl.about { display: grid; grid-template-columns: max-content 1fr; gap: 2px 14px; margin: 0; }
dl.about dt { color: var(--mute); font-size: 12px; } dl.about dd { margin: 0; }
p.acts { margin: 14px 0 4px; }
.act {
  display: inline-block; padding: 4px 14px; border: 1px solid var(--line); border-radius: 3px;
  font-weight: 600; margin-right: 8px;
}
.act.first {
  color: var(--st-background-color); background: var(--st-primary-color);
  border-color: var(--st-primary-color);
}
span.act[data-go]:hover { text-decoration: none; }
@media (min-width: 1800px) { .ell { max-width: 360px; } }
@media (max-width: 1500px) {
  td, th { padding-left: 4px; padding-right: 4px; }
  .zb:lang(en) td, .zb:lang(en) th { padding-left: 3px; padding-right: 3px; }
  .bar { width: 64px; } .bar.none { width: 62px; }
}
.cell.narrow { gap: 3px; } .cell.narrow .chip { padding: 0 3px; }
.cell.upper { align-items: baseline; } .facts { white-space: nowrap; }
table.departments { table-layout: fixed; }
table.departments th.name { width: 118px; }
table.departments th, table.departments td { white-space: normal; }
table.departments td, table.departments tbody th {
  vertical-align: top; padding-top: 4px; padding-bottom: 4px;
}
table.departments .chip { white-space: normal; line-height: 18px; padding: 1px 5px; }
.wall {
  --u: min(1vw, 1.778vh);
  position: fixed; inset: 0; z-index: 1000002; box-sizing: border-box; overflow: hidden;
  display: flex; flex-direction: column; gap: calc(var(--u) * .6);
  padding: calc(var(--u) * .9) calc(var(--u) * 1.2); background: var(--st-background-color);
}
.wall .over { display: flex; align-items: baseline; justify-content: space-between; }
.wall .over h1 { font-size: calc(var(--u) * 2.1); }
.wall .over span { font-size: calc(var(--u) * 1.2); color: var(--mute); }
.wall .over .tag { font-size: calc(var(--u) * 1.1); color: var(--st-yellow-text-color); }
.wall .over > span { margin-right: calc(var(--u) * 8); }
.wall .strip { flex: none; }
.wall .strip > div {
  font-size: calc(var(--u) * 1.5); padding: calc(var(--u) * .5) calc(var(--u) * 1); gap: calc(var(--u) * .7);
  cursor: default;
}
.wall .strip .v { font-size: calc(var(--u) * 2.6); } .wall .strip .s { font-size: calc(var(--u) * 1.1); }
.wall .strip > div > b { height: calc(var(--u) * .35); }
.wall .pages { position: relative; flex: 1; }
.wall .page {
  position: absolute; inset: 0; display: grid; gap: calc(var(--u) * .6);
  grid-template: repeat(4, minmax(0, 1fr)) / repeat(4, minmax(0, 1fr));
}
.wall .tile {
  border: 1px solid var(--line); border-left: calc(var(--u) * .5) solid; overflow: hidden;
  padding: calc(var(--u) * .3) calc(var(--u) * .8); display: flex; flex-direction: column;
  justify-content: space-between; line-height: 1.2;
}
.wall .tile > div { display: flex; justify-content: space-between; align-items: baseline; gap: 1em; }
.wall .ered { border-left-color: var(--st-red-color); }
.wall .eyellow { border-left-color: var(--st-yellow-color); }
.wall .egreen { border-left-color: var(--st-green-color); }
.wall .eblue { border-left-color: var(--st-blue-color); }
.wall .egrey { border-left-color: var(--st-gray-color); }
.wall .who { font-size: calc(var(--u) * 1.5); }
.wall .chance { font-size: calc(var(--u) * 2.8); font-weight: 600; line-height: 1.05; }
.wall .tile > div.what {
  display: -webkit-box; -webkit-line-clamp: 2; -webkit-box-orient: vertical; overflow: hidden;
  font-size: calc(var(--u) * 1.55);
}
.zb:lang(en) .wall .tile > div.what { font-size: calc(var(--u) * 1.4); }
.wall small { font-size: .7em; color: var(--mute); margin: 0 .25em; }
.wall .much small:first-child { margin-left: 0; }
.wall .tile > div.much { font-size: calc(var(--u) * 1.5); white-space: nowrap; gap: .3em; }
.wall .much .s { font-size: .7em; }
.wall .when { font-size: calc(var(--u) * 1.2); color: var(--mute); white-space: nowrap; }
.wall .when > span:first-child { overflow: hidden; text-overflow: ellipsis; }
.zb:lang(en) .wall .strip > div { font-size: calc(var(--u) * 1.2); padding-left: calc(var(--u) * .6); }
.zb:lang(en) .wall .strip .v { font-size: calc(var(--u) * 2.2); }
.zb:lang(en) .wall .strip .s { font-size: calc(var(--u) * .95); }
.wall .under { flex: none; color: var(--mute); font-size: calc(var(--u) * 1.05); }
.wall .turn {
  position: absolute; right: 0; bottom: calc(var(--u) * -2); font-size: calc(var(--u) * 1.2);
  font-weight: 600;
}
@media screen { .zb { overflow-x: auto; } .onpaper { display: none; } }
@media print {
  p.acts { display: none; }
  .zb { font-size: 11px; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
  th, .s, .u { font-size: 10px !important; } td { height: 17px; padding: 1px 5px; }
  pre.plain { height: auto; }
  tr, .change, .card { break-inside: avoid; } p.past .lk { display: none; }
  thead { display: table-header-group; }
  .passage { max-height: none; overflow: visible; } .pick { display: none; }
  a { text-decoration: none; } .cell svg { display: none; }
  .strip > div { padding: 3px 6px; gap: 5px; }
}
"""

SHEET_JS = """
export default function (component) {
  const { parentElement, data, setTriggerValue } = component;
  const root = parentElement.querySelector(".zb");
  if (root.__html !== data.html) {
    const before = root.querySelector(".passage");
    const top = before ? before.scrollTop : 0;
    root.innerHTML = data.html;
    root.__html = data.html;
    root.querySelectorAll("[data-go]").forEach((stop) => { stop.tabIndex = 0; });
    const text = root.querySelector(".passage");
    if (text) {
      text.scrollTop = top;
      const mark = text.querySelector(".mark.chosen");
      if (mark && root.__here !== text.dataset.here) {
        text.scrollTop = mark.offsetTop - text.clientHeight / 3;
      }
      root.__here = text.dataset.here;
    }
  }
  root.lang = data.lang;
  const stopAt = (event) => event.target.closest("[data-go]");
  const go = (stop) => setTriggerValue("go", stop.dataset.go);
  root.onclick = (event) => {
    const stop = stopAt(event);
    if (stop && event.target.tagName !== "A") go(stop);
  };
  root.onkeydown = (event) => {
    const stop = stopAt(event);
    if (stop !== event.target) return;
    if (event.key === "Enter" || event.key === " ") { event.preventDefault(); go(stop); }
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    const stops = Array.from(root.querySelectorAll("[data-go]"));
    const next = stops[stops.indexOf(stop) + step];
    if (next) { event.preventDefault(); next.focus(); }
  };
}
"""
