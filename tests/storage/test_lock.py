"""A lock is held by one or shared by many, and lives exactly as long as those who hold or inherited it."""

import subprocess

import pytest

from reprieve.storage.lock import Lock

pytestmark = pytest.mark.fast


@pytest.fixture
def path(tmp_path):
    return tmp_path / "x.lock"


def test_one_holds_it_and_another_is_told_at_once(path):
    one, two = Lock(path), Lock(path)
    assert one.take()
    assert not two.take()
    one.release()
    assert two.take()
    two.release()


def test_many_share_it_and_the_last_may_take_it(path):
    one, two = Lock(path), Lock(path)
    one.share()
    two.share()
    assert not Lock(path).take()
    one.release()
    assert two.take(), "the last sharer takes it for itself"
    two.release()


def test_it_is_let_go_when_the_block_fails(path):
    lock = Lock(path)

    def fail() -> None:
        with lock.held():
            assert not Lock(path).take()
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert lock.take()
    lock.release()


def test_a_child_that_inherits_it_holds_it_until_it_dies_however_it_dies(path):
    lock, asked = Lock(path), Lock(path)
    with lock.held() as handle:
        child = subprocess.Popen(["sleep", "60"], pass_fds=[handle])
        stranger = subprocess.Popen(["sleep", "60"])
    assert not asked.take()
    child.kill()
    child.wait()
    assert asked.take(), "a process that did not inherit it holds nothing"
    asked.release()
    stranger.kill()
    stranger.wait()
