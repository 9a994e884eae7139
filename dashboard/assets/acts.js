// What people do on a page: forms marked with `data-act` go to the server as JSON (dashboard/acts.py),
// which says what came of it. The page is asked anew, never loaded anew, so nothing else is lost.

(function () {
  function token() {
    var found = document.cookie.match(/(?:^|; )_csrf_token=([^;]*)/);
    return found ? decodeURIComponent(found[1]) : "";
  }

  function base() {
    var config = document.getElementById("_dash-config");
    return config ? JSON.parse(config.textContent).requests_pathname_prefix || "/" : "/";
  }

  // Does an act; `then` gets what the server told and whether it was done.
  window.arrearsAct = function (name, fields, then) {
    return fetch(base() + "act/" + name, {
      method: "POST",
      headers: { "Content-Type": "application/json", "X-CSRFToken": token() },
      body: JSON.stringify(fields),
    })
      .then(function (response) {
        return response
          .json()
          .catch(function () {
            return { told: "" };
          })
          .then(function (answer) {
            then(answer, response.ok);
          });
      })
      .catch(function () {
        then({ told: "" }, false);
      });
  };

  function fieldsOf(form) {
    var fields = {};
    form.querySelectorAll("[data-here]").forEach(function (place) {
      place.value = window.location.pathname + window.location.search;
    });
    new FormData(form).forEach(function (value, name) {
      if (name in fields) {
        fields[name] = [].concat(fields[name], value);
      } else {
        fields[name] = value;
      }
    });
    return fields;
  }

  // Calls `then` when every file among the fields has become its name and content (base64).
  function packed(fields, then) {
    var waiting = Object.keys(fields).filter(function (name) {
      return fields[name] instanceof File;
    });
    var left = waiting.length;
    if (!left) {
      then();
    }
    waiting.forEach(function (name) {
      var reader = new FileReader();
      reader.onloadend = function () {
        var content = String(reader.result || "").split(",")[1] || "";
        fields[name] = { name: fields[name].name, data: content };
        left -= 1;
        if (!left) {
          then();
        }
      };
      reader.readAsDataURL(fields[name]);
    });
  }

  // What was refused is told at its form, and stays; what was done is told once, for a while.
  function tell(form, text, done) {
    var place = form.querySelector(".told");
    if (place) {
      place.textContent = done ? "" : text || place.getAttribute("data-silent") || "";
    }
    if (done) {
      window.arrearsTell(text);
    }
  }

  var telling = null;

  window.arrearsTell = function (text) {
    var place = document.getElementById("told");
    if (!place) {
      return;
    }
    place.textContent = text;
    place.className = "told-done";
    window.clearTimeout(telling);
    telling = window.setTimeout(function () {
      place.className = "";
    }, 6000);
  };

  // What nobody has saved yet keeps the page from being drawn anew by itself.
  window.arrearsUnsaved = function () {
    return Boolean(document.querySelector("[data-unsaved]"));
  };

  // Somebody goes elsewhere within the pages, and would lose what is not saved.
  document.addEventListener(
    "click",
    function (event) {
      var link = event.target.closest ? event.target.closest("a[href]") : null;
      var leaves = link && !link.target && !link.hasAttribute("download");
      if (!leaves || !window.arrearsUnsaved()) {
        return;
      }
      if (!window.confirm(document.getElementById("told").getAttribute("data-unsaved-text"))) {
        event.preventDefault();
        event.stopPropagation();
      }
    },
    true
  );

  document.addEventListener("input", function (event) {
    var form = event.target.closest ? event.target.closest("form[data-act]") : null;
    if (form) {
      form.setAttribute("data-unsaved", "");
    }
  });

  document.addEventListener("reset", function (event) {
    event.target.removeAttribute("data-unsaved");
  });

  window.addEventListener("beforeunload", function (event) {
    if (window.arrearsUnsaved()) {
      event.preventDefault();
    }
  });

  function finish(form, answer) {
    form.removeAttribute("data-unsaved");
    if (form.hasAttribute("data-once")) {
      form.reset();
    }
    if (answer.go) {
      window.location.assign(answer.go);
    } else {
      window.arrearsAskAgain();
    }
  }

  document.addEventListener("submit", function (event) {
    var form = event.target;
    var name = form.getAttribute("data-act");
    if (!name) {
      return;
    }
    event.preventDefault();
    if (form.hasAttribute("data-busy")) {
      return;
    }
    form.setAttribute("data-busy", "");
    var fields = fieldsOf(form);
    if (event.submitter && event.submitter.name) {
      fields[event.submitter.name] = event.submitter.value;
    }
    // What a page has to send besides, and what it does with the answer.
    var besides = (window.arrearsWith || {})[name];
    var after = (window.arrearsAfter || {})[name];
    if (besides) {
      besides(fields, form);
    }
    packed(fields, function () {
      window.arrearsAct(name, fields, function (answer, done) {
        form.removeAttribute("data-busy");
        tell(form, answer.told, done);
        if (after) {
          after(answer, done, form);
        }
        if (done && answer.again !== false) {
          finish(form, answer);
        }
      });
    });
  });
})();
