import { phoneLink } from './console.js';

// One way to change what is shown: fetch the page for another address, and put its parts in place of the old ones.
// What is typed, chosen and scrolled to stays; the mail is exchanged when the new one has been drawn, without a flash.
// Without this script every link and form works as it stands.
const part = (name, from = document) => from.querySelector(`[data-part="${name}"]`);
const PARTS = ['sheet-link', 'strip', 'people', 'choice', 'notes', 'heading', 'explain'];
let turn = 0;

const withoutVersion = (address) => address.replace(/[?&]v=[^&]*$/, '');
const frameOf = (root) => root?.querySelector('iframe') ?? null;

/** Gives the frame the height of its mail, so that the page scrolls instead of the frame. */
function measure(frame) {
  const page = frame.contentDocument?.documentElement;
  if (!page) return;
  frame.style.setProperty('height', '200px');
  const body = frame.contentDocument.body;
  frame.style.setProperty('height', `${Math.max(300, page.scrollHeight, body ? body.scrollHeight : 0)}px`);
}

/** A frame like this one, without the height that was measured for it. */
function copyOf(frame) {
  const copy = document.createElement('iframe');
  for (const name of ['sandbox', 'title', 'class', 'data-live', 'src']) {
    if (frame.hasAttribute(name)) copy.setAttribute(name, frame.getAttribute(name));
  }
  return copy;
}

let drawing = null;

/** Draws a mail behind the one that is shown, then lets it take its place. */
function draw(fresh) {
  const stage = part('stage').querySelector('.stage');
  const old = frameOf(stage);
  drawing?.remove();
  const next = copyOf(fresh);
  drawing = next;
  next.classList.add('coming');
  next.addEventListener('load', () => {
    if (drawing !== next) return;
    drawing = null;
    if (next.contentDocument?.documentElement.hasAttribute('data-nothing')) {
      next.remove();
      stage.classList.add('stale');
      return;
    }
    measure(next);
    stage.classList.remove('stale');
    old?.remove();
    next.classList.remove('coming');
  });
  stage.append(next);
}

function exchangeStage(page) {
  const now = part('stage');
  const fresh = part('stage', page);
  const [shown, coming] = [drawing ?? frameOf(now), frameOf(fresh)];
  if (!shown || !coming || !now.querySelector('.stage')) {
    drawing = null;
    now.replaceChildren(...fresh.childNodes);
    const frame = frameOf(now);
    frame?.addEventListener('load', () => measure(frame));
    return;
  }
  now.querySelector('.stage').className = fresh.querySelector('.stage').className;
  const same =
    shown.dataset.live !== undefined &&
    withoutVersion(shown.getAttribute('src')) === withoutVersion(coming.getAttribute('src')) &&
    shown.className.replace(' coming', '') === coming.className;
  if (same) delete shown.dataset.live;
  else draw(coming);
}

function exchange(page) {
  const focused = document.activeElement?.id;
  const dragging = document.activeElement?.matches('input[type="range"]');
  // a mistake was made: what was last right stays in sight beside what is said about it
  if (part('notes', page).querySelector('.problems .error') && !part('stage', page).firstElementChild) {
    part('notes').replaceChildren(...part('notes', page).childNodes);
    part('stage').querySelector('.stage')?.classList.add('stale');
    return;
  }
  for (const name of PARTS) {
    const [old, fresh] = [part(name), part(name, page)];
    if (!old || !fresh || (name === 'choice' && dragging)) continue;
    if (name === 'people' && old.innerHTML === fresh.innerHTML) continue;
    const scrolled = old.querySelector('ul')?.scrollLeft ?? 0;
    const below = name === 'explain' ? old.querySelector('[data-checks]')?.innerHTML : undefined;
    old.replaceChildren(...fresh.childNodes);
    const list = old.querySelector('ul');
    if (name === 'strip' && list) list.scrollLeft = scrolled;
    const checks = old.querySelector('[data-checks]');
    // until the new ones are there the old ones stand
    if (checks && below) checks.innerHTML = below;
  }
  if (dragging) {
    const [old, fresh] = [part('choice'), part('choice', page)];
    for (const selector of ['.note', '.back']) {
      const [had, has] = [old.querySelector(selector), fresh.querySelector(selector)];
      if (had && has) had.replaceChildren(...has.childNodes);
    }
  } else if (focused) document.getElementById(focused)?.focus({ preventScroll: true });
  exchangeStage(page);
  prepare();
}

/** Shows the view at this address. `again`: the same view, after a file has changed. */
async function show(address, { remember = true, again = false } = {}) {
  const mine = ++turn;
  if (again) {
    const now = frameOf(part('stage'));
    if (now) {
      const fresh = copyOf(now);
      const base = withoutVersion(now.getAttribute('src'));
      fresh.setAttribute('src', `${base}${base.includes('?') ? '&' : '?'}v=${Date.now().toString(36)}`);
      fresh.dataset.live = '';
      draw(fresh);
    }
  }
  const answer = await fetch(address, { headers: { accept: 'text/html' } });
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (!page.getElementById('studio')) return location.assign(address);
  if (mine !== turn) return;
  exchange(page);
  if (remember) history.replaceState(null, '', address);
  checksSoon();
}

// Checks come after the picture: they take longer, and nobody waits for them.
let waiting;
function checksSoon() {
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    const place = document.querySelector('[data-checks]');
    if (!place) return;
    const address = place.dataset.checks;
    const answer = await fetch(address, { headers: { accept: 'text/html' } }).catch(() => null);
    if (!answer?.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
    const fresh = page.querySelector('[data-findings]');
    const now = document.querySelector('[data-checks]');
    if (fresh && now?.dataset.checks === address) now.replaceChildren(...fresh.childNodes);
  }, 250);
}

// Links within the studio change the view in place.
document.addEventListener('click', (event) => {
  const link = event.target.closest('a[href]');
  if (!link || event.defaultPrevented || event.button !== 0) return;
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (link.dataset.plain !== undefined || link.hasAttribute('download')) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname !== location.pathname || url.searchParams.has('lang'))
    return;
  if (url.hash && url.search === location.search) return;
  event.preventDefault();
  show(url.href).catch(() => location.assign(url.href));
});

// Arrow keys flip through the customers worth a look.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
  if (event.key !== 'ArrowLeft' && event.key !== 'ArrowRight') return;
  if (event.target.closest('input, select, textarea, pre, .stage')) return;
  const step = document.querySelector(`.strip [rel="${event.key === 'ArrowLeft' ? 'prev' : 'next'}"]`);
  if (!step) return;
  event.preventDefault();
  show(step.href)
    .then(() => {
      const current = document.querySelector('.strip [aria-current]');
      current?.scrollIntoView({ block: 'nearest', inline: 'center' });
      if (event.target.closest('.strip')) current?.focus({ preventScroll: true });
    })
    .catch(() => {});
});

/** The address that a form stands for; a slider counts once somebody has moved it. */
function addressOf(form) {
  const fields = new FormData(form);
  const slider = form.querySelector('input[type="range"]');
  if (slider && slider.dataset.touched === undefined) fields.delete('ratio');
  const search = new URLSearchParams([...fields].filter(([, value]) => value !== ''));
  return `${location.pathname}?${search}`;
}

document.addEventListener('input', (event) => {
  const form = event.target.closest('form[data-follow]');
  if (!form) return;
  if (event.target.matches('input[type="range"]')) {
    event.target.dataset.touched = '';
    form.querySelector('[data-ratio-shown]').textContent = `${event.target.value} %`;
  }
  clearTimeout(form.follow);
  const delay = event.target.matches('select') ? 0 : Number(form.dataset.follow);
  // a search that is half typed finds people, and changes nothing else
  const search = event.target.matches('[data-search]');
  form.follow = setTimeout(() => {
    if (search) findPeople(event.target.value);
    else show(addressOf(form)).catch(() => form.submit());
  }, delay);
});

async function findPeople(typed) {
  const url = new URL(location.href);
  url.searchParams.set('search', typed);
  if (!url.searchParams.has('customer')) {
    const chosen = document.querySelector('.choice [name="customer"]')?.value;
    if (chosen) url.searchParams.set('customer', chosen);
  }
  const answer = await fetch(url, { headers: { accept: 'text/html' } }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html');
  if (document.querySelector('[data-search]').value === typed)
    part('people').replaceChildren(...part('people', page).childNodes);
}

function prepare() {
  for (const form of document.querySelectorAll('form[data-follow]')) form.classList.add('auto');
}

prepare();
const first = frameOf(part('stage'));
if (first) {
  first.addEventListener('load', () => measure(first));
  if (first.contentDocument?.readyState === 'complete' && first.contentDocument.URL !== 'about:blank')
    measure(first);
}
if (phoneLink) show(phoneLink.href).catch(() => {});
else checksSoon();

const live = document.querySelector('[data-live]');
const usual = live.textContent;
const events = new EventSource(live.dataset.live);
let lost = false;
const reload = () => show(location.href, { remember: false, again: true }).catch(() => {});
events.addEventListener('change', reload);
events.addEventListener('open', () => {
  live.textContent = usual;
  if (lost) reload();
  lost = false;
});
events.addEventListener('error', () => {
  lost = true;
  live.textContent = live.dataset.lost;
});
addEventListener('pagehide', () => events.close());
