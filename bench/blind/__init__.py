"""A year of a county office's log, written from knowledge of such offices alone: not one pattern, test or simulation was read for it.

What it holds: penalties (lead, opening, enquiry, report, review, notice, hearing, decision), site inspections, licences, seizures and
complaints of 2026, done by 12 to 40 officers.  Honest people differ: specialists and districts, seasons, leave, overtime, days typed in
late before holidays, batches at the end of a month, template texts, firms of unequal size, an intermediary without competitor, strict
reviewers, returns for cause.  In it wrongs are planted (wrongs*.py): every pattern named in the design, two styles each, of a strength
drawn at random.

Columns, as this generator understands them.  acts: case and running number; power; act (a name of the vocabulary); who did it and in which
post (`party` for the party's own acts); when it was done and when typed in; the party; code of the violation or of the matter; tier of the
benchmark; sum in yuan; what the act came to; the intermediary named; where, from when to when, by which officers (joined by `|`) a visit
was made; what the record says.  reads: who opened which part of which case when.  subjects: firms in the library of a power, with the
class of risk as stratum.  thresholds: sums from which a hearing or a deliberation is due.  calendar: every day, with its number.
Instants are local wall-clock times with minutes and seconds.
"""
