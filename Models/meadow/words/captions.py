"""Captions for the painter's pictures: English that says some of a picture's facts, and which ones it says.

`captions` speaks the vocabulary of the pictures' captions, `paraphrases` the held-out one: words and phrases that no
caption has, so that pictures can be asked for in words that the painter's data set never used. (The reader, which maps
any words to facts, learns the held-out ones too; what it makes of words that nothing was trained on is measured with
unseen.py.) Both walk the same grammar; only the words differ. Needs nothing but NumPy.

    python3 captions.py             a few examples
    python3 captions.py --check     fails if a held-out phrase occurs in captions, or an unseen one in any training text
"""

import re
import sys

import numpy as np

GROUPS = {
    "time": ["dawn", "day", "dusk", "night"],
    "season": ["spring", "summer", "autumn", "winter"],
    "weather": ["clear", "clouds", "rain", "snow", "mist"],
    "place": ["meadow", "hills", "mountains", "sea", "coast", "river", "forest", "rice fields", "village"],
    "subject": ["none", "lighthouse", "windmill", "bridge", "train", "boat", "airship", "cat", "birds", "walker",
                "cottage", "tree"],
    "colour": ["red", "white", "blue", "yellow", "green", "black", "orange"],
    "side": ["left", "centre", "right"],
}

# Where the painter can put a subject; what is not here goes everywhere.
SUBJECT_PLACES = {
    "lighthouse": ["coast", "sea"],
    "windmill": ["meadow", "hills", "village", "rice fields", "coast"],
    "bridge": ["river", "forest", "village", "hills"],
    "train": ["meadow", "hills", "mountains", "rice fields", "coast"],
    "boat": ["sea", "coast", "river"],
    "cat": ["meadow", "hills", "village", "coast", "forest", "river"],
    "walker": ["meadow", "hills", "mountains", "coast", "river", "forest", "rice fields", "village"],
    "cottage": ["meadow", "hills", "mountains", "coast", "forest", "river", "rice fields"],
    "tree": ["meadow", "hills", "rice fields", "coast", "river"],
}

# Forms of a value. adj: before a noun. noun: stands alone, as a tag. prep: an adverbial. clause: a whole sentence.
# A colour in a noun ("the blue sea") is the thing's own and says nothing of the subject's accent.
WORDS = {
    "time": {
        "dawn": {
            "adj": ["early morning", "sunrise", "dawn"],
            "noun": ["dawn", "sunrise", "early morning", "morning light", "a pink dawn", "the early morning sun",
                     "a golden sunrise", "early dawn light", "the rising sun"],
            "prep": ["at dawn", "at sunrise", "in the early morning", "early in the morning", "in the morning light",
                     "before the world wakes up", "under the rising sun", "just after sunrise", "as the sun rises",
                     "at the start of the day", "when the morning begins"],
            "clause": ["the sun is rising", "dawn is breaking", "it is early morning", "morning comes",
                       "the sky turns pink before sunrise", "the sun has just come up", "a new day begins"],
        },
        "day": {
            "adj": ["daytime", "midday", "afternoon", "daylight"],
            "noun": ["day", "daytime", "noon", "afternoon", "daylight", "midday", "full daylight", "bright midday light",
                     "a lazy afternoon", "a quiet afternoon"],
            "prep": ["by day", "during the day", "at noon", "in the afternoon", "in full daylight", "at midday",
                     "in the daytime", "on a lazy afternoon", "in the middle of the day", "in plain daylight",
                     "in the early afternoon"],
            "clause": ["it is daytime", "it is noon", "the afternoon is quiet", "it is the middle of the day",
                       "daylight fills everything", "it is afternoon"],
        },
        "dusk": {
            "adj": ["evening", "sunset", "dusk", "dusky"],
            "noun": ["dusk", "sunset", "evening", "evening light", "sundown", "a red sunset", "an orange sunset",
                     "the setting sun", "a quiet evening", "golden hour", "the evening glow", "a pink and orange dusk"],
            "prep": ["at dusk", "at sunset", "in the evening", "at sundown", "in the evening light",
                     "under the setting sun", "as the sun sets", "when evening comes", "in the golden hour",
                     "at the end of the day", "just before night comes", "in the glow of the sunset"],
            "clause": ["the sun is setting", "evening comes", "dusk falls", "the sun goes down", "it is getting dark",
                       "the day is ending", "the sunset burns orange", "the evening sky glows"],
        },
        "night": {
            "adj": ["night", "starry", "moonlit", "midnight", "nighttime"],
            "noun": ["night", "midnight", "night sky", "a starry night", "a moonlit night", "starlight", "moonlight",
                     "late night", "a sky full of stars", "a full moon", "the stars", "a dark night", "nighttime"],
            "prep": ["at night", "at midnight", "by night", "under the stars", "in the moonlight", "after dark",
                     "under a starry sky", "late at night", "under a full moon", "in the middle of the night",
                     "by starlight", "beneath the moon"],
            "clause": ["it is night", "the stars are out", "the moon is shining", "stars fill the sky",
                       "night has fallen", "everything sleeps under the moon", "it is dark and the stars shine"],
        },
    },
    "season": {
        "spring": {
            "adj": ["spring", "springtime"],
            "noun": ["spring", "springtime", "cherry blossoms", "spring flowers", "fresh spring green", "early spring",
                     "a spring day", "blossom time", "may", "late spring"],
            "prep": ["in spring", "in springtime", "with cherry blossoms", "in early spring", "in late spring",
                     "when the blossoms open", "in the month of may", "among spring flowers",
                     "on a fresh spring day", "in march"],
            "clause": ["it is spring", "spring has come", "the cherry trees are in blossom", "spring flowers open",
                       "blossoms drift on the wind", "the first green of spring appears"],
        },
        "summer": {
            "adj": ["summer", "midsummer", "summery"],
            "noun": ["summer", "summertime", "midsummer", "high summer", "a summer day", "summer heat", "july",
                     "lush summer green", "summer holidays", "a hot summer"],
            "prep": ["in summer", "in summertime", "in high summer", "at midsummer", "in the summer heat", "in july",
                     "in the height of summer", "on a hot summer day", "during the summer holidays", "in june"],
            "clause": ["it is summer", "summer is here", "the summer air is warm", "it is the height of summer",
                       "the summer heat lies over everything"],
        },
        "autumn": {
            "adj": ["autumn", "autumnal", "fall"],
            "noun": ["autumn", "fall", "autumn leaves", "fall colors", "red maple leaves", "late autumn",
                     "autumn colours", "falling leaves", "an autumn day", "september"],
            "prep": ["in autumn", "in the fall", "in autumn colours", "with falling leaves", "in late autumn",
                     "among autumn leaves", "in september", "when the leaves turn red", "on an autumn day",
                     "with yellow and orange leaves"],
            "clause": ["it is autumn", "the leaves are falling", "autumn has come", "the maples turn red",
                       "the leaves have turned orange", "autumn leaves cover the ground"],
        },
        "winter": {
            "adj": ["winter", "wintry", "midwinter", "frozen"],
            "noun": ["winter", "wintertime", "midwinter", "deep winter", "cold winter", "a winter day", "december",
                     "winter cold", "a frozen land", "bare winter trees"],
            "prep": ["in winter", "in the depths of winter", "in wintertime", "in december", "on a cold winter day",
                     "in the winter cold", "at midwinter", "in february", "when everything is frozen"],
            "clause": ["it is winter", "winter is here", "the land is frozen", "winter has come",
                       "it is the middle of winter", "the cold of winter lies over everything"],
        },
    },
    "weather": {
        "clear": {
            "adj": ["clear", "sunny", "blue-skied"],
            "noun": ["clear sky", "sunny weather", "blue sky", "a clear blue sky", "clear weather", "sunny",
                     "a perfectly clear sky", "no clouds", "bright clear weather", "fine weather"],
            "prep": ["under a clear sky", "in clear weather", "under a blue sky", "without a single cloud",
                     "in sunny weather", "beneath a clear blue sky", "with no clouds in the sky", "in fine weather",
                     "with a wide clear sky"],
            "clause": ["the sky is clear", "the weather is clear", "there are no clouds", "the sky is blue and empty",
                       "the weather is fine", "the air is clear"],
        },
        "clouds": {
            "adj": ["cloudy", "clouded", "overcast"],
            "noun": ["clouds", "towering clouds", "big white clouds", "huge clouds", "a cloudy sky", "fluffy clouds",
                     "piled-up clouds", "a sky full of clouds", "giant summer clouds", "cloudy weather",
                     "dramatic clouds", "a wall of clouds"],
            "prep": ["under towering clouds", "under a cloudy sky", "with huge white clouds", "beneath giant clouds",
                     "with clouds piling up", "under big fluffy clouds", "with dramatic clouds overhead",
                     "under an overcast sky", "with clouds drifting by"],
            "clause": ["clouds tower in the sky", "white clouds pile up", "the sky is full of clouds", "it is cloudy",
                       "great clouds rise over the horizon", "fluffy clouds drift past", "the sky is overcast"],
        },
        "rain": {
            "adj": ["rainy", "rain-soaked", "wet", "stormy"],
            "noun": ["rain", "heavy rain", "light rain", "a rain shower", "rainy weather", "pouring rain", "raindrops",
                     "soft rain", "a storm", "wet weather", "gentle rain", "stormy weather"],
            "prep": ["in the rain", "in heavy rain", "under the rain", "during a rain shower", "in pouring rain",
                     "on a rainy day", "in light rain", "with rain falling", "while it rains", "during a storm"],
            "clause": ["it is raining", "rain falls", "it rains softly", "rain pours down", "a storm is passing",
                       "raindrops fall everywhere", "the rain does not stop"],
        },
        "snow": {
            "adj": ["snowy", "snow-swept", "snowing"],
            "noun": ["snow", "falling snow", "snowfall", "first snow", "snowy weather", "light snow", "heavy snow",
                     "snowflakes", "soft snow", "fresh snow", "a snowstorm", "white snow"],
            "prep": ["in the snow", "in falling snow", "during a snowfall", "with snow falling", "under falling snow",
                     "in the first snow", "while it snows", "in a snowstorm", "with snowflakes in the air"],
            "clause": ["it is snowing", "snow is falling", "snowflakes drift down", "the first snow falls",
                       "snow comes down softly", "thick snow falls"],
        },
        "mist": {
            "adj": ["misty", "foggy", "fog-bound"],
            "noun": ["mist", "fog", "thick fog", "soft mist", "a veil of mist", "misty air", "fog banks",
                     "foggy weather", "drifting mist", "low fog", "mist and silence"],
            "prep": ["in the mist", "in fog", "in thick fog", "wrapped in mist", "through the mist", "lost in fog",
                     "with mist drifting by", "behind a veil of mist", "half hidden by fog", "in foggy weather"],
            "clause": ["it is misty", "fog covers everything", "mist hangs in the air", "mist drifts past",
                       "a thick fog rolls in", "everything disappears into the mist"],
        },
    },
    "place": {
        "meadow": {
            "noun": ["a meadow", "a flower meadow", "a grassy field", "a green meadow", "a field of flowers",
                     "meadows", "a field of wildflowers", "a wide meadow", "a pasture", "tall grass", "a grassland",
                     "a field of grass"],
            "prep": ["in a meadow", "in a field of flowers", "across the meadow", "in the tall grass",
                     "on a green meadow", "in a grassy field", "among wildflowers", "over a pasture",
                     "at the edge of a meadow", "over a wide grassland"],
            "clause": ["the meadow lies quiet", "grass waves in the wind", "a meadow full of flowers stretches out",
                       "the meadow goes on and on"],
        },
        "hills": {
            "noun": ["hills", "rolling hills", "green hills", "soft hills", "a hillside", "a hilly landscape",
                     "gentle hills", "hill country", "a grassy hill", "round hills", "blue hills"],
            "prep": ["in the hills", "among rolling hills", "on a hillside", "over green hills", "on top of a hill",
                     "between gentle hills", "on a hill", "in hill country", "across the hills"],
            "clause": ["hills roll away to the horizon", "the hills lie in soft waves", "green hills stretch far away",
                       "hill after hill fades into the distance"],
        },
        "mountains": {
            "noun": ["mountains", "high mountains", "mountain peaks", "snow-capped mountains", "a mountain range",
                     "a mountain landscape", "towering peaks", "distant summits", "a mountain valley", "blue mountains",
                     "a great mountain", "steep mountains"],
            "prep": ["in the mountains", "below high mountains", "among mountain peaks", "in a mountain valley",
                     "at the foot of the mountains", "before a mountain range", "high up in the mountains",
                     "under snow-capped peaks", "between steep mountains", "with mountains behind"],
            "clause": ["mountains rise in the distance", "high peaks tower above", "the mountains stand silent",
                       "a mountain range fills the horizon"],
        },
        "sea": {
            "noun": ["the sea", "the open sea", "the wide sea", "a calm sea", "a blue sea", "sea and sky",
                     "waves on the open sea", "endless water", "a seascape", "the rolling sea", "the deep blue sea"],
            "prep": ["at sea", "on the open sea", "out at sea", "over the sea", "on a calm sea", "far out on the sea",
                     "above the waves", "on the wide blue sea", "in the middle of the sea", "across the waves"],
            "clause": ["the sea is calm", "waves roll over the open sea", "the sea stretches to the horizon",
                       "there is only sea and sky", "the waves rise and fall"],
        },
        "coast": {
            "noun": ["a coast", "the coast", "a rocky coast", "the seaside", "a shoreline", "sea cliffs", "the shore",
                     "a coastline", "a rocky shore", "a coastal landscape", "white cliffs", "cliffs above the sea"],
            "prep": ["on the coast", "by the sea", "at the seaside", "on a rocky shore", "along the coast",
                     "on the cliffs", "on the seashore", "by the seaside", "where the land meets the sea",
                     "along the shoreline", "on a cliff above the sea"],
            "clause": ["waves break on the rocky shore", "the coast is rugged", "cliffs drop to the sea",
                       "the coastline curves away", "waves wash the shore"],
        },
        "river": {
            "noun": ["a river", "a riverbank", "a winding river", "a wide river", "a river valley", "the riverside",
                     "a slow river", "a river landscape", "a blue river", "a bend of the river"],
            "prep": ["by the river", "on a river", "along the riverbank", "on the riverside", "beside a winding river",
                     "at a bend of the river", "over the river", "by the banks of a river", "in a river valley"],
            "clause": ["a river winds through the land", "the river flows slowly", "the river glitters",
                       "a wide river runs past"],
        },
        "forest": {
            "noun": ["a forest", "the woods", "a woodland", "a deep forest", "a dark forest", "a green forest",
                     "forest trees", "an old forest", "a quiet wood", "a forest clearing", "a forest path"],
            "prep": ["in a forest", "in the woods", "deep in the forest", "among the trees of a forest",
                     "in a woodland", "at the edge of the woods", "through the forest", "in a forest clearing",
                     "on a forest path", "in an old wood"],
            "clause": ["the forest is silent", "tall trees of the forest stand all around", "the woods are deep",
                       "the forest closes in"],
        },
        "rice fields": {
            "noun": ["rice fields", "rice terraces", "green rice fields", "flooded rice fields", "a rice field",
                     "terraced rice fields", "mirror-like rice fields", "fields of rice", "rice fields in rows",
                     "a japanese countryside with rice fields"],
            "prep": ["in the rice fields", "among rice terraces", "between flooded rice fields", "over the rice fields",
                     "beside a rice field", "along the rice fields", "in fields of rice",
                     "in the japanese countryside among rice fields"],
            "clause": ["the rice fields mirror the sky", "rice grows in neat rows", "rice terraces step down",
                       "the rice fields stretch out"],
        },
        "village": {
            "noun": ["a village", "a small village", "an old village", "a hamlet", "tiled roofs", "a village street",
                     "a little town", "a quiet village", "rooftops of a village", "a village of old houses",
                     "a small town"],
            "prep": ["in a village", "in a small village", "over the roofs of a village", "on a village street",
                     "in a hamlet", "among old village houses", "in a little town", "above tiled roofs",
                     "between the houses of a village", "at the edge of a village"],
            "clause": ["the village sleeps", "houses with tiled roofs crowd together", "a small village lies there",
                       "lamps glow in the village"],
        },
    },
    "subject": {
        "none": {
            "noun": ["empty landscape", "nothing but landscape", "no people", "an empty scene", "only the landscape",
                     "no buildings, no people", "pure landscape", "nobody there", "scenery only"],
            "prep": ["with nobody there", "with no people", "without any people", "with nothing else in the picture",
                     "completely empty", "with no one around", "empty of people and houses"],
            "clause": ["there is nobody", "nothing else is there", "the scene is empty", "no one is around",
                       "nobody is there to see it"],
        },
        "lighthouse": {
            "noun": ["a {c} lighthouse", "an old {c} lighthouse", "a lonely {c} lighthouse", "a tall {c} lighthouse",
                     "the {c} lighthouse", "a small {c} lighthouse", "a shining {c} lighthouse"],
            "clause": ["a {c} lighthouse stands there", "a {c} lighthouse sends its light",
                       "the {c} lighthouse keeps watch"],
            "coloured": ["a lighthouse with a {c} roof", "a lighthouse painted {c}", "a {c}-roofed lighthouse",
                         "a lighthouse with a {c} top"],
        },
        "windmill": {
            "noun": ["a {c} windmill", "an old {c} windmill", "a wooden {c} windmill", "a lonely {c} windmill",
                     "the {c} windmill", "a tall {c} windmill", "a turning {c} windmill"],
            "clause": ["a {c} windmill turns in the wind", "a {c} windmill stands there", "an old {c} windmill turns"],
            "coloured": ["a windmill with {c} sails", "a windmill with a {c} roof", "a windmill painted {c}",
                         "a {c}-roofed windmill"],
        },
        "bridge": {
            "noun": ["a {c} bridge", "an old {c} bridge", "a wooden {c} bridge", "a stone bridge", "a small {c} bridge",
                     "an arched {c} bridge", "a {c} footbridge", "the {c} bridge"],
            "clause": ["a {c} bridge crosses the water", "a {c} bridge leads across", "a small {c} bridge waits"],
            "coloured": ["a bridge painted {c}", "a bridge with a {c} railing", "a bridge with {c} railings"],
        },
        "train": {
            "noun": ["a {c} train", "a little {c} train", "an old {c} train", "a {c} steam train", "a passing {c} train",
                     "a {c} train on the tracks", "a {c} railway train", "a local {c} train", "a {c} train of two cars"],
            "clause": ["a {c} train passes", "a little {c} train runs along the tracks", "a {c} train rolls by"],
            "coloured": ["a train painted {c}", "a train with {c} carriages", "a train with {c} cars"],
        },
        "boat": {
            "noun": ["a {c} boat", "a small {c} boat", "a {c} sailing boat", "a {c} sailboat", "a {c} fishing boat",
                     "a lonely {c} boat", "a little {c} boat", "a {c} rowing boat", "the {c} boat"],
            "clause": ["a {c} boat drifts by", "a small {c} boat sails", "a {c} sailing boat glides along"],
            "coloured": ["a boat with {c} sails", "a boat with a {c} hull", "a boat with a {c} sail",
                         "a sailboat with {c} sails"],
        },
        "airship": {
            "noun": ["a {c} airship", "a huge {c} airship", "a {c} zeppelin", "a floating {c} airship",
                     "an old {c} airship", "a {c} airship in the sky", "a slow {c} airship", "the {c} airship"],
            "clause": ["a {c} airship floats past", "a {c} airship hangs in the sky", "a {c} zeppelin drifts over"],
            "coloured": ["an airship with a {c} hull", "an airship painted {c}", "a zeppelin with {c} stripes"],
        },
        "cat": {
            "noun": ["a {c} cat", "a little {c} cat", "a sitting {c} cat", "a curious {c} cat", "a lonely {c} cat",
                     "a small {c} cat", "a {c} cat watching", "the {c} cat", "a fluffy {c} cat"],
            "clause": ["a {c} cat sits there", "a {c} cat watches", "a {c} cat looks into the distance"],
            "coloured": ["a cat with {c} fur", "a cat with a {c} scarf", "a cat in a {c} collar"],
        },
        "birds": {
            "noun": ["{c} birds", "a flock of {c} birds", "flying {c} birds", "a few {c} birds", "{c} seagulls",
                     "{c} birds in flight", "{c} birds in the sky", "a swarm of {c} birds", "a {c} bird"],
            "clause": ["{c} birds fly past", "a flock of {c} birds crosses the sky", "{c} birds circle above",
                       "{c} birds are flying"],
            "coloured": ["birds with {c} wings", "birds with {c} feathers", "{c}-winged birds"],
        },
        "walker": {
            "noun": ["a lone walker", "a walker", "a girl walking", "a person walking", "a traveller",
                     "a small figure", "a lonely figure", "someone walking alone", "a man walking", "a boy on a path",
                     "a young woman with a bag", "a walking person", "a solitary traveller"],
            "clause": ["a lone walker passes", "someone walks there alone", "a traveller stands still and looks",
                       "a small figure walks along"],
            "coloured": ["a walker in a {c} coat", "a girl in a {c} dress", "a person in a {c} jacket",
                         "a traveller with a {c} scarf", "a lone figure in a {c} cloak", "a person with a {c} umbrella",
                         "a girl with a {c} scarf", "a man in a {c} coat", "someone dressed in {c}"],
        },
        "cottage": {
            "noun": ["a {c} cottage", "a small {c} cottage", "a little {c} house", "a lonely {c} house",
                     "a {c} farmhouse", "a {c} hut", "an old {c} cottage", "a single {c} house", "a cosy {c} cottage"],
            "clause": ["a {c} cottage stands alone", "smoke rises from a {c} cottage", "a little {c} house waits"],
            "coloured": ["a cottage with a {c} roof", "a house with a {c} roof", "a {c}-roofed cottage",
                         "a little house with a {c} door"],
        },
        "tree": {
            "noun": ["a tree", "a lone tree", "a single tree", "an old tree", "a big oak tree", "a great tree",
                     "a solitary tree", "an old oak", "one tall tree", "a gnarled tree"],
            "clause": ["a lone tree stands there", "a single tree spreads its branches",
                       "an old tree leans in the wind"],
        },
    },
    "colour": {
        "red": ["red", "bright red", "crimson", "dark red", "deep red"],
        "white": ["white", "pure white", "whitewashed", "bright white", "snow-white"],
        "blue": ["blue", "dark blue", "navy blue", "light blue", "sky-blue", "navy"],
        "yellow": ["yellow", "bright yellow", "golden yellow", "sunny yellow", "pale yellow"],
        "green": ["green", "dark green", "emerald green", "bright green", "emerald"],
        "black": ["black", "jet-black", "deep black", "pitch-black", "all-black"],
        "orange": ["orange", "bright orange", "deep orange", "burnt orange", "orange-coloured"],
    },
    "side": {
        "left": ["on the left", "to the left", "on the left side", "at the left", "left of centre",
                 "in the left half", "on the left-hand side", "left"],
        "centre": ["in the centre", "in the middle", "centred", "in the center", "at the centre of the picture",
                   "right in the middle", "in the middle of the picture"],
        "right": ["on the right", "to the right", "on the right side", "at the right", "right of centre",
                  "in the right half", "on the right-hand side", "right"],
    },
}

# What no training caption says. The same forms; the grammar falls back from a missing form to another.
HELD_OUT = {
    "time": {
        "dawn": {"noun": ["daybreak", "sunup", "first light", "the break of day"], "adj": ["daybreak"],
                 "prep": ["at daybreak", "at first light", "at sunup", "at the break of day", "at cockcrow"],
                 "clause": ["daybreak has arrived", "first light touches the land"]},
        "day": {"noun": ["noontide", "lunchtime", "the noonday sun", "siesta time"], "adj": ["noonday"],
                "prep": ["at noontide", "at lunchtime", "with the sun at its zenith", "at siesta time"],
                "clause": ["the sun stands at its zenith", "it is lunchtime"]},
        "dusk": {"noun": ["twilight", "gloaming", "eventide", "nightfall"], "adj": ["twilight"],
                 "prep": ["at twilight", "in the gloaming", "at nightfall", "in the fading light", "at eventide"],
                 "clause": ["twilight settles", "the light is fading", "nightfall approaches"]},
        "night": {"noun": ["the small hours", "the milky way", "constellations", "a nocturne"], "adj": ["nocturnal"],
                  "prep": ["in the small hours", "under the milky way", "beneath the constellations",
                           "in the darkness", "past bedtime"],
                  "clause": ["the milky way arches overhead", "the constellations glitter", "darkness reigns"]},
    },
    "season": {
        "spring": {"noun": ["april", "sakura season", "daffodils", "budding branches"], "adj": ["vernal", "april"],
                   "prep": ["in april", "in sakura season", "when the daffodils bloom", "with budding branches"],
                   "clause": ["sakura petals are everywhere", "daffodils are blooming", "the buds burst open"]},
        "summer": {"noun": ["august", "the dog days", "a heatwave", "sweltering heat"], "adj": ["sweltering", "august"],
                   "prep": ["in august", "in the dog days", "during a heatwave", "in sweltering heat",
                            "with cicadas singing"],
                   "clause": ["cicadas are singing in the heat", "a heatwave shimmers", "the air is sweltering"]},
        "autumn": {"noun": ["october", "harvest time", "golden foliage", "russet foliage"], "adj": ["october", "russet"],
                   "prep": ["in october", "at harvest time", "in november", "with russet foliage"],
                   "clause": ["the foliage has gone russet", "the harvest is in", "october has painted the foliage"]},
        "winter": {"noun": ["january", "frost and ice", "hoarfrost", "christmas time"], "adj": ["frosty", "icy"],
                   "prep": ["in january", "at christmas", "with frost and ice", "in the frosty cold"],
                   "clause": ["frost covers the ground", "icicles hang everywhere", "ice has sealed the puddles"]},
    },
    "weather": {
        "clear": {"noun": ["cloudless heavens", "sunshine", "fair weather", "cloudless weather"],
                  "adj": ["cloudless", "sun-drenched"],
                  "prep": ["under cloudless heavens", "in brilliant sunshine", "in fair weather",
                           "beneath spotless heavens"],
                  "clause": ["the heavens are cloudless", "there is sunshine everywhere"]},
        "clouds": {"noun": ["cumulus", "cumulonimbus towers", "thunderheads", "billowing cumulus"],
                   "adj": ["cumulus-filled"],
                   "prep": ["under cumulus towers", "beneath massive thunderheads", "with billowing cumulus"],
                   "clause": ["cumulus towers billow upward", "thunderheads are building"]},
        "rain": {"noun": ["drizzle", "a downpour", "a deluge", "a thunderstorm"], "adj": ["drizzly"],
                 "prep": ["in a downpour", "in the drizzle", "during a deluge", "in a thunderstorm"],
                 "clause": ["it is drizzling", "a downpour drenches everything", "it is bucketing down"]},
        "snow": {"noun": ["a blizzard", "flurries", "drifting flakes", "whirling flakes"], "adj": ["blizzard-swept"],
                 "prep": ["in a blizzard", "amid flurries", "with flakes whirling around"],
                 "clause": ["a blizzard rages", "flurries whirl about", "thick flakes tumble from above"]},
        "mist": {"noun": ["haze", "a murky haze", "pea-soup air", "low vapour"], "adj": ["hazy", "murky"],
                 "prep": ["in the haze", "shrouded in haze", "with vapour curling up", "in murky air"],
                 "clause": ["haze blurs everything", "a milky vapour hangs low", "the air is hazy"]},
    },
    "place": {
        "meadow": {"noun": ["a prairie", "a grassy plain", "a steppe", "clover and buttercups"],
                   "prep": ["on the prairie", "on a grassy plain", "among buttercups and clover", "on the steppe"],
                   "clause": ["buttercups and clover cover the ground", "the prairie spreads out"]},
        "hills": {"noun": ["the downs", "knolls", "undulating countryside", "the highlands' gentle slopes"],
                  "prep": ["on the downs", "among grassy knolls", "in undulating countryside", "on a gentle slope"],
                  "clause": ["undulating countryside stretches away", "knoll follows knoll"]},
        "mountains": {"noun": ["the alps", "alpine scenery", "crags", "himalayan heights"],
                      "prep": ["in the alps", "among the crags", "in alpine scenery", "below himalayan heights"],
                      "clause": ["alpine heights loom", "crags scrape the sky"]},
        "sea": {"noun": ["the ocean", "the pacific", "ocean swell", "the atlantic"],
                "prep": ["on the ocean", "over the ocean", "in the middle of the pacific", "upon the ocean swell"],
                "clause": ["the ocean heaves", "the atlantic stretches forever"]},
        "coast": {"noun": ["a beach", "a sandy beach", "a headland", "a rugged promontory"],
                  "prep": ["on the beach", "on a headland", "in a sandy cove", "on a promontory"],
                  "clause": ["surf pounds the beach", "the headland juts out"]},
        "river": {"noun": ["a creek", "a brook", "a babbling brook", "an estuary"],
                  "prep": ["by a creek", "beside a babbling brook", "by the brook", "on the estuary"],
                  "clause": ["the brook babbles", "a creek meanders past"]},
        "forest": {"noun": ["a thicket", "a grove of pines", "the taiga", "firs and birches"],
                   "prep": ["in a thicket", "among pines and firs", "in the taiga", "in a grove"],
                   "clause": ["pines and firs stand close together", "the thicket is dense"]},
        "rice fields": {"noun": ["paddies", "paddy terraces", "a paddy", "flooded paddies"],
                        "prep": ["in the paddies", "beside a paddy", "among flooded paddies"],
                        "clause": ["the paddies shine like glass", "paddy terraces climb the slope"]},
        "village": {"noun": ["a settlement", "a cluster of homes", "a rustic community", "a market square"],
                    "prep": ["in a settlement", "in a cluster of homes", "on a market square",
                             "in a rustic community"],
                    "clause": ["a cluster of homes huddles together", "the market square is quiet"]},
    },
    "subject": {
        "none": {"noun": ["deserted scenery", "not a soul", "uninhabited wilderness", "untouched nature"],
                 "prep": ["with not a soul in sight", "utterly deserted", "devoid of life"],
                 "clause": ["not a soul is in sight", "it is deserted"]},
        "lighthouse": {"noun": ["a {c} beacon tower", "a {c} harbour beacon", "a {c} pharos", "a {c} light tower"],
                       "clause": ["a {c} beacon guides ships home"], "coloured": ["a beacon tower painted {c}"]},
        "windmill": {"noun": ["a {c} dutch mill", "a {c} flour mill", "a {c} wind turbine", "a {c} mill spinning"],
                     "clause": ["the sails of a {c} mill spin"], "coloured": ["a mill with {c} vanes"]},
        "bridge": {"noun": ["a {c} viaduct", "a {c} aqueduct", "a {c} overpass", "a {c} span across the water"],
                   "clause": ["a {c} viaduct spans the gap"], "coloured": ["a viaduct in {c}"]},
        "train": {"noun": ["a {c} locomotive", "a {c} steam engine pulling wagons", "a {c} tram", "a {c} express"],
                  "clause": ["a {c} locomotive puffs along"], "coloured": ["a locomotive in {c}"]},
        "boat": {"noun": ["a {c} ship", "a {c} yacht", "a {c} schooner", "a {c} dinghy", "a {c} canoe"],
                 "clause": ["a {c} yacht cruises"], "coloured": ["a schooner under {c} canvas"]},
        "airship": {"noun": ["a {c} dirigible", "a {c} blimp", "a {c} hot-air balloon", "a {c} flying vessel"],
                    "clause": ["a {c} blimp hovers overhead"], "coloured": ["a blimp in {c}"]},
        "cat": {"noun": ["a {c} kitten", "a {c} tomcat", "a {c} feline", "a {c} kitty"],
                "clause": ["a {c} kitten plays"], "coloured": ["a feline whose coat is {c}"]},
        "birds": {"noun": ["{c} geese", "{c} swallows", "{c} crows", "{c} herons"],
                  "clause": ["{c} swallows dart about"], "coloured": ["geese with {c} plumage"]},
        "walker": {"noun": ["a hiker", "a wanderer", "a pilgrim", "a backpacker"],
                   "clause": ["a hiker trudges along"],
                   "coloured": ["a hiker in a {c} anorak", "a wanderer wearing a {c} hat", "a pilgrim in {c} robes"]},
        "cottage": {"noun": ["a {c} cabin", "a {c} lodge", "a {c} chalet", "a {c} homestead"],
                    "clause": ["a {c} cabin nestles there"], "coloured": ["a chalet with {c} shingles"]},
        "tree": {"noun": ["a willow", "a cedar", "an ancient beech", "a maple by itself"],
                 "clause": ["a willow bends", "a cedar spreads its boughs"]},
    },
    "colour": {
        "red": ["scarlet", "vermilion", "ruby", "cherry-coloured"],
        "white": ["ivory", "chalky", "alabaster", "cream-coloured"],
        "blue": ["azure", "cobalt", "sapphire", "indigo"],
        "yellow": ["lemon", "mustard", "canary", "lemon-coloured"],
        "green": ["olive", "jade", "mint", "moss-coloured"],
        "black": ["ebony", "coal-dark", "raven", "inky"],
        "orange": ["tangerine", "apricot", "pumpkin-coloured", "amber"],
    },
    "side": {
        "left": ["in the left third", "toward the left-hand edge", "near the left border", "leftmost"],
        "centre": ["in the heart of the picture", "at the midpoint", "halfway across the frame", "smack in the center"],
        "right": ["in the right third", "toward the right-hand edge", "near the right border", "rightmost"],
    },
}

SCENES = ["landscape", "scene", "view", "painting", "picture", "scenery", "background", "wallpaper", "illustration"]
OPENERS = ["a painting of", "a picture of", "an illustration of", "a watercolour of", "a hand-painted scene of",
           "anime background of", "a landscape with", "a view of", "oil painting of", "an image of", "concept art of",
           "a dreamy picture of", "gouache painting of", "a postcard of", "a quiet picture showing"]
REQUESTS = ["paint me", "paint", "draw", "draw me", "please paint", "show me", "make a picture of", "i want",
            "i would like a picture of", "can you paint", "could you draw me", "generate", "create an image of",
            "give me", "imagine", "please make", "i'd love to see", "render", "design a poster with"]
NOISE = ["beautiful", "hand-painted", "anime background", "highly detailed", "soft light", "4k", "masterpiece",
         "cinematic", "dreamy", "peaceful", "nostalgic", "watercolour", "gouache", "wide shot", "wallpaper",
         "studio quality", "concept art", "warm colours", "trending", "best quality", "atmospheric", "serene",
         "painterly", "storybook illustration", "in the style of animated films", "lovely", "calm mood", "8k",
         "detailed background art", "vivid", "no text", "artistic", "very pretty", "depth", "brush strokes"]
NOTHING = ["something beautiful", "surprise me", "a nice picture please", "make it pretty",
           "a beautiful hand-painted landscape", "a picture for my wall", "anime background", "just paint",
           "a landscape", "anything you like", "a dreamy wallpaper", "a scene that makes me calm",
           "paint whatever you want", "a picture to hang above my desk", "nice scenery", "a masterpiece",
           "an image with lovely brush strokes", "show me what you can do", "hand-painted scenery, best quality",
           "something peaceful and nostalgic", "i want a beautiful picture", "a painting", "art", "a quiet moment",
           "a picture for my grandmother", "test", "hello", "a poster for a film", "a storybook illustration"]
MOODS = ["it feels like a memory", "everything is quiet", "a moment to remember", "how beautiful it is",
         "time stands still", "i could stay forever", "it reminds me of home", "there is a soft wind",
         "peace at last", "and nothing else matters", "like in an old film", "it smells of adventure"]

CONDITION_COUNT = sum(len(values) + 1 for values in GROUPS.values())


def valid_facts(rng: np.random.Generator) -> dict:
    """Facts of a picture that the painter can paint, every value about equally likely."""
    facts = {group: str(rng.choice(GROUPS[group])) for group in ("time", "season", "weather", "subject")}
    facts["place"] = str(rng.choice(SUBJECT_PLACES.get(facts["subject"], GROUPS["place"])))
    if facts["weather"] == "snow":
        facts["season"] = "winter"
    if facts["subject"] not in ("none", "tree"):
        facts["colour"] = str(rng.choice(GROUPS["colour"]))
        facts["side"] = str(rng.choice(GROUPS["side"]))
    return {group: facts[group] for group in GROUPS if group in facts}


def condition(said: dict) -> np.ndarray:
    """The condition vector of said facts: one-hot per group, "unsaid" where a group is missing."""
    vector = np.zeros(CONDITION_COUNT, np.float32)
    start = 0
    for group, values in GROUPS.items():
        vector[start + (values.index(said[group]) if group in said else len(values))] = 1
        start += len(values) + 1
    return vector


def captions(facts: dict, rng: np.random.Generator, count: int) -> list[tuple[str, dict]]:
    """`count` captions, each with the facts that it says; one in twenty says nothing."""
    return [_caption(facts, rng, WORDS, silent=0.05) for _ in range(count)]


def paraphrases(facts: dict, rng: np.random.Generator, count: int, words: dict = HELD_OUT) -> list[tuple[str, dict]]:
    """`count` captions that say their facts in words that no training caption has; each says at least one."""
    return [_caption(facts, rng, words, silent=0) for _ in range(count)]


class _Speaker:
    """Chooses words for the facts of one caption."""

    def __init__(self, facts: dict, rng: np.random.Generator, words: dict):
        self.facts, self.rng, self.words = facts, rng, words

    def pick(self, options: list) -> str:
        return options[int(self.rng.integers(len(options)))]

    def chance(self, probability: float) -> bool:
        return self.rng.random() < probability

    def say(self, group: str, form: str) -> str:
        """A phrase for a group in a form, or in the nearest form that its value has."""
        forms = self.words[group][self.facts[group]]
        if group == "subject" and form in ("noun", "clause"):
            return self.subject(form)
        if form == "adj" and "adj" not in forms:
            return ""
        return self.pick(forms[form])

    def subject(self, form: str) -> str:
        """The subject with its accent colour, if that is said."""
        forms = self.words["subject"][self.facts["subject"]]
        if "colour" not in self.facts:
            return self.pick(forms[form]).replace("{c} ", "")
        options = [phrase for phrase in forms[form] if "{c}" in phrase]
        if not options or (form == "noun" and self.chance(0.4)):
            options = forms["coloured"]
        return self.pick(options).replace("{c}", self.pick(self.words["colour"][self.facts["colour"]]))

    def side(self) -> str:
        return self.pick(self.words["side"][self.facts["side"]])

    def shuffled(self, items: list) -> list:
        return [items[int(i)] for i in self.rng.permutation(len(items))]


def _caption(facts: dict, rng: np.random.Generator, words: dict, silent: float) -> tuple[str, dict]:
    speaker = _Speaker(facts, rng, words)
    if speaker.chance(silent):
        return _finish(speaker, speaker.pick(NOTHING)), {}
    said = _choose_said(facts, rng)
    speaker.facts = said
    form = speaker.pick([_tags, _tags, _keywords, _sentence, _sentence, _sentence, _clauses, _headed, _headed, _poem])
    return _finish(speaker, form(speaker)), {group: said[group] for group in GROUPS if group in said}


def _choose_said(facts: dict, rng: np.random.Generator) -> dict:
    """Which facts a caption says: from one to all; colour and side only with the subject that they belong to."""
    share = rng.choice([0.2, 0.45, 0.7, 0.95])
    main = [group for group in ("time", "season", "weather", "place", "subject") if group in facts]
    said = [group for group in main if rng.random() < (share * 0.5 if facts[group] == "none" else share)]
    if not said:
        said = [main[int(rng.integers(len(main) - (facts["subject"] == "none")))]]
    if "subject" in said:
        said += [group for group in ("colour", "side") if group in facts and rng.random() < 0.25 + 0.4 * share]
    return {group: facts[group] for group in said}


def _tags(s: _Speaker) -> str:
    """lighthouse, dusk, snow"""
    parts = []
    for group in s.facts:
        if group in ("colour", "side"):
            continue
        phrase = s.say(group, "noun" if s.chance(0.85) or group == "subject" else "prep")
        if s.chance(0.5):
            phrase = re.sub(r"^(an?|the) ", "", phrase)
        if group == "subject" and "side" in s.facts:
            phrase += (" " if s.chance(0.7) else ", ") + s.side()
        parts.append(phrase)
    parts = s.shuffled(parts)
    for _ in range(int(s.rng.integers(0, 4)) if s.chance(0.5) else 0):
        parts.insert(int(s.rng.integers(len(parts) + 1)), s.pick(NOISE))
    return ", ".join(parts)


def _keywords(s: _Speaker) -> str:
    """red lighthouse coast winter dusk"""
    return _tags(s).replace(",", "") if s.chance(0.7) else " / ".join(_tags(s).split(", "))


def _adverbials(s: _Speaker, groups: list) -> list:
    return s.shuffled([s.say(group, "prep") for group in groups if group in s.facts])


def _core(s: _Speaker) -> tuple[str, list]:
    """The noun of a sentence, and the groups that it has not said yet."""
    rest = ["time", "season", "weather", "place"]
    facts = s.facts
    if "subject" in facts and facts["subject"] != "none":
        noun = s.subject("noun")
        if "side" in facts:
            noun += " " + s.side()
        return noun, rest
    if "subject" in facts:
        rest.append("subject")
    if "place" in facts and s.chance(0.6):
        rest.remove("place")
        return s.say("place", "noun"), rest
    article, scene = s.pick(["a", "the", "a", "a beautiful", "a quiet"]), s.pick(SCENES)
    adjectives = []
    for group in s.shuffled(["weather", "season", "time"]):
        if group in facts and len(adjectives) < 2 and s.chance(0.5):
            adjectives.append(s.say(group, "adj"))
            rest.remove(group)
    return " ".join([article, *adjectives, scene]), rest


def _sentence(s: _Speaker) -> str:
    """paint me a red lighthouse on the coast, at dusk in the snow"""
    noun, rest = _core(s)
    adverbials = _adverbials(s, rest)
    before = ""
    if adverbials and s.chance(0.2):
        before = adverbials.pop() + s.pick([", ", " "])
    text = noun
    for phrase in adverbials:
        text += s.pick([" ", " ", ", "]) + phrase
    if before:
        text = before + s.pick(["", "there is ", "we see ", "stands ", "you can see "]) + text
    elif s.chance(0.55):
        text = s.pick(REQUESTS if s.chance(0.5) else OPENERS) + " " + text
    if s.chance(0.2):
        text += ", " + s.pick(NOISE)
    return text


def _clauses(s: _Speaker) -> str:
    """Snow is falling. The sun goes down. A red lighthouse stands there on the left."""
    parts = []
    for group in s.facts:
        if group in ("colour", "side"):
            continue
        clause = s.say(group, "clause")
        if group == "subject" and "side" in s.facts:
            clause += " " + s.side()
        parts.append(clause)
    parts = s.shuffled(parts)
    if s.chance(0.25):
        parts.append(s.pick(MOODS))
    joint = s.pick([". ", ", ", ", and ", "; ", " while "])
    if joint in (", and ", " while "):
        return ", ".join(parts[:-1]) + (joint if len(parts) > 1 else "") + parts[-1]
    return joint.join(parts)


def _headed(s: _Speaker) -> str:
    """a snowy winter evening on the coast with a red lighthouse"""
    facts = s.facts
    heads = [group for group in ("time", "season", "place") if group in facts]
    if not heads:
        return _sentence(s)
    head = s.pick(heads)
    adjectives, rest = [], [group for group in ("time", "season", "weather", "place") if group in facts and group != head]
    for group in ("weather", "season", "time"):
        if group in rest and s.chance(0.7) and len(adjectives) < 2:
            adjectives.append(s.say(group, "adj"))
            rest.remove(group)
    noun = re.sub(r"^(an?|the) ", "", s.say(head, "noun"))
    article = "" if s.chance(0.3) or (noun.endswith("s") and head == "place") else "a "
    text = article + " ".join([*adjectives, noun])
    adverbials = _adverbials(s, rest)
    if "subject" in facts:
        subject = s.say("subject", "prep") if facts["subject"] == "none" else "with " + s.subject("noun")
        if facts["subject"] != "none" and s.chance(0.3):
            subject = "and " + subject.removeprefix("with ")
        adverbials.append(subject + (" " + s.side() if "side" in facts else ""))
    text = " ".join([text, *adverbials])
    return s.pick(REQUESTS + OPENERS) + " " + text if s.chance(0.3) else text


def _poem(s: _Speaker) -> str:
    """evening comes, and by the sea a lonely lighthouse: everything is quiet"""
    facts = s.facts
    natural = [group for group in ("time", "season", "weather", "place") if group in facts]
    text = ""
    if natural:
        opening = s.pick(natural)
        natural.remove(opening)
        text = s.say(opening, "clause") + s.pick([", and ", ": ", "; ", " - ", ", "])
    middle = _adverbials(s, natural)
    if "subject" in facts:
        subject = s.subject("noun") if facts["subject"] != "none" else s.say("subject", "clause")
        middle.insert(int(s.rng.integers(len(middle) + 1)), subject + (" " + s.side() if "side" in facts else ""))
    text += s.pick([" ", ", "]).join(middle)
    if s.chance(0.5) or not middle:
        text = text.rstrip(",:;- ").removesuffix(", and") + s.pick([": ", ". ", ", ", "... "]) + s.pick(MOODS)
    return text


def _finish(s: _Speaker, text: str) -> str:
    """Articles, spaces, and how people capitalise and punctuate."""
    text = re.sub(r"\s+", " ", text).replace(" ,", ",").strip()
    text = re.sub(r"\ba (?=[aeiou])", "an ", text)
    text = re.sub(r"\ban (?=[^aeiou\W])", "a ", text)
    style = s.rng.random()
    if style < 0.45:
        text = re.sub(r"(^|[.] )(\w)", lambda match: match[1] + match[2].upper(), text)
        if s.chance(0.6):
            text = text.rstrip(".") + s.pick([".", ".", ".", "!"])
    elif style < 0.47:
        text = text.upper()
    elif style < 0.49:
        text = text.title()
    return text


def _check() -> None:
    """Fails if captions say a held-out phrase, or the reader's training texts an unseen one."""
    import prompts
    import unseen

    def phrases(node):
        if isinstance(node, str):
            yield node.replace("{c} ", "").replace("{c}", "")
        else:
            for child in node.values() if isinstance(node, dict) else node:
                yield from phrases(child)

    def leaks(words, said):
        bare = {re.sub(r"^(an?|the) ", "", phrase) for phrase in phrases(words)}
        return sorted(phrase for phrase in bare if re.search(rf"\b{re.escape(phrase)}\b", said))

    rng = np.random.default_rng(7)
    said = "\n".join(text.lower() for _ in range(30_000) for text, _ in captions(valid_facts(rng), rng, 1))
    said += "\n".join([*phrases(WORDS), *NOISE, *OPENERS, *REQUESTS, *NOTHING, *MOODS])
    trained = "\n".join(text.lower() for text, _ in prompts.training_texts(rng, 40_000)) + "\n" + said
    trained += "\n".join([*phrases(prompts.MORE), *phrases(HELD_OUT)])
    for kind, found in [("held out", leaks(HELD_OUT, said)), ("unseen", leaks(unseen.UNSEEN, trained))]:
        if found:
            sys.exit(f"{kind}, yet said in training: {found}")
    print("no caption says a held-out phrase, no training text an unseen one")


if __name__ == "__main__":
    if "--check" in sys.argv:
        _check()
    else:
        generator = np.random.default_rng()
        for speak in (captions, paraphrases):
            for _ in range(12):
                for caption, mentioned in speak(valid_facts(generator), generator, 1):
                    print(f"{caption}\n    {mentioned}")
