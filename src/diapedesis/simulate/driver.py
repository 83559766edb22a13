"""Adaptive Tsitouras 5(4) pair over one schedule; appended to the text of every kernel.

Not imported: the kernel builder puts it below the generated ``prep``, ``start``, ``rhs`` and
``observe`` and compiles both as one module. Lanes are copies of one subject with perturbed
parameters; they share the steps that lane 0 chooses, so that differences between them are smooth.

Coefficients: Tsitouras 2011, doi 10.1016/j.camwa.2011.06.002 (free fourth-order interpolant).
"""

# mypy: ignore-errors
# ruff: noqa: D103, F821 -- names come from the generated part, which is not imported either
C2, C3, C4, C5 = 0.161, 0.327, 0.9, 0.9800255409045097
A = np.array(
    [
        [0.161, 0.0, 0.0, 0.0, 0.0, 0.0],
        [-0.008480655492356989, 0.335480655492357, 0.0, 0.0, 0.0, 0.0],
        [2.8971530571054935, -6.359448489975075, 4.3622954328695815, 0.0, 0.0, 0.0],
        [
            5.325864828439257,
            -11.748883564062828,
            7.4955393428898365,
            -0.09249506636175525,
            0.0,
            0.0,
        ],
        [
            5.86145544294642,
            -12.92096931784711,
            8.159367898576159,
            -0.071584973281401,
            -0.028269050394068383,
            0.0,
        ],
        [
            0.09646076681806523,
            0.01,
            0.4798896504144996,
            1.379008574103742,
            -3.290069515436081,
            2.324710524099774,
        ],
    ]
)
E = np.array(
    [
        -0.00178001105222577714,
        -0.0008164344596567469,
        0.007880878010261995,
        -0.1447110071732629,
        0.5823571654525552,
        -0.45808210592918697,
        0.015151515151515152,
    ]
)
FIRST_STEP = 2e-3
OK, TOO_MANY_STEPS, STEP_TOO_SMALL, NOT_FINITE = 0, 1, 2, 3


@njit
def interpolant(x, b):
    x2 = x * x
    b[0] = (
        -1.0530884977290216
        * x
        * (x - 1.3299890189751412)
        * (x2 - 1.4364028541716351 * x + 0.7139816917074209)
    )
    b[1] = 0.1017 * x2 * (x2 - 2.1966568338249754 * x + 1.2949852507374631)
    b[2] = 2.490627285651252793 * x2 * (x2 - 2.38535645472061657 * x + 1.57803468208092486)
    b[3] = -16.54810288924490272 * (x - 1.21712927295533244) * (x - 0.61620406037800089) * x2
    b[4] = 47.37952196281928122 * (x - 1.203071208372362603) * (x - 0.658047292653547382) * x2
    b[5] = -34.87065786149660974 * (x - 1.2) * (x - 0.666666666666666667) * x2
    b[6] = 2.5 * (x - 1.0) * (x - 0.6) * x2
    return None


@inlined
def stage(j, h, y, k, slopes, trial):
    """Evaluate stage `j`, a literal, so that the sum over earlier stages unrolls."""
    for lane in range(y.shape[0]):
        for i in range(y.shape[1]):
            total = 0.0
            for m in range(j):
                total += A[j - 1, m] * slopes[m, lane, i]
            trial[lane, i] = y[lane, i] + h * total
        rhs(trial, lane, k, slopes, j)
    return None


@njit
def error_of_step(h, y, trial, slopes, rtol, atol):
    worst = 0.0
    for i in range(y.shape[1]):
        total = 0.0
        for m in range(7):
            total += E[m] * slopes[m, 0, i]
        size = max(abs(y[0, i]), abs(trial[0, i]))
        ratio = abs(h * total) / (atol[i] + rtol * size)
        if not ratio <= worst:
            worst = ratio
    return worst


@njit
def emit(t, h, until, t_out, i_out, y, k, slopes, out, b, dense):
    """Write the outputs due up to `until`, which is t + h but for rounding."""
    while i_out < t_out.shape[0] and t_out[i_out] <= until:
        interpolant((t_out[i_out] - t) / h, b)
        for lane in range(y.shape[0]):
            for i in range(y.shape[1]):
                total = 0.0
                for m in range(7):
                    total += b[m] * slopes[m, lane, i]
                dense[lane, i] = y[lane, i] + h * total
            observe(dense, lane, k, out, i_out)
        i_out += 1
    return i_out


@njit
def segment(t, end, y, k, t_out, i_out, rtol, atol, steps_left, out, slopes, trial, b, dense):
    """Integrate over constant inputs; return (status, i_out, steps_left)."""
    h = min(FIRST_STEP, end - t)
    for lane in range(y.shape[0]):
        rhs(y, lane, k, slopes, 0)
    while t < end:
        if steps_left <= 0:
            return TOO_MANY_STEPS, i_out, steps_left
        if h < 1e-13 * max(1.0, abs(t)) and h < end - t:
            return STEP_TOO_SMALL, i_out, steps_left
        last = t + h >= end or end - t - h < 0.01 * h
        if last:
            h = end - t
        stage(1, h, y, k, slopes, trial)
        stage(2, h, y, k, slopes, trial)
        stage(3, h, y, k, slopes, trial)
        stage(4, h, y, k, slopes, trial)
        stage(5, h, y, k, slopes, trial)
        stage(6, h, y, k, slopes, trial)
        err = error_of_step(h, y, trial, slopes, rtol, atol)
        steps_left -= 1
        if err <= 1.0:
            until = end if last else t + h
            i_out = emit(t, h, until, t_out, i_out, y, k, slopes, out, b, dense)
            t = until
            floored = False
            for lane in range(y.shape[0]):
                for i in range(y.shape[1]):
                    value = trial[lane, i]
                    if FLOOR[i] and value < 0.0:
                        value = 0.0
                        floored = True
                    y[lane, i] = value
                    slopes[0, lane, i] = slopes[6, lane, i]
            if floored:
                for lane in range(y.shape[0]):
                    rhs(y, lane, k, slopes, 0)
            h *= min(10.0, 0.9 * max(err, 1e-10) ** -0.2)
        elif err > 1.0:
            h *= max(0.1, 0.9 * err**-0.2)
        else:
            h *= 0.1
    return OK, i_out, steps_left


@njit
def subject(
    p,
    y0,
    given,
    starts,
    u,
    jump_t,
    jump_i,
    jump_v,
    jump_set,
    t_out,
    t0,
    t1,
    rtol,
    atol,
    limit,
    out,
    y_end,
):
    """Solve one subject, all lanes; return (status, steps)."""
    lanes, n = y_end.shape
    y = np.empty((lanes, n))
    k = np.empty((lanes, N_HOISTED))
    slopes = np.empty((7, lanes, n))
    trial = np.empty((lanes, n))
    b = np.empty(7)
    dense = np.empty((lanes, n))
    out[:] = np.nan
    y_end[:] = np.nan
    s = 0
    while s + 1 < starts.shape[0] and starts[s + 1] <= t0:
        s += 1
    for lane in range(lanes):
        prep(p, lane, u[s], k)
        if given:
            y[lane] = y0[lane]
        else:
            start(p, lane, u[s], y)
    i_out = 0
    while i_out < t_out.shape[0] and t_out[i_out] <= t0:
        for lane in range(lanes):
            observe(y, lane, k, out, i_out)
        i_out += 1
    j = 0
    while j < jump_t.shape[0] and jump_t[j] < t0:
        j += 1
    t = t0
    steps_left = limit
    while t < t1:
        while j < jump_t.shape[0] and jump_t[j] <= t:
            for lane in range(lanes):
                y[lane, jump_i[j]] = jump_v[j] + (0.0 if jump_set[j] else y[lane, jump_i[j]])
            j += 1
        end = t1
        if s + 1 < starts.shape[0]:
            end = min(end, starts[s + 1])
        if j < jump_t.shape[0]:
            end = min(end, jump_t[j])
        status, i_out, steps_left = segment(
            t, end, y, k, t_out, i_out, rtol, atol, steps_left, out, slopes, trial, b, dense
        )
        if status != OK:
            out[:] = np.nan
            return status, limit - steps_left
        t = end
        if s + 1 < starts.shape[0] and starts[s + 1] <= t:
            s += 1
            for lane in range(lanes):
                prep(p, lane, u[s], k)
    y_end[:] = y
    if not (np.isfinite(y.sum()) and np.isfinite(out.sum())):
        out[:] = np.nan
        y_end[:] = np.nan
        return NOT_FINITE, limit - steps_left
    return OK, limit - steps_left


@njit
def run(
    first,
    last,
    p,
    y0,
    given,
    starts,
    u,
    jump_t,
    jump_i,
    jump_v,
    jump_set,
    t_out,
    t0,
    t1,
    rtol,
    atol,
    limit,
    out,
    y_end,
    status,
    steps,
):
    """Solve subjects `first` to `last`; `u` has one row of tables, or one per subject."""
    for i in range(first, last):
        row = i if u.shape[0] > 1 else 0
        status[i], steps[i] = subject(
            p[i],
            y0[i],
            given,
            starts,
            u[row],
            jump_t,
            jump_i,
            jump_v,
            jump_set,
            t_out,
            t0,
            t1,
            rtol,
            atol,
            limit,
            out[i],
            y_end[i],
        )
    return None
