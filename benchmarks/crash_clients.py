"""The learners of the crash test: browsers made of a socket, which repeat what did not arrive."""

from __future__ import annotations

import http.client
import random
import re
import threading
import time
from collections import Counter
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

CSRF = "x" * 32
GIVES_UP_AFTER = 60.0  # seconds of trying one request
LONGEST_PAUSE = 0.6  # seconds between two tries
ANSWER, UNDO = "/answer/", "/undo/"

Answer = tuple[int, int, dict[str, list[str]]]  # card, seq, form


class History:
    """What all clients together sent and were told. Lists grow by one atomic append."""

    def __init__(self) -> None:
        self.sent: list[Answer] = []
        self.acknowledged: list[Answer] = []
        self.undos_sent: list[tuple[int, int]] = []
        self.undos_acknowledged: list[tuple[int, int]] = []
        self.conflicts: list[int] = []
        self.lost_connections: list[str] = []
        self.server_errors: list[int] = []
        self.problems: list[str] = []
        self.over = threading.Event()

    def as_json(self, since: datetime) -> dict[str, Any]:
        return {
            "since": since.isoformat(), "sent": self.sent, "acknowledged": self.acknowledged,
            "undos_sent": self.undos_sent, "undos_acknowledged": self.undos_acknowledged,
        }  # fmt: skip

    def figures(self) -> dict[str, Any]:
        return {
            "acknowledged": len(self.acknowledged),
            # Fewer: two tabs may give the same answer to one showing, and both are told that it is recorded.
            "acknowledged_showings": len({(card, seq) for card, seq, _ in self.acknowledged}),
            "undos": len(self.undos_acknowledged),
            "conflicts": len(self.conflicts),
            "lost_connections": len(self.lost_connections),
            "server_errors": {str(status): count for status, count in Counter(self.server_errors).items()},
        }


class Tab(threading.Thread):
    """One tab: reads the page it is given and answers it; now and then it takes the last answer back."""

    def __init__(self, number: int, port: int, session: str, slug: str, history: History) -> None:
        super().__init__(name=f"tab {number}", daemon=True)
        self.port, self.path, self.history = port, f"/study/{slug}", history
        self.cookie = f"studyapp_session={session}; studyapp_csrf={CSRF}"
        self.htmx = bool(number % 3)  # every third without JavaScript
        self.dice = random.Random(number)
        self.connection: http.client.HTTPConnection | None = None

    def run(self) -> None:
        try:
            page = self.study()
            while not self.history.over.is_set():
                page = self.act(page)
        except Exception as error:  # noqa: BLE001  (told at the end, whatever it was)
            self.history.problems.append(f"{self.name}: {type(error).__name__}: {error}")

    def act(self, page: str) -> str:
        if (undo := form(page, UNDO)) and self.dice.random() < 0.05:
            return self.undo(undo)
        if answer := form(page, ANSWER):
            return self.answer(page, answer)
        if turn := re.search(r'name="show" value="(\d+-\d+)"', page):
            return self.send("GET", f"{self.path}/?show={turn[1]}")[1]
        self.send("POST", f"{self.path}/more/", {})
        return self.study()

    def answer(self, page: str, hidden: dict[str, str]) -> str:
        card, seq, chosen = int(hidden["card"]), int(hidden["seq"]), self.choose(page)
        self.history.sent.append((card, seq, chosen))
        status, text = self.send("POST", f"{self.path}{ANSWER}", {**hidden, **chosen})
        if status in {200, 302}:
            self.history.acknowledged.append((card, seq, chosen))
        elif status == 409:
            self.history.conflicts.append(card)
        else:
            self.history.problems.append(f"{self.name}: answer {status} {text[-300:]!r}")
        return text if 'id="session"' in text else self.study()

    def choose(self, page: str) -> dict[str, list[str]]:
        if 'name="rating"' in page:
            return {"rating": [self.dice.choice("111223344")]}
        number = re.search(r"Choose (\d+|one)", page)
        assert number, page[:300]
        places = range(page.count('name="option"'))
        chosen = self.dice.sample(places, 1 if number[1] == "one" else int(number[1]))
        return {"option": [str(place) for place in chosen], "certainty": [self.dice.choice("123")]}

    def undo(self, hidden: dict[str, str]) -> str:
        key = int(hidden["card"]), int(hidden["seq"])
        self.history.undos_sent.append(key)
        status, text = self.send("POST", f"{self.path}{UNDO}", dict(hidden))
        # Without htmx a redirect follows in any case, so that it tells nothing.
        if status == 200:
            self.history.undos_acknowledged.append(key)
        elif status not in {302, 409}:
            self.history.problems.append(f"{self.name}: undo {status} {text[-300:]!r}")
        return text if 'id="session"' in text else self.study()

    def study(self) -> str:
        return self.send("GET", f"{self.path}/")[1]

    def send(self, method: str, path: str, fields: dict[str, Any] | None = None) -> tuple[int, str]:
        """Until an answer below 500 arrives, always with the same payload."""
        body = None if fields is None else urlencode(fields, doseq=True)
        began, pause = time.monotonic(), 0.05
        while time.monotonic() - began < GIVES_UP_AFTER:
            try:
                status, text = self._once(method, path, body)
            except (OSError, http.client.HTTPException) as error:
                self.history.lost_connections.append(type(error).__name__)
                self._hang_up()
            else:
                if status < 500:
                    return status, text
                self.history.server_errors.append(status)
            time.sleep(pause * (0.5 + self.dice.random()))
            pause = min(2 * pause, LONGEST_PAUSE)
        raise TimeoutError(f"{method} {path} was not answered for {GIVES_UP_AFTER:.0f} s")

    def _once(self, method: str, path: str, body: str | None) -> tuple[int, str]:
        if self.connection is None:
            self.connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        headers = {"Cookie": self.cookie, "X-CSRFToken": CSRF}
        if self.htmx:
            headers["HX-Request"] = "true"
        if body is not None:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        self.connection.request(method, path, body, headers)
        response = self.connection.getresponse()
        text = response.read().decode()
        if response.getheader("Connection") == "close":
            self._hang_up()
        return response.status, text

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def form(page: str, action: str) -> dict[str, str] | None:
    """The hidden fields of the first form to `action`, without the token; None when there is none."""
    for part in page.split("<form")[1:]:
        part = part.partition("</form>")[0]
        if re.search(rf'action="[^"]*{action}"', part):
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', part.replace("<button", "<cut")))
            return {name: fields[name] for name in ("card", "seq", "shown_at") if name in fields}
    return None
