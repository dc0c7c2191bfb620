// A table that is wider than the page is scrolled sideways, by keyboard too.
for (const wide of document.querySelectorAll(".wide")) {
  const watch = new ResizeObserver(() => {
    if (wide.scrollWidth > wide.clientWidth) wide.tabIndex = 0;
    else wide.removeAttribute("tabindex");
  });
  watch.observe(wide);
  watch.observe(wide.querySelector("table"));
}
