// Targets from a spreadsheet (dashboard/pages/targets/sheets.py): a sheet is checked first, and only
// what was checked can be saved.

(function () {
  window.arrearsWith = window.arrearsWith || {};
  window.arrearsAfter = window.arrearsAfter || {};

  function saveButton(form) {
    return form.querySelector("button[value=save]");
  }

  window.arrearsWith["import-targets"] = function (fields) {
    fields.seen = fields.seen ? JSON.parse(fields.seen) : null;
  };

  window.arrearsAfter["import-targets"] = function (answer, done, form) {
    var lines = answer.lines || (answer.conflicts || []).map(function (theirs) {
      return theirs.told;
    });
    var list = form.querySelector(".sheet-errors");
    list.replaceChildren.apply(
      list,
      lines.map(function (text) {
        var line = document.createElement("li");
        line.textContent = text;
        return line;
      })
    );
    form.querySelector("[name=seen]").value = answer.seen ? JSON.stringify(answer.seen) : "";
    saveButton(form).disabled = !answer.seen;
  };

  // Another file has to be checked anew.
  document.addEventListener("input", function (event) {
    var form = event.target.closest ? event.target.closest("form[data-act=import-targets]") : null;
    if (form && event.target.type === "file") {
      form.querySelector("[name=seen]").value = "";
      saveButton(form).disabled = true;
    }
  });
})();
