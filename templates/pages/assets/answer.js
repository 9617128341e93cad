// Sends a chosen answer by itself, so that one click in the mail is enough for people. Programs that only fetch
// pages never get here; those that run scripts rarely look on. Whatever anybody does on the page stops it for good.
const form = document.querySelector('form[data-send-soon]');
const note = form?.querySelector('[data-soon]');

const SOON_MS = 2500;
const button = document.createElement('button');
let timer;
// whoever comes back wants to change something
let over = performance.getEntriesByType('navigation')[0]?.type === 'back_forward' || navigator.webdriver;

function wait() {
  clearTimeout(timer);
  note.textContent = '';
  const hadFocus = document.activeElement === button;
  button.remove();
  if (hadFocus) form.querySelector('[type=submit]').focus();
}

function begin() {
  wait();
  if (over || document.visibilityState !== 'visible') return;
  note.textContent = note.dataset.soon;
  note.after(button);
  timer = setTimeout(() => {
    // an answer that was given meanwhile, in another tab, goes before it
    form.elements.itself.disabled = false;
    form.requestSubmit();
  }, SOON_MS);
}

function end() {
  over = true;
  form.elements.itself.disabled = true;
  wait();
}

if (form && note) {
  Object.assign(button, { type: 'button', className: 'quiet', textContent: note.dataset.stop });
  button.addEventListener('click', end);
  // the button is pressed before it goes
  const endUnlessButton = ({ target }) => target !== button && end();
  for (const doing of ['change', 'focusin']) form.addEventListener(doing, endUnlessButton);
  for (const doing of ['keydown', 'pointerdown']) document.addEventListener(doing, endUnlessButton);
  form.addEventListener('submit', wait);
  document.addEventListener('visibilitychange', begin);
  addEventListener('pageshow', ({ persisted }) => persisted && end());
  begin();
}
