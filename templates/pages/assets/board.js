// bull-board takes the way to itself from here, and wants it from the top
const base = document.querySelector('base');
if (base) base.setAttribute('href', new URL(base.href).pathname);

// its buttons are pictures: each gets a name for those who can't see them
const { settings, maximize, store, menu } = document.documentElement.dataset;

function nameOf(button) {
  if (button.querySelector('.lucide-settings')) return settings;
  if (button.querySelector('.lucide-maximize, .lucide-minimize')) return maximize;
  return button.querySelector('svg[role="img"]') ? store : menu;
}

function tend() {
  for (const svg of document.querySelectorAll('button svg[role="img"]'))
    if (!svg.hasAttribute('aria-hidden')) svg.setAttribute('aria-hidden', 'true');
  for (const button of document.querySelectorAll('button')) {
    const says = button.innerText.trim();
    const named = button.getAttribute('aria-label');
    if (says === '' && named === null) button.setAttribute('aria-label', nameOf(button));
    // what is read out begins with what is seen
    else if (says !== '' && named !== null && !named.includes(says))
      button.setAttribute('aria-label', `${says}: ${named}`);
  }
}

new MutationObserver(tend).observe(document.documentElement, { childList: true, subtree: true });
