"""What ``diapedesis export`` writes."""

from __future__ import annotations

from pathlib import Path

import typer

from diapedesis.app.cli.session import BAD_INPUT, NO_ANSWER, fail, working
from diapedesis.exchange import CaseError, read_case
from diapedesis.exchange.sbml import SbmlError, write_sbml
from diapedesis.infer.estimate import FitError
from diapedesis.infer.fit import covariates, fit
from diapedesis.models import pkpd
from diapedesis.observe import Subject


def export_sbml(case_file: Path, out: Path, *, fitted: bool) -> None:
    """Write the model under a case's history as SBML.

    Raises
    ------
    typer.Exit
        With code 2 for bad input, 1 when the fit or the export fails.
    """
    if out.suffix.lower() not in (".xml", ".sbml"):
        fail(f"--out: found {out.name!r}, expected a name ending in .xml or .sbml", BAD_INPUT)
    try:
        case = read_case(case_file)
        own = _at_mode(case.subject) if fitted else {}
        known, history = covariates(case.subject), case.subject.protocol
        write_sbml(out, pkpd(), history, parameters=own, inputs=known)
    except (FitError, SbmlError) as error:
        fail(f"no file: {error}", NO_ANSWER)
    except (CaseError, ValueError) as error:
        fail(str(error), BAD_INPUT)
    except OSError as error:
        fail(f"--out: {error}", BAD_INPUT)
    values = f"fitted to the levels: {', '.join(own)}; the others typical" if own else "typical"
    typer.echo(f"Model: {out}; its time 0 is {case.day_label(history.start)}.")
    typer.echo(f"Parameters: {values}.")
    typer.echo("Research use only; not a medical device.")


def _at_mode(subject: Subject) -> dict[str, float]:
    """Return the parameters that the levels inform, at the mode of their posterior."""
    if subject.occasions:
        raise ValueError(
            f"--fitted: found a case with {len(subject.occasions)} under occasions, but a model in"
            " SBML has one value of each parameter. Fix: leave --fitted out (typical parameters),"
            " or take occasions out of a copy of the case"
        )
    with working("fitting"):
        found = fit(subject)
    if found.mode is None:
        raise ValueError("--fitted: found no level in the case, expected one or more")
    return dict(zip(found.names, found.prior.scale.natural(found.mode.z).tolist(), strict=True))
