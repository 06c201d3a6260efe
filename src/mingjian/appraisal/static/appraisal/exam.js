// What is left of an exam's time; when it is over the paper is handed in as it stands.
// Counted from what the server says is left: the clock of this computer may be wrong.
"use strict";

document.addEventListener("DOMContentLoaded", () => {
  const clock = document.querySelector(".exam-clock");
  const paper = document.getElementById("paper");
  if (!clock || !paper) return;
  const ends = Date.now() + Number(clock.dataset.left) * 1000;
  const show = () => {
    const left = Math.max(0, Math.ceil((ends - Date.now()) / 1000));
    clock.textContent = `还剩 ${Math.floor(left / 60)} 分 ${String(left % 60).padStart(2, "0")} 秒`;
    if (left === 0) {
      clearInterval(timer);
      paper.requestSubmit();
    }
  };
  const timer = setInterval(show, 1000);
  clock.hidden = false;
  show();
});
