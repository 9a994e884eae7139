// What the grids show and how they speak.

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
