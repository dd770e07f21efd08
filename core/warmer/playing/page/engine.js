// The steps, as warmer takes them in Python: the same sums in the same order, so the same bits.
const dot = (left, at, right, from, count) => {
  const lane = (first, by) => {
    let sum = left[at + first] * right[from + first];
    for (let i = first + by; i < count; i += by) sum += left[at + i] * right[from + i];
    return sum;
  };
  if (count <= 8) return lane(0, 1);
  let lanes = [0, 1, 2, 3, 4, 5, 6, 7].map((first) => lane(first, 8));
  while (lanes.length > 1) {
    const half = lanes.length / 2;
    lanes = lanes.slice(0, half).map((sum, i) => sum + lanes[i + half]);
  }
  return lanes[0];
};

// Add one value per row, in blocks whose length follows from how many rows there are.
const sumOfRows = (values, add = (sum, value) => sum + value) => {
  const block = Math.max(64, 1 << ((33 - Math.clz32(values.length - 1)) >> 1)), sums = [];
  for (let at = 0; at < values.length; at += block) {
    sums.push(values.slice(at, at + block).reduce(add));
  }
  return sums.reduce(add);
};
const sumOfLists = (lists) =>
  sumOfRows(lists, (sums, values) => sums.map((sum, i) => sum + values[i]));

// What ends a run is thrown as a text: numbers that leave the floats, or what Python refuses.
const finite = (value, what) => {
  if (!Number.isFinite(value)) throw `${what} is ${value}`;
  return value;
};
const answered = (answer, hook) => {
  if (answer.fault) throw `${hook} cannot be computed`;
  return answer;
};
const attempt = (action, otherwise) => {
  try {
    return action();
  } catch (trouble) {
    if (typeof trouble !== "string") throw trouble;
    return otherwise(trouble);
  }
};
const normOf = (values, what) =>
  finite(Math.sqrt(dot(values, 0, values, 0, values.length)), what);

// Predict and compare rows, with the parameters p.
const assess = (net, p, weights, { inputs, targets }) => {
  const seen = inputs.map((row, i) => {
    const predicted = answered(net.predict(p, weights, row), "predict");
    const compared = net.compare(p, { ...predicted, target: targets[i] });
    return { ...predicted, ...answered(compared, "compare") };
  });
  const error = finite(sumOfRows(seen.map((row) => row.error)) / seen.length, "the error");
  return { seen, error };
};
const errorAt = (net, p, weights, rows) =>
  attempt(() => assess(net, p, weights, rows).error, () => Infinity);

// The mean over the rows of delta times the slope of the prediction, for every weight.
const weightDeltas = (net, p, weights, { inputs }, seen) => {
  const rows = inputs.map((row, at) => {
    const { terms, elements } = answered(net.slope(p, weights, row, seen[at]), "the slope");
    const sums = weights.map(() => null);
    const add = (i, value) => { sums[i] = sums[i] === null ? value : sums[i] + value; };
    for (const [start, stop, factor, other, from] of terms) {
      for (let i = start; i < stop; i++) add(i, factor * other[from + i - start]);
    }
    for (const [i, value] of elements) add(i, value);
    return sums.map((sum) => (sum === null ? 0 : sum));
  });
  return sumOfLists(rows).map((sum) => sum / rows.length);
};

// The rows of a step, in the order of the table.
const perPass = ({ inputs, batch }) => Math.ceil(inputs.length / (batch || inputs.length));
const batchOf = (task, step) => {
  const start = ((step - 1) % perPass(task)) * task.batch, stop = start + task.batch;
  return task.batch ? { inputs: task.inputs.slice(start, stop), targets: task.targets.slice(start, stop) }
    : task;
};

const withWeight = (weights, at, value) => weights.map((each, i) => (i === at ? value : each));

// One step from { weights, memory }; memory has a list of numbers for each weight.
const takeStep = (net, p, task, step, { weights, memory }) => {
  const rows = batchOf(task, step), { seen, error } = assess(net, p, weights, rows);
  const shared = { error, step, steps: task.steps, passes: Math.floor((step - 1) / perPass(task)) };
  if (net.weightNorm) shared.weight_norm = normOf(weights, "weight_norm");
  const slopes = net.slope && weightDeltas(net, p, weights, rows, seen), stages = [];
  let now = slopes || weights;
  for (const { hook, norm, ask } of net.stages) {
    if (norm) shared.weight_delta_norm = normOf(now, "weight_delta_norm");
    const given = weights.map((weight, i) => ({
      ...shared, weight, weight_delta: now[i],
      error_at: (candidate) => errorAt(net, p, withWeight(weights, i, candidate), rows),
    }));
    stages.push({ given, memory });
    const answers = given.map((e, i) => answered(ask(p, e, memory[i]), hook));
    now = answers.map((answer) => answer.value);
    memory = answers.map((answer) => answer.memory);
  }
  now.forEach((weight) => finite(weight, "a weight"));
  memory.forEach((fields) => fields.forEach((value) => finite(value, "a memory")));
  const { prediction, delta } = seen[seen.length - 1];
  return { error, prediction, delta, slopes, weights: now, memory, rows, seen, stages };
};

// A run of some steps, or more of one; it ends before a step that cannot be taken.
const begin = (net, weights) => ({
  at: [{ weights, memory: weights.map(() => net.memory) }], steps: [], trouble: "",
});
const takeSteps = (net, p, task, count, walk) => {
  while (walk.steps.length < count && !walk.trouble) {
    const step = walk.steps.length + 1;
    attempt(() => {
      const taken = takeStep(net, p, task, step, walk.at[step - 1]);
      const { error, prediction, delta, slopes, weights, memory } = taken;
      walk.steps.push({ error, prediction, delta, slopes });
      walk.at.push({ weights, memory });
    }, (trouble) => { walk.trouble = `${trouble} at step ${step}`; });
  }
  return walk;
};
