// What every page needs beyond HTML and htmx: the phone menu, dropping a file, printing.
"use strict";

document.addEventListener("click", (event) => {
  const target = event.target.closest("[data-action]");
  if (!target) return;
  if (target.dataset.action === "print") window.print();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && location.hash === "#nav") location.hash = "";
});

// A file may be dropped on the whole area of its input; the chosen name is shown.
for (const drop of document.querySelectorAll(".drop")) {
  const input = drop.querySelector("input[type=file]");
  const name = drop.querySelector(".drop-name");
  const show = () => {
    if (name && input.files.length) name.textContent = input.files[0].name;
  };
  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    drop.addEventListener(kind, (event) => {
      event.preventDefault();
      drop.classList.add("is-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    drop.addEventListener(kind, () => drop.classList.remove("is-over"));
  }
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files.length) {
      input.files = event.dataTransfer.files;
      show();
    }
  });
}

// htmx: a failed request says so instead of leaving the old page standing silently.
document.addEventListener("htmx:responseError", () => announce("没有取到数据，请刷新页面重试。"));
document.addEventListener("htmx:sendError", () => announce("连接不上服务器，请检查网络后刷新。"));

function announce(text) {
  const place = document.getElementById("announce");
  if (place) {
    place.textContent = text;
    place.hidden = false;
  }
}
