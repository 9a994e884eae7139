// What the browser does by itself: colour scheme, language, and the filters that fold.

var schemeWatch = null;

// A session ends while its pages stay open: the next question leads to the sign-in and back here.
var fetched = window.fetch;
window.fetch = function () {
  return fetched.apply(this, arguments).then(function (response) {
    if (response.status === 401) {
      window.location.reload();
      // Dash would read the refusal twice where two parts of the page wait for it, and fail.
      if (response.url.indexOf("_dash-update-component") >= 0) {
        return new Promise(function () {});
      }
    }
    return response;
  });
};

function currentScheme() {
  var root = document.documentElement;
  var scheme = root.getAttribute("data-mantine-color-scheme") || "light";
  root.setAttribute("data-ag-theme-mode", scheme);
  return scheme;
}

window.dash_clientside = Object.assign({}, window.dash_clientside, {
  arrears: Object.assign({}, (window.dash_clientside || {}).arrears, {
    // Tells the grids and the server which scheme is on; silent when nothing changed. The toggle
    // tells it too late or, where the system is dark, not at all: the document is watched instead.
    scheme: function (_computed, known) {
      if (!schemeWatch) {
        schemeWatch = new MutationObserver(function () {
          window.dash_clientside.set_props("scheme", { data: currentScheme() });
        });
        schemeWatch.observe(document.documentElement, {
          attributeFilter: ["data-mantine-color-scheme"],
        });
      }
      var scheme = currentScheme();
      return scheme === known ? window.dash_clientside.no_update : scheme;
    },

    // Every text comes from the server, so another language is another page load.
    language: function (chosen) {
      if (chosen && chosen !== document.documentElement.lang) {
        document.cookie =
          "arrears_language=" + chosen + "; path=/; max-age=31536000; SameSite=Lax";
        window.location.reload();
      }
      return window.dash_clientside.no_update;
    },

    // Opens and folds the filters on a small screen.
    fold: function (clicks) {
      var open = clicks % 2 === 1;
      var button = document.getElementById("filter-fold");
      if (button) {
        button.setAttribute("aria-expanded", String(open));
      }
      return open ? "filter-bar filter-open" : "filter-bar";
    },
  }),
});
