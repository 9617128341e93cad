// Sends a chosen answer by itself, so that one click in the mail is enough for people. Programs that only fetch
// pages never get here; those that run scripts rarely look on. Choosing something else stops it.
const form = document.querySelector('form[data-send-soon]');
const note = form?.querySelector('[data-soon]');

const SOON_MS = 2500;
// whoever comes back wants to change something
const cameBack = performance.getEntriesByType('navigation')[0]?.type === 'back_forward';
let timer;

function stop() {
  clearTimeout(timer);
  note.textContent = '';
}

function begin() {
  clearTimeout(timer);
  if (document.visibilityState !== 'visible' || navigator.webdriver || cameBack) return;
  note.textContent = note.dataset.soon;
  timer = setTimeout(() => {
    // an answer that was given meanwhile, in another tab, goes before it
    form.elements.itself.disabled = false;
    form.requestSubmit();
  }, SOON_MS);
}

if (form && note) {
  form.addEventListener('change', () => {
    stop();
    document.removeEventListener('visibilitychange', begin);
  });
  form.addEventListener('submit', stop);
  document.addEventListener('visibilitychange', begin);
  begin();
}
