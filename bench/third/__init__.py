"""A third kind of simulated year, written from what investigators tell of corrupt offices; not one pattern was read for it.

What it holds: penalties, licences and site inspections of 2026 in a county office with rural stations.  Honest people differ: specialists
by trade, part-timers, sick leave, people who join in the course of the year, seasons and campaigns, days without the system, firms with
many permits, clients who come again to the officer who knows them.  In it every wrong that the design names is done once, by
one subject, some of the time, in a part of the year, beside honest work: blatant, moderate or weak, as its label says.
"""
