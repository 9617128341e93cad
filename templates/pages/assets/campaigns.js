import './console.js';

/** A line that was refused is tried again after so long, in milliseconds; one that broke, by the browser itself. */
const REFUSED = 5000;

// What moves by itself: pieces of the page come as server-sent events. When nothing moves any more, the page is loaded
// anew, with the buttons that are right then. Pages that nobody looks at let go of their line: browsers have few.
function watch(place) {
  const lost = place.parentElement.querySelector('.stream-lost');
  let source = null;
  const told = (isLost) => {
    if (lost) lost.hidden = !isLost;
  };
  const leave = () => {
    source?.close();
    source = null;
  };
  const listen = () => {
    if (source || document.hidden) return;
    const own = new EventSource(place.dataset.stream);
    source = own;
    own.addEventListener('piece', (event) => {
      place.innerHTML = JSON.parse(event.data);
      told(false);
    });
    own.addEventListener('done', () => {
      leave();
      location.reload();
    });
    own.addEventListener('error', () => {
      if (own !== source) return;
      told(true);
      if (own.readyState !== EventSource.CLOSED) return;
      leave();
      setTimeout(listen, REFUSED);
    });
  };
  document.addEventListener('visibilitychange', () => (document.hidden ? leave() : listen()));
  addEventListener('pagehide', leave);
  addEventListener('pageshow', listen);
  listen();
}
for (const place of document.querySelectorAll('[data-stream]')) watch(place);

// What takes a moment to count is fetched when the page stands.
for (const place of document.querySelectorAll('[data-fetch]')) {
  fetch(place.dataset.fetch)
    .then((response) => (response.ok ? response.text() : null))
    .then((html) => {
      if (html !== null) place.innerHTML = html;
    })
    .catch(() => {});
}

// Whoever types a time means it.
document.querySelector('#at')?.addEventListener('input', (event) => {
  const then = event.target.form.querySelector('[name="when"][value="at"]');
  if (then && event.target.value !== '') then.checked = true;
});
