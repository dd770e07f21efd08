"""What Python does with numbers and JavaScript does not, in JavaScript."""

HELPERS: dict[str, tuple[tuple[str, ...], str]] = {
    "floor": ((), "const floor = (x) => Math.floor(x) + 0;"),
    "ceil": ((), "const ceil = (x) => Math.ceil(x) + 0;"),
    "trunc": ((), "const trunc = (x) => Math.trunc(x) + 0;"),
    "round": (
        (),
        """const round = (x) => {
  const below = Math.floor(x), rest = x - below;
  const up = rest > 0.5 || (rest === 0.5 && below % 2 !== 0);
  return below + (up ? 1 : 0);
};""",
    ),
    "copysign": (
        (),
        """const copysign = (x, sign) =>
  sign < 0 || Object.is(sign, -0) ? -Math.abs(x) : Math.abs(x);""",
    ),
    "remainder": (
        ("copysign",),
        """const remainder = (x, y) => {
  const rest = x % y;
  if (rest === 0) return copysign(0, y);
  return rest < 0 !== y < 0 ? rest + y : rest;
};""",
    ),
    "quotient": (
        ("copysign",),
        """const quotient = (x, y) => {
  const rest = x % y;
  let whole = (x - rest) / y;
  if (rest !== 0 && rest < 0 !== y < 0) whole -= 1;
  if (whole === 0) return copysign(0, x / y);
  const below = Math.floor(whole);
  return whole - below > 0.5 ? below + 1 : below;
};""",
    ),
    "power": (
        (),
        """const power = (x, y) =>
  x === 1 || (x === -1 && Math.abs(y) === Infinity) ? 1 : Math.pow(x, y);""",
    ),
    "polynomial": (
        (),
        "const polynomial = (x, factors) => factors.reduceRight((sum, f) => sum * x + f, 0);",
    ),
    "tail": (
        ("polynomial",),
        """// exp(-x * x) / x * (1 + ...), for 1.25 <= x < 28 (Sun Microsystems, 1993)
const tail = (x) => {
  const s = 1 / (x * x);
  const [above, below] = x < 1 / 0.35 ? [
    [-9.86494403484714822705e-3, -6.93858572707181764372e-1, -1.05586262253232909814e1,
      -6.23753324503260060396e1, -1.62396669462573470355e2, -1.84605092906711035994e2,
      -8.12874355063065934246e1, -9.81432934416914548592],
    [1, 1.96512716674392571292e1, 1.37657754143519042600e2, 4.34565877475229228821e2,
      6.45387271733267880336e2, 4.29008140027567833386e2, 1.08635005541779435134e2,
      6.57024977031928170135, -6.04244152148580987438e-2],
  ] : [
    [-9.86494292470009928597e-3, -7.99283237680523006574e-1, -1.77579549177547519889e1,
      -1.60636384855821916062e2, -6.37566443368389627722e2, -1.02509513161107724954e3,
      -4.83519191608651397019e2],
    [1, 3.03380607434824582924e1, 3.25792512996573918826e2, 1.53672958608443695994e3,
      3.19985821950859553908e3, 2.55305040643316442583e3, 4.74528541206955367215e2,
      -2.24409524465858183362e1],
  ];
  const high = new Float64Array([x]);
  new Uint32Array(high.buffer)[0] = 0;
  const z = high[0], rest = (z - x) * (z + x) + polynomial(s, above) / polynomial(s, below);
  return (Math.exp(-z * z - 0.5625) * Math.exp(rest)) / x;
};""",
    ),
    "near": (
        ("polynomial",),
        """// erf(x) / x - 1 for |x| < 0.84375, and erf(x) - 0.845... for 0.84375 <= x < 1.25
const near = (x) => polynomial(x * x, [1.28379167095512558561e-1, -3.25042107247001499370e-1,
  -2.84817495755985104766e-2, -5.77027029648944159157e-3, -2.37630166566501626084e-5]) /
  polynomial(x * x, [1, 3.97917223959155352819e-1, 6.50222499887672944485e-2,
    5.08130628187576562776e-3, 1.32494738004321644526e-4, -3.96022827877536812320e-6]);
const around = (x) => polynomial(x - 1, [-2.36211856075265944077e-3, 4.14856118683748331666e-1,
  -3.72207876035701323847e-1, 3.18346619901161753674e-1, -1.10894694282396677476e-1,
  3.54783043256182359371e-2, -2.16637559486879084300e-3]) /
  polynomial(x - 1, [1, 1.06420880400844228286e-1, 5.40397917702171048937e-1,
    7.18286544141962662868e-2, 1.26171219808761642112e-1, 1.36370839120290507362e-2,
    1.19844998467991074170e-2]);
const AROUND = 8.45062911510467529297e-1;""",
    ),
    "erf": (
        ("near", "tail"),
        """const erf = (x) => {
  const size = Math.abs(x), sign = x < 0 ? -1 : 1;
  if (!(size >= 0.84375)) return x + x * near(x);
  if (size < 1.25) return sign * (AROUND + around(size));
  return sign * (size < 6 ? 1 - tail(size) : 1);
};""",
    ),
    "erfc": (
        ("near", "tail"),
        """const erfc = (x) => {
  const size = Math.abs(x);
  if (!(size >= 0.84375)) return x < 0.25 ? 1 - (x + x * near(x)) : 0.5 - (x - 0.5 + x * near(x));
  if (size < 1.25) return x < 0 ? 1 + (AROUND + around(size)) : 1 - AROUND - around(size);
  if (x < 0) return size < 6 ? 2 - tail(size) : 2;
  return size < 28 ? tail(size) : 0;
};""",
    ),
}
"""Name -> the helpers that it calls, and its source; in an order in which each may be defined."""
