// Keys: "/" goes to the search, j and k go through a list. Everything works without them.
document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest('input, select, textarea'))
    return;
  if (event.key === '/') {
    const search = document.querySelector('[data-search]');
    if (!search) return;
    event.preventDefault();
    search.focus();
    search.select();
  }
  if (event.key === 'j' || event.key === 'k') {
    const links = [...document.querySelectorAll('[data-rows] a')];
    const at = links.indexOf(document.activeElement);
    const next = event.key === 'j' ? at + 1 : at - 1;
    links[Math.max(0, Math.min(links.length - 1, next))]?.focus();
  }
});

// On a phone a mail is first seen as on a phone, unless the address says otherwise. The link to that is what the studio goes on from.
const frame = document.querySelector('.stage iframe.desktop');
const onPhone =
  matchMedia('(max-width: 40rem)').matches && !new URLSearchParams(location.search).has('width');
export const phoneLink = frame && onPhone ? document.querySelector('.switches a[href*="width=phone"]') : null;
if (phoneLink) {
  phoneLink.parentElement.querySelector('[aria-current]')?.removeAttribute('aria-current');
  phoneLink.setAttribute('aria-current', 'true');
  frame.className = 'phone';
}
