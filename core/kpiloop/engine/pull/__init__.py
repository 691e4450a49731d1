"""Pulling: pages from a connector go to the inbox, and from there into the tables of the entities.

run         all streams of one source, those that others follow first
reading     what one stream reads now: its window and slices, kept over crashes
readers     slices side by side in threads, each yielding pages
spelling    how a wire model is read: which fields, from where, with which marks
rows        pages taken apart; validation: rows checked one by one
inbox       sightings stored with their checkpoints
merge       what the inbox changes in the tables, in one transaction
quarantine  rows that are wrong, and their way back
"""
