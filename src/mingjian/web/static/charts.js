// Draws the charts of a page with ECharts. Without ECharts nothing happens: the table is there.
"use strict";

(() => {
  if (typeof echarts === "undefined") return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;

  for (const place of document.querySelectorAll(".chart[data-source]")) {
    const data = JSON.parse(document.getElementById(place.dataset.source).textContent);
    place.dataset.drawn = "1";
    const chart = echarts.init(place, null, { renderer: "svg" });
    chart.setOption(line(data));
    new ResizeObserver(() => chart.resize()).observe(place);
    addEventListener("beforeprint", () => chart.resize());
  }

  function line(data) {
    const text = { color: colour("--ink-2"), fontFamily: colour("--font"), fontSize: 12 };
    const colours = [colour("--accent"), colour("--ink-3")];
    return {
      animation: !calm,
      textStyle: text,
      color: colours,
      grid: { left: 8, right: 16, top: 32, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, textStyle: text, icon: "path://M0 8h24v2H0z", itemWidth: 24, itemHeight: 2 },
      // Drawn in the canvas, not as HTML: the content policy allows no foreign markup.
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: "#fff", borderColor: colour("--line"), textStyle: text,
        valueFormatter: (value) => (value === null || value === undefined ? "—" : `${shown(value)} ${data.unit}`) },
      xAxis: { type: "category", data: data.months, boundaryGap: false, axisLabel: text, axisTick: { show: false },
        axisLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "value", name: data.unit, nameTextStyle: { ...text, align: "left" }, nameGap: 10, axisLabel: { ...text, formatter: shown },
        splitLine: { lineStyle: { color: colour("--line-2") } }, minInterval: data.unit === "%" ? 0.1 : 1, scale: data.unit === "%" },
      series: data.series.map((series) => ({
        name: series.name, type: "line", data: series.values, symbol: series.dashed ? "none" : "circle", symbolSize: 6,
        lineStyle: { width: series.dashed ? 1.5 : 2, type: series.dashed ? "dashed" : "solid" },
      })),
    };
  }

  function shown(value) {
    if (Math.abs(value) >= 10000) return `${(value / 10000).toLocaleString("zh-CN", { maximumFractionDigits: 1 })}万`;
    return value.toLocaleString("zh-CN", { maximumFractionDigits: 1 });
  }
})();
