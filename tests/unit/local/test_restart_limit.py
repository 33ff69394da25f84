import signal

from sitewright.local.restarts import LIMIT, Restarts

OUTSIDE = [signal.SIGKILL, signal.SIGTERM, signal.SIGINT, signal.SIGHUP]


def test_the_pause_grows_with_every_end_of_the_last_minute_and_is_forgotten_after_it():
    restarts = Restarts()

    pauses = [restarts.ended(now, now + 1, -signal.SIGKILL, excused=False) for now in range(7)]

    assert pauses == [0, 0.5, 1, 2, 2, 2, 2]
    assert restarts.ended(190, 200, -signal.SIGKILL, excused=False) == 0


def test_one_that_ends_by_itself_more_than_five_times_in_a_row_is_given_up_however_slowly_it_fails():
    for seconds in (0.1, 20):
        restarts = Restarts()
        statuses = [1, 0, 3, -signal.SIGSEGV, 1]
        pauses = [restarts.ended(0, seconds, status, excused=False) for status in statuses]

        assert None not in pauses
        assert restarts.ended(0, seconds, 1, excused=False) is None


def test_one_that_has_run_for_more_than_a_minute_begins_anew():
    restarts = Restarts()

    for _ in range(10):
        for _ in range(LIMIT - 1):
            assert restarts.ended(0, 1, 1, excused=False) is not None
        assert restarts.ended(0, 61, 1, excused=False) is not None
        assert restarts.ended(0, 61, -signal.SIGKILL, excused=False) is not None


def test_what_others_did_to_it_never_counts():
    restarts = Restarts()

    for now in range(10 * LIMIT):
        assert restarts.ended(now, now + 1, -OUTSIDE[now % 4], excused=False) is not None
        assert restarts.ended(now, now + 1, 1, excused=True) is not None
