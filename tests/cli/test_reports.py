"""`next`, `due`, `stages`, `history`: what they report, for people and as JSON."""

from __future__ import annotations

from tests.cli.program import Program

GRADES = {"again", "hard", "good", "easy"}
NEXT = {"item", "counts", "next_due"}
ITEM = {
    "id", "card", "kind", "stage", "topic", "front", "back", "state", "due", "retrievability", "preview"
}  # fmt: skip
COUNTS = {"new", "learning", "review"}
DUE = {"new", "learning", "review", "total", "stages", "next_due"}
STAGE = {"id", "title", "items", "seen", "coverage", "recall", "mastery"}
REVIEW = {"id", "at", "grade", "ms", "source", "due", "undone"}
EVENT = {"id", "at", "kind", "target", "payload", "undone"}
ANSWER = {"review", "item", "state", "due", "stability", "difficulty"}


def test_next_as_json_has_the_documented_keys(small: Program) -> None:
    data = small.run("next", "--json").data
    assert data.keys() == NEXT
    assert data["item"].keys() == ITEM
    assert data["counts"].keys() == COUNTS
    assert data["item"]["preview"].keys() == GRADES


def test_next_as_json_describes_a_new_item(small: Program) -> None:
    item = small.json("next")["item"]
    assert (item["id"], item["card"], item["kind"]) == ("square", "square", "basic")
    assert (item["stage"], item["topic"]) == (None, "mine")
    assert (item["front"], item["back"]) == ("What is the square of 3?", "9")
    assert (item["state"], item["due"], item["retrievability"]) == ("new", None, 0.0)


def test_next_names_the_stage_of_a_topic_of_the_curriculum(empty: Program) -> None:
    empty.deck("topic: la.svd\ncards:\n- {id: a, front: q, back: a}\n")
    item = empty.json("next", "--stage", "linear-algebra")["item"]
    assert (item["stage"], item["topic"]) == ("linear-algebra", "la.svd")


def test_an_item_of_a_cloze_card_knows_its_card(small: Program) -> None:
    small.json("answer", "square", "easy")
    small.json("answer", "water", "easy")
    item = small.json("next")["item"]
    assert (item["id"], item["card"], item["kind"]) == ("gap#c1", "gap", "cloze")
    assert (item["front"], item["back"]) == ("[…] is the capital of France.", "Paris is the capital of France.")


def test_next_for_people_has_the_card_on_stdout_and_the_rest_on_stderr(small: Program) -> None:
    shown = small.run("next")
    assert shown.status == 0
    assert shown.out == "What is the square of 3?\n\n---\n\n9\n"
    assert "square · mine" in shown.err
    assert "recall answer square again|hard|good|easy" in shown.err


def test_next_with_nothing_left_is_no_failure(empty: Program) -> None:
    shown = empty.call("next")
    assert (shown.status, shown.out) == (0, "")
    assert shown.err.strip()
    assert empty.json("next") == {
        "item": None,
        "counts": {"new": 0, "learning": 0, "review": 0},
        "next_due": None,
    }


def test_next_says_when_the_next_item_comes(small: Program) -> None:
    for item in ("square", "water", "gap#c1"):
        due = small.json("answer", item, "easy")["due"]
        assert due == small.json("history", item)["reviews"][0]["due"]
    data = small.json("next")
    assert data["item"] is None
    assert data["next_due"] == min(small.json("history", name)["reviews"][0]["due"] for name in ("square", "water"))


def test_a_scope_may_be_a_stage_a_topic_or_an_own_deck(small: Program) -> None:
    small.deck("topic: la.svd\ncards:\n- {id: svd, front: q, back: a}\n", "svd.yaml")
    small.deck("topic: pr.lln\ncards:\n- {id: lln, front: q, back: a}\n", "lln.yaml")
    asked = {
        scope: small.json("next", *scope.split())["item"]["id"]
        for scope in ("--stage linear-algebra", "--topic pr.lln", "--topic mine")
    }
    assert asked == {"--stage linear-algebra": "svd", "--topic pr.lln": "lln", "--topic mine": "square"}
    both = small.json("due", "--topic", "pr.lln", "--stage", "linear-algebra")
    assert (both["new"], {stage["id"] for stage in both["stages"]}) == (2, {"linear-algebra", "probability"})


def test_due_as_json_has_the_documented_keys(small: Program) -> None:
    data = small.call("due", "--json").data
    assert data.keys() == DUE
    assert [stage.keys() for stage in data["stages"]] == [{"id", "title", *COUNTS}]


def test_due_counts_one_item_of_each_card(small: Program) -> None:
    data = small.json("due")
    assert (data["new"], data["learning"], data["review"], data["total"]) == (3, 0, 0, 3)
    assert data["stages"] == [{"id": "mine", "title": "mine", "new": 3, "learning": 0, "review": 0}]


def test_due_tells_new_learning_and_review_apart(small: Program) -> None:
    small.json("answer", "square", "easy")
    small.json("answer", "water", "good")
    data = small.json("due")
    assert (data["new"], data["learning"], data["review"]) == (1, 1, 0)
    data = small.at("2027-03-01T09:00:00+08:00").json("due")
    assert (data["new"], data["learning"], data["review"]) == (1, 1, 1)


def test_the_stages_add_up_to_the_whole(bundled: Program) -> None:
    data = bundled.json("due")
    for count in COUNTS:
        assert sum(stage[count] for stage in data["stages"]) == data[count]
    assert data["new"] == 20


def test_due_for_people_is_a_table_on_stdout(small: Program) -> None:
    shown = small.call("due")
    assert (shown.status, shown.err) == (0, "")
    assert [line.split() for line in shown.out.splitlines()] == [
        ["stage", "new", "learning", "review"],
        ["mine", "3", "0", "0"],
        ["all", "3", "0", "0"],
    ]


def test_due_with_nothing_left_says_what_comes_next(small: Program) -> None:
    for item in ("square", "water", "gap#c1"):
        small.json("answer", item, "easy")
    shown = small.call("due")
    assert shown.status == 0
    assert small.json("due")["next_due"] in shown.out


def test_recall_and_recall_review_without_a_terminal_print_what_is_due(small: Program) -> None:
    due = small.call("due").out
    for arguments in ([], ["review"], ["review", "--topic", "mine", "--limit", "1"]):
        shown = small.run(*arguments)
        assert (shown.status, shown.out, shown.err) == (0, due, "")


def test_stages_as_json_has_the_documented_keys(small: Program) -> None:
    data = small.call("stages", "--json").data
    assert data.keys() == {"stages"}
    assert all(stage.keys() == STAGE for stage in data["stages"])


def test_stages_come_in_the_order_of_the_curriculum_and_own_decks_last(small: Program) -> None:
    names = [stage["id"] for stage in small.json("stages")["stages"]]
    assert names[:2] == ["linear-algebra", "probability"]
    assert (len(names), names[-1]) == (15, "mine")


def test_stages_say_how_much_is_seen_and_known(small: Program) -> None:
    assert small.json("stages")["stages"][-1] == {
        "id": "mine", "title": "mine", "items": 5, "seen": 0, "coverage": 0.0, "recall": 0.0, "mastery": 0.0
    }  # fmt: skip
    stability = small.json("answer", "square", "easy")["stability"]
    stage = small.json("stages")["stages"][-1]
    assert (stage["seen"], stage["coverage"], stage["recall"]) == (1, 0.2, 1.0)
    assert abs(stage["mastery"] - min(1, stability / 21) / 5) < 1e-9


def test_stages_for_people_show_titles_and_percentages(small: Program) -> None:
    small.json("answer", "square", "easy")
    shown = small.call("stages")
    assert (shown.status, shown.err) == (0, "")
    lines = shown.out.splitlines()
    assert lines[0].split() == ["stage", "items", "seen", "recall", "mastery"]
    assert lines[1].startswith("Linear algebra")
    assert lines[-1].split()[:4] == ["mine", "5", "1", "100%"]


def test_answer_as_json_has_the_documented_keys(small: Program) -> None:
    data = small.call("answer", "square", "good", "--ms", "1500", "--json").data
    assert data.keys() == ANSWER
    assert (data["item"], data["state"], data["due"]) == ("square", "learning", "2026-11-21T01:10:00.000Z")
    assert 1 <= data["difficulty"] <= 10
    assert data["stability"] > 0


def test_answer_for_people_says_on_stderr_when_the_item_comes_back(small: Program) -> None:
    shown = small.call("answer", "square", "good")
    assert (shown.status, shown.out) == (0, "")
    assert "square" in shown.err
    assert "2026-11-21 09:10" in shown.err, "the time on the learner's clock"


def test_history_as_json_has_the_documented_keys(small: Program) -> None:
    review = small.json("answer", "square", "hard", "--ms", "1500")["review"]
    small.json("flag", "square")
    data = small.call("history", "square", "--json").data
    assert data.keys() == {"item", "reviews", "events"}
    assert [row.keys() for row in data["reviews"]] == [REVIEW]
    assert [row.keys() for row in data["events"]] == [EVENT]
    assert data["item"] == "square"
    assert data["reviews"][0] == {
        "id": review,
        "at": "2026-11-21T01:00:00.000Z",
        "grade": "hard",
        "ms": 1500,
        "source": "review",
        "due": "2026-11-21T01:05:30.000Z",
        "undone": False,
    }
    assert (data["events"][0]["kind"], data["events"][0]["payload"]) == ("flag", {"on": True})


def test_history_marks_what_was_taken_back(small: Program) -> None:
    small.json("answer", "square", "again")
    small.json("undo")
    small.json("answer", "square", "easy")
    data = small.json("history", "square")
    assert [(row["grade"], row["undone"]) for row in data["reviews"]] == [("again", True), ("easy", False)]
    assert [(row["kind"], row["target"]) for row in data["events"]] == [("undo", data["reviews"][0]["id"])]


def test_history_for_people_is_a_table_on_stdout(small: Program) -> None:
    small.json("answer", "square", "again", "--ms", "65000")
    shown = small.at("2026-11-21T09:05:00+08:00").call("history", "square")
    assert (shown.status, shown.err) == (0, "")
    head, row = shown.out.splitlines()
    assert head.split() == ["time", "what", "took", "due"]
    assert row.split() == ["2026-11-21", "09:00", "again", "65.0", "s", "2026-11-21", "09:01"]


def test_the_history_of_a_card_that_left_the_decks_can_still_be_read(small: Program) -> None:
    small.json("answer", "square", "good")
    small.deck("deck: mine\ncards: []\n")
    assert len(small.json("history", "square")["reviews"]) == 1


def test_undo_as_json_says_what_it_took_back(small: Program) -> None:
    review = small.json("answer", "square", "good")["review"]
    assert small.json("undo") == {"undone": [{"id": review, "item": "square", "what": "good"}]}


def test_cards_are_shown_in_the_language_asked_for(small: Program) -> None:
    small.json("answer", "square", "easy")
    small.language = "zh"
    assert small.run("next", "--json").data["item"]["front"] == "水"
    assert small.run("--lang", "en", "next", "--json").data["item"]["front"] == "water"
