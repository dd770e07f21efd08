// What was set, and what follows from it. All that is seen follows from `state` alone.
const { task: TASK, sides: SIDES } = JSON.parse(document.getElementById("data").textContent);
const WEIGHTS = TASK.weights.length, ROWS = TASK.inputs.length, SIZE = ROWS * WEIGHTS;
const ONE = SIZE === 1 && TASK.inputs[0].length === 1;
const RECORDED = SIDES.some((side) => side.recorded);
const VIEWS = { one: "one weight", two: "two weights", all: "all weights" };
const copy = (value) => JSON.parse(JSON.stringify(value));
const around = (value) => {
  const most = Math.max(2, 2 * Math.abs(value));
  return { low: -most, high: most, limits: {} };
};
const wholes = (low, high) => ({ low, high, whole: true, limits: { at_least: low, at_most: high } });

const FRESH = {
  step: 0, steps: TASK.steps, batch: TASK.batch,
  input: TASK.inputs[0][0], goal: TASK.targets[0], start: TASK.weights,
  p: SIDES.map((side) => Object.fromEntries(side.parameters.map((each) => [each.name, each.value]))),
  view: WEIGHTS > 1 ? "two" : "one", x: 0, y: WEIGHTS > 1 ? 1 : 0,
};
let state = copy(FRESH);

// What can be set: its key in the address, where it stands in the state, its name and its slider.
const setting = (key, path, scale, name = key, help = "") => ({ key, path, scale, name, help });
const STEPS = setting("steps", ["steps"], { ...wholes(1, 1e5), kind: "log" }, "steps", "of the run");
const SHARED = [
  ...(ONE ? [setting("input", ["input"], around(FRESH.input), "input", "what the network sees"),
    setting("goal", ["goal"], around(FRESH.goal), "goal", "what it should predict")] : []),
  ...TASK.weights.map((value, i) => setting(WEIGHTS > 1 ? `start${i + 1}` : "start", ["start", i],
    around(value), WEIGHTS > 1 ? `start: ${TASK.names[i]}` : "start", "where the weight starts")),
  STEPS,
  ...(ROWS > 1 ? [setting("batch", ["batch"], { ...wholes(1, ROWS), all: ROWS }, "batch", "rows in a step")] : []),
];
const OWN = SIDES.map((side, i) => side.parameters.map((each) => setting(
  `${i ? "against" : "rule"}.${each.name}`, ["p", i, each.name], each, each.name, each.help)));
const AXES = ["x", "y"].map((key) => setting(key, [key], wholes(0, WEIGHTS - 1)));
const SETTINGS = [setting("step", ["step"], wholes(0, 1e5)), ...SHARED, ...OWN.flat(), ...AXES];

const read = (from, path) => path.reduce((value, key) => value[key], from);
const put = (into, path, value) => { read(into, path.slice(0, -1))[path[path.length - 1]] = value; };
const fits = ({ scale }, value) =>
  admits(scale.limits, value) && (!scale.whole || Number.isInteger(value));

const addressOf = (from) => {
  const words = new URLSearchParams();
  for (const { key, path } of SETTINGS) {
    if (read(from, path) !== read(FRESH, path)) words.set(key, read(from, path));
  }
  if (from.view !== FRESH.view) words.set("view", from.view);
  return `${words}`;
};
const fromAddress = () => {
  const words = new URLSearchParams(location.hash.slice(1)), found = copy(FRESH);
  for (const each of SETTINGS) {
    const text = words.get(each.key);
    if (text && fits(each, Number(text))) put(found, each.path, Number(text));
  }
  if (words.get("view") in VIEWS) found.view = words.get("view");
  return found;
};

// The run of a side, at least so many steps of it; anew where something else is set.
const taskNow = () => ({
  inputs: ONE ? [[state.input]] : TASK.inputs, targets: ONE ? [state.goal] : TASK.targets,
  steps: state.steps, batch: state.batch < ROWS ? state.batch : 0,
});
const NETS = SIDES.map(({ memory }, i) => NETWORKS[i] && { ...NETWORKS[i], memory });
const walks = SIDES.map(() => ({}));
const walkOf = (i, count) => {
  const { recorded } = SIDES[i], known = walks[i];
  if (recorded) return recorded;
  const { input, goal, steps, batch, start, p } = state;
  const key = JSON.stringify([input, goal, steps, batch, start, p[i]]);
  if (known.key !== key) walks[i] = { key, walk: begin(NETS[i], start) };
  return takeSteps(NETS[i], p[i], taskNow(), count, walks[i].walk);
};
const taken = (i) => Math.min(state.step, walkOf(i, state.step).steps.length);
const weightsOf = (i) => walkOf(i, state.step).at[taken(i)].weights;
const errorIf = (i, weights) => errorAt(NETS[i], state.p[i], weights, taskNow());

// Curves are drawn of so many rows as a browser can go through while something is dragged.
const EVERY = Math.ceil(SIZE / 4e3), SEEN = Math.min(SIZE, 4e3);
const thin = (rows) => rows.filter((_, at) => at % EVERY === 0);
const SKETCH = { inputs: thin(TASK.inputs), targets: thin(TASK.targets) };
const sketch = (i, weights) => errorAt(NETS[i], state.p[i], weights, EVERY > 1 ? SKETCH : taskNow());

// The error after the last step; and the weights after the next, null where there is none.
const lastError = (i) => {
  const k = taken(i), { steps, end } = walkOf(i, k);
  return k < steps.length ? steps[k].error : SIDES[i].recorded ? end : errorIf(i, weightsOf(i));
};
const nextOf = (i) => {
  const next = state.step + 1, found = next <= state.steps && walkOf(i, next).at[next];
  return found ? found.weights : null;
};
