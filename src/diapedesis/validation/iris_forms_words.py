"""What the page on IRIS says beside its numbers."""

INTRO = """# Forms of IRIS, and what predicts how it ends

Regenerate: `{command}`. This copy: size `{size}` ({truths} possible truths,
{patients} patients with PML in each), seed {seed}. All numbers are simulated, but for those of the
column *published*.

Patients get natalizumab until PML is found, and are followed for 540 days after it. Care is dealt
out by chance, whatever the patient is like: plasma exchange to {plex:.0%}; steroids {steroids}.
So the effect of a treatment here is that of the model, without the bias of a choice at the bedside.

An interval given with a number holds 90 % of the truths; shares of forms are means over truths, the
rest medians. It includes the chance of the patients of each truth in the tables of forms and of
care, and leaves that chance out in those of prognosis, as far as the two can be told apart.
"""
FORMS = """## Are there distinct forms?

{verdict}

Patients with IRIS were compared by {n} features that can be seen of a course: {features}. No
parameter of the model is among them, nor death, nor what is left a year later; pressure and the
rise of EDSS are, and they decide on intensive care. They were put on common scales and clustered
(Ward's tree, refined by k-means). Numbers of clusters were judged by two questions. *Agreement*: do
resampled truths give the same clusters (adjusted Rand index: 1 for the same, 0 as by chance; stable
from {stable:g}), and is each of them *kept* (overlap of the one that is kept least with its like,
from {kept:g})? *Gain*: do they divide the patients better than they divide one single cloud with
the same spread of every feature and the same correlations (in standard deviations of such clouds;
above 2)? The largest number that passes both is taken. Forms are called distinct when there is a
gap between each and its nearest: the density between them falls below {apart:g} of that at their
middles.
"""
CARE = """Care was dealt out by chance, so groups can be compared. A *second wave* is a rise by a
quarter of a usual IRIS or more once inflammation has fallen from its first peak. Intensive care,
death and EDSS count all patients of a group, the rest those with IRIS.
"""
VERDICTS = {
    "distinct": "**Yes: {k} forms with gaps between them.**",
    "regions": "**{k} forms come back whatever truths are drawn, but {gaps}.** They are regions of"
    " a continuum, useful as names and not as separate diseases.",
    "continuum": "**No: one continuum, not distinct forms.** No number of clusters passes both"
    " questions. The {k} below are the most stable cut through it, to describe its range.",
}
LIMITS = """- Age, other diseases, place within the hemispheres and infections are not in the model.
  What they do to the end of IRIS cannot be found here.
- Courses are seen without error, but for enhancement at the diagnosis, CSF loads and lasting
  disability, which are read by a reader, an assay and two raters. A clinician sees less.
- Courses begin 28 days before the diagnosis; IRIS that began earlier counts from there.
- Intensive care and death count by their probabilities, which leaves out the chance of who happens
  to need it. After stopping nobody gets another drug for MS.
- *IRIS at all* needs a patient who lives until then; those who die before count as without.
- What is built in comes out: that disability before PML goes with death says nothing that was not
  put in. What emerges is a prediction, as good as the mechanisms behind it.
"""
MOMENTS = {
    "symptoms": "once IRIS makes the patient worse",
    "enhancement": "once the lesion enhances",
    "preemptive": "before IRIS",
    "none": "not at all",
}
"""When steroids are given, in words."""
BESIDE = """\
Directions are those of more of the factor. An odds ratio is that of yes against no where a
factor is there or not, else for one standard deviation more; intervals hold 90 %. A published
one is worked out from counts, where these were printed; what it leaves to chance is that of the
patients of one series, while the simulated one, of the factor alone, is about truths. The
simulated direction is clear when its interval leaves out 1. A direction that agrees is no proof
where the table above says *built in*.

"""
