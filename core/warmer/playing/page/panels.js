// The panel of each side: words, sliders, figures, the step in numbers, the table of steps.
const $ = (selector, within = document) => within.querySelector(selector);
const HEAD = SIDES[1] ? "h2" : "h1";

const PANEL = (side, i) => `<article>
  <div><${HEAD}>${esc(side.name)}</${HEAD}><p>${esc(side.about)}</p>
    ${side.lines && `<pre>${esc(side.lines)}</pre>`}<div class="own"></div>
    <p class="quiet">${esc(side.beside)}</p>
    ${side.recorded ? `<p class="quiet">These are steps that Python took: ${esc(side.recorded.why)}.</p>` : ""}
  </div>
  <figure><figcaption></figcaption><svg class="walk" role="group"><g aria-hidden="true"></g>
    <g class="handle" tabindex="0" role="slider"><circle r="18" class="reach"/>
    <circle r="7" fill="${COLOURS[i]}"/></g></svg></figure>
  <figure><figcaption>error over steps</figcaption>
    <svg class="descent" role="img"><g aria-hidden="true"></g></svg></figure>
  <section><h3></h3><dl></dl></section>
  <section><h3>steps, the last one first</h3>
    <div class="scroll" tabindex="0" role="region" aria-label="table of steps"><table></table></div></section>
</article>`;

// A slider, and a field for its number.
const slider = ({ key, path, scale, name, help }, place) => {
  const row = document.createElement("div");
  row.className = "slider";
  row.innerHTML = `<label for="${key}" title="${esc(help)}">${esc(name)}</label>
    <input id="${key}" type="range" min="0" max="1000" step="any">
    <input type="number" step="any" aria-label="${esc(name)}, as a number"${scale.all ? ` placeholder="all"` : ""}>`;
  const [range, field] = row.querySelectorAll("input");
  range.oninput = () => set(path, ofPlace(scale, Number(range.value)));
  field.oninput = () => {
    const value = field.value === "" ? scale.all : Number(field.value), good = fits({ scale }, value);
    field.ariaInvalid = `${!good}`;
    if (good) set(path, value);
  };
  field.onblur = () => {
    field.ariaInvalid = "false";
    change({});
  };
  place.append(row);
  return () => {
    const value = read(state, path), focused = document.activeElement;
    if (focused !== range || ofPlace(scale, Number(range.value)) !== value) range.value = placeOf(scale, value);
    range.ariaValueText = value === scale.all ? "all" : n(value);
    if (focused !== field) field.value = value === scale.all ? "" : value;
  };
};

// The formulas of a step with its numbers put in, for the first row and one weight.
const explained = (i) => {
  const step = Math.min(state.step + 1, state.steps), from = walkOf(i, step).at[step - 1];
  if (!from) return ["", []];
  return attempt(() => {
    const net = NETS[i], p = state.p[i], axis = state.x, { titles } = SIDES[i];
    const { rows, seen, stages, error, slopes } = takeStep(net, p, taskNow(), step, from);
    const row = [p, from.weights, rows.inputs[0]], e = { ...seen[0], target: rows.targets[0] };
    const many = seen.length > 1, of = many ? ", first row" : "";
    const parts = [[titles.predict + of, net.explainPredict(...row)],
      [titles.compare + of, net.explainCompare(p, e)]];
    if (many) parts.push([`all ${seen.length} rows`, [["error", "mean of error", null, error]]]);
    if (slopes) {
      const lines = net.explainSlope && !many ? net.explainSlope(...row, e) : null;
      parts.push(["", lines || [["weight_delta", (many ? "mean of " : "") + SIDES[i].slope, null, slopes[axis]]]]);
    }
    stages.forEach(({ given, memory }, at) => parts.push([titles.stages[at] +
      (WEIGHTS > 1 ? `, ${TASK.names[axis]}` : ""), net.stages[at].explain(p, given[axis], memory[axis])]));
    return [`${state.step < step ? "the next step" : "the last step"}, ${step}`, parts];
  }, (trouble) => [`step ${step} cannot be taken: ${trouble}`, []]);
};
const showNumbers = (panel, i) => {
  const [title, parts] = NETS[i] && !SIDES[i].recorded ? explained(i) : ["", []];
  $("h3", panel).textContent = title;
  $("dl", panel).innerHTML = parts.map(([part, lines]) => `<dt>${esc(part)}</dt>` +
    lines.map(([name, formula, numbers, value]) => {
      const sides = [formula, numbers].filter((side, at, all) => side && side !== n(value) && side !== all[at - 1]);
      return `<dd><b>${esc(name)}</b> ${sides.map((side) => `<span>= ${esc(side)}</span>`).join(" ")}
        <span>= <b>${n(value)}</b></span></dd>`;
    }).join("")).join("");
};

const showTable = (panel, i) => {
  const k = taken(i), { at, steps } = walkOf(i, k), axes = state.view === "two" ? [state.x, state.y] : [state.x];
  const on = (weights) => axes.map((axis) => weights && weights[axis]);
  const rows = at.slice(0, k + 1).map(({ weights }, step) => {
    const { error, prediction, delta, slopes } = steps[step] || { error: lastError(i) };
    return [step, ...on(weights), error, ...(ROWS > 1 ? [] : [prediction, delta]), ...on(slopes)];
  });
  const names = on(TASK.names), heads = ["steps taken", ...names, "error",
    ...(ROWS > 1 ? [] : ["prediction", "delta"]), ...names.map((name) => `weight_delta${WEIGHTS > 1 ? `, ${name}` : ""}`)];
  const kept = heads.map((_, column) => rows.some((row) => Number.isFinite(row[column])));
  const cells = (row, cell) => `<tr>${row.map((value, column) => (kept[column] ? cell(value) : "")).join("")}</tr>`;
  $("table", panel).innerHTML = cells(heads, (head) => `<th>${esc(head)}</th>`) + rows.slice(-100).reverse()
    .map((row) => cells(row, (value) => `<td title="${value}">${Number.isFinite(value) ? n(value) : ""}</td>`)).join("");
};

// The figure of the weights, and the handle that moves them: then the run starts there.
const figures = SIDES.map(() => ({}));
let held = false;
const axesNow = () => (state.view === "two" ? ["x", "y"] : ["x"]).map((key) => state[key]);
const showWalk = (panel, i) => {
  const svg = $(".walk", panel), handle = $(".handle", panel), figure = figures[i], axes = axesNow();
  const names = axes.map((axis) => TASK.names[axis]), bars = state.view === "all";
  handle.style.display = bars ? "none" : "";
  if (!held) figure.spans = axes.map((axis) => spanOf(i, axis));
  if (bars) drawBars(svg, i);
  else {
    Object.assign(figure, (axes[1] >= 0 && NETS[i] ? drawContour : drawWalk)(svg, i, figure.spans));
    handle.setAttribute("transform", `translate(${figure.place(figure.here)})`);
    const far = figure.spans.some(([low, high], at) => figure.here[at] < low || figure.here[at] > high);
    handle.style.opacity = far ? 0.4 : 1;
    const values = axes.map((axis) => n(weightsOf(i)[axis]));
    handle.ariaLabel = names.join(" and ");
    [handle.ariaValueMin, handle.ariaValueMax] = figure.spans[0];
    handle.ariaValueNow = weightsOf(i)[axes[0]];
    handle.ariaValueText = `${values.join(", ")}; error ${n(lastError(i))}`;
    handle.ariaDisabled = `${RECORDED}`;
  }
  $("figcaption", panel).textContent = bars ? "all weights" : `error over ${names.join(" and ")}${
    EVERY > 1 ? `, of every ${EVERY}th row` : ""}`;
  svg.ariaLabel = `${$("figcaption", panel).textContent}, after ${taken(i)} steps`;
};
const moveTo = (i, values) => {
  const start = weightsOf(i).slice();
  axesNow().forEach((axis, at) => { start[axis] = values[at]; });
  stop();
  change({ start, step: 0 });
};
const listen = (panel, i) => {
  const svg = $(".walk", panel), handle = $(".handle", panel), figure = figures[i];
  const follow = ({ clientX, clientY }) => {
    const box = svg.getBoundingClientRect(), values = figure.value(clientX - box.left, clientY - box.top);
    moveTo(i, figure.spans.map(([low, high], at) =>
      tidy(Math.max(low, Math.min(high, values[at])), unitOf((high - low) / 200))));
  };
  if (RECORDED) return;
  svg.onpointerdown = (event) => {
    if (state.view === "all") return;
    svg.setPointerCapture(event.pointerId);
    event.preventDefault();
    handle.focus({ preventScroll: true });
    held = true;
    follow(event);
  };
  svg.onpointermove = (event) => { if (svg.hasPointerCapture(event.pointerId)) follow(event); };
  svg.onlostpointercapture = () => {
    held = false;
    change({});
  };
  handle.onkeydown = (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1, ArrowDown: -1, ArrowUp: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    const upward = event.key === "ArrowUp" || event.key === "ArrowDown";
    const at = figure.spans[1] && upward ? 1 : 0, [low, high] = figure.spans[at];
    const here = axesNow().map((axis) => weightsOf(i)[axis]), unit = unitOf((high - low) / 20);
    here[at] = tidy(here[at] + way * unit * (event.shiftKey ? 0.1 : 1), unit / 1000);
    moveTo(i, here);
  };
};
