"""A step of the Rosenbrock formula, in the language of ``dialect``; parsed, not imported."""

# mypy: ignore-errors
# ruff: noqa: D103, F821
K = room(8 * N)
M = room(NM)
DY = room(N)
IG = room(1)
GROWTH = room(1)
COEFFICIENTS = room(3 * N)
WORST_MULTIPLIER = 1e10


def step() -> v:
    """Step every lane from Y to YN; return the largest of the scaled errors.

    As bits, of which those of NaN are larger than those of any number.
    """
    h = vec(H, 0)
    ih = 1.0 / h
    put(IG, 0, ih * (1.0 / GAMMA))
    factor(at(Y, 0), at(IG, 0), at(K, 0), at(M, 0), at(GROWTH, 0))
    back_substitute(at(M, 0), at(K, 0))
    for s in unroll(1, 8):
        for i in range(N):
            if s > 5:
                put(YN, i, vec(YN, i) + vec(K, (s - 1) * N + i))
            else:
                total = vec(Y, i) + vec(K, i) * A[s][0]
                for j in unroll(1, s):
                    total = total + vec(K, j * N + i) * A[s][j]
                put(YN, i, total)
        rhs(at(YN, 0), at(DY, 0))
        for i in range(N):
            total = vec(K, i) * C[s][0]
            for j in unroll(1, s):
                total = total + vec(K, j * N + i) * C[s][j]
            put(K, s * N + i, vec(DY, i) + ih * total)
        back_substitute(at(M, 0), at(K, s * N))
    worst = bits(vector(0.0))
    for i in range(N):
        e = vec(K, 7 * N + i)
        last = vec(YN, i) + e
        put(YN, i, last)
        r = e / (arg.atol[i] + arg.rtol * max(abs(vec(Y, i)), abs(last)))
        worst = max(worst, bits(abs(r)))
    return where(vec(GROWTH, 0) < WORST_MULTIPLIER, floats(worst), NAN)


def prepare_dense():
    """Form the coefficients of the interpolant from the stages."""
    for i in unroll(NEEDED):
        for r in unroll(3):
            total = vec(K, i) * DENSE[r][0]
            for j in unroll(1, 8):
                total = total + vec(K, j * N + i) * DENSE[r][j]
            put(COEFFICIENTS, r * N + i, total)


def interpolate(theta: v):
    """Fill D with the states needed at a share `theta` of the step."""
    rest = 1.0 - theta
    for i in unroll(NEEDED):
        inner = vec(COEFFICIENTS, 2 * N + i) * theta + vec(COEFFICIENTS, N + i)
        inner = inner * theta + vec(COEFFICIENTS, i)
        put(D, i, rest * vec(Y, i) + theta * (vec(YN, i) + rest * inner))


@inline
def keep_slopes(ok: m):
    """Each step makes its own slopes."""
    pass


@inline
def renew_slopes(changed: i):
    pass
