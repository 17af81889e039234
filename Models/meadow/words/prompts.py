"""Texts for the reader beyond the captions: loose words, unrelated prompts, and scenes with things we cannot paint.

The captions' grammar is regular; people are not. `training_texts` mixes its captions with more vocabulary in looser
order, with prompts that say nothing of a landscape (everything "unsaid"), and with scenes whose subject is not among
ours (a dragon over the mountains: mountains, subject unsaid).
"""

import re

import numpy as np

import captions

# More words for values, a looser lot than the captions': whatever a user may type to mean the value.
MORE = {
    "time": {
        "dawn": "the first rays of the sun|breakfast time|six in the morning|the sky is just getting light|waking up early|"
                "morning sun|morning dew|sunrise colors|sunrise glow|dawn light|morning|in the morning|rising sun|"
                "before breakfast|5 am|this morning|early riser",
        "day": "two in the afternoon|under the midday sun|picnic time|sunlight|broad sunny daylight hours|in the sunlight|"
               "noon sun|daytime scene|afternoon sun|around noon|1 pm|in the day|during daytime|at three o'clock|"
               "a nice day outside|midday heat",
        "dusk": "the last rays of the sun|dinner time|low sun|the sun is low|late evening|sunset colors|sunset glow|"
                "evening sun|in the late evening|pink evening sky|sunset sky|setting sun|7 pm|tonight the sun goes down|"
                "dusk light|the sun sinking into the water|end of a long day|dim evening|crimson sky at sunset|"
                "the blue hour after sunset",
        "night": "shooting stars|the moon|crescent moon|northern lights|aurora|lanterns in the dark|fireflies|dark|"
                 "nighttime|night time|stars|starry|moonlit|late night|11 pm|in the dark|night scene|moon and stars|"
                 "a black sky with stars|everyone is asleep|nightly|by the light of the moon|full moon",
    },
    "season": {
        "spring": "fresh young leaves|tulips|plum blossom|easter|blossoming trees|cherry blossom|blooming trees|"
                  "spring time|first flowers of the year|flowers everywhere after the winter cold|new leaves|springlike|"
                  "cherry blossom petals|apple blossom|everything is blooming|lambs and blossoms",
        "summer": "sunflowers|vacation|hot weather|summer vacation|summer time|school holidays|hot|warm summer air|"
                  "lush and hot|the hottest month|midsummer festival|summer nights|a summer's day|in the heat",
        "autumn": "maple leaves|leaves on the ground|halloween|chestnuts|brown leaves|orange trees in the fall|"
                  "colourful leaves|red and yellow leaves|autumn colors|autumn forest colors|fall season|fall foliage time|"
                  "leaves turning yellow|leaf fall|crisp autumn air|autumnal",
        "winter": "new year|freezing cold|sledding|ski season|winter time|frozen ground|cold winter|bitter cold|"
                  "the coldest month|everything frozen over|winter wonderland|winterly|a cold dark season|bare trees",
    },
    "weather": {
        "clear": "bright sunlight|good weather|clear skies|blue above|nice weather|clear air|sunny day|perfect weather|"
                 "clear|bright and clear|sunny|wide open blue sky|bright sun|endless blue sky|glorious weather",
        "clouds": "thick clouds|gray sky|grey sky|cloudscape|gathering clouds|cloud|clouds rolling in|white clouds|"
                  "heavy clouds|cotton clouds|clouds like castles|big clouds|mountains of cloud|cloudy day|dark clouds|"
                  "puffy clouds|summer clouds",
        "rain": "puddles|umbrella weather|monsoon|showers|dripping wet|lightning|wet streets|rainfall|raining|rain drops|"
                "it's raining cats and dogs|a rainstorm|thunder and lightning|rainy day|wet|bad weather|tempest|squall|"
                "rain clouds bursting",
        "snow": "snowing|snow everywhere|snow-covered|a white world|snowing heavily|snowflake|snow storm|powder snow|"
                "snowy day|covered in snow|thick snow|white with snow|first snowfall|new snow|snow all around",
        "mist": "hidden in the mist|foggy day|dim and blurred by fog|low visibility|morning fog|foggy|misty|fog rolling in|"
                "mysterious mist|ghostly fog|mist rising|swirling mist|wisps of fog|mist over the water",
    },
    "place": {
        "meadow": "open field|fields|wild grass|lavender field|sunflower field|grass|flowers in the grass|a lawn|"
                  "wheat field|grassland|farmland|meadow flowers|a poppy field|a field|pasture land|green fields|hayfield",
        "hills": "hilltop|slopes|tuscan hills|vineyard hills|hilly countryside|a hill|top of the hill|hill|hilly|"
                 "soft green hills|the shire|round green hills|grassy slopes|a ridge of hills",
        "mountains": "volcano|mount fuji|glacier|rocky mountain|mountain pass|mountainside|mountain|the rockies|peaks|"
                     "summit|a snowy peak|mountain top|steep rocky peaks|mountain lake|high altitude|massif",
        "sea": "water as far as the eye can see|marine|the seven seas|waves|open water|sea|sea waves|deep sea|"
               "high seas|rough sea|sea horizon|salt water|stormy waves|the mediterranean sea|"
               "sea with nothing else",
        "coast": "harbour|port|fjord|island|bay|pier|cliffside|dunes by the sea|seashore|shore|cliffs|coastal cliffs|"
                 "waterfront|harbor|sea cliff|rocks by the sea|an island|jetty|the seafront|tide pools|coast",
        "river": "lake|pond|waterfall|canal|a stream|river|riverside|flowing water|lakeside|by the lake|a small stream|"
                 "river bend|rapids|streams|banks of the thames|a water stream|lake shore",
        "forest": "jungle|bamboo forest|trees everywhere|rainforest|redwoods|woodland|forest|woods|wood|deep woods|"
                  "pine forest|birch forest|enchanted forest|forest floor|wilderness of trees|many trees",
        "rice fields": "terraces in asia|rice farm|rice plantation|rice|rice field|ricefield|rice terraces in bali|"
                       "farmers growing rice|vietnamese rice fields|rice plants in water|asian rice terraces",
        "village": "town|alley|houses|old town|streets|roofs|village|a street with old houses|small town|hamlet|"
                   "town square|rooftops|red roofs|cobbled street|a row of houses|fishing village|japanese village",
    },
    "subject": {
        "none": "just nature|without people|no humans|nothing but sky|empty|no one|only nature|no person|lonely and empty|"
                "no animals, no people|without anything|emptiness",
        "lighthouse": "lighthouse|light house|lighthouses|the old lighthouse keeper's tower|lighthouse beam|"
                      "a tower with a light for sailors",
        "windmill": "windmill|windmills|wind mill|windmill blades",
        "bridge": "bridge|suspension bridge|rope bridge|arched stone bridge|bridges|footbridge|golden gate bridge|"
                  "covered bridge|old stone bridge|drawbridge|moon bridge",
        "train": "train|trains|railroad|railway line|bullet train|steam train|rail car|train tracks|railway|"
                 "train ride|a night train|tracks with a train",
        "boat": "boat|boats|rowboat|fishing boats|ferry|sailboat|steamboat|sailing|sailing boat|motorboat|gondola|"
                "a junk with sails|barge|rowing boat|raft|catamaran|regatta",
        "airship": "airship|airships|zeppelin|zeppelins|flying machine|steampunk airship|"
                   "a flying boat among the clouds",
        "cat": "cat|cats|a cat sleeping|cat sitting|my cat|a black cat|house cat|ginger cat|white cat|pussycat|stray cat",
        "birds": "bird|birds|seagull|seagulls|sparrow|owl|eagle|swans|cranes|ducks|flock|migrating birds|pigeons|gulls|"
                 "songbirds|storks|parrots|flight of birds",
        "walker": "walker|people walking|a woman|a man|a monk|girl with umbrella|a child|couple walking|old man|a boy|"
                  "a girl|wandering|someone on the road|person|traveler|a lone samurai walking|shepherd|farmer|stroller|"
                  "a figure|human figure|walking alone|schoolgirl|schoolboy|my friend walking",
        "cottage": "cottage|house|barn|hut|shed|farm house|home|shack|little home|farmhouse|a house on its own|"
                   "thatched cottage|tiny house|country house|log house|summer house",
        "tree": "tree|oak|cherry tree|apple tree|palm tree|birch|oak tree|one tree|big tree|lonely tree|old tree|"
                "tree on a hill|a bare tree|pine tree",
    },
    "colour": {
        "red": "red|in red|crimson|a red one|all red|painted in red|reddish|burgundy|maroon",
        "white": "white|in white|pale|a white one|painted in white|whitish|snow white",
        "blue": "blue|in blue|navy|a blue one|painted in blue|turquoise|bluish|royal blue",
        "yellow": "yellow|in yellow|golden|a yellow one|painted in yellow|gold|yellowish|blond",
        "green": "green|in green|emerald|a green one|painted in green|dark green|greenish|grass-green",
        "black": "black|in black|jet black|a black one|painted in black|dark as coal|charcoal|blackish",
        "orange": "orange|in orange|ginger|an orange one|painted in orange|rust-orange|carrot-orange",
    },
    "side": {
        "left": "left|left side|on the left side of the picture|far left|left half|left part|to the left of the image|"
                "placed left|off to the left|left hand side|left of the frame",
        "centre": "centre|center|middle|in the middle of the image|dead centre|central|centered|right in the centre|"
                  "in the very middle|in the exact centre|centre of the frame",
        "right": "right|right side|on the right side of the picture|far right|right half|right part|to the right of the image|"
                 "placed right|off to the right|right hand side|right of the frame",
    },
}
MORE = {group: {value: words.split("|") for value, words in values.items()} for group, values in MORE.items()}

# Things that the painter does not know. Each with a few verbs below makes a subject that must be left unsaid.
STRANGERS = ("a dog|a golden retriever|a puppy|a horse|a dragon|a robot|a giant robot|a spaceship|a car|a red sports car|"
             "a bicycle|an elephant|a castle|a unicorn|a fox|a rabbit|a whale|a knight in armour|a wizard|a fairy|"
             "an astronaut|a dinosaur|a tractor|a motorcycle|a piano|a statue|a pyramid|a skyscraper|a tent|a deer|"
             "a wolf|a bear|two lovers dancing|a wedding|a picnic basket|a helicopter|a fighter jet|an aeroplane|a rocket|"
             "a ballerina|a chess board|a giant teapot|a ghost|a skeleton|a snowman|a teddy bear|a telescope|a throne|"
             "a blue whale|a yellow school bus|a black stallion|a white rabbit|an orange fox|a green dragon|sheep|cows|"
             "a fountain|a temple|a pagoda|a torii gate|a campfire|a bench|a kite|a mermaid|a tiger|a lion|"
             "a church|a scarecrow|a well|a telephone booth|a vending machine|a truck|a dolphin|a frog|a butterfly|"
             "a squirrel|a panda|a mecha|a goddess|a band of musicians|a swing|a waterwheel|a hospital|a factory").split("|")
OBJECTS = ("a cup of coffee|a plate of spaghetti|a pizza with mushrooms|a bowl of ramen|a chocolate cake|a strawberry|"
           "a vase of roses|a violin|an old typewriter|a wrist watch|a pair of sneakers|a leather chair|a light bulb|"
           "a portrait of a queen|a portrait of an old man|the face of a woman|a baby|a businessman|a scientist|a chef|"
           "a football player|a superhero|a clown|a doctor|a hand holding a pen|an eye|a brain|a heart|a skull|"
           "a logo for a bakery|a logo for a start-up|a company icon|an app icon|a business card|a t-shirt print|a tattoo|"
           "a mandala|a fractal|an abstract pattern|geometric shapes|colourful stripes|a red circle|a blue square|"
           "a green triangle|a yellow star shape|a chart of sales|a mind map|a circuit board|a computer|a phone|"
           "a keyboard|a laptop on a desk|a modern kitchen|a bathroom|an office|a living room with a sofa|a library|"
           "a classroom|a supermarket|a museum|a subway station|a nightclub|a shopping mall|a stadium|a laboratory|"
           "a poster for a rock concert|a movie poster|a comic strip|a book cover|a birthday card|a meme|a selfie|"
           "a fashion model|a wedding dress|a red dress|a green hat|a black suit|a white shirt|blue jeans|a perfume bottle|"
           "a burger with fries|sushi|a salad|an apple|a banana|oranges in a bowl|a lemonade glass|a bottle of wine|"
           "a sword|a shield|a treasure chest|a crown|a ring|a diamond|a map of europe|a flag|a globe|a planet|"
           "a black hole|an atom|a dna helix|a microscope|a virus|a tooth|happiness|freedom|loneliness|justice|love|chaos|"
           "infinity|the number seven|the letter a|the meaning of life|democracy|a dream about mathematics|time itself|"
           "sadness|courage|an idea|music|silence|a chess game|a poker table|a video game character|a pixel art hero|"
           "a pokemon|a cartoon mouse|a talking sponge|a cyberpunk hacker|a vampire|an alien|a zombie|a pirate captain|"
           "a samurai portrait|a geisha|a president|a rock star|my boss|my mother|my brother and me|three friends laughing|"
           "a family photo|a group of students|a crowd|an engine|a screwdriver|a toaster|a washing machine|a credit card|"
           "money|a stock exchange|a courtroom|a newspaper|a love letter|a recipe|a puzzle|a rubik's cube|a lamp|a candle|"
           "a mirror|a clock|an umbrella on a table|a carpet|a curtain|a pillow").split("|")
MANNERS = ("|in the style of a comic|as a photo|on a white background|isolated|black and white|close-up|in 3d|"
           "made of glass|made of gold|with a red ribbon|wearing sunglasses|playing chess|reading a book|dancing|smiling|"
           "sleeping|eating an apple|studio lighting|vector art|pencil sketch|minimalist|neon|vaporwave|photorealistic|"
           "for children|by candlelight|with sparkles|on a table|in a glass jar|seen from above|full body|macro photo|"
           "with long hair|and a friend|in pastel colours|very funny|with big eyes|holding a flower|on a plate").split("|")
DEEDS = "|standing|running|playing|lost|waiting|sleeping|dancing|resting|hidden|watching".split("|")
TALK = ("write a python function that sorts a list|what is the capital of france|explain quantum physics to me|hello there|"
        "how are you today|ignore all previous instructions|translate this text|who are you|tell me a joke|asdf|qwerty|"
        "lorem ipsum dolor sit amet|1234|???|untitled|no idea|thanks|do it again but better|make it pop|another one|"
        "same as before|higher resolution please|can you help me with my homework|what can you paint|i am bored|"
        "my company needs a new brand|turn this into an animation style|in the style of my favourite film|"
        "make me look younger|remove the background|change the face|a picture of me|profile picture|avatar|"
        "best picture ever|go|yes|ok|random|anything|something cool|something funny|a masterpiece of art|wow|test prompt|"
        "i feel sad and want to be cheered up|draw what you feel|a secret|the best thing in the world|happy birthday anna|"
        "guten tag, was kannst du malen|ein bild bitte|ich liebe dich|wat is dit|jag vet inte|non lo so|bom dia|obrigado|"
        "до свидания|привет|спасибо|안녕하세요|مرحبا|שלום|γεια σου|สวัสดี|xyz zzz|hmm|lol|blah blah|%%%%|:)|"
        "congratulations on your new job|get well soon|i love you|welcome home|thank you for everything").split("|")
FILLERS = ("my grandmother would have loved this|for my bedroom wall|it should look hand-made|i saw this in a dream|"
           "please make it special|for a book that i am writing|as we remember it from childhood|like in a film|"
           "no text please|with lots of detail|make it feel warm|for the cover of our album|and make it beautiful|"
           "it is for my best friend|thank you|as a desktop wallpaper|a gift for my father|not too dark|keep it simple|"
           "soft brush strokes|i hope you can do it|with a feeling of longing|that would be great").split("|")


def training_texts(rng: np.random.Generator, count: int) -> list[tuple[str, dict]]:
    """Texts with what they say, in the mixture that the reader learns from; no text twice."""
    kinds = [_captioned, _loose, _short, _unrelated, _strange, _chatty, _telegraph]
    shares = [0.4, 0.2, 0.08, 0.09, 0.1, 0.06, 0.07]
    texts = {"": {}}
    while len(texts) < count:
        text, said = kinds[int(rng.choice(len(kinds), p=shares))](rng)
        texts.setdefault(text, said)
    return list(texts.items())


def unrelated(rng: np.random.Generator, count: int) -> list[str]:
    """Prompts that say nothing that the painter knows."""
    return [_unrelated(rng)[0] for _ in range(count)]


def _pick(rng: np.random.Generator, options: list) -> str:
    return options[int(rng.integers(len(options)))]


def _captioned(rng: np.random.Generator) -> tuple[str, dict]:
    return captions.captions(captions.valid_facts(rng), rng, 1)[0]


def _short(rng: np.random.Generator) -> tuple[str, dict]:
    """One word or phrase of one group, now and then with a request or an ornament."""
    group = _pick(rng, list(MORE))
    value = _pick(rng, list(MORE[group]))
    text = _pick(rng, MORE[group][value])
    if rng.random() < 0.5:
        text = _pick(rng, captions.REQUESTS + captions.OPENERS) + " " + text
    if rng.random() < 0.3:
        text += ", " + _pick(rng, captions.NOISE)
    return _cased(rng, text), {group: value}


def _loose(rng: np.random.Generator) -> tuple[str, dict]:
    """Phrases of several groups in any order, half of them from the captions' words, half from the others'."""
    facts = captions.valid_facts(rng)
    groups = [group for group in facts if group not in ("colour", "side")]
    chosen = [groups[int(i)] for i in rng.permutation(len(groups))[:int(rng.integers(1, 5))]]
    parts, said = [], {}
    for group in chosen:
        value = facts[group]
        said[group] = value
        if rng.random() < 0.6:
            phrase = _pick(rng, MORE[group][value])
        else:
            forms = captions.WORDS[group][value]
            phrase = _pick(rng, forms[_pick(rng, [form for form in forms if form in ("noun", "prep", "clause")])])
            phrase = phrase.replace("{c} ", "")
        if group == "subject" and "side" in facts and rng.random() < 0.35:
            said["side"] = facts["side"]
            phrase += _pick(rng, [" ", ", "]) + _pick(rng, captions.WORDS["side"][facts["side"]] + MORE["side"][facts["side"]])
        if group == "subject" and "colour" in facts and rng.random() < 0.35 and facts["subject"] != "birds":
            said["colour"] = facts["colour"]
            colour = _pick(rng, captions.WORDS["colour"][facts["colour"]])
            phrase = _pick(rng, [f"{phrase}, {colour}", f"{phrase} in {colour}", f"{colour} {phrase}"])
        parts.append(phrase)
    joint = _pick(rng, [", ", ", ", " ", " and ", " with ", ". ", "; ", " - "])
    text = joint.join(parts)
    if rng.random() < 0.3:
        text = _pick(rng, captions.REQUESTS + captions.OPENERS) + " " + text
    if rng.random() < 0.2:
        text += ", " + _pick(rng, captions.NOISE)
    return _cased(rng, text), said


def _unrelated(rng: np.random.Generator) -> tuple[str, dict]:
    draw = rng.random()
    if draw < 0.1:
        return _cased(rng, _pick(rng, TALK)), {}
    text = _pick(rng, OBJECTS if draw < 0.7 else STRANGERS) + " " + _pick(rng, MANNERS)
    if rng.random() < 0.4:
        text = _pick(rng, captions.REQUESTS + captions.OPENERS) + " " + text
    if rng.random() < 0.2:
        text += ", " + _pick(rng, captions.NOISE)
    if rng.random() < 0.1:
        text += " and " + _pick(rng, OBJECTS)
    return _cased(rng, text.strip()), {}


_STRANGE_WORDS = dict(captions.WORDS, subject={"stranger": {
    "noun": [f"{thing} {deed}".strip() for thing in STRANGERS for deed in DEEDS],
    "clause": [f"{thing} {deed}" for thing in STRANGERS for deed in ("waits there", "appears", "rests", "is there")],
}})


def _strange(rng: np.random.Generator) -> tuple[str, dict]:
    """A scene that we know with a subject that we do not."""
    facts = captions.valid_facts(rng)
    facts = {group: facts[group] for group in ("time", "season", "weather", "place")} | {"subject": "stranger"}
    text, said = captions._caption(facts, rng, _STRANGE_WORDS, silent=0)
    said.pop("subject", None)
    return text, said


def _chatty(rng: np.random.Generator) -> tuple[str, dict]:
    """A caption with talk before or after it."""
    text, said = _captioned(rng) if rng.random() < 0.6 else _loose(rng)
    talk = _pick(rng, FILLERS if rng.random() < 0.7 else captions.MOODS)
    return (f"{talk}: {text}" if rng.random() < 0.3 else f"{text.rstrip('.!')}{_pick(rng, [', ', '. ', ' - '])}{talk}"), said


def _telegraph(rng: np.random.Generator) -> tuple[str, dict]:
    """What the lexicon makes of another language: plain words in that language's order."""
    facts = captions.valid_facts(rng)
    said = captions._choose_said(facts, rng)
    parts = []
    for group in [list(said)[int(i)] for i in rng.permutation(len(said))]:
        if group in ("colour", "side"):
            continue
        words = [_plain(said[group])]
        if group == "subject":
            if "colour" in said:
                words.insert(int(rng.random() < 0.8), said["colour"])
            if "side" in said:
                side = ("in the " if said["side"] == "centre" else "on the ") + said["side"]
                words.insert(0 if rng.random() < 0.3 else len(words), side)
        parts += words
    return (" " if rng.random() < 0.5 else ", ").join(parts), said


def _plain(value: str) -> str:
    """The lexicon's word for a value."""
    return {"clear": "clear sky", "none": "nobody", "walker": "lone walker"}.get(value, value)


def _cased(rng: np.random.Generator, text: str) -> str:
    text = re.sub(r"\ba (?=[aeiou])", "an ", text)
    return text[:1].upper() + text[1:] if rng.random() < 0.3 else text
