// Comforts only: rows are picked, and numbers read from their tables, without this file.
(function () {
  "use strict";

  // “Pick all on this page” ticks the boxes at hand; without a script the link asks for the page with all ticked.
  const pick = document.getElementById("pick-page");
  const boxes = Array.from(document.querySelectorAll("input[type=checkbox][name=item]"));
  if (pick && boxes.length) pick.addEventListener("click", function (event) {
    event.preventDefault();
    const all = boxes.every(function (box) { return box.checked; });
    boxes.forEach(function (box) { box.checked = !all; });
  });

  // Each drawing has the numbers of its table: the columns marked as series, a line of the table at each step.
  function numbersOf(table) {
    const heads = Array.from(table.tHead.rows[0].cells), rows = Array.from(table.tBodies[0].rows);
    const series = [];
    heads.forEach(function (head, column) {
      if (head.dataset.series) series.push({
        name: head.textContent.trim(), color: head.dataset.series,
        data: rows.map(function (row) { return Number(row.cells[column].textContent); }),
      });
    });
    return { names: rows.map(function (row) { return row.cells[0].textContent.trim(); }), series: series };
  }

  function legendLines(names, width) {  // how often the legend breaks: a sign, a name and a gap each
    const pen = document.createElement("canvas").getContext("2d");
    pen.font = "12px sans-serif";
    let lines = 1, taken = 0;
    names.forEach(function (name) {
      const one = pen.measureText(name).width + 42;
      if (taken && taken + one > width) { lines += 1; taken = 0; }
      taken += one;
    });
    return lines;
  }

  function draw(place) {
    const kind = place.dataset.kind, found = numbersOf(document.getElementById(place.dataset.table));
    const upright = kind === "line";
    const names = { type: "category", data: found.names, inverse: !upright, axisLabel: { color: "#3d4852" } };
    const counts = { type: "value", minInterval: 1, axisLabel: { color: "#3d4852" } };
    place.classList.add("drawn");
    const lines = legendLines(found.series.map(function (one) { return one.name; }), place.clientWidth);
    const table = place.nextElementSibling;
    if (upright && table.offsetTop === place.offsetTop) {  // beside its table a line may be as tall, within reason
      place.style.height = Math.min(400, Math.max(256, table.offsetHeight)) + "px";
    }
    if (!upright) {  // every name in full, on as many lines as it takes
      place.style.height = Math.max(256, 80 + 56 * found.names.length) + "px";
      Object.assign(names.axisLabel, { lineHeight: 16, width: Math.min(180, 0.36 * place.clientWidth), overflow: "break", interval: 0 });
    }
    const chart = window.echarts.init(place);
    chart.setOption({
      animation: false,
      legend: { top: 0, textStyle: { color: "#27313b" } },
      grid: { left: 8, right: 24, top: 16 + 24 * lines, bottom: 8, containLabel: true },
      tooltip: { trigger: "axis", renderMode: "richText" },  // the page's policy lets no tooltip of HTML style itself
      xAxis: upright ? names : counts,
      yAxis: upright ? counts : names,
      series: found.series.map(function (one, at) {
        return { type: kind, name: one.name, data: one.data, itemStyle: { color: one.color }, lineStyle: { width: 2, type: ["dashed", "solid", "dotted"][at % 3] },
          symbol: ["circle", "rect", "diamond"][at % 3], symbolSize: 8, barMaxWidth: 14 };
      }),
    });
    window.addEventListener("resize", function () { chart.resize(); });
    window.addEventListener("beforeprint", function () { chart.resize(); });
  }
  if (window.echarts) document.querySelectorAll(".chart").forEach(draw);
})();
