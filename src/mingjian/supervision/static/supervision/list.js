// The alert list by keyboard and in batches; forms that are sent once.
"use strict";

(() => {
  const links = () => [...document.querySelectorAll("[data-rows] [data-open]")];
  const boxes = () => [...document.querySelectorAll('[data-rows] input[name="alert"]')];
  const typing = (element) => element.closest("input:not([type=checkbox]), select, textarea, [contenteditable]");
  const keys = document.getElementById("keys");
  const batch = document.getElementById("batch");
  const all = document.querySelector("[data-all]");

  // On a phone the list comes first; the conditions are one tap away.
  const fold = document.querySelector(".filter-fold");
  if (fold && matchMedia("(max-width: 820px)").matches) fold.open = false;

  function row() {
    return document.activeElement.closest("[data-rows] tr");
  }

  function go(step) {
    const open = links();
    if (!open.length) return;
    const here = row() ? open.indexOf(row().querySelector("[data-open]")) : -1;
    const next = Math.max(0, Math.min(here + step, open.length - 1));
    open[next].focus();
    open[next].closest("tr").scrollIntoView({ block: "nearest" });
  }

  function show() {
    if (!batch) return;
    const marked = boxes().filter((box) => box.checked).length;
    batch.querySelector("[data-count]").textContent = marked;
    const act = batch.elements.act.value;
    for (const field of batch.querySelectorAll("[data-for]")) {
      field.hidden = !field.dataset.for.split(" ").includes(act);
    }
    batch.querySelector("button").disabled = !marked || !act;
    batch.classList.toggle("is-marked", marked > 0);
    if (all) all.checked = marked > 0 && marked === boxes().length;
  }

  function mark(to) {
    for (const box of boxes()) box.checked = to;
    show();
  }

  function follow(selector) {
    const link = document.querySelector(selector);
    if (link) link.click();
  }

  const doing = {
    j: () => go(1),
    k: () => go(-1),
    x: () => {
      const box = row() && row().querySelector('input[name="alert"]');
      if (box) box.checked = !box.checked;
      show();
    },
    a: () => mark(!boxes().every((box) => box.checked)),
    s: () => {
      const likes = row() && row().querySelector("[data-likes]");
      if (likes) likes.click();
    },
    b: () => batch && batch.elements.act.focus(),
    "/": () => document.querySelector(".filter input[type=text]")?.focus(),
    n: () => follow('.pagination a[rel="next"]'),
    p: () => follow('.pagination a[rel="prev"]'),
    "?": () => keys && keys.showModal(),
  };

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
    if (keys && keys.open) return;
    const act = doing[event.key];
    if (!act) return;
    act();
    event.preventDefault();
  });
  if (all) all.addEventListener("change", () => mark(all.checked));
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-rows], #batch")) show();
  });
  show();
})();
