"""The loop around the steps, in the language of ``dialect``; parsed, not imported.

Every lane has a subject of its own with its own time, step, schedule and place in the outputs. A
lane whose subject is done takes the next one from the queue. What happens to a lane never depends
on its mates: vectors are worked on lane by lane, and what is worked out again for one lane (its
slopes) is not taken over by the others, as the same sum may be rounded otherwise elsewhere.
"""

# mypy: ignore-errors
# ruff: noqa: D103, E741, F821
P = room(max(NP, 1))  # parameters
U = room(max(NU, 1))  # inputs in force
S = room(max(NS, 1))  # hoisted from parameters
G = room(max(NG, 1))  # hoisted from parameters and inputs
Y = room(N)  # states at T
YN = room(N)  # states at the end of the step
D = room(N)  # states between
Z = room(max(NZ, 1))  # integrals at T
ZN = room(max(NZ, 1))
ZD = room(max(NZ, 1))
F = room(4 * max(NZ, 1))  # integrands at the four nodes of a step
O = room(max(NO, 1))  # outputs
R = room(max(NR, 1))  # trigger functions
YE = room(N)  # states at an event within the step
PE = room(max(NP, 1))
SEEN = room(5 * max(NR, 1))  # trigger functions at five points of a step
BELOW = room(max(NR, 1))  # 1 where a trigger waits below 0
ARMED = room(max(NR, 1))
MEMORY = room(NPATTERN)  # first step that worked, by pattern of inputs
T = room(1)
TN = room(1)  # time at the end of the step
H = room(1)
TSTOP = room(1)  # next switch, jump, check, or the end
TOUT = room(1)  # next output
OFFSET = room(1)  # day 0 of the schedule
LAST = room(1)  # 1 when the step reaches TSTOP
FIRST = room(1)  # 1 until a step of the segment is accepted
ACTIVE = room(1)
STEPS = room(1)
ERROR = room(1)
FACTOR = room(1)
BROKEN = room(1)  # 1 when the error of the step was not finite
HIT = room(1)  # 1 when a trigger ended the step
BAD = room(1)  # 1 when an output was not finite
SUBJECT = introom(1)
SCHEDULE = introom(1)
STOP = introom(1)
PATTERN = introom(1)
IOUT = introom(1)
LOOK = introom(1)  # next day on which triggers are looked at
FIRES = introom(max(NR, 1))  # lanes in which a trigger fires now, as bits

LOBATTO = (1.0 / 12, 5.0 / 12, 5.0 / 12, 1.0 / 12)
BEND = (-0.186338998124982, 0.416666666666667, -0.416666666666667, 0.186338998124982)
"""A third divided difference, and how far the integral of a parabola is off because of it."""
SMALL = 1e-3
FOURTH = (1.0, -4.0, 6.0, -4.0, 1.0)
MOST_BEND = 0.5
ROUNDING = 1e-12
SHORT = 0.01

OK = 0
TOO_MANY_STEPS = 1
STEP_TOO_SMALL = 2
NOT_FINITE = 3


@entry
def simulate():
    for lane in range(W):
        idle(lane)
    active = admit((1 << W) - 1)
    while arg.t1 <= arg.t0 and active != 0:
        begin(active)
        for lane in members(active):
            finish(lane)
        active = admit((1 << W) - 1)
    begin(active)
    renew_slopes(active)
    while active != 0:
        live = vec(ACTIVE, 0) > 0.5
        limit_steps()
        error = step()
        if arg.lockstep > 0:
            put(ERROR, 0, error)
            error = vector(ERROR[0])
        if NZ > 0:
            error = worse(error, integrate())
        if len(CONTINUOUS) > 0:
            error = worse(error, unresolved())
        ok = live & (error <= 1.0)
        resize(error)
        if NR > 0:
            locate(ok)
        if NO > 0:
            write_outputs(ok)
        accept(ok)
        active = turn(active, live, ok)


def idle(lane: i):
    """Park a lane: it computes along, and nothing of it is used."""
    SUBJECT[lane] = -1
    ACTIVE[lane] = 0.0
    T[lane] = 0.0
    H[lane] = 1e-3
    TSTOP[lane] = INFINITY
    TOUT[lane] = INFINITY
    FIRST[lane] = 0.0


# -- a subject's way in -------------------------------------------------------------------------


def admit(free: i) -> i:
    """Load a subject into each free lane while there are any; return the lanes loaded.

    In lockstep all lanes are one row, which shares the steps of its first lane.
    """
    loaded = 0
    if arg.lockstep > 0:
        row = take(arg.queue)
        if row < arg.rows:
            for lane in range(arg.lockstep):
                load(lane, row * arg.lockstep + lane)
            loaded = (1 << arg.lockstep) - 1
    else:
        for lane in members(free):
            s = take(arg.queue)
            if s >= arg.rows:
                break
            load(lane, s)
            loaded = loaded | (1 << lane)
    return loaded


def load(lane: i, s: i):
    SUBJECT[lane] = s
    ACTIVE[lane] = 1.0
    T[lane] = arg.t0
    H[lane] = arg.first_step
    FIRST[lane] = 1.0
    OFFSET[lane] = 0.0
    STEPS[lane] = 0.0
    BAD[lane] = 0.0
    IOUT[lane] = 0
    for j in range(NP):
        P[j * W + lane] = arg.p[s * NP + j]
    for j in range(NZ):
        Z[j * W + lane] = 0.0
    for j in range(NPATTERN):
        MEMORY[j * W + lane] = arg.first_step
    for j in range(NR):
        ARMED[j * W + lane] = 1.0
        arg.event_time[s * NR + j] = NAN
        arg.event_count[s * NR + j] = 0
    SCHEDULE[lane] = arg.schedule[s]
    LOOK[lane] = 0
    looked(lane)
    find_stop(lane)
    next_output(lane)


def find_stop(lane: i):
    """Go to the first stop at or after now, with the inputs that hold now."""
    plan = SCHEDULE[lane]
    last = arg.stop_begin[plan + 1]
    k = arg.stop_begin[plan]
    row = arg.base_row[plan]
    while k < last and arg.stop_time[k] + OFFSET[lane] < T[lane]:
        row = arg.stop_row[k]
        k = k + 1
    STOP[lane] = k
    while k < last and arg.stop_time[k] + OFFSET[lane] <= T[lane]:
        row = arg.stop_row[k]
        k = k + 1
    PATTERN[lane] = 0
    set_inputs(lane, row)


def set_inputs(lane: i, row: i):
    for j in range(NU):
        U[j * W + lane] = arg.u[row * NU + j]
    for j in range(arg.n_own):
        U[arg.own_input[j] * W + lane] = arg.own[SUBJECT[lane] * arg.n_own + j]


def next_output(lane: i):
    TOUT[lane] = INFINITY
    if IOUT[lane] < arg.n_times:
        TOUT[lane] = arg.times[SUBJECT[lane] * arg.times_stride + IOUT[lane]]


def begin(fresh: i):
    """Start subjects just loaded: hoisted values, states, outputs due, first segment."""
    subject()
    segment()
    start(at(YN, 0))
    for lane in members(fresh):
        if arg.given > 0:
            for i in range(N):
                Y[i * W + lane] = arg.y0[SUBJECT[lane] * N + i]
        else:
            for i in range(N):
                Y[i * W + lane] = YN[i * W + lane]
    if NO > 0:
        observe(at(Y, 0), at(Z, 0), at(O, 0))
    if NR > 0:
        watch(at(Y, 0), at(Z, 0), at(R, 0))
    for lane in members(fresh):
        while TOUT[lane] <= T[lane]:
            write_row(lane)
        for j in range(NR):
            BELOW[j * W + lane] = 0.0
            if R[j * W + lane] * upward(arg.sign[j]) < 0.0:
                BELOW[j * W + lane] = 1.0
            FIRES[j] = FIRES[j] & ~(1 << lane)
        if arg.t0 < arg.t1:
            pass_stops(lane)
    segment()


def pass_stops(lane: i):
    """Apply the jumps and switches due in a lane, and set out for its next stop."""
    k = STOP[lane]
    last = arg.stop_begin[SCHEDULE[lane] + 1]
    row = -1
    while k < last and arg.stop_time[k] + OFFSET[lane] <= T[lane]:
        for j in range(arg.stop_jump[k], arg.stop_jump[k + 1]):
            i = arg.jump_state[j]
            before = 0.0
            if arg.jump_replaces[j] == 0:
                before = Y[i * W + lane]
            Y[i * W + lane] = max(before + arg.jump_value[j], arg.low[i])
        row = arg.stop_row[k]
        PATTERN[lane] = arg.stop_pattern[k]
        k = k + 1
    STOP[lane] = k
    if row >= 0:
        set_inputs(lane, row)
        H[lane] = MEMORY[PATTERN[lane] * W + lane]
        FIRST[lane] = 1.0
    TSTOP[lane] = arg.t1
    if k < last:
        TSTOP[lane] = min(arg.stop_time[k] + OFFSET[lane], arg.t1)
    if LOOK[lane] < arg.n_looks:
        TSTOP[lane] = min(arg.look_time[LOOK[lane]], TSTOP[lane])


# -- a step -------------------------------------------------------------------------------------


def limit_steps():
    """Shorten steps to end at stops; two equal ones where one would leave a crumb."""
    h = vec(H, 0)
    rest = vec(TSTOP, 0) - vec(T, 0)
    last = h >= rest * 0.999
    h = where(h > rest * 0.6, 0.5 * rest, h)
    h = where(last, rest, h)
    put(H, 0, h)
    put(LAST, 0, last)
    put(TN, 0, where(last, vec(TSTOP, 0), vec(T, 0) + h))


def resize(error: v):
    """The factor by which the error lets the next step grow."""
    small = max(error, 1e-7)
    factor = 0.9 * v_exp(-0.2 * v_log(small))
    factor = max(min(factor, 10.0), 0.2)
    put(FACTOR, 0, where(error < 1e300, factor, 0.1))
    put(BROKEN, 0, where(error < 1e300, 0.0, 1.0))


@inline
def worse(a: v, b: v) -> v:
    """The larger of two errors; NaN when one is."""
    return floats(max(bits(a), bits(b)))


def integrate() -> v:
    """Integrate the asked outputs over the step: four Lobatto nodes on the dense output.

    Return the error over what is tolerated. The nodes' own cubic and a parabola through three of
    them differ as h**3; the rule itself is right to h**6, so its error is about the square.
    """
    integrand(at(Y, 0), at(F, 0))
    prepare_dense()
    interpolate(vector(NODES[1]))
    integrand(at(D, 0), at(F, NZ))
    interpolate(vector(NODES[2]))
    integrand(at(D, 0), at(F, 2 * NZ))
    integrand(at(YN, 0), at(F, 3 * NZ))
    integrals(vector(1.0), at(ZN, 0))
    worst = bits(vector(0.0))
    for j in range(NZ):
        bend = vector(0.0)
        size = vector(1e-300)
        for node in unroll(4):
            f = vec(F, node * NZ + j)
            bend = bend + f * BEND[node]
            size = size + abs(f) * LOBATTO[node]
        part = abs(vec(H, 0)) * size
        error = part * (bend / size) * (bend / size)
        worst = max(worst, bits(error / (arg.rtol * (abs(vec(ZN, j)) + SMALL))))
    return floats(worst)


def integrals(theta: v, z: p):
    """Integrals up to a share `theta` of the step, through the polynomial of the integrand."""
    h = vec(H, 0)
    for j in range(NZ):
        total = vector(0.0)
        for node in unroll(4):
            weight = vector(CUMULATIVE[node][3])
            for k in unroll(2, -1, -1):
                weight = weight * theta + CUMULATIVE[node][k]
            total = total + vec(F, node * NZ + j) * weight
        put(z, j, vec(Z, j) + h * theta * total)


def between(theta: v):
    """States and integrals at a share `theta` of the step, in D and ZD."""
    interpolate(theta)
    if NZ > 0:
        integrals(theta, at(ZD, 0))


def write_outputs(ok: m):
    """Write the outputs that fall into the accepted steps."""
    due = ok & (vec(TOUT, 0) <= vec(TN, 0))
    if NZ == 0 and len(CONTINUOUS) == 0 and lanes(due) != 0:
        prepare_dense()
    while lanes(due) != 0:
        between(where(due, (vec(TOUT, 0) - vec(T, 0)) / vec(H, 0), 0.0))
        observe(at(D, 0), at(ZD, 0), at(O, 0))
        for lane in members(lanes(due)):
            write_row(lane)
        due = ok & (vec(TOUT, 0) <= vec(TN, 0))


def write_row(lane: i):
    """Write the outputs of a lane in O to its subject's next row."""
    row = (SUBJECT[lane] * arg.n_times + IOUT[lane]) * NO
    bad = BAD[lane]
    for j in range(NO):
        x = O[j * W + lane]
        if not (abs(x) < INFINITY):
            bad = 1.0
        arg.out[row + j] = x
    BAD[lane] = bad
    IOUT[lane] = IOUT[lane] + 1
    next_output(lane)


def accept(ok: m):
    """Go to the end of accepted steps; size the next ones."""
    for i in range(N):
        end = vec(YN, i)
        if len(CONTINUOUS) > 0:
            end = where(vec(HIT, 0) > 0.5, vec(YE, i), end)
        put(Y, i, where(ok, max(end, arg.low[i]), vec(Y, i)))
    for j in range(NZ):
        put(Z, j, where(ok, vec(ZN, j), vec(Z, j)))
    keep_slopes(ok)
    factor = vec(FACTOR, 0)
    for lane in members(lanes(ok & (vec(FIRST, 0) > 0.5))):
        MEMORY[PATTERN[lane] * W + lane] = H[lane] * min(FACTOR[lane], 2.0)
        FIRST[lane] = 0.0
    put(H, 0, vec(H, 0) * where(ok, factor, min(factor, 0.9)))
    put(T, 0, where(ok, vec(TN, 0), vec(T, 0)))
    put(STEPS, 0, vec(STEPS, 0) + 1.0)


# -- what follows a step ------------------------------------------------------------------------


def turn(active: i, live: m, ok: m) -> i:
    """Handle stops, events, ends and failures; refill lanes; return the lanes at work."""
    reached = lanes(ok & (vec(TN, 0) >= vec(TSTOP, 0)))
    tired = lanes(live & (vec(STEPS, 0) >= real(arg.max_steps)))
    smallest = 1e-13 * max(abs(vec(T, 0)), 1.0)
    stuck = lanes(live & ~ok & (vec(H, 0) < smallest))
    fired = 0
    if NR > 0:
        check(reached)
        for j in unroll(NR):
            fired = fired | FIRES[j]
    if reached | tired | stuck | fired == 0:
        return active
    done = 0
    for lane in members(reached):
        if T[lane] < arg.t1:
            pass_stops(lane)
        else:
            done = done | (1 << lane)
    if fired != 0:
        segment()
        done = done | act()
    free = done | tired | stuck
    for lane in members(free):
        if (done >> lane) & 1 != 0:
            finish(lane)
        else:
            fail(lane, why(lane, stuck))
        idle(lane)
    active = active & ~free
    fresh = 0
    if free != 0 and (arg.lockstep == 0 or active == 0):
        fresh = admit(free)
    if fresh != 0:
        begin(fresh)
    else:
        segment()
    renew_slopes(reached | fired | fresh)
    if len(CONTINUOUS) > 0:
        take_sides()
    return active | fresh


def why(lane: i, stuck: i) -> i:
    if (stuck >> lane) & 1 == 0:
        return TOO_MANY_STEPS
    if BROKEN[lane] > 0.5:
        return NOT_FINITE
    return STEP_TOO_SMALL


def finish(lane: i):
    """Give back what a subject asked for; rows that it did not live to see are NaN."""
    s = SUBJECT[lane]
    bad = BAD[lane]
    for i in range(N):
        if not (abs(Y[i * W + lane]) < INFINITY):
            bad = 1.0
    if bad > 0.5:
        fail(lane, NOT_FINITE)
    else:
        for row in range(IOUT[lane], arg.n_times):
            for j in range(NO):
                arg.out[(s * arg.n_times + row) * NO + j] = NAN
        for i in range(N):
            arg.y_end[s * N + i] = Y[i * W + lane]
        arg.status[s] = OK
        arg.steps[s] = rounded(STEPS[lane])


def fail(lane: i, status: i):
    """End a subject without a number."""
    s = SUBJECT[lane]
    for k in range(arg.n_times * NO):
        arg.out[s * arg.n_times * NO + k] = NAN
    for i in range(N):
        arg.y_end[s * N + i] = NAN
    for j in range(NR):
        arg.event_time[s * NR + j] = NAN
        arg.event_count[s * NR + j] = 0
    arg.status[s] = status
    arg.steps[s] = rounded(STEPS[lane])


# -- triggers -----------------------------------------------------------------------------------


@inline
def crossing(j: i) -> m:
    """Lanes in which trigger `j`, armed and last seen below 0, is not below it any more.

    With a sign of 0 the way down counts as well.
    """
    armed = vec(ARMED, j) > 0.5
    below = vec(BELOW, j) > 0.5
    value = vec(R, j) * upward(arg.sign[j])
    over = value >= 0.0
    down = ~below & (value < 0.0) & (vector(arg.sign[j]) == 0.0)
    return armed & ((below & over) | down)


@inline
def upward(sign: f) -> f:
    return where(sign == 0.0, 1.0, sign)


def unresolved() -> v:
    """Return more than 1 where a trigger could cross between the points at which it is looked at.

    The polynomial through the five points says so, or bends so much that it is no guide. Steps of
    SHORT and less are taken as they are: a kink bends at every scale. Where a trigger does not move
    but by rounding, so does its bend.
    """
    prepare_dense()
    worst = bits(vector(0.0))
    for q in unroll(SAMPLES + 1):
        between(vector(q / SAMPLES))
        watch(at(D, 0), at(ZD, 0), at(R, 0))
        for j in unroll(CONTINUOUS):
            put(SEEN, q * NR + j, vec(R, j))
    for j in unroll(CONTINUOUS):
        low = vec(SEEN, j)
        high = low
        bend = vector(0.0)
        for q in unroll(SAMPLES + 1):
            low = min(low, vec(SEEN, q * NR + j))
            high = max(high, vec(SEEN, q * NR + j))
            bend = bend + vec(SEEN, q * NR + j) * FOURTH[q]
        rounding = ROUNDING * max(abs(high), abs(low)) + 1e-300
        worst = max(worst, bits(abs(bend) / ((high - low) * MOST_BEND + rounding)))
        for weights in unroll(FINE):
            fine = vec(SEEN, j) * weights[0]
            for q in unroll(1, SAMPLES + 1):
                fine = fine + vec(SEEN, q * NR + j) * weights[q]
            hidden = ((high < 0.0) & (fine > 0.0)) | ((low > 0.0) & (fine < 0.0))
            worst = max(worst, bits(where(hidden, 9.0, 0.0)))
    found = floats(worst)
    found = where(vec(H, 0) <= SHORT, 0.0, found)
    return where(found > 1.0, 3.0, 0.0)


def any_crossing() -> m:
    found = vec(R, 0) != vec(R, 0)
    found = found & ~found
    for j in unroll(CONTINUOUS):
        found = found | crossing(j)
    return found


def locate(ok: m):
    """Find the first crossing within each accepted step, and end the step there.

    Crossings are looked for between SAMPLES points of the dense output, then bisected; the end is
    the side on which the trigger has fired.
    """
    for j in range(NR):
        FIRES[j] = 0
    if len(CONTINUOUS) > 0:
        hit = ok & ~ok
        low = vector(0.0)
        high = vector(1.0)
        prepare_dense()
        for q in unroll(1, SAMPLES + 1):
            between(vector(q / SAMPLES))
            watch(at(D, 0), at(ZD, 0), at(R, 0))
            new = ok & ~hit & any_crossing()
            low = where(new, (q - 1) / SAMPLES, low)
            high = where(new, q / SAMPLES, high)
            hit = hit | new
            for j in unroll(CONTINUOUS):
                under = ok & ~hit & (vec(R, j) * upward(arg.sign[j]) < 0.0)
                put(BELOW, j, where(under, 1.0, vec(BELOW, j)))
        for j in unroll(CONTINUOUS):
            broken = ok & (vec(R, j) != vec(R, j))
            put(BAD, 0, where(broken, 1.0, vec(BAD, 0)))
        put(HIT, 0, hit)
        if lanes(hit) != 0:
            bisect(hit, low, high)


def bisect(hit: m, low: v, high: v):
    for _ in range(BISECTIONS):
        middle = 0.5 * (low + high)
        between(middle)
        watch(at(D, 0), at(ZD, 0), at(R, 0))
        over = any_crossing()
        high = where(over, middle, high)
        low = where(over, low, middle)
    between(high)
    watch(at(D, 0), at(ZD, 0), at(R, 0))
    for j in unroll(CONTINUOUS):
        FIRES[j] = lanes(hit & crossing(j))
    for i in range(N):
        put(YE, i, vec(D, i))
    for j in range(NZ):
        put(ZN, j, where(hit, vec(ZD, j), vec(ZN, j)))
    put(TN, 0, where(hit, vec(T, 0) + high * vec(H, 0), vec(TN, 0)))


def check(reached: i):
    """Look, on the days asked for, whether a trigger is above 0."""
    asked = 0
    for lane in members(reached):
        if LOOK[lane] < arg.n_looks and arg.look_time[LOOK[lane]] <= T[lane]:
            asked = asked | (1 << lane)
    if asked != 0:
        watch(at(Y, 0), at(Z, 0), at(R, 0))
    for lane in members(asked):
        for j in members(arg.look_triggers[LOOK[lane]]):
            if R[j * W + lane] != R[j * W + lane]:
                BAD[lane] = 1.0
            if R[j * W + lane] > 0.0 and ARMED[j * W + lane] > 0.5:
                FIRES[j] = FIRES[j] | (1 << lane)
        looked(lane)


def looked(lane: i):
    """Go to the first day of looking after now."""
    k = LOOK[lane]
    while k < arg.n_looks and arg.look_time[k] <= T[lane]:
        k = k + 1
    LOOK[lane] = k


def act() -> i:
    """Do what the triggers that fired say; return the lanes whose subject ends."""
    ended = 0
    for j in unroll(NR):
        if FIRES[j] != 0:
            if ACTS[j]:
                ACTIONS[j](at(Y, 0), at(Z, 0), at(YE, 0), at(PE, 0))
            for lane in members(FIRES[j]):
                record(j, lane)
                for i in unroll(SET_STATES[j]):
                    Y[i * W + lane] = YE[i * W + lane]
                for i in unroll(SET_PARAMETERS[j]):
                    P[i * W + lane] = PE[i * W + lane]
                H[lane] = arg.first_step
                if arg.then[j] >= 0:
                    SCHEDULE[lane] = arg.then[j]
                    OFFSET[lane] = T[lane]
                    find_stop(lane)
                    pass_stops(lane)
            subject()
            segment()
            if arg.ends[j] > 0:
                ended = ended | FIRES[j]
    return ended


def take_sides():
    """Note on which side of 0 the triggers are now, after jumps and actions.

    One that has just fired starts anew from there; for the others only below counts, so that what a
    jump carried over 0 is still found.
    """
    watch(at(Y, 0), at(Z, 0), at(R, 0))
    for j in unroll(CONTINUOUS):
        under = vec(R, j) * upward(arg.sign[j]) < 0.0
        kept = where(vector(arg.sign[j]) == 0.0, vec(BELOW, j), where(under, 1.0, vec(BELOW, j)))
        put(BELOW, j, kept)
        for lane in members(FIRES[j]):
            BELOW[j * W + lane] = 0.0
            if R[j * W + lane] * upward(arg.sign[j]) < 0.0:
                BELOW[j * W + lane] = 1.0


def record(j: i, lane: i):
    k = SUBJECT[lane] * NR + j
    if arg.event_count[k] == 0:
        arg.event_time[k] = T[lane]
    arg.event_count[k] = arg.event_count[k] + 1
    if arg.once[j] > 0:
        ARMED[j * W + lane] = 0.0
