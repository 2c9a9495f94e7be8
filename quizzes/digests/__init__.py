"""The weekly review by mail.

    profiles → opening (one row a person and week) → sending: gather → mail → handover → the row is marked
                                                              └→ views show the same review in the browser

`timing` is pure. The row is the promise that a review is sent once: see `sending`.
"""
