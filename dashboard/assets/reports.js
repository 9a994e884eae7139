// The page Reports (dashboard/pages/reports/): what is looked for becomes the address of the page, and
// the verdict on a file is told below its form.

(function () {
  window.arrearsWith = window.arrearsWith || {};
  window.arrearsAfter = window.arrearsAfter || {};

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var path = form.getAttribute("data-look");
    if (!path) {
      return;
    }
    event.preventDefault();
    var query = new URLSearchParams();
    new FormData(form).forEach(function (value, name) {
      if (String(value).trim()) {
        query.set(name, String(value).trim());
      }
    });
    var text = query.toString();
    window.history.pushState({}, "", path + (text ? "?" + text : ""));
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
  });

  // Forms stay when the page is another one: their fields say what the address says.
  function follow() {
    var query = new URLSearchParams(window.location.search);
    document.querySelectorAll("form[data-look] [name]:not([type=hidden])").forEach(function (field) {
      field.value = query.get(field.name) || "";
    });
  }

  window.addEventListener("_dashprivate_pushstate", follow);
  window.addEventListener("popstate", follow);

  // ---- checking a file

  // What is too large is said before it is sent.
  document.addEventListener("change", function (event) {
    var field = event.target;
    var most = field.getAttribute && field.getAttribute("data-most");
    if (!most) {
      return;
    }
    var file = field.files[0];
    var large = file && file.size > Number(most);
    field.setCustomValidity(large ? field.getAttribute("data-too-large") : "");
    field.reportValidity();
    field.closest("form").querySelector(".told").textContent = "";
    forget({}, field.closest("form"));
  });

  // A verdict is of the file that it was told of: the next one begins without.
  function forget(_, form) {
    form.querySelector(".file-verdict").replaceChildren();
  }

  window.arrearsWith["check-report"] = forget;

  function made(tag, text, name) {
    var element = document.createElement(tag);
    element.textContent = text;
    if (name) {
      element.className = name;
    }
    return element;
  }

  function tableOf(place, rows) {
    var table = made("table", "", "reports-table");
    var titles = ["place", "sent", "held"].map(function (name) {
      return place.getAttribute("data-" + name);
    });
    var head = table.createTHead().insertRow();
    titles.forEach(function (title) {
      var cell = made("th", title);
      cell.scope = "col";
      head.appendChild(cell);
    });
    var body = table.createTBody();
    rows.forEach(function (texts) {
      var row = body.insertRow();
      texts.forEach(function (text, at) {
        var cell = row.insertCell();
        cell.textContent = text || "–";
        cell.setAttribute("data-label", titles[at]);
      });
    });
    return table;
  }

  window.arrearsAfter["check-report"] = function (answer, done, form) {
    // A file that was looked at is nothing that could be lost.
    form.removeAttribute("data-unsaved");
    var place = form.querySelector(".file-verdict");
    place.replaceChildren();
    if (!done || !answer.lines) {
      return;
    }
    place.setAttribute("data-well", String(Boolean(answer.well)));
    answer.lines.forEach(function (text, at) {
      place.appendChild(made(at ? "p" : "h3", (at ? "" : answer.well ? "✓ " : "× ") + text));
    });
    if (answer.differing.length) {
      var scroll = made("div", "", "reports-scroll");
      scroll.appendChild(tableOf(place, answer.differing));
      place.appendChild(scroll);
    }
  };
})();
