"""A made-up B2B company over two years: the same seed, the same company, to the millisecond.

Its story, which the KPIs tell again: paid social brings many leads and few of them are worth a
salesperson's time; referrals and events bring few and good ones; newsletters warm up people who
are known already. Enterprise deals take a quarter, starter deals a fortnight. August and December
are quiet, and the second year is busier than the first.
"""
