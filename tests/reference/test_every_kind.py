"""No kind of reference answers is left unchecked."""


def test_every_kind_in_the_folder_is_read_by_a_test(reference_kinds):
    found, read, later = reference_kinds
    assert found
    unread = sorted(found - read - later)
    assert not unread, f"no test here reads {', '.join(unread)}"


def test_what_is_left_to_a_later_issue_is_not_checked_already(reference_kinds):
    _, read, later = reference_kinds
    assert not read & later, "take these out of LATER in conftest.py"
