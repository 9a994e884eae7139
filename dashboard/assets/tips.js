// The definition behind each small "i": one box for the whole page, filled when it is asked for.
// It stays while the pointer is on it, and Escape closes it.

(function () {
  var box = null;
  var owner = null;
  var leaving = 0;
  var GAP = 6;

  function made() {
    box = document.createElement("div");
    box.className = "tip";
    // The mark's own name tells the same to a screen reader.
    box.setAttribute("aria-hidden", "true");
    box.addEventListener("mouseenter", stay);
    box.addEventListener("mouseleave", leave);
    document.body.appendChild(box);
    return box;
  }

  function stay() {
    window.clearTimeout(leaving);
  }

  function leave() {
    stay();
    leaving = window.setTimeout(hide, 120);
  }

  function hide() {
    stay();
    owner = null;
    if (box) {
      box.classList.remove("tip-open");
    }
  }

  function show(mark) {
    stay();
    owner = mark;
    box = box || made();
    box.textContent = mark.getAttribute("data-tip");
    box.classList.add("tip-open");
    var at = mark.getBoundingClientRect();
    var wide = document.documentElement.clientWidth;
    var left = at.left + at.width / 2 - box.offsetWidth / 2;
    box.style.left = Math.max(GAP, Math.min(left, wide - box.offsetWidth - GAP)) + "px";
    var below = at.bottom + GAP;
    var fits = below + box.offsetHeight <= window.innerHeight;
    box.style.top = (fits ? below : Math.max(GAP, at.top - GAP - box.offsetHeight)) + "px";
  }

  function markOf(event) {
    return event.target.closest ? event.target.closest("[data-tip]") : null;
  }

  document.addEventListener("mouseover", function (event) {
    var mark = markOf(event);
    if (mark && mark !== owner) {
      show(mark);
    }
  });
  document.addEventListener("mouseout", function (event) {
    if (owner && markOf(event) === owner && document.activeElement !== owner) {
      leave();
    }
  });
  document.addEventListener("focusin", function (event) {
    var mark = markOf(event);
    if (mark) {
      show(mark);
    } else {
      hide();
    }
  });
  document.addEventListener("focusout", function (event) {
    if (markOf(event) === owner) {
      hide();
    }
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") {
      hide();
    }
  });
  document.addEventListener("scroll", hide, true);
})();
