// The grid in which targets are set (dashboard/pages/targets/setting.py): typing, pasting a block from
// a spreadsheet, taking back, the sums of the parts, and saving all that was changed at once.

(function () {
  var GRID = "targets-grid";
  var TYPED = ["floor", "target", "stretch"];
  var PASTED = TYPED.concat("reason");
  // The steps that can be taken back, each of one change or more.
  var steps = [];
  // By key and field how often a script has set it: the grid tells of every change a moment later,
  // and only what somebody has typed is a step of its own.
  var put = {};
  var wrong = {};

  function api() {
    try {
      return window.dash_ag_grid.getApi(GRID);
    } catch (error) {
      return null;
    }
  }

  function texts() {
    var place = document.getElementById("targets-sums");
    return place ? JSON.parse(place.getAttribute("data-texts")) : {};
  }

  function filled(text, values) {
    return text.replace(/\{(\w+)\}/g, function (all, name) {
      return values[name];
    });
  }

  // What a text means as a number; null where it is empty, NaN where it is none.
  function numberOf(text) {
    var plain = String(text === null || text === undefined ? "" : text)
      .replace(/[¥￥$€£%％,\u00a0\u202f' ]/g, "")
      .trim();
    if (plain === "") {
      return null;
    }
    return /^\d{1,16}(\.\d{1,12})?$/.test(plain) ? Number(plain) : NaN;
  }

  function written(number, grid) {
    var locale = grid.getGridOption("context").locale;
    return new Intl.NumberFormat(locale, { maximumFractionDigits: 4 }).format(number);
  }

  // A row says what it was when it was sent.
  function changed(data, field) {
    return (data.was[field] || "") !== (data[field] || "");
  }

  function changedRows(grid) {
    var rows = [];
    grid.forEachNode(function (node) {
      if (PASTED.some(changed.bind(null, node.data))) {
        rows.push(node.data);
      }
    });
    return rows;
  }

  // ---- what the cells show

  var functions = (window.dashAgGridFunctions = window.dashAgGridFunctions || {});

  functions.arrearsTargetValue = function (params) {
    var number = numberOf(params.value);
    return number === null || isNaN(number) ? params.value || "" : written(number, params.api);
  };

  // The reason why a cell cannot be saved; empty where it can.
  function fault(data, field, context) {
    var told = wrong[data.key] && wrong[data.key][field];
    if (told) {
      return told;
    }
    if (isNaN(numberOf(data[field]))) {
      return context.wrong;
    }
    return field === "target" && !inOrder(data, context.better) ? context.disorder : "";
  }

  function inOrder(data, better) {
    var values = TYPED.map(function (name) {
      return numberOf(data[name]);
    }).filter(function (value) {
      return value !== null && !isNaN(value);
    });
    var sign = better === "lower" ? -1 : 1;
    return values.every(function (value, at) {
      return at === 0 || sign * values[at - 1] <= sign * value;
    });
  }

  functions.arrearsTargetWrong = function (params) {
    var context = params.api.getGridOption("context");
    return Boolean(fault(params.data, params.colDef.field, context));
  };

  functions.arrearsTargetNew = function (params) {
    return changed(params.data, params.colDef.field);
  };

  functions.arrearsTargetTip = function (params) {
    var context = params.api.getGridOption("context");
    return fault(params.data, params.colDef.field, context) || null;
  };

  // ---- what happens in the grid

  functions.arrearsTargetsShown = function (params) {
    wrong = {};
    steps = [];
    tellState(params.api);
  };

  functions.arrearsTargetChanged = function (params) {
    if (params.oldValue === params.newValue) {
      return;
    }
    var change = { key: params.data.key, field: params.colDef.field, before: params.oldValue };
    var place = change.key + " " + change.field;
    if (put[place]) {
      put[place] -= 1;
    } else {
      steps.push([change]);
    }
    if (wrong[change.key]) {
      delete wrong[change.key][change.field];
    }
    params.api.refreshCells({ rowNodes: [params.node], force: true });
    tellState(params.api);
  };

  // Sets a cell and adds what it was to `step`.
  function set(node, field, value, step) {
    var before = node.data[field] || "";
    if (before !== value) {
      var place = node.data.key + " " + field;
      put[place] = (put[place] || 0) + 1;
      step.push({ key: node.data.key, field: field, before: before });
      node.setDataValue(field, value);
    }
  }

  // Several changes that are taken back together.
  function asOneStep(grid, change) {
    var step = [];
    change(step);
    if (step.length) {
      steps.push(step);
    }
    tellState(grid);
  }

  function undo() {
    var grid = api();
    var last = grid && steps.pop();
    if (!last) {
      return;
    }
    last.reverse().forEach(function (change) {
      var node = grid.getRowNode(change.key);
      if (node) {
        set(node, change.field, change.before || "", []);
      }
    });
    tellState(grid);
  }

  // A block as spreadsheets copy it: lines of cells between tabs, a cell with a break in quotes.
  function blockOf(text) {
    var rows = [[]];
    var cells = text.replace(/\r\n?/g, "\n").replace(/\n$/, "");
    var pattern = /(?:"((?:[^"]|"")*)"|([^\t\n]*))(\t|\n|$)/g;
    var found;
    while ((found = pattern.exec(cells)) !== null) {
      var value = found[1] === undefined ? found[2] : found[1].replace(/""/g, '"');
      rows[rows.length - 1].push(value.trim());
      if (found[3] === "\n") {
        rows.push([]);
      } else if (found[3] === "") {
        break;
      }
    }
    return rows;
  }

  function paste(grid, text) {
    var focused = grid.getFocusedCell();
    var first = focused ? PASTED.indexOf(focused.column.getColId()) : -1;
    if (first < 0) {
      return false;
    }
    asOneStep(grid, function (step) {
      blockOf(text).forEach(function (cells, down) {
        var node = grid.getDisplayedRowAtIndex(focused.rowIndex + down);
        cells.forEach(function (cell, across) {
          if (node && PASTED[first + across]) {
            set(node, PASTED[first + across], cell, step);
          }
        });
      });
    });
    return true;
  }

  function suggest(grid) {
    asOneStep(grid, function (step) {
      grid.forEachNode(function (node) {
        if (!node.data.target && node.data.suggested_middle) {
          set(node, "target", node.data.suggested_middle, step);
          if (!node.data.floor && node.data.suggested_low) {
            set(node, lowest(grid), node.data.suggested_low, step);
          }
          if (!node.data.stretch && node.data.suggested_high) {
            set(node, highest(grid), node.data.suggested_high, step);
          }
        }
      });
    });
  }

  // Where less is better the low quartile is the stretch.
  function lowest(grid) {
    return grid.getGridOption("context").better === "lower" ? "stretch" : "floor";
  }

  function highest(grid) {
    return grid.getGridOption("context").better === "lower" ? "floor" : "stretch";
  }

  // ---- what is told below

  function tellState(grid) {
    var form = document.querySelector("#targets-save form");
    if (!form) {
      return;
    }
    var rows = changedRows(grid);
    if (rows.length) {
      form.setAttribute("data-unsaved", "");
    } else {
      form.removeAttribute("data-unsaved");
    }
    var place = form.querySelector(".targets-changes");
    place.textContent = rows.length ? filled(texts().changes, { n: rows.length }) : "";
    tellSums(grid);
  }

  // Whether the targets below make the one above; rates do not add up.
  function tellSums(grid) {
    var place = document.getElementById("targets-sums");
    if (!place) {
      return;
    }
    var lines = grid.getGridOption("context").flow ? sums(grid) : [];
    place.replaceChildren.apply(
      place,
      lines.map(function (line) {
        var shownLine = document.createElement("p");
        shownLine.textContent = line;
        return shownLine;
      })
    );
  }

  function sums(grid) {
    var totals = {};
    grid.forEachNode(function (node) {
      var number = numberOf(node.data.target);
      if (node.data.above && number) {
        totals[node.data.above] = (totals[node.data.above] || 0) + number;
      }
    });
    var lines = [];
    grid.forEachNode(function (node) {
      var target = numberOf(node.data.target);
      if (target && totals[node.data.key]) {
        lines.push(sumLine(node.data.unit, target, totals[node.data.key], grid));
      }
    });
    return lines;
  }

  function sumLine(parent, target, total, grid) {
    var words = texts();
    var difference = Math.round((total - target) * 100) / 100;
    var told = words.even;
    if (difference) {
      told = filled(difference > 0 ? words.over : words.short, {
        value: written(Math.abs(difference), grid),
      });
    }
    return filled(words.sums, {
      parent: parent,
      total: written(total, grid),
      target: written(target, grid),
      difference: told,
    });
  }

  // ---- saving

  window.arrearsWith = window.arrearsWith || {};
  window.arrearsAfter = window.arrearsAfter || {};

  window.arrearsWith["set-targets"] = function (fields) {
    var grid = api();
    grid.stopEditing();
    fields.rows = changedRows(grid).map(function (data) {
      var row = { key: data.key, number: data.number };
      PASTED.forEach(function (name) {
        row[name] = data[name] || "";
      });
      return row;
    });
  };

  window.arrearsAfter["set-targets"] = function (answer, done) {
    var grid = api();
    var place = document.querySelector(".targets-conflicts");
    wrong = {};
    (answer.errors || []).forEach(function (error) {
      wrong[error.key] = wrong[error.key] || {};
      wrong[error.key][error.field] = error.told;
    });
    place.replaceChildren.apply(
      place,
      (answer.errors || []).slice(0, 20).map(errorLine).concat((answer.conflicts || []).map(conflictLine))
    );
    grid.refreshCells({ force: true });
  };

  function errorLine(error) {
    var node = api().getRowNode(error.key);
    var line = document.createElement("p");
    line.textContent = (node ? node.data.unit + ": " : "") + error.told;
    return line;
  }

  function conflictLine(theirs) {
    var line = document.createElement("p");
    line.textContent = theirs.told + " ";
    [
      ["theirs", texts().theirs],
      ["mine", texts().mine],
    ].forEach(function (choice) {
      var button = document.createElement("button");
      button.type = "button";
      button.className = "button button-quiet";
      button.textContent = choice[1];
      button.onclick = function () {
        settle(theirs, choice[0] === "theirs");
        line.remove();
      };
      line.appendChild(button);
    });
    return line;
  }

  // The newest version is known from here on; what was typed over it stays or goes.
  function settle(theirs, take) {
    var grid = api();
    var node = grid.getRowNode(theirs.key);
    if (!node) {
      return;
    }
    node.data.number = theirs.number;
    TYPED.forEach(function (name) {
      node.data.was[name] = theirs[name];
      if (take) {
        set(node, name, theirs[name], []);
      }
    });
    grid.refreshCells({ rowNodes: [node], force: true });
    tellState(grid);
  }

  // The grid is there a moment after its place, and says nothing of its first rows.
  new MutationObserver(function () {
    var place = document.getElementById("targets-sums");
    var grid = place && !place.arrearsTold ? api() : null;
    if (grid && grid.getDisplayedRowCount()) {
      place.arrearsTold = true;
      tellState(grid);
    }
  }).observe(document.documentElement, { childList: true, subtree: true });

  // ---- keys and buttons

  document.addEventListener("paste", function (event) {
    var inside = event.target.closest && event.target.closest("#" + GRID);
    var typing = event.target.matches && event.target.matches("input, textarea");
    var grid = inside && !typing ? api() : null;
    if (grid && paste(grid, event.clipboardData.getData("text/plain"))) {
      event.preventDefault();
    }
  });

  document.addEventListener("keydown", function (event) {
    var inside = event.target.closest && event.target.closest("#" + GRID);
    var typing = event.target.matches && event.target.matches("input, textarea");
    if (inside && !typing && (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "z") {
      event.preventDefault();
      undo();
    }
  });

  document.addEventListener("click", function (event) {
    if (event.target.id === "targets-undo") {
      undo();
    } else if (event.target.id === "targets-suggest" && api()) {
      suggest(api());
    }
  });
})();
