"""Importing a roster: what is taken over, and what is refused with which sentence."""

import io
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.conftest import NOW
from workflows import people, units
from workflows.account_tables import Account
from workflows.actors import Actor
from workflows.csv_text import guarded
from workflows.database import Database
from workflows.errors import NotAllowed
from workflows.people_import import ImportRefused, ImportReport, import_people
from workflows.people_tables import OrgUnit, Person, PersonDemographic, Post
from workflows.roster_export import export_people
from workflows.roster_files import FileRefused
from workflows.vocabulary import EmploymentStatus

HR = Actor("helena", "Helena", frozenset({"hr"}), frozenset({"hr"}))
SAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "people.csv"
HEADER = "number,given_name,family_name,unit,unit_name,hire_date"


def run(session: Session, text: str | bytes, name: str = "people.csv", **facts) -> ImportReport:
    source = text.encode() if isinstance(text, str) else text
    return import_people(session, source, file_name=name, actor=HR, now=NOW, **facts)


def refused(database: Database, text: str | bytes, name: str = "people.csv") -> list[str]:
    with database.unit_of_work() as session:
        with pytest.raises(ImportRefused) as caught:
            run(session, text, name)
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        assert session.scalar(select(func.count()).select_from(OrgUnit)) == 0
    return [str(error) for error in caught.value.errors]


def test_the_sample_file_builds_an_organisation(database: Database):
    with database.unit_of_work() as session:
        report = run(session, SAMPLE.read_bytes())

    assert (report.created, report.units_created, report.errors) == (10, 5, [])
    with database.reading() as session:
        ward = people.by_username(session, "olha.melnyk")
        assert ward.post is not None
        assert (ward.unit.name, ward.post.title, ward.level_rank) == ("Ward One", "Nurse", 1)
        assert units.superiors(session, ward) == ["kwame.mensah", "sofia.navarro", "amina.yusuf"]
        assert session.scalar(select(func.count()).select_from(PersonDemographic)) == 10


def test_importing_the_same_file_again_changes_nothing(database: Database):
    with database.unit_of_work() as session:
        run(session, SAMPLE.read_bytes())

    with database.unit_of_work() as session:
        report = run(session, SAMPLE.read_bytes())

    assert (report.created, report.updated, report.unchanged) == (0, 0, 10)
    assert (report.units_created, report.units_updated) == (0, 0)


def test_a_dry_run_answers_the_same_and_changes_nothing(database: Database):
    with database.unit_of_work() as session:
        tried = run(session, SAMPLE.read_bytes(), dry_run=True)

    with database.unit_of_work() as session:
        assert session.scalar(select(func.count()).select_from(Person)) == 0
        done = run(session, SAMPLE.read_bytes())

    assert tried.is_dry_run
    assert (tried.created, tried.units_created) == (done.created, done.units_created)


def test_a_dry_run_reports_errors_instead_of_raising(database: Database):
    with database.unit_of_work() as session:
        report = run(session, f"{HEADER}\n1,A,B,U,Unit,31/12/2020\n", dry_run=True)

    assert [error.column for error in report.errors] == ["hire_date"]


def test_a_second_import_updates_by_number(database: Database):
    with database.unit_of_work() as session:
        run(session, SAMPLE.read_bytes())
        changed = "number,given_name,family_name,unit,hire_date,post,level\n"
        changed += "1004,Luca,Rossi,NURS,2021-05-01,Lecturer,2\n1003,Mei,Tanaka,SURG,2015-08-01,,\n"
        report = run(session, changed)

    assert (report.updated, report.unchanged) == (1, 1)
    with database.reading() as session:
        luca = people.by_username(session, "luca.moretti")
        assert luca.post is not None
        assert (luca.display_name, luca.unit.code, luca.post.title) == (
            "Luca Rossi",
            "NURS",
            "Lecturer",
        )
        assert luca.level_since == NOW.date()
        assert [each.number for each in people.search(session, "ross").items] == ["1004"]


def test_two_people_can_swap_posts(database: Database):
    with database.unit_of_work() as session:
        header = f"{HEADER},post"
        run(session, f"{header}\n1,A,B,U,Unit,2020-01-01,North\n2,C,D,U,Unit,2020-01-01,South\n")
        report = run(
            session, f"{header}\n1,A,B,U,Unit,2020-01-01,South\n2,C,D,U,Unit,2020-01-01,North\n"
        )

        assert report.updated == 2
        assert session.scalar(select(func.count()).select_from(Post)) == 2


def test_who_leaves_loses_account_post_and_office(database: Database):
    with database.unit_of_work() as session:
        run(session, SAMPLE.read_bytes())
        session.add(Account(username="jonas.berg", name="Jonas", created_at=NOW))
        session.flush()
        gone = "number,given_name,family_name,unit,hire_date,status\n"
        report = run(session, gone + "1002,Jonas,Berg,SURG,2010-02-15,left\n")

    assert (report.updated, report.left) == (1, 1)
    with database.reading() as session:
        jonas = people.by_username(session, "jonas.berg")
        assert jonas.employment_status is EmploymentStatus.LEFT
        assert jonas.post_id is None
        assert units.by_code(session, "SURG").head_username is None
        assert session.get_one(Account, "jonas.berg").is_active is False


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "number,given_name,famly_name,unit,hire_date\n",
            ['Row 1, column famly_name: There is no such column. Did you mean "family_name"?'],
        ),
        (
            "number,given_name,family_name,unit\n",
            ['Row 1, column hire_date: The column "hire_date" is missing. Add it.'],
        ),
        (
            f"{HEADER},shoe size\n",
            ["Row 1, column shoe size: There is no such column. The columns are number, "],
        ),
        (
            f"{HEADER},first_name\n",
            ['Row 1, column first_name: The column "given_name" is there twice.'],
        ),
        (
            f"{HEADER}\n1,A,B,U,Unit,31.12.2020\n",
            ['Row 2, column hire_date: "31.12.2020" is not a date. Write dates like 2024-05-31.'],
        ),
        (
            f"{HEADER}\n1,A,B,U,Unit,2021-02-29\n",
            ['Row 2, column hire_date: "2021-02-29"'],
        ),
        (f"{HEADER}\n1,A,B,U,Unit,0200-02-01\n", ["Row 2, column hire_date: "]),
        (f"{HEADER}\n1,A,B,U,Unit,\n", ["Row 2, column hire_date: The cell is empty."]),
        (
            f"{HEADER}\n1,A,B,U,Unit,2020-01-01\n\n1,C,D,U,,2020-01-01\n",
            ['Row 4, column number: "1" is already in row 2.'],
        ),
        (
            f"{HEADER}\n,A,B,U,Unit,2020-01-01\n",
            ["Row 2, column number: The cell is empty. Fill it in."],
        ),
        (
            f"{HEADER}\n1,A,B,SALES,Sales,2020-01-01\n2,C,D,SALE,,2020-01-01\n",
            ['Row 3, column unit: There is no unit "SALE". Did you mean "SALES"?'],
        ),
        (
            f"{HEADER}\n1,A,B,U,,2020-01-01\n",
            ['Row 2, column unit: There is no unit "U". Give its unit_name to make it.'],
        ),
        (
            f"{HEADER},manager\n1,A,B,U,Unit,2020-01-01,99\n",
            ['Row 2, column manager: There is no person with number "99"'],
        ),
        (
            f"{HEADER},manager\n1,A,B,U,Unit,2020-01-01,2\n2,A,B,U,Unit,2020-01-01,1\n",
            ["Row 2, column manager: 1 would be among", "Row 3, column manager: 2 would be among"],
        ),
        (
            f"{HEADER},parent_unit\n1,A,B,U,Unit,2020-01-01,V\n2,A,B,V,Other,2020-01-01,U\n",
            [
                'Row 2, column parent_unit: The unit "U" would',
                'Row 3, column parent_unit: The unit "V"',
            ],
        ),
        (
            f"{HEADER},parent_unit\n1,A,B,U,Unit,2020-01-01,X\n",
            ["Row 2, column parent_unit: There is"],
        ),
        (
            f"{HEADER},level\n1,A,B,U,Unit,2020-01-01,Boss\n",
            ['Row 2, column level: There is no level "Boss"'],
        ),
        (
            f"{HEADER},level\n1,A,B,U,Unit,2020-01-01,77\n",
            ["Row 2, column level: A level has a rank"],
        ),
        (
            f"{HEADER},email\n1,A,B,U,Unit,2020-01-01,nobody\n",
            ['Row 2, column email: "nobody" is not'],
        ),
        (
            f"{HEADER},status\n1,A,B,U,Unit,2020-01-01,gone\n",
            ['Row 2, column status: "gone" is no'],
        ),
        (
            f"{HEADER},birth_date\n1,A,B,U,Unit,2020-01-01,2020-01-01\n",
            ["Row 2, column birth_date: 2020-01-01 is not before the hiring on 2020-01-01."],
        ),
        (f"{HEADER}\n1,A,B,U,Unit,2020-01-01,x,y\n", ["Row 2: There are more cells than"]),
        (
            f"{HEADER}\n1,{'x' * 121},B,U,Unit,2020-01-01\n",
            ["Row 2, column given_name: The cell has"],
        ),
    ],
)
def test_an_error_names_row_column_and_remedy(database: Database, text: str, expected: list[str]):
    found = refused(database, text)

    assert len(found) == len(expected)
    for sentence, beginning in zip(found, expected, strict=True):
        assert sentence.startswith(beginning)


@pytest.mark.parametrize(
    ("source", "name", "message"),
    [
        (b"", "people.csv", "is empty"),
        (b"x", "people.pdf", "neither CSV nor XLSX"),
        (b"name\n\xff\xfe\n", "people.csv", r"not in UTF-8 \(line 2\)"),
        (b'number,"given\n', "people.csv", "not a correct CSV file"),
        (b"PK\x03\x04 broken", "people.xlsx", "not a correct XLSX file"),
        (b"x" * (10 * 1024 * 1024 + 1), "people.csv", "more than 10 MB"),
        (b"a\n" * 50_003, "people.csv", "more than 50000 rows"),
        (b"," * 150 + b"x\n", "people.csv", "more than 100 columns"),
    ],
)
def test_a_file_that_is_no_table_is_refused(database: Database, source, name, message):
    with database.unit_of_work() as session, pytest.raises(FileRefused, match=message):
        run(session, source, name)


def workbook(sheets: dict[str, list[list[object]]]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_a_workbook_may_bring_its_units(database: Database):
    source = workbook(
        {
            "Units": [["code", "name", "parent"], ["R", "Root", None], ["S", "Sub", "R"]],
            "People": [
                ["Number", "Given name", "Family-Name", "Unit", "Hire date"],
                [7, "Ada", "Byron", "S", NOW.date().replace(year=2020)],
            ],
        }
    )

    with database.unit_of_work() as session:
        report = run(session, source, "people.xlsx")

    assert (report.created, report.units_created) == (1, 2)
    with database.reading() as session:
        ada = people.by_username(session, "ada.byron")
        assert (ada.number, ada.hire_date) == ("7", NOW.date().replace(year=2020))
        assert [unit.code for unit in units.above(session, ada.unit_id)] == ["S", "R"]


def test_errors_in_the_sheet_of_units_name_it(database: Database):
    source = workbook(
        {
            "people": [["number", "given_name", "family_name", "unit", "hire_date"]],
            "units": [["code", "name"], ["R", "Root"], ["R", "Again"]],
        }
    )

    assert refused(database, source, "x.xlsx") == [
        'Row 3, column units.code: "R" is already in row 2.'
    ]


def test_formulas_stay_text_and_are_guarded_on_the_way_out(database: Database):
    source = workbook(
        {
            "people": [
                ["number", "given_name", "family_name", "unit", "unit_name", "hire_date", "phone"],
                ["1", '=CMD("calc")', "@SUM(A1)", "U", "Unit", "2020-01-01", "+49 30 1"],
            ]
        }
    )

    with database.unit_of_work() as session:
        run(session, source, "people.xlsx")

    with database.reading() as session:
        person = session.scalars(select(Person)).one()
        exported = export_people(session)
    assert (person.given_name, person.phone) == ('=CMD("calc")', "+49 30 1")
    assert "'=CMD" in exported
    assert "'@SUM" in exported
    assert "'+49" in exported


def test_a_workbook_that_declares_entities_is_refused(database: Database):
    import zipfile

    output = io.BytesIO()
    with zipfile.ZipFile(output, "w") as archive:
        archive.writestr("xl/workbook.xml", '<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>')

    with database.unit_of_work() as session, pytest.raises(FileRefused, match="document type"):
        run(session, output.getvalue(), "people.xlsx")


def test_a_workbook_that_unpacks_to_too_much_is_refused(database: Database):
    import zipfile

    output = io.BytesIO()
    with zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sheet.xml", b" " * (101 * 1024 * 1024))

    with database.unit_of_work() as session, pytest.raises(FileRefused, match="more than 100 MB"):
        run(session, output.getvalue(), "people.xlsx")


NAMES = st.text(
    st.characters(blacklist_categories=("C", "Z"), max_codepoint=0x2FFF), min_size=1, max_size=20
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.lists(st.tuples(NAMES, NAMES, NAMES), min_size=1, max_size=8))
def test_what_was_exported_can_be_imported_and_changes_nothing(database: Database, names):
    with database.rehearsing() as session:
        session.add(OrgUnit(code="U", name="Unit"))
        rows = [["number", "given_name", "family_name", "unit", "hire_date", "post"]]
        rows += [
            [str(number), guarded(given), guarded(family), "U", "2020-01-01", guarded(post)]
            for number, (given, family, post) in enumerate(names)
        ]
        run(session, workbook({"people": rows}), "people.xlsx")

        report = run(session, export_people(session))

        assert (report.created, report.updated, report.unchanged) == (0, 0, len(names))
        stored = session.scalars(select(Person).order_by(Person.id)).all()
        assert [(each.given_name, each.family_name) for each in stored] == [
            (given, family) for given, family, _ in names
        ]


def test_thousands_of_people_are_taken_over_in_one_go(database: Database):
    rows = [f"{number},Given{number},Family,U,Unit,2020-01-01" for number in range(5_000)]

    with database.unit_of_work() as session:
        report = run(session, "\n".join([HEADER, *rows]))

    assert report.created == 5_000


def test_only_hr_imports_people(database: Database) -> None:
    somebody = Actor("zoe", "Zoe", frozenset({"manager"}), frozenset({"manager"}))

    with pytest.raises(NotAllowed, match="Only HR"), database.reading() as session:
        import_people(session, b"number\n", file_name="people.csv", actor=somebody, now=NOW)
