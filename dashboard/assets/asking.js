// The conversation with the server: the browser tells its whole state, the answer tells all that is
// shown. One question and one answer, so that Dash has as little to go through as can be.

(function () {
  // By "component.property": what an answer has set, and what was last set but no input.
  var echoes = {};
  var dressed = {};
  // What the server said of the page that is shown.
  var shown = null;
  var noticed = "null";
  var waiting = false;
  // The newest question, by number, and what it was asked by until it is answered.
  var question = 0;
  var unanswered = null;
  // Asked by a script, after an act: even a page under something unsaved is drawn anew.
  var again = false;

  // Without what changed only because the last answer set it.
  function theirs(triggered) {
    return triggered.filter(function (change) {
      var echo = echoes[change.prop_id];
      delete echoes[change.prop_id];
      return echo === undefined || echo !== JSON.stringify(change.value);
    });
  }

  // What is asked by: the address where someone went elsewhere, else the control that was touched.
  // Whatever else changes asks again what has no answer yet, for that answer will not be heard.
  function cause(changes) {
    var ids = changes.map(function (change) {
      return change.prop_id.split(".")[0];
    });
    var touched = ids.filter(function (id) {
      return id !== "tick" && id !== "scheme";
    });
    return touched.indexOf("address") >= 0 ? "address" : touched[0] || unanswered;
  }

  function set(id, props) {
    window.dash_clientside.set_props(id, props);
  }

  function setInput(id, name, value) {
    echoes[id + "." + name] = JSON.stringify(value);
    var props = {};
    props[name] = value;
    set(id, props);
  }

  // Sets what differs: each property costs a round through the whole page.
  function dress(id, props) {
    var differing = {};
    Object.keys(props).forEach(function (name) {
      var place = id + "." + name;
      var text = JSON.stringify(props[name]);
      if (name === "value") {
        setInput(id, name, props[name]);
      } else if (dressed[place] !== text) {
        dressed[place] = text;
        differing[name] = props[name];
      }
    });
    if (Object.keys(differing).length) {
      set(id, differing);
    }
  }

  function still(id, tree) {
    window.arrearsStill(id, { print: JSON.stringify(tree), children: tree });
  }

  // What is around the page: of a page that failed nothing is told, and all stays as it was.
  function around(answer) {
    if (answer.title) {
      document.title = answer.title;
    }
    if (answer.freshness !== undefined) {
      still("freshness", answer.freshness);
    }
    if (answer.views) {
      still("views-menu", answer.views);
    }
    if (answer.fold) {
      still("filter-fold", answer.fold);
    }
    var notice = JSON.stringify(answer.notice === undefined ? null : answer.notice);
    if (notice !== noticed) {
      noticed = notice;
      set("notice", { children: answer.notice });
    }
    Object.keys(answer.controls || {}).forEach(function (id) {
      dress(id, answer.controls[id]);
    });
    if (typeof answer.search === "string") {
      setInput("address", "search", answer.search);
    }
  }

  // The controls were made while there was nothing to choose from; the first figures renew them.
  function arrived() {
    var waited = waiting;
    waiting = Boolean(shown) && shown.figures === null;
    if (waited && !waiting) {
      window.location.reload();
    }
  }

  // Asks for the page that is shown, whatever the server said of it last.
  window.arrearsAskAgain = function () {
    shown = null;
    again = true;
    set("tick", { n_intervals: Date.now() });
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    arrears: Object.assign({}, (window.dash_clientside || {}).arrears, {
      // The state of the browser, for the server; the controls come by their ids.
      ask: function (path, search, scheme) {
        var context = window.dash_clientside.callback_context;
        var changes = theirs(context.triggered);
        if (context.triggered.length && !changes.length) {
          return window.dash_clientside.no_update;
        }
        unanswered = cause(changes);
        var waits = !unanswered && !again && changes.length && window.arrearsUnsaved();
        again = false;
        if (waits) {
          return window.dash_clientside.no_update;
        }
        question += 1;
        var controls = {};
        Object.keys(context.inputs).forEach(function (place) {
          if (place.slice(-6) === ".value") {
            controls[place.slice(0, -6)] = context.inputs[place];
          }
        });
        return {
          question: question,
          path: path,
          search: search,
          scheme: scheme,
          trigger: unanswered,
          controls: controls,
          shown: shown,
        };
      },

      answered: function (answer) {
        if (answer.question && answer.question !== question) {
          // Someone has gone on since, and that answer is on its way.
          return window.dash_clientside.no_update;
        }
        unanswered = null;
        var drawn = window.arrearsDraw(JSON.parse(answer.drawn));
        shown = answer.shown;
        around(answer);
        arrived();
        return drawn;
      },
    }),
  });
})();
