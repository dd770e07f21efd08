"""How the report of a comparison looks: in light and in dark, narrow and wide, and on paper."""

STYLE = """
:root{color-scheme:light dark;--ink:#1f2328;--paper:#fff;--soft:#f3f5f7;--line:#d3d9df;
--quiet:#59636e;--bad:#b3261e}
@media(prefers-color-scheme:dark){:root{--ink:#e6e6e6;--paper:#16181d;--soft:#20242b;
--line:#3a414b;--quiet:#9aa4af;--bad:#ff8a80}}
body{margin:0;background:var(--paper);color:var(--ink);
font:1rem/1.5 system-ui,-apple-system,"Segoe UI",sans-serif}
main{max-width:56rem;margin:0 auto;padding:1.5rem 1rem 4rem}
h1{font-size:1.6rem;line-height:1.2;margin:0 0 .5rem}
h2{font-size:1.15rem;margin:2.5rem 0 .5rem;overflow-wrap:anywhere}
p{margin:.4rem 0}
.verdict{background:var(--soft);border-left:4px solid var(--line);padding:.6rem 1rem;margin:1rem 0}
.note,.legend{color:var(--quiet)}
.legend{font-size:.875rem;padding-left:1.2rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%;font-size:.9rem;font-variant-numeric:tabular-nums}
th,td{text-align:right;padding:.3rem .6rem;border-bottom:1px solid var(--line);white-space:nowrap}
th[scope=row],th:first-child{text-align:left;padding-left:0;font-weight:600}
thead th,thead th:first-child{font-weight:400;color:var(--quiet)}
.pairs th:nth-child(2),.runs th:last-child{text-align:left}
.pairs th:nth-child(2){padding-left:0}
.plain td,.runs td:last-child{text-align:left}
.plain td{white-space:normal;overflow-wrap:anywhere}
.plain th{font-weight:400;color:var(--quiet);width:9rem;vertical-align:top}
.lost td:nth-of-type(6){color:var(--bad)}
td code{font-size:.8rem}
code{font-family:ui-monospace,Menlo,Consolas,monospace}
.figure{margin:1rem 0;overflow-x:auto}
.figure svg{display:block;min-width:32rem}
summary{cursor:pointer;padding:.3rem 0}
:focus-visible{outline:2px solid var(--quiet);outline-offset:2px}
@media print{.figure,tr{break-inside:avoid}details::details-content{content-visibility:visible}}
""".strip()
