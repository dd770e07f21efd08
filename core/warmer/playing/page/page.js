// The page: what all sides share, and how a change comes to be seen.
const refresh = [];
let drawing = 0, telling = 0, timer = 0;

const change = (changes) => {
  state = { ...state, ...changes };
  state.step = Math.max(0, Math.min(state.step, state.steps));
  drawing = drawing || requestAnimationFrame(show);
};
const set = (path, value) => {
  const changed = copy(state);
  put(changed, path, value);
  change(changed);
};

const show = () => {
  drawing = 0;
  refresh.forEach((each) => each());
  const { step, steps } = state, troubles = SIDES.map((side, i) => {
    const { trouble, steps } = walkOf(i, state.step);
    return trouble && state.step >= steps.length ? `${side.name}: ${trouble}` : "";
  });
  $("#where").textContent = [`step ${step} of ${steps}`,
    `error ${SIDES.map((_, i) => n(lastError(i))).join(" and ")}`, ...troubles].filter(Boolean).join(" · ");
  $("#at").max = steps;
  $("#at").value = step;
  $("#back").disabled = $("#reset").disabled = !step;
  $("#forth").disabled = step >= steps;
  $("#run").textContent = timer ? "Pause" : "Run";
  document.querySelectorAll("article").forEach((panel, i) => {
    [showWalk, showNumbers, showTable].forEach((each) => each(panel, i));
    drawDescent($(".descent", panel), i);
  });
  clearTimeout(telling);
  telling = setTimeout(tell, 150);
};

// The address says what was set, so that it can be sent; who changes it changes the page.
const tell = () => {
  if (addressOf(state) !== addressOf(fromAddress())) history.replaceState(null, "", `#${addressOf(state)}`);
};
addEventListener("hashchange", () => change(fromAddress()));

const stop = () => {
  clearTimeout(timer);
  timer = 0;
};
const run = () => {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches, { steps } = state;
  if (state.step >= steps) state.step = 0;
  const by = calm ? steps : Math.ceil(steps / 240);
  const tick = () => {
    timer = setTimeout(tick, Math.min(150, 6000 / (steps / by)));
    change({ step: state.step + by });
    if (state.step >= steps || SIDES.every((_, i) => walkOf(i, state.step).trouble)) stop();
  };
  tick();
};

// Whatever else is done, a run that goes on by itself stops.
const onClick = (id, action) => {
  $(id).onclick = () => {
    const running = timer;
    stop();
    action(running);
    change({});
  };
};
onClick("#forth", () => change({ step: state.step + 1 }));
onClick("#back", () => change({ step: state.step - 1 }));
onClick("#reset", () => change({ step: 0 }));
onClick("#run", (running) => { if (!running) run(); });
$("#at").oninput = () => {
  stop();
  change({ step: Number($("#at").value) });
};

const chooser = (key, name, options, place) => {
  const box = document.createElement("label"), word = key === "view";
  box.innerHTML = `${name} <select id="${key}">${options.map(([value, words]) =>
    `<option value="${value}">${esc(words)}</option>`).join("")}</select>`;
  const select = $("select", box);
  select.onchange = () => set([key], word ? select.value : Number(select.value));
  place.append(box);
  refresh.push(() => {
    select.value = state[key];
    select.disabled = !word && (state.view === "all" || (key === "y" && state.view === "one"));
  });
};

$("#sides").innerHTML = SIDES.map(PANEL).join("");
$("#sides").className = SIDES[1] ? "two" : "one";
document.querySelectorAll("article").forEach((panel, i) => {
  listen(panel, i);
  if (!SIDES[i].recorded) OWN[i].forEach((each) => refresh.push(slider(each, $(".own", panel))));
});
const sliders = $("#sliders"), few = SHARED.filter(({ path }) => path[0] !== "start" || WEIGHTS <= 4);
if (!RECORDED) few.forEach((each) => refresh.push(slider(each, sliders)));
if (WEIGHTS > 1) {
  const names = TASK.names.map((name, i) => [i, name]), place = document.createElement("div");
  chooser("view", "show", Object.entries(VIEWS), place);
  chooser("x", "weight", names, place);
  chooser("y", "and", names, place);
  sliders.append(place);
}
$("footer").textContent = RECORDED ? "These steps were taken in Python." :
  "Drag the weight. This page takes the steps itself, as warmer does, with the rows in their order. The address keeps what you set.";
new ResizeObserver(() => change({})).observe($("#sides"));
change(fromAddress());
