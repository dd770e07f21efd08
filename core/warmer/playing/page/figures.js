// Figures: axes, lines and points as SVG, in the pixels that there are.
const HEIGHT = 280;
const COLOURS = ["var(--first)", "var(--second)"];
const INK = "currentColor";

const line = (points, look = "", colour = INK) => {
  let letter = "M";
  const places = points.map(([x, y]) => {
    const told = Number.isFinite(x + y) ? `${letter}${x.toFixed(1)} ${y.toFixed(1)}` : "";
    letter = told ? "L" : "M";
    return told;
  });
  return `<path class="line ${look}" stroke="${colour}" d="${places.join("")}"/>`;
};
const dots = (points, i, look = "dot") => points.map(([x, y]) => (Number.isFinite(x + y)
  ? `<circle class="${look}" cx="${x}" cy="${y}" r="3" fill="${COLOURS[i]}" stroke="${COLOURS[i]}"/>`
  : "")).join("");
const label = (x, y, text, look = "") => `<text class="${look}" x="${x}" y="${y}">${esc(text)}</text>`;
const draw = (svg, width, height, drawn) => {
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.firstElementChild.innerHTML = drawn;
};

// Axes from x[0] to x[1] and y[0] to y[1]; `inside` draws between them, given what places a point.
const chart = (svg, names, x, y, log, inside) => {
  const width = svg.clientWidth || 480, top = 26, up = ticksOf(y, 5, log), heights = labelsOf(up);
  const left = 16 + 7 * Math.max(2, ...heights.map((text) => text.length));
  const across = width - left - 14, down = HEIGHT - top - 40;
  const level = log ? Math.log : (value) => value;
  const near = (place) => Math.max(-4e3, Math.min(4e3, place));  // far out of sight
  const px = (value) => near(((value - x[0]) / (x[1] - x[0])) * across);
  const py = (value) =>
    near((1 - (level(value) - level(y[0])) / (level(y[1]) - level(y[0]))) * down);
  const along = ticksOf(x, Math.max(2, Math.floor(across / 80))), places = labelsOf(along);
  const grid = [
    ...up.map((tick, i) => `<path class="grid" d="M0 ${py(tick)}h${across}"/>${
      label(-7, py(tick) + 4, heights[i], "end")}`),
    ...along.map((tick, i) => `<path class="grid" d="M${px(tick)} 0v${down}"/>${
      label(px(tick), down + 17, places[i], "middle")}`),
  ].join("");
  const placed = (points) => points.map(([a, b]) => [px(a), py(b)]);
  draw(svg, width, HEIGHT, `${label(4, 14, names[1])}
    ${label(left + across / 2, HEIGHT - 6, names[0], "middle")}
    <g transform="translate(${left} ${top})">${grid}
    <rect class="frame" width="${across}" height="${down}"/>
    <svg width="${across}" height="${down}">${inside(placed)}</svg></g>`);
  return {
    place: ([a, b]) => [left + Math.max(0, Math.min(across, px(a))), top + Math.max(0, Math.min(down, py(b)))],
    value: (a, b) => [x[0] + ((a - left) / across) * (x[1] - x[0]),
      y[0] + (1 - (b - top) / down) * (y[1] - y[0])],
  };
};

// At most so many of a list, evenly, the last among them.
const thinned = (list, most) => {
  const by = Math.ceil(list.length / most);
  return list.filter((_, at) => (list.length - 1 - at) % by === 0);
};
const budget = (least, most, all, size = SEEN) => Math.max(least, Math.min(most, Math.floor(all / size)));

// From where to where the axis of a weight goes: it holds the run, and the least error nearby.
// Of a run that diverged it holds what is below 25 times the first error.
const spanOf = (i, axis) => {
  const { at, steps } = walkOf(i, Math.min(state.steps, Math.max(state.step, budget(1, 2000, 3e5, SIZE))));
  const beyond = steps.findIndex((step) => step.error > 25 * steps[0].error);
  const seen = at.slice(0, beyond < 0 ? at.length : beyond).map((each) => each.weights[axis]);
  let low = Math.min(...seen), high = Math.max(...seen);
  const unit = Math.max(Math.abs(low), Math.abs(high)) || 1;
  const span = high - low > 1e-9 * unit ? high - low : unit / 2;
  if (NETS[i]) {
    const last = at[(beyond < 0 ? at.length : beyond) - 1].weights;
    const wide = even(low - 12 * span, high + 12 * span, budget(13, 97, 1e6));
    const errors = wide.map((value) => sketch(i, withWeight(last, axis, value)));
    const least = errors.indexOf(Math.min(...errors)), bottom = wide[least];
    if (least > 0 && least < wide.length - 1) {
      const ends = [low, high];
      low = Math.min(low, bottom - 0.4 * (ends[1] - bottom));
      high = Math.max(high, bottom + 0.4 * (bottom - ends[0]));
    }
  }
  const room = Math.max(0.08 * (high - low), high - low < span / 2 ? span / 2 : 0);
  return [low - room, high + room];
};

// The error over one weight, the others as they are, and the steps on it, with the slope here.
const drawWalk = (svg, i, [span]) => {
  const axis = state.x, k = taken(i), { at, steps } = walkOf(i, k), now = weightsOf(i);
  const error = (value) => sketch(i, withWeight(now, axis, value));
  const walked = thinned(at.slice(0, k + 1).map((each, step) => [each.weights[axis], step]), 200)
    .map(([value, step]) => [value, WEIGHTS === 1 && NETS[i] ? error(value)
      : step < k ? steps[step].error : lastError(i)]);
  const curve = NETS[i] ? even(...span, budget(41, 121, 3e6)).map((x) => [x, error(x)]) : [];
  const here = walked[walked.length - 1], ahead = NETS[i] && nextOf(i);
  const heights = (NETS[i] ? curve : walked).map((each) => each[1]).filter(Number.isFinite);
  const drawn = chart(svg, [TASK.names[axis], "error"], span, endsOf(heights), false, (placed) => {
    let beside = "";
    if (NETS[i]) {
      const h = (span[1] - span[0]) / 2000, slope = (error(here[0] + h) - error(here[0] - h)) / (2 * h);
      beside = line(placed([-260, 260].map((far) =>
        [here[0] + far * h, here[1] + far * h * slope])), "faint");
    }
    if (ahead) {
      const next = [ahead[axis], error(ahead[axis])];
      beside += line(placed([here, next]), "dashed", COLOURS[i]) + dots(placed([next]), i, "ring");
    }
    return line(placed(curve)) + line(placed(walked), "faint", COLOURS[i]) + beside +
      dots(placed(walked), i);
  });
  return { ...drawn, here };
};

// The error over two weights, as lines of equal error, and the steps between them.
const drawContour = (svg, i, [x, y]) => {
  const axes = [state.x, state.y], on = (weights) => axes.map((axis) => weights[axis]);
  const k = taken(i), now = weightsOf(i), side = Math.floor(Math.sqrt(budget(150, 2500, 2e6)));
  const [columns, rows] = [x, y].map((span) => even(...span, side));
  const cells = rows.map((b) => columns.map((a) =>
    sketch(i, withWeight(withWeight(now, axes[0], a), axes[1], b))));
  const finite = cells.flat().filter(Number.isFinite), low = Math.min(...finite);
  const levels = even(0.5, 10.5, 11).map((at) => low + (Math.max(...finite) - low) * (at / 11) ** 2);
  const walked = thinned(walkOf(i, k).at.slice(0, k + 1).map((each) => on(each.weights)), 300);
  const ahead = nextOf(i);
  const drawn = chart(svg, on(TASK.names), x, y, false, (placed) =>
    levels.map((level) => line(placed(ringOf(cells, columns, rows, level)), "ring-line")).join("") +
    line(placed(walked), "faint", COLOURS[i]) +
    (ahead ? line(placed([on(now), on(ahead)]), "dashed", COLOURS[i]) : "") + dots(placed(walked), i));
  return { ...drawn, here: on(now) };
};

// Pieces of the line along which a grid of numbers has one level, with a gap after each.
const ringOf = (cells, columns, rows, level) => cells.slice(1).flatMap((_, row) =>
  columns.slice(1).flatMap((__, column) => {
    const corners = [[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]].map(([a, b]) =>
      [columns[column + a], rows[row + b], cells[row + b][column + a] - level]);
    const crossed = corners.slice(1).flatMap(([a, b, height], at) => {
      const [c, d, other] = corners[at], share = other / (other - height);
      return other < 0 !== height < 0 && Number.isFinite(share)
        ? [[c + (a - c) * share, d + (b - d) * share]] : [];
    });
    return crossed.length ? [...crossed.slice(0, 2), [NaN, NaN], ...crossed.slice(2), [NaN, NaN]] : [];
  }));

// All weights as bars from 0; a thin line says where each of them started.
const drawBars = (svg, i) => {
  const now = weightsOf(i).slice(0, 40), begun = walkOf(i, 0).at[0].weights.slice(0, 40);
  const width = svg.clientWidth || 480, tall = Math.max(14, Math.min(34, HEIGHT / now.length));
  const low = Math.min(0, ...now, ...begun), span = Math.max(0, ...now, ...begun) - low || 1;
  const left = Math.min(150, 14 + 7 * Math.max(...TASK.names.map((name) => name.length)));
  const px = (value) => left + ((value - low) / span) * (width - left - 76);
  draw(svg, width, Math.max(HEIGHT, now.length * tall), now.map((weight, at) => {
    const y = at * tall, ends = [px(0), px(weight)], far = Math.max(...ends), near = Math.min(...ends);
    return `${label(left - 8, y + tall / 2 + 4, TASK.names[at], "end")}
      <rect x="${near}" y="${y + 3}" width="${far - near}" height="${tall - 6}" fill="${COLOURS[i]}"/>
      <path class="line" stroke="${INK}" d="M${px(begun[at])} ${y + 1}v${tall - 2}"/>
      ${label(far + 6, y + tall / 2 + 4, n(weight))}`;
  }).join(""));
};

// The error at the start of each step; that of the other side, faintly.
const drawDescent = (svg, i) => {
  const all = SIDES.map((_, side) => [
    ...walkOf(side, state.step).steps.slice(0, taken(side)).map((step) => step.error), lastError(side),
  ]);
  const seen = all.flat().filter(Number.isFinite), high = Math.max(...seen);
  const least = Math.max(1e-33 * high, Math.min(...seen.filter((each) => each > 0)));
  const log = high > 100 * least;
  const y = log ? [least * 0.7, high * 1.4] : endsOf(seen);
  const x = [0, Math.max(10, ...all.map((each) => each.length - 1))];
  chart(svg, ["steps taken", "error"], x, y, log, (placed) => {
    const points = (side) => placed(thinned(all[side].map((error, at) => [at, error]), 600));
    const own = points(i);
    return (SIDES[1] ? line(points(1 - i), "faint dashed", COLOURS[1 - i]) : "") +
      line(own, "", COLOURS[i]) + dots(own.slice(-1), i);
  });
  const last = all[i].length - 1;
  svg.setAttribute("aria-label",
    `error over steps: ${n(all[i][0])} at first, ${n(all[i][last])} after ${last} steps`);
};
