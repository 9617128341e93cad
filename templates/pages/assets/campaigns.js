import './console.js';

// What moves by itself: pieces of the page come as server-sent events. When nothing moves any more, the page is loaded
// anew, with the buttons that are right then.
for (const place of document.querySelectorAll('[data-stream]')) {
  const source = new EventSource(place.dataset.stream);
  const lost = place.parentElement.querySelector('.stream-lost');
  source.addEventListener('piece', (event) => {
    place.innerHTML = JSON.parse(event.data);
    if (lost) lost.hidden = true;
  });
  source.addEventListener('done', () => {
    source.close();
    location.reload();
  });
  source.addEventListener('error', () => {
    if (lost) lost.hidden = false;
  });
  addEventListener('pagehide', () => source.close());
}

// What takes a moment to count is fetched when the page stands.
for (const place of document.querySelectorAll('[data-fetch]')) {
  fetch(place.dataset.fetch)
    .then((response) => (response.ok ? response.text() : null))
    .then((html) => {
      if (html !== null) place.innerHTML = html;
    })
    .catch(() => {});
}
