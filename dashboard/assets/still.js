// Draws parts of a page that only stand there (dashboard/live.py): texts, marks and links, sent as
// trees of components. Through Dash each of their elements would cost a round through the whole page.

(function () {
  var NAMES = { className: "class", tabIndex: "tabindex", colSpan: "colspan", rowSpan: "rowspan" };
  var stills = {};

  // Makes the children of `parent` those of the tree; elements that stay keep their focus.
  function fill(parent, nodes) {
    var wanted = [].concat(nodes === undefined ? [] : nodes).filter(function (node) {
      return node !== null && node !== undefined;
    });
    wanted.forEach(function (node, at) {
      var old = parent.childNodes[at];
      var fresh = old && alike(old, node) ? old : made(node);
      if (!old) {
        parent.appendChild(fresh);
      } else if (fresh !== old) {
        parent.replaceChild(fresh, old);
      }
      if (node.props) {
        dress(fresh, node.props);
        fill(fresh, node.props.children);
      } else if (fresh.nodeValue !== String(node)) {
        fresh.nodeValue = String(node);
      }
    });
    while (parent.childNodes.length > wanted.length) {
      parent.removeChild(parent.lastChild);
    }
  }

  function tagOf(node) {
    return node.type === "Link" ? "A" : node.type.toUpperCase();
  }

  function alike(old, node) {
    return node.props ? old.nodeName === tagOf(node) : old.nodeType === Node.TEXT_NODE;
  }

  function made(node) {
    return node.props ? document.createElement(tagOf(node)) : document.createTextNode("");
  }

  function dress(element, props) {
    var wanted = {};
    Object.keys(props).forEach(function (name) {
      var value = props[name];
      if (name !== "children" && name !== "refresh" && value !== null && value !== undefined) {
        wanted[NAMES[name] || name] = String(value);
      }
    });
    Array.prototype.slice.call(element.attributes).forEach(function (attribute) {
      if (!(attribute.name in wanted)) {
        element.removeAttribute(attribute.name);
      }
    });
    Object.keys(wanted).forEach(function (name) {
      if (element.getAttribute(name) !== wanted[name]) {
        element.setAttribute(name, wanted[name]);
      }
    });
    if (props.refresh === false) {
      element.onclick = within;
    }
  }

  // A link within the pages changes the address without a new load, as dcc.Link does.
  function within(event) {
    if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) {
      return;
    }
    event.preventDefault();
    window.history.pushState({}, "", event.currentTarget.href);
    window.dispatchEvent(new CustomEvent("_dashprivate_pushstate"));
    window.scrollTo(0, 0);
  }

  // An element may be there before its tree, or be made anew by Dash under the same id.
  function fillOne(id) {
    var element = document.getElementById(id);
    if (element && element.arrearsPrint !== stills[id].print) {
      element.arrearsPrint = stills[id].print;
      fill(element, stills[id].children);
    }
  }

  function fillAll() {
    Object.keys(stills).forEach(fillOne);
  }

  // The still parts of a page that is about to be shown; the navigation is there already.
  window.arrearsStills = function (parts) {
    stills = parts;
    if (parts.nav) {
      window.arrearsStill("nav", parts.nav);
    }
  };

  // Another content for one part of the page that is shown.
  window.arrearsStill = function (id, part) {
    stills[id] = part;
    fillOne(id);
  };

  new MutationObserver(fillAll).observe(document.documentElement, { childList: true, subtree: true });
})();
