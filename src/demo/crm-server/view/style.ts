/** The looks of the demo CRM's pages: plain, so that nobody takes it for the console. */
export const STYLE = `
:root { color-scheme: light dark; --ink: #22262b; --muted: #5a636e; --line: #d5dae0; --paper: #f4f6f8; --sheet: #fff;
  --link: #1b5fa8; --task: #9a4a12; }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ed; --muted: #a3adb8; --line: #39414a; --paper: #15181c; --sheet: #1e2328; --link: #82b8ee;
    --task: #eba673; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif; }
a { color: var(--link); }
header { padding: .8rem 1.2rem; border-bottom: 1px solid var(--line); background: var(--sheet); }
header a { font-weight: 600; text-decoration: none; }
header span { color: var(--muted); font-size: .875rem; margin-left: .6rem; }
main { max-width: 48rem; margin: 0 auto; padding: 1rem 1.2rem 4rem; }
h1 { font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
h2 { font-size: 1.1rem; margin: 2rem 0 .6rem; }
h3 { font-size: 1rem; margin: .2rem 0 .4rem; overflow-wrap: anywhere; }
form { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; margin: 1rem 0 1.5rem; }
label { flex-basis: 100%; font-size: .875rem; color: var(--muted); }
input, button { font: inherit; padding: .45rem .7rem; border: 1px solid var(--muted); border-radius: .3rem;
  background: var(--sheet); color: inherit; min-width: 0; }
input { flex: 1; }
.contacts { list-style: none; padding: 0; margin: 0; }
.contacts li { background: var(--sheet); border: 1px solid var(--line); border-radius: .4rem; padding: .7rem .9rem;
  margin-bottom: .6rem; display: grid; gap: .1rem; overflow-wrap: anywhere; }
.contacts a { font-weight: 600; }
.company, .facts, .who, .none, .when { color: var(--muted); font-size: .9rem; }
.who { overflow-wrap: anywhere; margin-top: -.5rem; }
dl { display: grid; grid-template-columns: minmax(8rem, 14rem) 1fr; margin: 0; background: var(--sheet);
  border: 1px solid var(--line); border-radius: .4rem; }
dt, dd { margin: 0; padding: .45rem .9rem; border-top: 1px solid var(--line); white-space: pre-line; overflow-wrap: anywhere; }
dt { color: var(--muted); font-size: .9rem; }
dt:first-of-type, dd:first-of-type { border-top: 0; }
article { background: var(--sheet); border: 1px solid var(--line); border-left: .25rem solid var(--link);
  border-radius: .4rem; padding: .6rem .9rem; margin-bottom: .7rem; overflow-wrap: anywhere; }
article.task { border-left-color: var(--task); }
.when { margin: 0; }
.text p { margin: .3rem 0; }
.text small { color: var(--muted); }
@media (max-width: 30rem) {
  dl { grid-template-columns: 1fr; }
  dd { border-top: 0; padding-top: 0; }
  header span { display: block; margin: 0; }
}
`;
