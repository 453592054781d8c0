"""Words: numbers as people write them."""

import pytest

from stance.comparison.words import points


@pytest.mark.parametrize(
    "share, said",
    [(0.3696, "+37"), (-0.3696, "−37"), (0, "0"), (1, "+100"), (0.004, "+0.4"), (-0.0004, "−0.04"), (1e-6, "0")],
)
def test_points_never_show_nothing_where_there_is_something(share, said):
    assert points(share) == said
