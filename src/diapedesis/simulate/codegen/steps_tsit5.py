"""A step of the explicit pair, in the language of ``dialect``; parsed, not imported."""

# mypy: ignore-errors
# ruff: noqa: F821
K = room(7 * N)
DY = room(N)
WEIGHTS = room(7)


def step() -> v:
    """Step every lane from Y to YN; return the largest of the scaled errors.

    As bits, of which those of NaN are larger than those of any number.
    """
    h = vec(H, 0)
    for s in unroll(1, 7):
        for i in range(N):
            total = vec(K, i) * A[s][0]
            for j in unroll(1, s):
                total = total + vec(K, j * N + i) * A[s][j]
            put(YN, i, vec(Y, i) + h * total)
        rhs(at(YN, 0), at(K, s * N))
    worst = bits(vector(0.0))
    for i in range(N):
        e = vec(K, i) * E[0]
        for j in unroll(1, 7):
            e = e + vec(K, j * N + i) * E[j]
        size = max(abs(vec(Y, i)), abs(vec(YN, i)))
        r = h * e / (arg.atol[i] + arg.rtol * size)
        worst = max(worst, bits(abs(r)))
    return floats(worst)


def prepare_dense():
    """The interpolant needs the stages alone."""
    pass


def interpolate(theta: v):
    """Fill D with the states needed at a share `theta` of the step."""
    h = vec(H, 0)
    for j in unroll(7):
        weight = vector(B[j][3])
        for k in unroll(2, -1, -1):
            weight = weight * theta + B[j][k]
        put(WEIGHTS, j, h * theta * weight)
    for i in unroll(NEEDED):
        total = vec(Y, i)
        for j in unroll(7):
            total = total + vec(K, j * N + i) * vec(WEIGHTS, j)
        put(D, i, total)


@inline
def keep_slopes(ok: m):
    """The last slope of an accepted step is the first of the next."""
    for i in range(N):
        put(K, i, where(ok, vec(K, 6 * N + i), vec(K, i)))


def renew_slopes(changed: i):
    """Work out the first slope anew in some lanes; the others keep theirs to the last bit."""
    rhs(at(Y, 0), at(DY, 0))
    for lane in members(changed):
        for i in range(N):
            K[i * W + lane] = DY[i * W + lane]
