// What the browser does by itself: colour scheme, language, title, and how the grids speak.

// Calls `found` with id and component of every part in a tree of components.
function partsOf(node, parts, found) {
  if (Array.isArray(node)) {
    node.forEach(function (child) {
      partsOf(child, parts, found);
    });
  } else if (node && node.props) {
    if (parts[node.props.id]) {
      found(node.props.id, node);
    }
    partsOf(node.props.children, parts, found);
  }
}

var SLICE_MS = 40;

// Sets the parts of `page` that differ from what is shown: those in sight at once, the others
// while the browser has nothing better to do. A newer answer replaces what waits.
function inPlace(page, shown) {
  var later = [];
  Object.keys(page.still).forEach(function (id) {
    window.arrearsStill(id, page.still[id]);
  });
  partsOf(page.tree, page.parts, function (id, node) {
    if (shown.parts[id].print === page.parts[id].print) {
      return;
    }
    var change = { id: id, print: page.parts[id].print, props: {} };
    page.parts[id].names.forEach(function (name) {
      change.props[name] = node.props[name];
    });
    if (inSight(id)) {
      setPart(change);
    } else {
      later.push(change);
    }
  });
  var waiting = window.arrearsLater && window.arrearsLater.length;
  window.arrearsLater = later;
  busy(later.length > 0);
  if (!waiting && later.length) {
    whenIdle(setNext);
  }
}

// Says of the page whether some of it is still to be set.
function busy(is) {
  document.getElementById("page").setAttribute("aria-busy", String(is));
}

function setPart(change) {
  window.arrearsShown.parts[change.id] = { print: change.print };
  window.dash_clientside.set_props(change.id, change.props);
}

// Some at a time: a busy browser would need seconds for one at a time, all at once would freeze it.
function setNext() {
  var until = performance.now() + SLICE_MS;
  while (window.arrearsLater.length && performance.now() < until) {
    setPart(window.arrearsLater.shift());
  }
  if (window.arrearsLater.length) {
    whenIdle(setNext);
  } else {
    busy(false);
  }
}

function whenIdle(work) {
  if (window.requestIdleCallback) {
    // A hidden or busy page gets its figures too.
    window.requestIdleCallback(work, { timeout: 100 });
  } else {
    window.setTimeout(work, 20);
  }
}

function inSight(id) {
  var element = document.getElementById(id);
  if (!element) {
    return true;
  }
  // What is folded has no size.
  var at = element.getBoundingClientRect();
  return at.width > 0 && at.height > 0 && at.bottom >= 0 && at.top <= window.innerHeight;
}

// On a phone the navigation scrolls.
function showHere() {
  var here = document.querySelector(".nav [aria-current=page]");
  if (here) {
    here.parentElement.scrollLeft = here.offsetLeft - here.parentElement.offsetLeft - 24;
  }
}

var schemeWatch = null;

function currentScheme() {
  var root = document.documentElement;
  var scheme = root.getAttribute("data-mantine-color-scheme") || "light";
  root.setAttribute("data-ag-theme-mode", scheme);
  return scheme;
}

window.dash_clientside = Object.assign({}, window.dash_clientside, {
  arrears: {
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

    // Shows a page: its parts in place while the frame around them is the same (dashboard/live.py).
    drawn: function (text) {
      var page = text && JSON.parse(text);
      var shown = window.arrearsShown || {};
      if (!page || shown.frame !== page.frame) {
        window.arrearsShown = page && { frame: page.frame, parts: page.parts };
        window.arrearsLater = [];
        busy(false);
        window.arrearsStills(page ? page.still : {});
        showHere();
        return page ? page.tree : window.dash_clientside.no_update;
      }
      inPlace(page, shown);
      return window.dash_clientside.no_update;
    },

    // The controls were made while there was nothing to choose from; the first figures renew them.
    arrived: function (shown) {
      var waited = window.arrearsWaits;
      window.arrearsWaits = Boolean(shown) && shown.figures === null;
      if (waited && !window.arrearsWaits) {
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

    title: function (text) {
      if (text) {
        document.title = text;
      }
      return window.dash_clientside.no_update;
    },
  },
});

// AG Grid calls these by name, because the policy of the page allows no code in strings.
var gridFunctions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

// The server writes every figure; the grid only sorts by the number beside the text.
gridFunctions.arrearsGridValue = function (params) {
  var text = params.data ? params.data[params.colDef.field + "_text"] : null;
  if (text === undefined || text === null) {
    return params.value === undefined || params.value === null ? "" : String(params.value);
  }
  return text;
};

// "No data" stands last whichever way a column is sorted.
gridFunctions.arrearsEmptyLast = function (a, b, nodeA, nodeB, descending) {
  var noA = a === null || a === undefined;
  var noB = b === null || b === undefined;
  if (noA || noB) {
    return noA && noB ? 0 : (noA ? 1 : -1) * (descending ? -1 : 1);
  }
  return a - b;
};

gridFunctions.arrearsGridText = function (params) {
  return (window.arrearsGridTexts && window.arrearsGridTexts[params.key]) || params.defaultValue;
};

gridFunctions.arrearsGridTheme = function (theme) {
  return theme.withParams({
    fontFamily: "inherit",
    fontSize: 13,
    headerFontSize: 12,
    headerFontWeight: 600,
    backgroundColor: "var(--surface)",
    foregroundColor: "var(--text)",
    headerBackgroundColor: "var(--surface)",
    headerTextColor: "var(--muted)",
    borderColor: "var(--line)",
    wrapperBorder: false,
    rowHoverColor: "var(--hover)",
    spacing: 4,
  });
};

// Cells with more than text. Each shows its figure in words too, never by colour or length alone.
var gridCells = (window.dashAgGridComponentFunctions = window.dashAgGridComponentFunctions || {});

function beside(params, what) {
  return params.data ? params.data[params.colDef.field + "_" + what] : undefined;
}

gridCells.ArrearsBar = function (params) {
  var bar = beside(params, "bar");
  // Nothing has no bar, nor has a row of totals: it would be no longer than the longest of its rows.
  return window.React.createElement(
    "span",
    { className: "grid-bar" },
    window.React.createElement(
      "span",
      { className: "grid-track", "aria-hidden": "true" },
      bar ? window.React.createElement("i", { style: { width: bar + "%" } }) : null
    ),
    beside(params, "text")
  );
};

gridCells.ArrearsChange = function (params) {
  return window.React.createElement(
    "span",
    { className: "tone-" + beside(params, "tone") },
    beside(params, "text")
  );
};

gridCells.ArrearsLine = function (params) {
  var places = beside(params, "line");
  if (!places) {
    return null;
  }
  var step = 96 / Math.max(places.length - 1, 1);
  var late = beside(params, "late");
  var draw = function (from, to) {
    var pen = "M";
    return places.reduce(function (path, place, at) {
      if (at < from || at >= to) {
        return path;
      }
      if (place === null) {
        pen = "M";
        return path;
      }
      var next = path + pen + (2 + at * step).toFixed(1) + " " + (22 - place / 5).toFixed(1);
      pen = "L";
      return next;
    }, "");
  };
  var stroke = { fill: "none", stroke: "currentColor", strokeWidth: 1.5 };
  var whole = late === null || late === undefined ? places.length : late;
  return window.React.createElement(
    "svg",
    {
      className: "grid-line",
      viewBox: "0 0 100 24",
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": beside(params, "alt"),
    },
    window.React.createElement("path", Object.assign({ d: draw(0, whole) }, stroke)),
    window.React.createElement(
      "path",
      Object.assign({ d: draw(Math.max(whole - 1, 0), places.length), strokeDasharray: "2 3" }, stroke)
    )
  );
};
