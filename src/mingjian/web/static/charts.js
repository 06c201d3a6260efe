// Draws the charts of a page with ECharts. Without ECharts nothing happens: the table is there.
"use strict";

(() => {
  if (typeof echarts === "undefined") return;
  const style = getComputedStyle(document.documentElement);
  const colour = (name) => style.getPropertyValue(name).trim();

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
      animation: false,
      textStyle: text,
      color: colours,
      grid: { left: 8, right: 28, top: 36, bottom: 4, containLabel: true },
      legend: { top: 0, left: 0, textStyle: text, itemWidth: 24, itemHeight: 2,
        data: data.series.map((series) => ({ name: series.name, icon: `path://${series.dashed ? "M0 8h8v2H0zM12 8h8v2h-8z" : "M0 8h24v2H0z"}` })) },
      // Drawn in the canvas, not as HTML: the content policy allows no foreign markup.
      tooltip: { trigger: "axis", renderMode: "richText", backgroundColor: "#fff", borderColor: colour("--line"), textStyle: text,
        valueFormatter: (value) => (value === null || value === undefined ? "—" : `${shown(value)} ${data.unit}`) },
      xAxis: { type: "category", data: data.months, boundaryGap: false, axisLabel: text, axisTick: { show: false },
        axisLine: { lineStyle: { color: colour("--line") } } },
      yAxis: { type: "value", axisLabel: { ...text, formatter: shown },
        splitLine: { lineStyle: { color: colour("--line-2") } }, minInterval: data.unit === "%" ? 0.1 : 1, scale: data.unit === "%" },
      series: data.series.map((series) => ({
        name: series.name, type: "line", data: series.values, symbol: series.dashed ? "none" : "circle", symbolSize: 5, showAllSymbol: true,
        lineStyle: { width: series.dashed ? 1.5 : 2, type: series.dashed ? "dashed" : "solid" },
      })),
    };
  }

  function shown(value) {
    if (Math.abs(value) >= 10000) return `${(value / 10000).toLocaleString("zh-CN", { maximumFractionDigits: 1 })}万`;
    return value.toLocaleString("zh-CN", { maximumFractionDigits: 1 });
  }
})();
