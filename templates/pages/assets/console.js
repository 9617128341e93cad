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
