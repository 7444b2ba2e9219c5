"""Every bound of the system in one place. A bound without a reason is a guess, so each says why it is what it is."""

from __future__ import annotations

MAX_YAML_BYTES = 2_000_000
"""Largest power file in bytes: the longest known map with all its stories stays under a tenth of it."""
MAX_YAML_NODES = 200_000
"""Nodes of one parsed file: stops a small file that unfolds into a huge tree."""
MAX_STEPS = 200
"""Steps of one power: the longest known work flow has some thirty; a drawing with more than 200 boxes is unreadable."""
MAX_ACTS = 1_000
"""Rows of one procedure: five acts for each of the 200 steps."""
MAX_TEXT = 20_000
"""Characters of one long field (facts, opinion, record of a hearing): some twenty printed pages."""
MAX_SHORT_TEXT = 500
"""Characters of one line-like field (summary, reason): fits one screen."""
MAX_COMMAND_BYTES = 256_000
"""Bytes of one command as it arrives: several long fields in UTF-8 (3 bytes a character), files travel by hash only."""
MAX_EVENTS_PER_CASE = 10_000
"""Events of one case, refusals included: every act folds the case, so its length bounds the work of one act."""
MAX_LIST = 1_000
"""Items of any list that comes from outside (objects of a draw, days of a table, stops of a clock)."""
MAX_AMOUNT_FEN = 10**15
"""Largest amount of money in 分 (ten trillion 元): far above any county budget, and below 2**53, so that every JSON
reader takes it exactly."""
MAX_REFUSALS_PER_CASE_PER_DAY = 200
"""Refusals written for one case in a day: each is logged, so that someone who tries in a loop cannot flood the log."""
MAX_CLOCK_SKEW_SECONDS = 300
"""Seconds that a client or a second machine may be ahead of us: a badly kept office clock, not a forged date."""
MAX_CLOCK_JUMP_DAYS = 31
"""Days that our own clock may leap forward between two events: longer than the longest closure of an office (Spring
Festival), short enough to catch a wrong year before it lets limits run out."""
MAX_NAME = 200
"""Characters of a name (person, firm, law, document): the longest titles of State Council notices stay below 100."""
MAX_KEY = 100
"""Characters of an identifier: fits an index column and a file name on every system."""
MAX_REMEMBERED_CASES = 2_000
"""Cases that a process keeps folded in memory: the day's work of a county agency."""
MAX_REMEMBERED_EVENTS = 20_000
"""Events of all of them together (some 2.4 KB each, measured over the demonstration's cases): 50 MB."""
MAX_UNITS = 10_000
"""Largest n of a time limit or of an extension: no statute knows more than a few hundred days or twenty years."""
MIN_YEAR = 1900
"""First year of any date: nothing older than a living person's birth enters a case."""
MAX_YEAR = 2199
"""Last year of any date entered: a later one is a slip of the pen, and date arithmetic must not overflow."""
MAX_IMPORT_BYTES = 64_000_000
"""Bytes of one document to be read: a two-hundred-page map book with scanned seals stays under a third of it."""
MAX_IMPORT_PART_BYTES = 96_000_000
"""Bytes of one unpacked part of a zipped document: 10^5 shapes written by Word take some 80 MB of XML; a bomb takes more."""
MAX_IMPORT_UNPACKED_BYTES = 256_000_000
"""Bytes of all parts read from one zipped document together, for the same reason."""
MAX_IMPORT_SHAPES = 20_000
"""Shapes and table cells of one document: a hundred maps of forty boxes and forty lines are 8 000; a drawing of a building has 10^5."""
MAX_IMPORT_CHARACTERS = 3_000_000
"""Characters of text of one document: a long novel has 1 000 000."""
MAX_IMPORT_PAGES = 1_000
"""Pages of one document."""
MAX_IMPORT_MAPS = 300
"""Maps taken from one document: a county's whole list of powers in one binding has some two hundred."""
MAX_IMPORT_SECONDS = 120
"""Seconds that LibreOffice may take over one document before it is ended."""
MAX_IMPORT_MEMORY = 1_500_000_000
"""Bytes of memory that the reader of one uploaded document may ask for: a book of a hundred maps takes a tenth."""
MAX_IMPORT_EDITS = 3_000
"""Changes made to one imported document while it is looked over: ten for each of three hundred boxes."""
