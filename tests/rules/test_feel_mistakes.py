"""What designers mistype is refused with the place, what was expected, and what to write."""

import pytest

from rules.feel import FeelSyntaxError, compile_expression

MISTAKES = [
    ("score == 3", 8, 'Write "=" to compare.'),
    ("score === 3", 8, 'Write "=" to compare.'),
    ("a && b", 3, 'Write "and".'),
    ("a || b", 3, 'Write "or".'),
    ("a AND b", 1, 'Write "and" in small letters.'),
    ("x => 3", 4, 'Write ">=".'),
    ("x =< 3", 4, 'Write "<=".'),
    ("x <> 3", 4, 'Write "!=".'),
    ("!late", 1, 'Write "not(...)".'),
    ("not late", 1, 'Write "not(...)" around what is not to be.'),
    ("grade not in (1, 2)", 1, 'Write "not(...)" around what is not to be.'),
    ("grade = 'A'", 9, 'A text stands in double quotes: "text".'),
    ("grade = \u201cA\u201d", 9, 'A text stands in straight quotes: "text".'),
    ("a &gt; 5", 3, "The text was escaped for XML twice."),
    ("10 % 3", 4, 'Write "modulo(a, b)" for a remainder.'),
    ("2 ^ 3", 3, 'Write "**" for a power.'),
    ("1,5", 2, "A number has a point, not a comma: 1.5."),
    ("x in 1..5", 7, "A range stands in brackets: [1..5]."),
    ("late ? 1 : 2", 1, 'Write "if ... then ... else ...".'),
    ("function(x) => x + 1", 13, "A function has no arrow: function(x) x + 1."),
    ("1 /* note", 4, 'The comment has no closing "*/".'),
    ("a; b", 2, "There is one expression only; nothing stands after it."),
    ("a and", 6, 'Expected a value, but found the end of the expression.'),
    ("a or or b", 6, 'Expected a value, but found "or".'),
    ("(1 + 2", 7, 'Expected ")", but found the end of the expression.'),
    ("sum([1, 2)", 10, 'Expected "," or "]", but found ")".'),
    ("[1, 2,]", 7, 'Expected a value, but found "]".'),
    ("count(1,)", 9, 'Expected a value, but found ")".'),
    ("if a 1 else 2", 6, 'Expected "then", but found "1".'),
    ("if (a) { b } else { c }", 8, 'Expected "then", but found "{".'),
    ("for (x in list) return x", 5, 'Expected the name of a variable, but found "(".'),
    ("some x in list x > 1", 21, 'Expected "satisfies"'),
    ("{a = 1}", 2, "Expected a key and a colon"),
    ("a.", 3, "Expected the name of a member, but found the end of the expression."),
    ("@2026-01-01", 2, 'Expected a string after "@", but found "2026".'),
    ("\"a'", 1, 'The string has no closing ".'),
    ('"a" "b"', 5, 'but found "b".'),
    ("x instance number", 12, 'Expected "of", but found "number".'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "column", "sentence"), MISTAKES)
def test_a_mistake_is_told_in_plain_words(text, column, sentence):
    with pytest.raises(FeelSyntaxError) as caught:
        compile_expression(text, ["list"])

    assert sentence in caught.value.message
    assert (caught.value.line, caught.value.column) == (1, column)


@pytest.mark.parametrize("name", ["not paid", "paid AND late", "really ?"])
def test_a_known_name_may_look_like_a_mistake(name):
    expression = compile_expression(f"{name} = 1", [name])

    assert expression.evaluate({name: 1}) is True


def test_an_unknown_function_is_a_name_that_the_expression_needs():
    assert compile_expression("coutn(list)").names == {"coutn", "list"}
