"""The subjects of pictures: what stands in the landscape, sails on the water or flies in the air.

Each is drawn by a function (canvas, x, y, height, colour, light, rng, facing): (x, y) is the middle of where it stands (the boat's
waterline; the middle of what flies), the height is in pixels, the colour is the accent, facing is -1 or 1.
"""

from .light import Colour
from .subjects_buildings import bridge, cottage, house, lighthouse, rock, windmill
from .subjects_living import birds, cat, walker
from .subjects_trees import grand_tree, tree
from .subjects_vehicles import airship, boat, train

__all__ = ["ACCENTS", "SUBJECTS", "house", "rock", "tree"]

SUBJECTS = {
    "lighthouse": lighthouse, "windmill": windmill, "bridge": bridge, "train": train, "boat": boat, "airship": airship,
    "cat": cat, "birds": birds, "walker": walker, "cottage": cottage, "tree": grand_tree,
}

# Painterly tones, far enough from each other to be told apart by night.
ACCENTS: dict[str, Colour] = {
    "red": (0.80, 0.19, 0.17),
    "white": (0.96, 0.95, 0.92),
    "blue": (0.18, 0.38, 0.72),
    "yellow": (0.96, 0.78, 0.22),
    "green": (0.20, 0.54, 0.32),
    "black": (0.15, 0.15, 0.18),
    "orange": (0.93, 0.49, 0.14),
}
