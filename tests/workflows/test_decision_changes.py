"""What changes between two versions of a table, told for people who approve it."""

from rules.decisions import packaged
from workflows import decision_changes, decision_places
from workflows.engine.examining import read_file
from workflows.engine.source_files import SourceFile

GRADE = packaged()["grade.dmn"]
NAME = "grade.dmn"


def _told(after, before=GRADE):
    found = decision_changes.compare(before, after, NAME)
    return {
        each.name: [
            (one.kind, one.rule.number if one.rule else None, one.column, one.before, one.after)
            for one in each.changes
        ]
        for each in found.decisions
    }


def _rules():
    head, *rules = GRADE.split(b"      <rule ")
    last, tail = rules[-1].split(b"</rule>\n")
    return head, [b"      <rule " + each for each in [*rules[:-1], last + b"</rule>\n"]], tail


def test_a_cell_is_told_by_rule_column_and_both_texts():
    after = GRADE.replace(b"&lt;= grade_policy.failing_integrity", b"&lt; 3")

    (change,) = decision_changes.compare(GRADE, after, NAME).decisions[0].changes

    assert (change.kind, change.column) == ("cell-changed", "Integrity")
    assert (change.before, change.after) == ("<= grade_policy.failing_integrity", "< 3")
    assert (change.rule.number, change.rule.reason) == (6, "Integrity is rated too low.")


def test_a_value_of_a_context_is_told_by_its_name():
    after = GRADE.replace(b"<text>60</text>", b"<text>55</text>")

    (decision,) = decision_changes.compare(GRADE, after, NAME).decisions

    assert (decision.kind, decision.name) == ("decision", "grade_policy")
    assert [(one.path, one.before, one.after) for one in decision.changes] == [
        ("basic", "60", "55")
    ]


def test_rules_that_came_went_and_moved_are_told():
    head, rules, tail = _rules()
    new = rules[5].replace(b"grade_06", b"grade_99").replace(b"failing_integrity", b"basic")
    after = head + b"".join([rules[1], rules[0], *rules[2:6], new, *rules[7:]]) + tail

    told = {change[0]: change[1:] for change in _told(after)["grade"]}

    assert told["rule-removed"][:2] == (7, "")
    assert told["rule-removed"][2].endswith('→ Grade: "A"')
    assert told["rule-added"] == (7, "", None, 'Integrity: <= grade_policy.basic → Grade: "C"')
    assert told["rule-moved"][2:] in {("1", "2"), ("2", "1")}


def test_the_same_decisions_in_another_layout_are_no_change():
    after = GRADE.replace(b'x="60"', b'x="61"')

    found = decision_changes.compare(GRADE, after, NAME)

    assert (found.decisions, found.is_rewritten) == ((), True)
    assert not decision_changes.compare(GRADE, GRADE, NAME).is_rewritten


def test_a_text_that_cannot_be_read_has_no_changes_to_tell():
    broken = GRADE.replace(b"&lt; grade_policy.basic", b"&lt;")

    assert not decision_changes.compare(GRADE, broken, NAME).is_readable


def test_everything_is_new_in_a_new_file():
    told = _told(GRADE, None)

    assert [change[0] for change in told["grade"]] == ["decision-added", *["rule-added"] * 8]
    assert told["grade_policy"] == [("decision-added", None, "", None, None)]


def _places(source):
    findings = read_file(SourceFile(NAME, source)).findings
    places = decision_places.cells(source, findings)
    return [(each.code, places.get(each)) for each in findings]


def test_what_cannot_be_read_is_found_in_its_cell():
    broken = GRADE.replace(b"&lt;= grade_policy.failing_integrity", b"&lt;= grade_policy.")

    assert _places(broken) == [("feel-syntax", decision_places.Cell(0, 5, 3))]


def test_a_wrong_result_is_found_by_the_line_of_its_cell():
    broken = GRADE.replace(b'<outputEntry><text>"D*"</text>', b'<outputEntry><text>"D*</text>')

    assert _places(broken) == [("feel-syntax", decision_places.Cell(0, 2, 6))]


def test_a_cell_of_another_type_is_found_by_the_name_of_its_column():
    broken = GRADE.replace(b"<text>null</text>", b'<text>"none"</text>')

    places = dict(_places(broken))

    assert places["cell-type"] == decision_places.Cell(0, 0, 0)


def test_gaps_are_of_the_table_and_hidden_rules_of_their_row():
    """The threshold of D above that of C: rule 5 never decides, and some get no grade."""
    after = GRADE.replace(b"<text>60</text>", b"<text>75</text>")
    gap = after.replace(b'<rule id="grade_08">', b'<rule id="grade_08"><!-- last -->')
    last = gap.rindex(b"<inputEntry><text>-</text>")
    gap = gap[:last] + b"<inputEntry><text>&gt; 0.5</text>" + gap[last + 26 :]

    places = dict(_places(gap))

    assert places["rule-unreachable"] == decision_places.Cell(0, 4)
    assert places["table-gap"] == decision_places.Cell(0)


def test_a_text_that_is_no_xml_has_no_places():
    assert decision_places.cells(b"<", read_file(SourceFile(NAME, b"<")).findings) == {}
