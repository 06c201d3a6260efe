// The alert list by keyboard: j and k move, Enter opens.
"use strict";

(() => {
  const links = () => [...document.querySelectorAll("[data-rows] [data-open]")];
  const typing = (element) => element.closest("input, select, textarea, [contenteditable]");

  // On a phone the list comes first; the conditions are one tap away.
  const fold = document.querySelector(".filter-fold");
  if (fold && matchMedia("(max-width: 820px)").matches) fold.open = false;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (event.key !== "j" && event.key !== "k") return;
    const all = links();
    if (!all.length) return;
    const here = all.indexOf(document.activeElement);
    const next = event.key === "j" ? Math.min(here + 1, all.length - 1) : Math.max(here - 1, 0);
    all[next].focus();
    all[next].closest("tr").scrollIntoView({ block: "nearest" });
    event.preventDefault();
  });
})();
