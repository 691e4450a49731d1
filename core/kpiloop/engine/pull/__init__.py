"""Pulling: pages from a connector go to the inbox, and from there into the tables of the entities.

    run             all streams of one source, those that others follow first; the only way in
    reading         what one stream reads now: its window and slices, kept over crashes
    readers         slices side by side in threads, each yielding pages; intake: batches of them
    spelling        how a wire model is read: which fields, from where, with which marks
    inbox           a batch and how far the reading got, stored together
    page_store      where a page goes: quick_store, where that is certain, else rows by the model
    packed          rows with items that wait as they came, until a first load's merge
    csv_text        rows of CSV, for both ways
    quick           how the database reads rows without a Python object for each
    validation      rows checked by the wire model, which decides
    quarantine      rows that are wrong, and their way back
    merge           what the inbox changes in the tables, in one transaction:
                    fold, merge_entity, gone, merged_away, orphans

Only `run` and `report` are meant for other parts of the engine.
"""
