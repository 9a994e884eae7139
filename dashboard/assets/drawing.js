// Draws a page in place (dashboard/live.py): whatever stays the same stays where it is.

// Calls `found` with id and component of every part in a tree of components; a part of which it
// says so is not gone into.
function partsOf(node, parts, found) {
  if (Array.isArray(node)) {
    node.forEach(function (child) {
      partsOf(child, parts, found);
    });
  } else if (node && node.props) {
    if (parts[node.props.id] && found(node.props.id, node)) {
      return;
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
    var anew = page.frames[id] !== shown.frames[id];
    if (anew || shown.parts[id].print !== page.parts[id].print) {
      var change = changeOf(id, node, page, anew);
      if (inSight(id)) {
        setPart(change);
      } else {
        later.push(change);
      }
    }
    return anew;
  });
  var waiting = window.arrearsLater && window.arrearsLater.length;
  window.arrearsLater = later;
  busy(later.length > 0);
  if (!waiting && later.length) {
    whenIdle(setNext);
  }
}

// The properties of a part that are to be set, all of it where its own frame is another, and what is
// shown then.
function changeOf(id, node, page, anew) {
  var change = { id: id, props: {}, parts: {}, frame: page.frames[id] };
  page.parts[id].names.forEach(function (name) {
    change.props[name] = node.props[name];
  });
  change.parts[id] = page.parts[id];
  if (anew) {
    change.props.children = node.props.children;
    partsOf(node.props.children, page.parts, function (inner) {
      change.parts[inner] = page.parts[inner];
    });
  }
  return change;
}

// Says of the page whether some of it is still to be set.
function busy(is) {
  document.getElementById("page").setAttribute("aria-busy", String(is));
}

function setPart(change) {
  Object.assign(window.arrearsShown.parts, change.parts);
  if (change.frame) {
    window.arrearsShown.frames[change.id] = change.frame;
  }
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

// After the next frame, or what is further down would keep the browser from showing what is set.
// A hidden page has no frames and a busy one no idle time; they get their figures too.
function whenIdle(work) {
  if (document.hidden || !window.requestIdleCallback) {
    window.setTimeout(work, 20);
    return;
  }
  window.requestAnimationFrame(function () {
    window.requestAnimationFrame(function () {
      window.requestIdleCallback(work, { timeout: 100 });
    });
  });
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

// Shows a page: its parts in place while the frame around them is the same. Gives what Dash is to
// make of the page, for a callback that has its children as output.
window.arrearsDraw = function (page) {
  var shown = window.arrearsShown || {};
  if (shown.frame === page.frame) {
    inPlace(page, shown);
    return window.dash_clientside.no_update;
  }
  window.arrearsShown = { frame: page.frame, frames: page.frames, parts: page.parts };
  window.arrearsLater = [];
  busy(false);
  window.arrearsStills(page.still);
  showHere();
  return page.tree;
};
