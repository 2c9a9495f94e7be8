"""Exam days, simulated: learners whose true memory is known, policies that see nothing of it but the answers.

`scenario` says what is to be learned by when, `population` who learns; `memories`, `traces` and `two_process` are what
is truly remembered; `world` lets learners answer under a hard cap of seconds; `policies`, `greedy` and `planned` choose
the cards; `tuning` searches the best configuration in hindsight; `runs` brings them together; `figures` says how sure
the result is.
"""
