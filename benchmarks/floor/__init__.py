"""The floor: the same answer, written the stock Django way, to measure the product against in one run.

Same guarantees (one transaction, the card locked, the log row and the card written together, the next due card and
the due count read afterwards, one template), same database options, same server; ORM objects throughout.
"""
