/** Quiet paper, as Spielbein's pages have it: petrol for customers, copper for upward, and no colour for the rest. */
export const STYLE = `
:root { color-scheme: light dark; --paper: #f8f7f3; --sheet: #fff; --ink: #1d2625; --muted: #5c6765; --line: #dfddd4;
  --customers: #0b5c63; --up: #a04e17; --down: #d39a6a; --sideways: #7b8a94; --elsewhere: #a9aca6; --zone: #dfddd4; --more: rgb(29 38 37 / 28%); }
@media (prefers-color-scheme: dark) { :root { --paper: #121716; --sheet: #1a2120; --ink: #e7ebe8; --muted: #9daba8;
  --line: #2f3937; --customers: #7cc7cc; --up: #eba673; --down: #9a6336; --sideways: #74848f; --elsewhere: #5d6663; --zone: #35403e; --more: rgb(0 0 0 / 65%); } }
* { box-sizing: border-box; }
html { background: var(--paper); color: var(--ink); -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
  font: 100%/1.55 "Avenir Next", Avenir, "Segoe UI", "Source Sans 3", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif; }
body { margin: 0; }
main { max-width: 46rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1, h2, .verdict { font-family: "Iowan Old Style", "Palatino Linotype", Palatino, "URW Palladio L", P052, "Book Antiqua", Georgia, serif; font-weight: 400; }
h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.3rem; margin: 0 0 .75rem; }
p { margin: 0 0 .6rem; overflow-wrap: anywhere; }
.kicker { color: var(--customers); letter-spacing: .06em; text-transform: uppercase; font-size: .8rem; margin: 0 0 .25rem; }
.muted, footer { color: var(--muted); font-size: .9rem; }
.verdict { font-size: 1.35rem; line-height: 1.35; margin-bottom: 1rem; }
section { background: var(--sheet); border: 1px solid var(--line); border-radius: 6px; padding: 1.1rem; margin: 1rem 0; }
svg { display: block; width: 100%; height: auto; margin: 0 0 .9rem; }
svg text { fill: var(--ink); font-size: 15px; font-variant-numeric: tabular-nums; }
svg .label { fill: var(--muted); }
.customers { fill: var(--customers); background: var(--customers); }
.up { fill: var(--up); background: var(--up); }
.down { fill: var(--down); background: var(--down); }
.sideways { fill: var(--sideways); background: var(--sideways); }
.elsewhere { fill: var(--elsewhere); background: var(--elsewhere); }
.zone { fill: var(--zone); }
.zone.here { fill: var(--muted); }
.pointer { fill: var(--customers); }
.key { display: inline-block; width: .8em; height: .8em; border-radius: 2px; margin-right: .55em; }
table { border-collapse: collapse; width: 100%; font-size: .95rem; font-variant-numeric: tabular-nums; margin-bottom: .6rem; }
th, td { padding: .35rem .5rem; border-top: 1px solid var(--line); text-align: right; font-weight: 400; white-space: nowrap; }
thead th, thead td { border-top: 0; color: var(--muted); font-size: .85rem; }
th:first-child { text-align: left; padding-left: 0; }
tbody th { white-space: normal; overflow-wrap: anywhere; }
td:last-child, th:last-child { padding-right: 0; }
/* A shadow at the side where more is: the sheet's colour moves with the table and covers it at its end. */
.wide { overflow-x: auto; margin-top: .6rem; background:
  linear-gradient(to right, var(--sheet) 60%, transparent) left / 2.5rem 100% no-repeat local,
  linear-gradient(to left, var(--sheet) 60%, transparent) right / 2.5rem 100% no-repeat local,
  linear-gradient(to right, var(--more), transparent) left / 1rem 100% no-repeat scroll,
  linear-gradient(to left, var(--more), transparent) right / 1rem 100% no-repeat scroll; }
.swipe { display: none; margin: .6rem 0 0; }
.wide tbody th { white-space: nowrap; }
.wide:focus-visible, summary:focus-visible { outline: 2px solid var(--customers); outline-offset: 3px; }
summary { cursor: pointer; font-family: inherit; }
ul { padding-left: 1.2rem; margin: .8rem 0 0; font-size: .9rem; overflow-wrap: anywhere; }
footer { margin: 1.5rem .2rem 0; }
@media (max-width: 560px) { .swipe { display: block; } .wide table { min-width: 33rem; } }
@media (max-width: 480px) { svg text { font-size: 22px; } .scale text { font-size: 21px; } h1 { font-size: 1.6rem; } section { padding: .9rem; } }
@media print { html { background: none; } section { break-inside: avoid; } }
`;
