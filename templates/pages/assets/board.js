// bull-board takes the way to itself from here, and wants it from the top
const base = document.querySelector('base');
if (base) base.setAttribute('href', new URL(base.href).pathname);
