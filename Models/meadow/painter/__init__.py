"""A procedural painter of hand-painted animation landscapes.

Everything that the model meadow has ever seen was painted by this package: no scraped pictures, no artist's work.
"""
