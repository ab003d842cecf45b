/** The one stylesheet of the documentation; system fonts, both colour schemes, no images. */
export const STYLE = `
:root {
  --ink: #1c2024; --quiet: #59626b; --paper: #ffffff; --shade: #f4f5f3; --line: #dcdfdb; --link: #0b5a4b; --mark: #0b5a4b;
}
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e8e6; --quiet: #a3aba8; --paper: #15181a; --shade: #1f2426; --line: #363d40; --link: #7fd1bb; --mark: #7fd1bb; }
}
* { box-sizing: border-box; }
html { color: var(--ink); background: var(--paper); font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
body { margin: 0; }
a { color: var(--link); text-underline-offset: .28em; text-decoration-thickness: 1px; }
:focus-visible { outline: 3px solid var(--mark); outline-offset: 2px; }
.skip { position: absolute; left: -100rem; }
.skip:focus { left: .5rem; top: .5rem; background: var(--paper); padding: .5rem; z-index: 1; }
.top { padding: .9rem max(1rem, calc((100vw - 76rem) / 2 + 1rem)); border-bottom: 1px solid var(--line); color: var(--quiet); }
.top .brand { color: var(--ink); font-weight: 650; text-decoration: none; }
.frame { display: block; max-width: 76rem; margin: 0 auto; }
.side { padding: .5rem 1rem; }
.side h2 { font-size: .8rem; font-weight: 600; color: var(--quiet); margin: 1.2rem 0 .2rem; }
.side ul { list-style: none; margin: 0; padding: 0; }
.side li a { display: block; padding: .25rem 0; text-decoration: none; }
.side a[aria-current] { font-weight: 650; color: var(--ink); }
.menu { border: 1px solid var(--line); border-radius: .4rem; padding: 0 .8rem; }
.menu summary { padding: .6rem 0; cursor: pointer; font-weight: 600; }
.menu li a { padding: .5rem 0; }
.wide { display: none; }
main { padding: .5rem 1rem 5rem; min-width: 0; max-width: 50rem; overflow-wrap: break-word; }
h1 { font-size: clamp(1.55rem, 1.2rem + 1.8vw, 1.9rem); line-height: 1.2; margin: 1rem 0; text-wrap: balance; }
main h2 { font-size: 1.35rem; line-height: 1.3; margin: 2.4rem 0 .6rem; }
h3 { font-size: 1.08rem; margin: 1.8rem 0 .4rem; }
h4 { font-size: 1rem; margin: 1.4rem 0 .3rem; }
p, ul, ol { margin: .6rem 0; }
li { margin: .2rem 0; }
main ul, main ol { padding-left: 1.4rem; }
.contents { border-left: 3px solid var(--line); padding-left: .8rem; margin: 1rem 0 1.5rem; font-size: .93rem; }
.contents ul { list-style: none; padding: 0; margin: 0; }
code, pre { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, "Noto Sans Mono", monospace; font-size: .88em; }
code { background: var(--shade); border-radius: .25rem; padding: .1em .3em; }
a code { color: inherit; }
pre { background: var(--shade); border: 1px solid var(--line); border-radius: .4rem; padding: .8rem 1rem; overflow-x: auto; line-height: 1.5; }
pre code { background: none; padding: 0; overflow-wrap: normal; }
.scroll { overflow-x: auto; margin: .8rem 0; }
table { border-collapse: collapse; font-size: .93rem; min-width: 100%; }
th, td { text-align: left; vertical-align: top; padding: .4rem .7rem .4rem 0; border-bottom: 1px solid var(--line); overflow-wrap: normal; }
th { font-weight: 600; color: var(--quiet); white-space: nowrap; }
td code { white-space: nowrap; }
blockquote { margin: 1rem 0; padding: .1rem 1rem; border-left: 3px solid var(--mark); background: var(--shade); }
img { max-width: 100%; height: auto; }
hr { border: 0; border-top: 1px solid var(--line); margin: 2rem 0; }
@media (min-width: 60rem) {
  .frame { display: grid; grid-template-columns: 16rem minmax(0, 1fr); gap: 2rem; }
  .menu { display: none; }
  .wide { display: block; position: sticky; top: 0; max-height: 100vh; overflow-y: auto; padding: .3rem .3rem 2rem; }
  main { padding-top: 1rem; }
}
@media (max-width: 40rem) {
  table, tbody, tr, td { display: block; }
  thead { position: absolute; left: -100rem; }
  tr { border-bottom: 1px solid var(--line); padding: .6rem 0; }
  td { border: 0; padding: .1rem 0; }
  td:first-child { font-weight: 600; }
  td:empty { display: none; }
  td[data-label]::before { content: attr(data-label) ": "; color: var(--quiet); }
  td code { white-space: normal; overflow-wrap: anywhere; }
}
@media print { .side, .top, .skip { display: none; } }
`;
