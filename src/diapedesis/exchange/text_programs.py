"""What the three programs differ in: words of their own, language, and rows of a data set."""

from __future__ import annotations

from dataclasses import dataclass

from diapedesis.exchange.text_code import CPP, NMTRAN, Language, R
from diapedesis.exchange.text_model import TextModel
from diapedesis.exchange.text_names import Names, named


@dataclass(frozen=True)
class Program:
    """One program.

    Attributes
    ----------
    name : str
    language : Language
    reserved : str
        Its own words, between spaces.
    pattern : str
        Regular expression of further words.
    upper : bool
        Whether names are written in capitals.
    longest : int
        Longest name [characters].
    after_only : bool
        Whether all rows of one time hold the inputs that hold after it.
    no_compartment : bool
        Whether rows that only change inputs name compartment 0.
    empty_rows : tuple of (EVID, sign of CMT)
        Rows that empty a compartment.
    carrying, emptying : str
        What the text says of rows that change inputs, and of `empty_rows`.
    """

    name: str
    language: Language
    reserved: str
    pattern: str
    upper: bool
    longest: int
    after_only: bool
    no_compartment: bool
    empty_rows: tuple[tuple[int, int], ...]
    carrying: str
    emptying: str

    def names(self, text: TextModel) -> Names:
        """Return the names of everything in a text for this program."""
        words = self.reserved.split()
        if self is MRGSOLVE:
            words += [form.format(s) for s in text.states for form in _OF_A_COMPARTMENT]
        names = Names(words, self.pattern, upper=self.upper, longest=self.longest)
        return named(text, names)


_OF_A_COMPARTMENT = ("F_{}", "ALAG_{}", "R_{}", "D_{}", "{}_0", "dxdt_{}")
"""What mrgsolve makes of a compartment's name."""
_TWO_ROWS = (
    "A change is two rows of one time, EVID 2, with the values before and after it: {program} takes"
    " an interval's values from the row at its end."
)

NONMEM = Program(
    "NONMEM",
    NMTRAN,
    reserved="""
        A A_0 A_0FLG ABS ACOS ADDL AND ASIN ATAN BLOCK C CALL CALLFL CENS COMACT COMRES COMSAV COS
        DA DADT DATE DES DO DOSREC DOSTIM DP DROP DT E ELSE ENDDO ENDIF EPS EQ ERR ERROR ETA
        EVTREC EXIT EXP F F_FLAG FIRSTEM FO G GAMLN GG H HH I ICALL IDEF IF II INCLUDE INDXS INT
        IPRED IR IRES IREV IRGG ISFINL ITER_REPORT IWRES J L1 L2 LIREC LNEWIND LOG LOG10 MAX MIN
        MIXNUM MIXP MOD MSEC MTDIFF MTIME N NAIS NETAS NEWIND NEWL2 NINDR NIREC NPROB NRD NREP
        NVNT OBJECT OMEGA P PCMT PHI PK PRED PRIOR RES RETURN RPTFLG S SIGMA SIN SKIP SQRT SS T
        TAD TAN TEMPLT THEN THETA TIMESAVE TNPRI TSCALE TSTATE VE WHILE WRES XTYPE Y
    """,
    pattern=r"(F|R|D|S|ALAG|MU_|XS?|ETA|EPS|THETA|COM|DAT|ADVAN|TRANS|P|A|DADT)\d+",
    upper=True,
    longest=20,
    after_only=False,
    no_compartment=True,
    empty_rows=((2, -1), (2, 1)),
    carrying=_TWO_ROWS.format(program="NONMEM"),
    emptying=(
        "A fresh column empties {state}: two more rows, EVID 2 with CMT -{n} (off, amount 0) and"
        " EVID 2 with CMT {n} (on)."
    ),
)

NLMIXR2 = Program(
    "nlmixr2",
    R,
    reserved="""
        add addl amt break cmt dur dvid else eta exp expit F FALSE for function id if ii in Inf
        lag level lhs limit LIMIT log logit loop mtime NA NaN newind next NULL params pi podo
        print printf prop rate repeat Rprintf rxFlag ss t tad tafd tfirst theta tlast TRUE while
    """,
    pattern=r"(rx|nlmixr).*|M_.*",
    upper=False,
    longest=60,
    after_only=True,
    no_compartment=False,
    empty_rows=((5, 1),),
    carrying=(
        "A change is a row, EVID 2; all rows of its time hold the values after it. Solve with"
        " covsInterpolation = 'locf'."
    ),
    emptying="A fresh column empties {state}: one more row, EVID 5 with CMT {n} and AMT 0.",
)

MRGSOLVE = Program(
    "mrgsolve",
    CPP,
    reserved="""
        A A_0 addl ADDL AMT amt and asm auto bitand bitor BLOCK bool break capture case catch
        CFONSTOP char CHECK_MODELED_INFUSIONS class CMT cmt compl const continue DADT default
        delete do DONE double DXDTZERO else END_OF_INFUSION enum EPS ERR ETA evid EVID exp
        explicit export extern false FINAL_IROW FINAL_ROW float for friend goto ID if II ii
        INITSOLV inline int IPRED log long mutable namespace new NEWIND not now operator or pow
        pred_CL pred_KA pred_Q pred_V pred_V2 pred_V3 pred_VC pred_VP private protected public
        RATE rate register report return self SETINIT short signed simeps simeta sizeof SOLVERTIME
        sqrt SS ss SS_ADVANCE static struct switch T table template THETA this throw TIME time
        true try typedef typename union unsigned until using VARS virtual void volatile while xor
    """,
    pattern=r"_.*|ETA\d+|EPS\d+",
    upper=True,
    longest=60,
    after_only=False,
    no_compartment=False,
    empty_rows=((8, 1),),
    carrying=_TWO_ROWS.format(program="mrgsolve, unless told nocb = FALSE,"),
    emptying="A fresh column empties {state}: one more row, EVID 8 with CMT {n} and AMT 0.",
)
