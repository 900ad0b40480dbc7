"""No kind of reference answers is left unchecked."""


def test_every_kind_in_the_folder_is_read_by_a_test(reference_kinds):
    found, read, later = reference_kinds
    assert found
    assert found - read - later == set(), "kinds that no test here reads"


def test_what_is_left_to_a_later_issue_is_not_checked_already(reference_kinds):
    _, read, later = reference_kinds
    assert read & later == set(), "take these out of LATER in conftest.py"
