"""The page of a trial in Markdown."""

from __future__ import annotations

from collections.abc import Iterable

from diapedesis import __version__
from diapedesis.models.ms import ms
from diapedesis.trials import shown, shown_power, words
from diapedesis.trials.endpoints import ENDPOINTS
from diapedesis.trials.found import Found

INTRO = """# {title}

Regenerate: `{command}`. This copy: {patients} virtual patients in each arm under each explanation,
{truths} possible truths, {trials} simulated trials of each size, seed {seed}; version {version},
model {model}. How it is done, and what every word means:
[the depletion trial](../guide/depletion-trial.md).

{question} No ethics committee would allow it. Everything on this page is simulated: it says what
the model's explanations would predict, not what patients would do. {not_modelled}
"""
OUTCOMES = """*Truths, 90 %*: 5 to 95 % over the possible truths, what is not known. *Trials*: the
same over trials of that size, with chance. Differences and ratios are to placebo, the same patients
with the same chances; in brackets 5 to 95 % over the truths. A verdict needs nine truths of ten:
*prevents*, at most half is left; *lessens*, below 0.8; *does not change*, 0.8 to 1.25; *worsens*,
above 1.25.
"""
BUILT_IN = """Read from the model's laws. *Drive left, by the laws alone*: what the law of the drive
gives when the cells have lost the share reached in blood and all else is as untreated. Where the
antibody's cells are the only driver, or drive nothing, the result is put in by assumption and says
nothing about MS. Where a loss of effectors stands against a loss of regulators, or something else
changes with the cells, the dynamics decide. *Hangs most on*: the parameter whose value decides from
truth to truth, with its rank correlation: 0.5 and above, and more than the best of so many
parameters has by chance; only parameters that the result depends on are asked.
"""
TELLING = """Information about which of the six pure explanations holds [bit] with its standard
error, and the share of trials in which the most probable one is the right one. Arms are looked at
against placebo: rebound, relapse, new Gd lesions. The likelihood is made by simulation and tried on
truths it was not made from.
"""
PAIRS = """Share of trials, all arms, in which one of the two has a probability of 95 % or more and
is the right one; in brackets, and is the wrong one.
"""
POWER = """Per cent of trials in which an arm is significantly below placebo (two-sided, 5 %), with
{sizes} patients in each arm.
"""
EXPECTED = """Probability of the expected result under each explanation → probability of the
explanation once the result is there, all alike before. In a trial an arm counts as preventing with
significantly fewer rebounds than placebo, and as not preventing otherwise, also for want of
patients.
"""


def command(found: Found) -> str:
    """Return the command that makes the page."""
    s = found.settings
    return (
        f"diapedesis trial run {found.trial.id} --patients {s.patients} --truths {s.truths}"
        f" --seed {s.seed} --page docs/model/{found.trial.id}-trial.md"
    )


def built_in(found: Found, variant: str) -> list[str]:
    """Return what is built in and what is not, in sentences."""
    return [
        *words.built_in_sentences(found, variant, found.trial.joint),
        *words.help_sentences(found),
        *words.regulator_sentences(found, variant),
    ]


def page(found: Found) -> str:
    """Return the page in Markdown."""
    main, *others = (v.id for v in found.trial.variants)
    label = {v.id: v.label for v in found.trial.variants}
    n = found.settings.sizes
    parts = [
        _intro(found),
        f"## What comes out\n\n{label[main]}.\n",
        _bullets(words.arm_sentences(found, main, found.trial.joint)),
        "Verdict on rebound, and its ratio to placebo:\n",
        shown.verdicts(found, main).to_markdown(),
        "## The expected result\n",
        "\n".join(words.expected_sentences(found, main)) + "\n",
        EXPECTED,
        shown_power.expected(found, main).to_markdown(),
        "## What is built in\n",
        _bullets(built_in(found, main)),
        BUILT_IN,
        shown.reasons(found, main).to_markdown(),
        "## What a real trial would tell\n",
        _bullets(words.telling_sentences(found, main)),
        TELLING,
        shown_power.information(found, main).to_markdown(),
        "### Each two explanations\n",
        PAIRS,
        shown_power.pairs(found, main).to_markdown(),
        "The single arm that tells them apart most often:\n",
        shown_power.best_arm(found, main).to_markdown(),
        f"### What it is taken for, {n[1]} in each arm\n",
        "Mean probability of each pure explanation after a trial with all arms.\n",
        shown_power.posterior(found, main, n[1]).to_markdown(),
        "### Significant effects\n",
        POWER.format(sizes=", ".join(map(str, n))),
        *_power(found, main),
        "## Outcomes at 12 months\n",
        OUTCOMES,
        *_outcomes(found, main),
        *(part for v in others for part in _variant(found, v)),
        "## Depth reached in blood\n",
        "Per cent of the cells gone against the same patients on placebo, 5 to 95 % of patients.\n",
        shown.depth(found).to_markdown(),
        "## Endpoints\n",
        _bullets(f"*{e.label}*: {e.definition}." for e in ENDPOINTS),
        "## Assumptions\n",
        _bullets(a.why for a in found.trial.assumptions),
    ]
    return "\n".join(parts)


def _intro(found: Found) -> str:
    s, t = found.settings, found.trial
    return INTRO.format(
        title=t.title,
        command=command(found),
        patients=s.each * s.truths,
        truths=s.truths,
        trials=s.trials,
        seed=s.seed,
        version=__version__,
        model=ms().fingerprint[:12],
        question=t.question,
        not_modelled=t.not_modelled,
    )


def _power(found: Found, variant: str) -> Iterable[str]:
    for e in ENDPOINTS:
        if e.id in ("rebound", "relapse", "new_gd"):
            yield f"{e.label.capitalize()}:\n"
            yield shown_power.power(found, variant, e.id).to_markdown()


def _outcomes(found: Found, variant: str) -> Iterable[str]:
    for e in ENDPOINTS:
        yield f"### {e.label[0].upper()}{e.label[1:]}\n"
        yield shown.outcomes(found, variant, e).to_markdown()


def _variant(found: Found, variant: str) -> Iterable[str]:
    label = next(v.label for v in found.trial.variants if v.id == variant)
    yield f"## {label}\n"
    yield _bullets(words.arm_sentences(found, variant, found.trial.joint))
    yield shown.verdicts(found, variant).to_markdown()
    yield "\n".join(words.expected_sentences(found, variant)) + "\n"
    yield shown_power.expected(found, variant).to_markdown()
    yield _bullets(words.telling_sentences(found, variant))
    yield shown_power.information(found, variant).to_markdown()


def _bullets(lines: Iterable[str]) -> str:
    return "".join(f"- {line}\n" for line in lines)
