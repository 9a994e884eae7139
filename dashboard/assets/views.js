// The menus of the header: they close when somebody goes elsewhere, and copy links of saved views.

(function () {
  var MENUS = "details.account, details.views";
  var OPEN = "details.account[open], details.views[open]";

  // What was typed and not sent goes with the menu, so that nobody is asked about it later.
  function close(menu) {
    menu.open = false;
    menu.querySelectorAll("form[data-act]").forEach(function (form) {
      form.reset();
    });
  }

  document.addEventListener("click", function (event) {
    var link = event.target.closest ? event.target.closest("a[href]") : null;
    document.querySelectorAll(MENUS).forEach(function (menu) {
      var gone = !document.contains(event.target);
      if (menu.open && !gone && (!menu.contains(event.target) || menu.contains(link))) {
        close(menu);
      }
    });
  });

  document.addEventListener("keydown", function (event) {
    var menu = event.key === "Escape" ? document.querySelector(OPEN) : null;
    if (menu) {
      close(menu);
      menu.querySelector("summary").focus();
    }
  });

  // Without a secure address a browser gives no way to its clipboard: then the link is there to take.
  function byHand(button) {
    var more = button.parentElement.querySelector("details");
    more.open = true;
    var place = more.querySelector(".view-link");
    place.focus();
    place.select();
    window.arrearsTell(button.getAttribute("data-by-hand"));
  }

  document.addEventListener("click", function (event) {
    var button = event.target.closest ? event.target.closest("[data-copy]") : null;
    if (!button) {
      return;
    }
    if (!navigator.clipboard) {
      byHand(button);
      return;
    }
    navigator.clipboard.writeText(button.getAttribute("data-copy")).then(
      function () {
        window.arrearsTell(button.getAttribute("data-copied"));
      },
      function () {
        byHand(button);
      }
    );
  });
})();
