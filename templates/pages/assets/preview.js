import './console.js';

// When a file has changed, the result is fetched anew and put in the old one's place: what was typed, chosen and
// scrolled to stays.
const studio = () => document.getElementById('studio');
let turn = 0;

async function refresh() {
  const mine = ++turn;
  const answer = await fetch(location.href, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  const fresh = page.getElementById('studio');
  if (!fresh) return location.reload();
  if (mine !== turn) return;
  studio().replaceChildren(...fresh.childNodes);
}

const live = document.querySelector('[data-live]');
const usual = live.textContent;
const events = new EventSource(live.dataset.live);
let lost = false;
events.addEventListener('change', () => refresh().catch(() => {}));
events.addEventListener('open', () => {
  live.textContent = usual;
  if (lost) refresh().catch(() => {});
  lost = false;
});
events.addEventListener('error', () => {
  lost = true;
  live.textContent = live.dataset.lost;
});
addEventListener('pagehide', () => events.close());

for (const form of document.querySelectorAll('form[data-auto]')) {
  form.addEventListener('change', () => form.requestSubmit());
  form.classList.add('auto');
}
