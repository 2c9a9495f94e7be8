"""As much English as turning a note's sentence into a question takes: verbs and their forms, number, pronouns.

No model and no dictionary: a list of the verbs that technical notes use, and the spelling rules for their forms.
"""

from __future__ import annotations

import re
from collections.abc import Container
from functools import lru_cache

_VERBS = """
    happen occur operate accept access act add aggregate allow analyze apply ask assign assume attach attempt
    authenticate
    authorize automate avoid balance become begin belong block break bring bypass cache calculate call
    capture carry cause change check choose classify collect combine communicate compare compress compute
    configure confirm connect consist consolidate consume contain control convert copy correspond cover
    create decide decouple decrypt define deliver deny depend deploy describe detect determine differ
    disable discover display distribute divide download drop elect eliminate enable encapsulate encode
    encrypt enforce ensure establish estimate evaluate evict examine exceed exchange execute expire export
    expose extend fail fetch filter find follow forecast form forward generate get give grant group
    guarantee guide handle happen have help hide hold host identify ignore implement import improve include
    increase indicate inform inherit initiate inspect install integrate intercept invalidate invoke isolate
    issue keep launch lead learn let leverage limit link list listen load locate lock log look lose maintain
    make manage map match mean measure merge migrate minimize mitigate modify monitor move multiplex need
    notify offer open operate optimize orchestrate organize outline own pass perform persist place point
    poll populate predict prepare preserve prevent prioritize process produce promote protect prove provide
    provision publish pull push put query raise read rebalance receive recommend record recover redirect
    reduce refer register reject relate release rely remove replace replicate report represent request
    require reserve reset resolve respond restart restore restrict retain retrieve retry return reuse reveal
    review revoke roll rotate route run save scale scan schedule search secure select send separate serve
    set share shift show shut sign simplify simulate sit solve specify split stand start stay stop store
    stream submit summarize supply support surround switch sync synchronize take target tell terminate test
    throttle track transfer transform translate transmit treat trigger tunnel turn uncover understand update
    upgrade upload use validate verify visualize wait warn watch work wrap write yield
"""
BASE = frozenset(_VERBS.split())
_IRREGULAR = {"have": "has", "do": "does", "go": "goes", "be": "is"}
# Forms that are nouns at least as often: they count as verbs only where nothing else can be one.
_NOUNS_WORDS = """
    accesses backups calls caches changes checks costs events exports forms groups hosts imports issues
    limits lists loads locks logs maps matches means measures needs objects points processes pulls queries
    reads records releases reports requests results reviews roles routes runs saves scales schedules
    searches shares shifts stands starts stops stores streams supports switches tags takes targets tests
    transfers triggers turns updates upgrades uploads uses waits watches works writes
"""
_NOUNS = frozenset(_NOUNS_WORDS.split())
# What things have: the last word of a header that “of” may follow.
_PROPERTIES_WORDS = """
    address algorithm amount area attribute author bandwidth category cause class code color colour
    command consequence cost count creator crew default depth destination direction duty effect encoding
    endpoint engine error event exception family field flag format frequency function header height
    interval key kind language latency layer length level lifetime limit location maker maximum meter
    method minimum mode model name number operator option order origin owner parameter part path pattern
    period place port position prefix priority property protocol purpose quota range rank rate reason
    resource result retrieval role rule scale scope screen setting shape share sign signal size source
    speed stage state status strategy suffix symbol syntax target temperature tier time timeout timer
    tool topic trigger type unit value vendor version volume weight width window zone
"""
_PROPERTIES = frozenset(_PROPERTIES_WORDS.split())
_PROPERTY_ENDS = re.compile(r"\w{3,}(?:tion|sion|ment|ness|ity|ance|ence|ency|ancy|ship|age|ure|hood)s?$")
# Things of which there are many: one of them has an article.
_COUNTABLE_WORDS = """
    account action alarm alias archive artifact association attachment balancer baseline batch bucket
    build certificate change channel check class client cluster collection command connection consumer
    container copy credential database deployment destination device directory distribution document
    domain drill driver edge endpoint engine environment error event export factor field file filter
    firewall flow folder format function gateway grant graph group handler header hook host image index
    instance interface item job key layer lease limit link list listener lock loop machine map member
    message method metric mode model module name namespace network node notice number object operation
    operator option order organization origin owner package parameter partition path pattern permission
    pipeline plan plane plugin point policy pool port prefix principal process processor producer
    product profile program protocol provider proxy query queue quota range read record region registry
    relay release replica report repository request resource response restore result role root route
    router row rule runtime sample scale schedule schema scope script secret section segment server
    service session set setting shard share sidecar signal site snapshot socket source stack stage state
    statement step store stream string subnet subscription suffix switch system table tag target task
    team template tenant term test threshold tier timeout timer token tool topic trail transaction
    transition tree trigger tunnel type unit user value variable vault vector version view volume vpc
    warning window worker workflow write zone
"""
_COUNTABLE = frozenset(_COUNTABLE_WORDS.split())
MODALS = frozenset(
    ["can", "cannot", "can't", "must", "should", "will", "may", "might", "could", "won't", "shouldn't"]
)
BE = frozenset(["is", "are", "isn't", "aren't"])
_DO = frozenset(["does", "do", "doesn't", "don't"])
_NOT_SUBJECT = re.compile(
    r"(?:that|which|who|whom|whose|when|if|because|where|while|although|but|so|than|then|whether|how|why|"
    r"what|unless|until|since|once|you|we|they|it|i|he|she|this|these|those|there|here|"
    r"make|making|no|note|example)$",
    re.IGNORECASE,
)
_ADVERB = re.compile(
    r"(?:only|also|always|never|automatically|not|simply|just|often|usually|generally|\w{3,}ly)$"
)
_POINTING = re.compile(
    r"\b(?:this|these|those|above|below|former|latter|previous(?:ly)?|aforementioned)\b", re.IGNORECASE
)
_PERSONAL = re.compile(r"\b(?:it|its|it's|it’s|they|them|their|he|she|him|her|his)\b", re.IGNORECASE)


_WE = re.compile(r"\b(?:[Ww]e|us|[Oo]ur|you a(?:re|m))\b")


def third(verb: str) -> str:
    """`store` → `stores`."""
    if verb in _IRREGULAR:
        return _IRREGULAR[verb]
    if re.search(r"(?:s|x|z|ch|sh)$", verb):
        return verb + "es"
    return verb[:-1] + "ies" if re.search(r"[^aeiou]y$", verb) else verb + "s"


_THIRD = {third(verb): verb for verb in BASE} | {"does": "do", "has": "have", "goes": "go"}
_THIRD |= {
    form.replace("iz", "is").replace("yzes", "yses"): verb.replace("iz", "is")
    for form, verb in _THIRD.items()
    if "iz" in verb
}


def base(form: str) -> str:
    """`stores` → `store`; "" when it is the third person of no known verb."""
    return _THIRD.get(form.casefold(), "")


def is_base(word: str) -> bool:
    return word.casefold() in BASE


def names_a_property(word: str) -> bool:
    """Whether things have it: `size`, `Rules`, `retention`; not `Suits` or `when`."""
    small = word.casefold()
    singular = {small, small.removesuffix("s"), small.removesuffix("es"), re.sub(r"ies$", "y", small)}
    return bool(_PROPERTY_ENDS.fullmatch(small)) or not singular.isdisjoint(_PROPERTIES)


def is_one_of_many(name: str) -> bool:
    """`IAM group`, `Stage variable`, `Dead-letter queue (DLQ)`: there are more of them; not `Lambda`, `User Guide`."""
    bare = re.sub(r"\s*\([^()]*\)", "", name)
    last = (bare.replace("-", " ").split() or [""])[-1]
    return last.casefold() in _COUNTABLE and (last.islower() or last == bare)


def article(name: str) -> str:
    """`a ` or `an `, by the sound that a name begins with: `an SQS queue`, `a usage plan`, `an hour`."""
    first = re.split(r"[\s-]", name.strip("*`"))[0]
    if re.fullmatch(r"[A-Z\d]{2,}s?", first):  # spelled out
        return "an " if first[0] in "AEFHILMNORSX8" else "a "
    small = first.casefold()
    if re.match(r"(?:u(?:ni(?!n|m)|s[aeiu]|r[aei]|til)|eu|one)", small):
        return "a "
    return "an " if small[:1] in "aeiou" or small.startswith(("hour", "honest", "heir")) else "a "


@lru_cache(maxsize=20_000)
def is_plural(name: str) -> bool:
    """`Signed Cookies`, not `Access`, `AWS`, `Kinesis`: by the noun before any “of”, “for”, “in”, “with”."""
    bare = re.sub(r"\s*\([^()]*\)", "", name)
    head = re.split(r"\s(?:of|for|in|with|to|on|from|at|attached|connected|marked)\s", bare)[0]
    last = (head.split() or [""])[-1].strip("*`.,")
    if re.search(r"\s(?:and|&)\s", bare) and not re.search(r"[A-Z]\w*\s&\s[A-Z]", bare):
        return True
    if re.search(r"(?:ss|us|is|as|os|rnetes|kins|gres)$", last.casefold()) or not re.search(
        r"[a-zA-Z]s$", last
    ):
        return False
    return not re.fullmatch(r"[A-Z]{1,4}[A-Z]*S", last) and not re.search(r"[a-z][A-Z]", last)


def split_clause(text: str) -> tuple[str, str, str] | None:
    """(subject, finite verb, rest) of a sentence in plain words, when the verb can be found; else None.

    The subject has at most eight words and no comma. A modal, `is`, `are` or `does not` counts as the verb.
    """
    tokens = text.split()
    for at in range(1, min(len(tokens) - 1, 9)):
        before, word = tokens[at - 1], tokens[at].casefold()
        if before.endswith((",", ";", ":", "—", "–")) or _NOT_SUBJECT.match(before):
            return None
        following = tokens[at + 1].casefold().strip(",.;")
        if tokens[at][:1].isupper() or not _is_finite(word, before, following):
            continue
        subject = " ".join(tokens[:at])
        while _ADVERB.match(subject.rpartition(" ")[2]) and " " in subject:
            subject = subject.rpartition(" ")[0]
        return subject, " ".join(tokens[len(subject.split()) : at + 1]), " ".join(tokens[at + 1 :])
    return None


def _is_finite(word: str, before: str, following: str) -> bool:
    if word in MODALS or word in BE or word in _DO or word == "has":
        return True
    if following in MODALS or following in BE or following in {"has", "have"}:
        return False
    noun = before.rstrip("*`").casefold()
    if _ADVERB.match(noun):
        return word in BASE or word in _THIRD
    if word in BASE or word == "have":
        return (is_plural(before) or noun.endswith(")")) and following not in {"of", "for", "and", "is"}
    if word in _THIRD:
        if is_plural(before):
            return False
        # “Log reviews …”, “access logs …”: two nouns, unless something follows that a verb takes.
        takes = {
            "a",
            "an",
            "the",
            "that",
            "to",
            "you",
            "your",
            "all",
            "any",
            "each",
            "up",
            "only",
            "into",
            "both",
        }
        return (
            word not in _NOUNS
            or following in takes
            or word in {"uses", "supports", "needs", "works", "runs", "stores"}
        )
    return False


def starts_with_verb(text: str) -> str:
    """The third-person verb, `can`, `must`, `is`, … that a predicate without subject begins with; else ""."""
    first, _, rest = text.partition(" ")
    word = first.casefold()
    second = rest.partition(" ")[0].casefold()
    if _ADVERB.match(word) and rest:
        return starts_with_verb(rest)
    if word in MODALS or word in BE or word in _DO or word in {"has", "have"}:
        return word if len(rest.split()) >= 2 else ""
    if word in _THIRD and (
        word not in _NOUNS or second in {"a", "an", "the"} or word in {"uses", "supports"}
    ):
        return word
    return ""


def is_order(name: str) -> bool:
    """“Organize resources”: a verb in front and what it is done to; not “Load Balancer”."""
    first, _, second = name.partition(" ")
    return is_base(first) and bool(second) and is_plural(second) and not is_plural(first)


def points_away(text: str) -> bool:
    """Says this, these, above: what it is about stands elsewhere. Or begins with it, they."""
    start = " ".join(text.split()[:4])
    return bool(_POINTING.search(text) or _PERSONAL.search(start))


def second_person(text: str) -> str:
    """`we`, `our` and `us` as `you` and `your`: a question speaks to its reader."""
    if _WE.search(text) is None:
        return text
    text = re.sub(r"\b(?:we|us)\b(?![-.])", "you", re.sub(r"\bour\b", "your", text))
    text = re.sub(r"\bWe\b", "You", re.sub(r"\bOur\b", "Your", text))
    return re.sub(r"\byou are\b|\byou am\b", "you are", text)


def lower_first(text: str, common: Container[str] = ()) -> str:
    """`The role` → `the role`; names, acronyms and code stay. `common`: words that the notes write small."""
    first = text.split(" ", 1)[0]
    if re.match(r"\S+\s[A-Z]", text) and first.casefold() not in _LOWERED:
        return text  # “Task Role”: a name of two words
    if re.fullmatch(r"[A-Z][a-z’'-]*", first) and (
        first.casefold() in _LOWERED or first.casefold() in common
    ):
        return text[:1].lower() + text[1:]
    return text


_LOWERED_WORDS = """
    a an the all any each every some both no one two three four most many only if when once after before to
    in on at by for with from your you it they this these default using while as
"""
_LOWERED = frozenset(_LOWERED_WORDS.split())


def capital(text: str) -> str:
    """The first letter as a sentence has it; `iSCSI`, `kube-proxy` and code stay."""
    if text[:1].islower() and not re.match(r"[a-z]+[A-Z\d.:_]", text):
        return text[:1].upper() + text[1:]
    return text
