"""exp, log and power of whole vectors, in the language of ``dialect``; parsed, not imported.

NaN stays NaN, overflow is infinite, underflow 0: nothing is clamped into a plausible number.
Errors are below 2e-15 relative (power: 4e-16 times the size of b log(a) more).
"""

# mypy: ignore-errors
# ruff: noqa: F821
LOG2E = 1.4426950408889634074
LN2_HIGH = 6.93147180369123816490e-01
LN2_LOW = 1.90821492927058770002e-10
ROUNDER = 6755399441055744.0
EXP = (
    1.0,
    1.0,
    1.0 / 2,
    1.0 / 6,
    1.0 / 24,
    1.0 / 120,
    1.0 / 720,
    1.0 / 5040,
    1.0 / 40320,
    1.0 / 362880,
    1.0 / 3628800,
    1.0 / 39916800,
    1.0 / 479001600,
    1.0 / 6227020800,
)
LOG = (
    6.666666666666735130e-01,
    3.999999999940941908e-01,
    2.857142874366239149e-01,
    2.222219843214978396e-01,
    1.818357216161805012e-01,
    1.531383769920937332e-01,
    1.479819860511658591e-01,
)


@inline
def v_exp(x: v) -> v:
    """Reduce by powers of 2, then a Taylor polynomial on -ln(2)/2 to ln(2)/2."""
    near = max(min(x, 710.5), -746.0)
    shifted = near * LOG2E + ROUNDER
    n = (bits(shifted) << 32) >> 32
    t = shifted - ROUNDER
    r = near - t * LN2_HIGH - t * LN2_LOW
    total = vector(EXP[13])
    for k in unroll(12, -1, -1):
        total = total * r + EXP[k]
    half = n >> 1  # in two portions, as 2**1024 is no number
    total = total * floats((half + 1023) << 52)
    return total * floats((n - half + 1023) << 52)


@inline
def v_log(x: v) -> v:
    """Exponent and mantissa on sqrt(1/2) to sqrt(2), then the polynomial of fdlibm's log."""
    tiny = x < 2.2250738585072014e-308
    b = bits(where(tiny, x * 18014398509481984.0, x))
    k = (b - bits(vector(0.70710678118654752440))) >> 52
    f = floats(b - (k << 52)) - 1.0
    kd = floats(k + 0x4338000000000000) - ROUNDER
    kd = where(tiny, kd - 54.0, kd)
    s = f / (f + 2.0)
    z = s * s
    r = vector(LOG[6])
    for i in unroll(5, -1, -1):
        r = r * z + LOG[i]
    half = 0.5 * f * f
    found = kd * LN2_HIGH - ((half - (s * (half + r * z) + kd * LN2_LOW)) - f)
    found = where(x == INFINITY, INFINITY, found)
    found = where(x == 0.0, -INFINITY, found)
    return where(x >= 0.0, found, NAN)


@inline
def v_pow(a: v, b: v) -> v:
    """The power of a non-negative number; NaN for a negative one."""
    found = v_exp(b * v_log(a))
    found = where(b == 0.0, 1.0, found)
    return where(a == 1.0, 1.0, found)
