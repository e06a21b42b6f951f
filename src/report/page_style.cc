#include "report/page.h"

namespace roost::report {

const std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--soft:#f6f6f3;--ink:#1d1d1a;--dim:#64645d;--line:#e3e3dd;
--bad:#b3261e;--badbg:#fdf1ef;--warn:#8a5a00;--warnbg:#fdf6e7;--good:#1c6b41;--goodbg:#eef7f1;--mark:#35658f;--link:#1f5fa8}
@media(prefers-color-scheme:dark){:root{--bg:#171715;--soft:#20201d;--ink:#ecece5;--dim:#a6a69c;--line:#363631;
--bad:#ff9a8f;--badbg:#33201d;--warn:#e9b95a;--warnbg:#2f2818;--good:#85d3a3;--goodbg:#1a2b21;--mark:#86b4da;--link:#8fbdf0}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;scroll-behavior:smooth}
@media(prefers-reduced-motion:reduce){html{scroll-behavior:auto}}
body{margin:0;background:var(--bg);color:var(--ink);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;font-variant-numeric:tabular-nums}
main,header.top,footer{max-width:1120px;margin:0 auto;padding:0 24px}
a{color:var(--link);text-underline-offset:2px;text-decoration-thickness:1px}
a:focus-visible,button:focus-visible,summary:focus-visible,input:focus-visible,[tabindex]:focus-visible{outline:2px solid var(--link);outline-offset:2px;border-radius:3px}
h1,h2,h3,p,ul,ol,dl{margin:0}
h1{font-size:34px;line-height:1.15;font-weight:650;letter-spacing:-.015em}
h2{font-size:21px;line-height:1.3;font-weight:650;letter-spacing:-.01em}
h3{font-size:16px;font-weight:600;line-height:1.4}
.skip{position:absolute;left:-999px}.skip:focus{left:8px;top:8px;background:var(--bg);padding:8px}
.dim,.crumb{color:var(--dim)}.crumb{font-size:14px;padding:28px 0 18px;overflow-wrap:anywhere}
.hero{display:grid;grid-template-columns:minmax(0,1fr) 300px;gap:32px;align-items:start;padding-bottom:28px;border-bottom:1px solid var(--line)}
.fit h1{color:var(--good)}.fitwarn h1,.untold h1{color:var(--warn)}.unfit h1{color:var(--bad)}
.lead{font-size:18px;margin-top:8px;max-width:38em}
.score .big{font-size:46px;line-height:1;font-weight:650;letter-spacing:-.02em}
.score .big small{font-size:17px;font-weight:400;color:var(--dim);letter-spacing:0}
.score .meter{height:6px;margin:12px 0 10px}.score p+p{margin-top:2px}.score .dim{font-size:14px}
.meter{display:block;width:100%;height:4px;fill:var(--mark)}.meter.bad{fill:var(--bad)}.meter.good{fill:var(--good)}.meter.warn{fill:var(--warn)}
.rail{fill:var(--line)}
.trio{display:grid;grid-template-columns:minmax(0,1.25fr) minmax(0,1fr) minmax(0,1fr);gap:40px;padding:24px 0 28px}
.trio h2{font-size:14px;font-weight:600;color:var(--dim);letter-spacing:0;margin-bottom:10px}
.trio ul,.trio ol{list-style:none;padding:0}
.trio li{display:flex;justify-content:space-between;gap:16px;padding:5px 0;font-size:15px;line-height:1.4}
.trio li+li{border-top:1px solid var(--line)}
.trio li *+span{color:var(--dim);white-space:nowrap}.trio li>:first-child{overflow-wrap:anywhere;min-width:0}
.trio .big{font-size:26px;line-height:1.2;font-weight:650;letter-spacing:-.01em;margin-bottom:6px}
.trio .big small{font-size:15px;font-weight:400;color:var(--dim);letter-spacing:0}
nav{display:flex;flex-wrap:wrap;gap:4px 22px;padding:12px 0;border-top:1px solid var(--line);border-bottom:1px solid var(--line);font-size:15px}
nav a{text-decoration:none}nav a:hover{text-decoration:underline}nav b{font-weight:400;color:var(--dim)}
main section{padding:36px 0 0}section>h2{margin-bottom:4px}section>p.dim{margin-bottom:14px;font-size:15px;max-width:46em}
.card{border:1px solid var(--line);border-radius:8px;padding:16px 18px;margin-top:14px}
.card.failed{border-left:3px solid var(--bad)}.card.warned,.card.not-run{border-left:3px solid var(--warn)}
.card .head{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:4px 20px;align-items:start}
.card h3{overflow-wrap:anywhere}
.facts{color:var(--dim);font-size:14px;margin-top:4px;overflow-wrap:anywhere}.facts b{color:var(--ink);font-weight:600}
.why{margin-top:6px;font-size:15px;overflow-wrap:anywhere}
.badge{display:inline-block;font-size:13px;font-weight:600;margin-right:8px;white-space:nowrap}
.badge.failed{color:var(--bad)}.badge.warned,.badge.not-run{color:var(--warn)}.badge.passed{color:var(--good)}
.spark{width:80px;height:24px}.spark polyline{fill:none;stroke:var(--mark);stroke-width:1.5}.spark circle{fill:var(--mark)}
.trend{text-align:right;font-size:12px;color:var(--dim);line-height:1.2}
.wide{overflow-x:auto;margin-top:12px}
table{border-collapse:collapse;width:100%;font-size:14px;line-height:1.4}
th{text-align:left;font-weight:500;color:var(--dim);font-size:13px;padding:6px 14px 6px 0;border-bottom:1px solid var(--line);white-space:nowrap;vertical-align:bottom}
td{padding:6px 14px 6px 0;border-bottom:1px solid var(--line);vertical-align:top;overflow-wrap:anywhere}
tr:last-child>td{border-bottom:0}th.n,td.n{text-align:right;white-space:nowrap;overflow-wrap:normal}
tfoot td{border-top:1px solid var(--line);font-weight:600}
.rows td,.rows th{white-space:nowrap}.rows td.long{white-space:normal;min-width:18em}
.rows .hit{font-weight:600;color:var(--ink)}.rows td{color:var(--dim)}.rows td.reason,.rows td.hit{color:var(--ink)}
code,pre,.mono{font:13px/1.5 ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace}
pre{margin:0;white-space:pre-wrap;overflow-wrap:anywhere}
.copy{display:grid;grid-template-columns:minmax(0,1fr) auto;gap:2px 12px;background:var(--soft);border-radius:6px;padding:9px 12px;margin-top:10px}
.copy span{grid-column:1;font-size:12px;color:var(--dim)}.copy pre{grid-column:1}
.copy button{grid-column:2;grid-row:1/3;align-self:start}
button{font:inherit;font-size:13px;color:var(--link);background:none;border:1px solid var(--line);border-radius:5px;padding:2px 10px;cursor:pointer;min-height:28px}
button:hover{border-color:var(--dim)}
details{margin-top:10px}summary{cursor:pointer;color:var(--link);font-size:14px}
details.table{border-top:1px solid var(--line);margin:0;padding:12px 0}details.table:last-of-type{border-bottom:1px solid var(--line)}
details.table>summary{color:var(--ink);font-size:16px;overflow-wrap:anywhere}details.table>summary b{font-weight:600}
@media(min-width:641px){.cols{table-layout:fixed;min-width:680px}.cols th:nth-child(1){width:22%}.cols th:nth-child(2){width:13%}.cols th:nth-child(3){width:9%}.cols th:nth-child(4){width:12%}.cols th:nth-child(5){width:23%}
.cols th:nth-child(5),.cols td:nth-child(5){padding-left:14px}.dims{max-width:760px}}
.hist{width:120px;height:28px;display:block;fill:var(--mark)}
.empty .meter{width:56px;margin:4px 0 2px auto}.dims td{vertical-align:middle}.dims .meter{margin-left:12px;width:calc(100% - 12px)}
.top b{font-weight:400}.cols i{font-style:normal;color:var(--dim)}
.map{display:block;font-size:14px}.map text{fill:var(--ink)}.map .name{font-weight:600}.map .sub,.map .edge{fill:var(--dim);font-size:12.5px}
.map .box{fill:var(--bg);stroke:var(--dim);stroke-opacity:.5}.map .line{fill:none;stroke:var(--dim);stroke-opacity:.6;stroke-width:1.3}
.map .dot{fill:var(--dim)}.map .line.bad{stroke:var(--bad);stroke-opacity:1;stroke-width:1.8}.map .dot.bad,.map rect.bad{fill:var(--bad)}.map .edge.bad{fill:var(--bad);font-weight:600}.map .used{fill:var(--mark)}
.bad-text{color:var(--bad);font-weight:600}.warn-text{color:var(--warn);font-weight:600}
input{font:inherit;font-size:15px;color:var(--ink);background:var(--bg);border:1px solid var(--line);border-radius:6px;padding:6px 10px;width:100%;max-width:340px;margin:6px 0 8px}
footer{padding:40px 24px 48px;font-size:14px;color:var(--dim)}
@media(max-width:900px){.hero{grid-template-columns:minmax(0,1fr);gap:22px}.trio{grid-template-columns:minmax(0,1fr) minmax(0,1fr);gap:28px 40px}.trio>:first-child{grid-column:1/3}}
@media(max-width:640px){main,header.top,footer{padding-left:16px;padding-right:16px}h1{font-size:28px}.lead{font-size:17px}
.crumb{padding:18px 0 12px}.trio{grid-template-columns:minmax(0,1fr);gap:22px}.trio>:first-child{grid-column:auto}
.card{padding:14px}.card .head{grid-template-columns:minmax(0,1fr)}.empty .meter{margin-left:0}.dims .meter{margin-left:0;width:100%}.trend{text-align:left;display:flex;gap:8px;align-items:center}
.stack thead{position:absolute;left:-999px}.stack tbody,.stack tr{display:block}
.stack tr{padding:10px 0;border-bottom:1px solid var(--line)}.stack td{display:grid;grid-template-columns:104px minmax(0,1fr);padding:2px 0;border:0;text-align:left!important}
.stack td:first-child{display:block;font-weight:600}.stack td:empty{display:none}
.stack td::before{color:var(--dim);font-size:13px}.stack td.n{white-space:normal}
.cols td:nth-child(2)::before{content:"type"}.cols td:nth-child(3)::before{content:"empty"}.cols td:nth-child(4)::before{content:"distinct"}
.cols td:nth-child(5)::before{content:"range"}.cols td:nth-child(6)::before{content:"values"}
.cols td.type::before{content:"type"}
.refs td:nth-child(2)::before{content:"rows"}.refs td:nth-child(3)::before{content:"orphan rows"}.refs td:nth-child(4)::before{content:"missing keys"}
.refs td:nth-child(5)::before{content:"seats used"}.refs td:nth-child(6)::before{content:"over-full"}
.pass td:nth-child(2)::before{content:"dimension"}.pass td:nth-child(3)::before{content:"tested"}
.loss td:nth-child(2)::before{content:"weight"}.loss td:nth-child(3)::before{content:"p"}.loss td:nth-child(4)::before{content:"points lost"}
.dims td:nth-child(2)::before{content:"rules"}.dims td:nth-child(3)::before{content:"score"}.dims td:nth-child(4){display:block;padding-top:6px}
.loss td:nth-child(n+2),.pass td:nth-child(n+2),.dims td:nth-child(2),.dims td:nth-child(3){display:inline;padding:0 14px 0 0;font-size:14px}
.loss td::before,.pass td::before,.dims td::before{padding-right:5px}}
@media print{.copy button,nav,input{display:none}.card{break-inside:avoid}}
)css";

// Without scripts all is there but the buttons and the filters.
const std::string_view kScript =
    R"js(document.querySelectorAll('.copy').forEach(c=>{const b=document.createElement('button');b.type='button';b.textContent='Copy';b.setAttribute('aria-label','Copy '+c.querySelector('span').textContent);b.onclick=()=>{const t=c.querySelector('pre').textContent,done=()=>{b.textContent='Copied';setTimeout(()=>b.textContent='Copy',1500)};const old=()=>{const r=document.createRange();r.selectNodeContents(c.querySelector('pre'));const s=getSelection();s.removeAllRanges();s.addRange(r);document.execCommand('copy')&&done()};navigator.clipboard?navigator.clipboard.writeText(t).then(done,old):old()};c.append(b)});
document.querySelectorAll('[data-filter]').forEach(d=>{const i=document.createElement('input');i.type='search';i.placeholder=d.dataset.filter;i.setAttribute('aria-label',d.dataset.filter);d.before(i);const items=d.querySelectorAll('.item');i.oninput=()=>{const w=i.value.toLowerCase();d.querySelectorAll('details.table').forEach(t=>{t.open=w!==''});items.forEach(e=>{e.hidden=!e.textContent.toLowerCase().includes(w)})}});
addEventListener('hashchange',()=>{const e=document.getElementById(location.hash.slice(1)),d=e&&e.closest('details');if(d)d.open=true});)js";

const std::string_view kScriptHash = "P3b/n+KuZm8z2kC0l955tmtFVdb91vSctlu0fZV8lPg=";

}  // namespace roost::report
