/** Of all pages, light and dark, from 360 px on. */
export const STYLE = `
:root {
  color-scheme: light dark;
  --text: #1a1d21; --quiet: #5a6370; --line: #dfe3e8; --back: #ffffff; --panel: #f6f7f9;
  --link: #0b5cad; --good: #12733a; --bad: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e7eaee; --quiet: #a3adb9; --line: #343b44; --back: #14171b; --panel: #1d2127;
    --link: #7db8f5; --good: #6fce93; --bad: #ff9a91;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 60rem; padding: 0 1.25rem 4rem; background: var(--back); color: var(--text);
  font: 1rem/1.6 system-ui, 'Apple SD Gothic Neo', 'Noto Sans KR', 'Malgun Gothic', sans-serif;
}
header { display: flex; justify-content: space-between; align-items: baseline; padding: 1.25rem 0; }
.brand { font-size: 1.25rem; font-weight: 700; color: inherit; text-decoration: none; }
a { color: var(--link); }
h1 { font-size: 1.75rem; line-height: 1.25; margin: .5rem 0; }
h2 { font-size: 1.15rem; margin: 2.25rem 0 .75rem; }
.lead { color: var(--quiet); font-size: 1.1rem; margin-top: 0; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(16rem, 1fr)); gap: .75rem; padding: 0; list-style: none; }
.cards > li { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; }
.cards a { font-weight: 600; }
.cards p { margin: .2rem 0 0; color: var(--quiet); font-size: .95rem; }
table { width: 100%; border-collapse: collapse; }
th, td { text-align: left; padding: .5rem .75rem .5rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
th { color: var(--quiet); font-weight: 600; font-size: .9rem; }
.wide { overflow-x: auto; }
code, pre, kbd { font-family: ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; font-size: .9em; }
pre { background: var(--panel); border: 1px solid var(--line); border-radius: .6rem; padding: .8rem 1rem; overflow-x: auto; margin: 0; }
.copy { display: grid; grid-template-columns: 1fr auto; gap: .5rem; align-items: center; margin-bottom: .75rem; }
.copy p { grid-column: 1 / -1; margin: 0; color: var(--quiet); }
button {
  white-space: nowrap;
  font: inherit; padding: .4rem .8rem; border-radius: .5rem; border: 1px solid var(--line);
  background: var(--back); color: var(--text); cursor: pointer;
}
button:focus-visible, a:focus-visible, pre:focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
.up { color: var(--good); } .down { color: var(--bad); }
dl { display: grid; grid-template-columns: max-content 1fr; gap: .4rem 1.25rem; }
dt { color: var(--quiet); } dd { margin: 0; }
@media (max-width: 30rem) { dl { grid-template-columns: 1fr; } dd { margin-bottom: .5rem; } }
`;
