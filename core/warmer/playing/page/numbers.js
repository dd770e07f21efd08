// Numbers as people read them; n and q also stand in the formulas.
const n = (x, digits = 5) => {
  if (!Number.isFinite(x)) return `${x}`;
  const short = Number(x.toPrecision(digits)), size = Math.abs(short);
  return size && (size < 1e-4 || size >= 1e6) ? short.toExponential().replace("+", "") : `${short}`;
};
const q = (x) => (x < 0 ? `(${n(x)})` : n(x));
const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", "\"": "&quot;" };
const esc = (text) => [...`${text}`].map((letter) => ENTITIES[letter] || letter).join("");
const tidy = (value, unit) => Number((Math.round(value / unit) * unit).toPrecision(12));
const unitOf = (span) => 10 ** Math.floor(Math.log10(span));
const even = (low, high, count) =>
  Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1));

// Round numbers between two ends, for axes; powers of ten where the axis is logarithmic.
const ticksOf = ([low, high], most, log) => {
  const ends = log ? [Math.log10(low), Math.log10(high)] : [low, high];
  const rough = (ends[1] - ends[0]) / most, power = unitOf(rough);
  let step = power * ([1, 2, 5].find((times) => times * power >= rough) || 10);
  if (log) step = Math.max(1, Math.round(step));
  const ticks = [];
  for (let i = Math.ceil(ends[0] / step); i * step <= ends[1] && ticks.length < 20; i++) {
    ticks.push(log ? 10 ** (i * step) : tidy(i * step, power));
  }
  return ticks;
};

// What stands at the ticks of an axis, with as many digits as tell them apart.
const labelsOf = (ticks, digits = 5) => {
  const labels = ticks.map((tick) => n(tick, digits));
  return digits > 15 || new Set(labels).size === ticks.length ? labels : labelsOf(ticks, digits + 2);
};

// The ends of an axis of errors: from 0 where that is near, or all are one; else around what there is.
const endsOf = (values) => {
  if (!values.length) return [0, 1];
  let high = Math.max(...values), low = Math.min(...values);
  if (high === low || (low > 0 && low <= high / 2)) [low, high] = [Math.min(0, low), Math.max(0, high)];
  const room = 0.06 * (high - low) || 1;
  return [low && low - room, high + room];
};

// A slider goes from 0 to 1000; what a place on it means depends on its number.
const admits = ({ above, below, at_least, at_most }, value) => Number.isFinite(value) &&
  !(value <= above || value >= below || value < at_least || value > at_most);
const ofPlace = ({ kind, low, high, whole, limits }, place) => {
  const share = place / 1000, ratio = (a, b) => a * (b / a) ** share;
  let exact = low + (high - low) * share, value = tidy(exact, whole ? 1 : unitOf((high - low) / 150));
  if (kind === "log") {
    exact = ratio(low, high);
    value = whole ? Math.round(exact) : Number(exact.toPrecision(2));
  }
  if (kind === "near") {
    exact = 1 - ratio(1 - low, 1 - high);
    value = 1 - Number((1 - exact).toPrecision(2));
    value = Number(value.toPrecision(9));
  }
  return admits(limits, value) ? value : exact;
};
const placeOf = ({ kind, low, high }, value) => {
  const by = { log: Math.log, near: (x) => -Math.log(1 - x) }[kind] || ((x) => x);
  return (1000 * (by(value) - by(low))) / (by(high) - by(low)) || 0;
};
