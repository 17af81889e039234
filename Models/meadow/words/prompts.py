"""Texts for the reader beyond the captions: loose words, unrelated prompts, and scenes with things we cannot paint.

The captions' grammar is regular; people are not. And the sentence encoder alone does not tell april from september, nor
azure from emerald: words must be learnt. `training_texts` mixes captions, the same grammar with the held-out words, more
vocabulary in looser order, prompts that say nothing of a landscape (everything "unsaid"), and with scenes whose subject is not among
ours (a dragon over the mountains: mountains, subject unsaid).
"""

import re

import numpy as np

import captions

# More words for values, a looser lot than the captions': whatever a user may type to mean the value.
MORE = {
    "time": {
        "dawn": "sunup|cockcrow|day break|first light of day|at the crack of dawn|the night is over|sun coming up|dawning|breakfast|sunrise over the water|pale early light|before sunrise|the first rays of the sun|breakfast time|six in the morning|the sky is just getting light|waking up early|"
                "morning sun|morning dew|sunrise colors|sunrise glow|dawn light|morning|in the morning|rising sun|"
                "before breakfast|5 am|this morning|early riser",
        "day": "noonday|midafternoon|lunch|lunch break|siesta|full sun at noon|teatime|sun overhead|mid-morning|daytime sun|bright as day|high sun|noon heat|two in the afternoon|under the midday sun|picnic time|sunlight|broad sunny daylight hours|in the sunlight|"
               "noon sun|daytime scene|afternoon sun|around noon|1 pm|in the day|during daytime|at three o'clock|"
               "a nice day outside|midday heat",
        "dusk": "twilight sky|dusky sky|sun going down|sun almost gone|fading light|vesper bells in the evening|sun sinking|last light|evenfall|sunset clouds|afterglow|golden evening|late in the day|tonight's sunset|the light is going|the last rays of the sun|dinner time|low sun|the sun is low|late evening|sunset colors|sunset glow|"
                "evening sun|in the late evening|pink evening sky|sunset sky|setting sun|7 pm|tonight the sun goes down|"
                "dusk light|the sun sinking into the water|end of a long day|dim evening|crimson sky at sunset|"
                "the blue hour after sunset",
        "night": "galaxy|constellation|the milky way|stars so bright|midnight sky|three in the morning|moonrise|nocturnal scene|darkness|under the moon|lit by lanterns at night|can't sleep|a starlit sky|nightscape|the moon is full|sleeping world|planets and stars|shooting stars|the moon|crescent moon|northern lights|aurora|lanterns in the dark|fireflies|dark|"
                 "nighttime|night time|stars|starry|moonlit|late night|11 pm|in the dark|night scene|moon and stars|"
                 "a black sky with stars|everyone is asleep|nightly|by the light of the moon|full moon",
    },
    "season": {
        "spring": "april|april showers|march|may|daffodils|lilacs|magnolia|sakura|hanami|budding|in bloom|blossom|snowmelt|the thaw|vernal equinox|the return of the swallows in spring|primroses|tulip fields|dandelions|fresh young leaves|tulips|plum blossom|easter|blossoming trees|cherry blossom|blooming trees|"
                  "spring time|first flowers of the year|flowers everywhere after the winter cold|new leaves|springlike|"
                  "cherry blossom petals|apple blossom|everything is blooming|lambs and blossoms",
        "summer": "august|july|june|heatwave|heat wave|cicadas|dog days|sultry|sweltering|heat|ice cream weather|hot day|sun-baked|fourth of july|hayday heat|summer solstice|fireflies in june|barefoot weather|hot and lazy|sunflowers|vacation|hot weather|summer vacation|summer time|school holidays|hot|warm summer air|"
                  "lush and hot|the hottest month|midsummer festival|summer nights|a summer's day|in the heat",
        "autumn": "october|november|september|harvest|harvest moon|pumpkins|russet|golden leaves|foliage|thanksgiving|falling leaves|leaves turning|leaves changing color|first frost of the year in october|chrysanthemums|vintage time|bronze leaves|indian summer leaves|autumn wind|maple leaves|leaves on the ground|halloween|chestnuts|brown leaves|orange trees in the fall|"
                  "colourful leaves|red and yellow leaves|autumn colors|autumn forest colors|fall season|fall foliage time|"
                  "leaves turning yellow|leaf fall|crisp autumn air|autumnal",
        "winter": "january|february|december|frost|frosty|ice|icy|icicles|christmas|xmas|hoarfrost|frozen creek|brook|estuary|babbling brook|rapids and rocks|riverbed|ford|delta|mountain stream|riverbanks|by the water's edge of a lake|meander|fishing in the river|flowing stream|loch|a canal with reeds|marsh|reeds|waterway|oxbow|lake|freezing|cold|polar cold|winter solstice|below zero|bare branches|snow on the ground in winter|sleigh|mittens|new year|freezing cold|sledding|ski season|winter time|frozen ground|cold winter|bitter cold|"
                  "the coldest month|everything frozen over|winter wonderland|winterly|a cold dark season|bare trees",
    },
    "weather": {
        "clear": "cloudless|sunshine|sunlit|sun-drenched|fair weather|fine day|not a cloud in the sky|no clouds at all|blue skies|brilliant sun|a cloudless day|crystal clear air|nothing but blue above|the sun is shining|sunny afternoon light|bright sunlight|good weather|clear skies|blue above|nice weather|clear air|sunny day|perfect weather|"
                 "clear|bright and clear|sunny|wide open blue sky|bright sun|endless blue sky|glorious weather",
        "clouds": "cumulus|cumulonimbus|thunderheads|billowing clouds|stratus|enormous clouds|overcast|cloud bank|cloud towers|piles of cloud|clouded over|grey clouds|drifting clouds|clouds above|scattered clouds|heavy sky|thick clouds|gray sky|grey sky|cloudscape|gathering clouds|cloud|clouds rolling in|white clouds|"
                  "heavy clouds|cotton clouds|clouds like castles|big clouds|mountains of cloud|cloudy day|dark clouds|"
                  "puffy clouds|summer clouds",
        "rain": "drizzle|drizzling|downpour|deluge|thunderstorm|thunder|pouring|a wet day|raincoat|umbrellas up|storm|shower|rainy season|soaked|storm coming|rain on the window|raging storm|raindrops|spring rain|after the rain|puddles|umbrella weather|monsoon|showers|dripping wet|lightning|wet streets|rainfall|raining|rain drops|"
                "it's raining cats and dogs|a rainstorm|thunder and lightning|rainy day|wet|bad weather|tempest|squall|"
                "rain clouds bursting",
        "snow": "snowing|blizzard|flurries|snowflakes|flakes|snowstorm|snow shower|snow falls|snow on the roofs|snowy|white flakes|let it snow|a dusting of snow|deep snow|whirling snow|snowing softly|snow in the air|snow everywhere|snow-covered|a white world|snowing heavily|snowflake|snow storm|powder snow|"
                "snowy day|covered in snow|thick snow|white with snow|first snowfall|new snow|snow all around",
        "mist": "haze|hazy|murk|murky|vapour|pea soup fog|shrouded|steam rising|sea fog|misty veil|blurred distance|fog bank|foggy morning|milky air|can't see far for fog|thick with fog|smoke-like mist|a sea of fog|hidden in the mist|foggy day|dim and blurred by fog|low visibility|morning fog|foggy|misty|fog rolling in|"
                "mysterious mist|ghostly fog|mist rising|swirling mist|wisps of fog|mist over the water",
    },
    "place": {
        "meadow": "prairie|steppe|plain|plains|grassy plain|clover|buttercups|heather|pampas|barley field|corn field|daisies in a field|flower field|marsh grass|hay meadow|tulip field|field|sheep pasture|wide open plains|open field|fields|wild grass|lavender field|sunflower field|grass|flowers in the grass|a lawn|"
                  "wheat field|grassland|farmland|meadow flowers|a poppy field|a field|pasture land|green fields|hayfield",
        "hills": "downs|knolls|undulating land|rolling countryside|highlands|dales|moor|moorland|gentle slopes|vineyards|tuscany|terraced slopes|hillock|green slopes|over the hills|ridge|rolling green|hilltop|slopes|tuscan hills|vineyard hills|hilly countryside|a hill|top of the hill|hill|hilly|"
                 "soft green hills|the shire|round green hills|grassy slopes|a ridge of hills",
        "mountains": "alps|alpine|crags|himalaya|himalayas|everest|pyrenees|dolomites|matterhorn|massif|snow-capped peaks|snowy mountains|mountain trail|cliffs and peaks|canyon walls|mountain village|mountain hut|rockies|the high country|volcano|mount fuji|glacier|rocky mountain|mountain pass|mountainside|mountain|the rockies|peaks|"
                     "summit|a snowy peak|mountain top|steep rocky peaks|mountain lake|high altitude|massif",
        "sea": "ocean|the ocean|oceans|pacific|atlantic|swell|high sea|at sea|on the water far from land|seascape|offshore|on the high seas|the deep|surf far out|big waves|sail the seven seas|horizon of water|northern ocean|by boat across the ocean|water as far as the eye can see|marine|the seven seas|waves|open water|sea|sea waves|deep sea|"
               "high seas|rough sea|sea horizon|salt water|stormy waves|the mediterranean sea|"
               "sea with nothing else",
        "coast": "beach|beaches|sandy beach|headland|cove|promontory|cape|breakwater|lagoon|dunes|surf on the sand|tropical beach|shoreline|seaside settlement|cluster of homes|rustic community|market square|market town|homes|lane with houses|little streets|townhouses|chimneys and roofs|plaza|main street|neighbourhood|tiny town|old houses|city|a small settlement|cottages side by side|town|coastal road|marina|sea wall|coastal path|rocky cove|sand|harbour|port|fjord|island|bay|pier|cliffside|dunes by the sea|seashore|shore|cliffs|coastal cliffs|"
                 "waterfront|harbor|sea cliff|rocks by the sea|an island|jetty|the seafront|tide pools|coast",
        "river": "lake|pond|waterfall|canal|a stream|river|riverside|flowing water|lakeside|by the lake|a small stream|"
                 "river bend|rapids|streams|banks of the thames|a water stream|lake shore",
        "forest": "thicket|grove|taiga|firs|pines|birches|glade|woodland path|deep in the pines|fir trees|oak forest|fairy tale forest|path through the woods|beech wood|bamboo grove|undergrowth|treetops|mossy forest|jungle|bamboo forest|trees everywhere|rainforest|redwoods|woodland|forest|woods|wood|deep woods|"
                  "pine forest|birch forest|enchanted forest|forest floor|wilderness of trees|many trees",
        "rice fields": "paddy|paddies|paddy field|paddy fields|rice paddies|flooded paddies|satoyama|flooded fields of rice|planting rice|rice harvest|green paddies|tanada|rice stalks|rice paddy at the foot of the hills|terraces in asia|rice farm|rice plantation|rice|rice field|ricefield|rice terraces in bali|"
                       "farmers growing rice|vietnamese rice fields|rice plants in water|asian rice terraces",
        "village": "town|alley|houses|old town|streets|roofs|village|a street with old houses|small town|hamlet|"
                   "town square|rooftops|red roofs|cobbled street|a row of houses|fishing village|japanese village",
    },
    "subject": {
        "none": "deserted|uninhabited|not a soul|untouched nature|devoid of life|nobody|empty landscape|no one in sight|only landscape|no subject|without figures|abandoned by everyone|nothing else|nobody around|quite alone in nature with nobody|just nature|without people|no humans|nothing but sky|empty|no one|only nature|no person|lonely and empty|"
                "no animals, no people|without anything|emptiness",
        "lighthouse": "lighthouse|beacon|beacon tower|pharos|light tower|harbour beacon|a light for ships|beam of light over the sea from a tower|guiding light of the harbour|lighthouse keeper|light house|lighthouses|the old lighthouse keeper's tower|lighthouse beam|"
                      "a tower with a light for sailors",
        "windmill": "dutch mill|flour mill|wind turbine|wind turbines|mill|old mill|spinning mill|mill with sails|don quixote's windmill|mill blades turning|windmill|windmills|wind mill|windmill blades",
        "bridge": "viaduct|aqueduct|overpass|span|stone arch|crossing over the river|brick bridge|railway bridge|bridge over the water|wooden crossing|iron bridge|bridge|suspension bridge|rope bridge|arched stone bridge|bridges|footbridge|golden gate bridge|"
                  "covered bridge|old stone bridge|drawbridge|moon bridge",
        "train": "locomotive|steam engine|tram|streetcar|express|steam locomotive|express train|railcar|wagons on rails|passenger train|commuter train|freight train|choo choo train|carriages on the track|train|trains|railroad|railway line|bullet train|steam train|rail car|train tracks|railway|"
                 "train ride|a night train|tracks with a train",
        "boat": "ship|ships|yacht|schooner|dinghy|canoe|vessel|kayak|galleon|fishing vessel|tall ship|trawler|frigate|steamer|punt|sailing ship|catboat|junk|longboat|pirate ship|cruise ship|sails on the horizon|rower|boat|boats|rowboat|fishing boats|ferry|sailboat|steamboat|sailing|sailing boat|motorboat|gondola|"
                "a junk with sails|barge|rowing boat|raft|catamaran|regatta",
        "airship": "dirigible|blimp|hot-air balloon|hot air balloon|balloon|balloons|flying vessel|flying ship|sky ship|aeronaut|floating craft in the air|hindenburg|balloon with a basket|airship|airships|zeppelin|zeppelins|flying machine|steampunk airship|"
                   "a flying boat among the clouds",
        "cat": "kitten|kittens|tomcat|feline|kitty|pussy cat|a purring kitten|meow|cat on a wall|tom cat|tortoiseshell cat|persian cat|cat with whiskers|cat|cats|a cat sleeping|cat sitting|my cat|a black cat|house cat|ginger cat|white cat|pussycat|stray cat",
        "birds": "geese|goose|swallows|crows|herons|heron|starlings|ravens|gull|robin|kingfisher|larks|flamingos|hawk|falcon|bird flock|albatross|wild geese|doves|blackbirds|a crow|puffins|bird|birds|seagull|seagulls|sparrow|owl|eagle|swans|cranes|ducks|flock|migrating birds|pigeons|gulls|"
                 "songbirds|storks|parrots|flight of birds",
        "walker": "hiker|wanderer|pilgrim|backpacker|hikers|pedestrian|strolling|stroll|wayfarer|a woman with an umbrella|lonely man|mother and child walking|somebody walking home|on foot|a person in the distance|a runner|a girl in a dress|nomad|young man|lady|figure in a coat|passer-by|people|walker|people walking|a woman|a man|a monk|girl with umbrella|a child|couple walking|old man|a boy|"
                  "a girl|wandering|someone on the road|person|traveler|a lone samurai walking|shepherd|farmer|stroller|"
                  "a figure|human figure|walking alone|schoolgirl|schoolboy|my friend walking",
        "cottage": "cabin|lodge|chalet|homestead|log cabin|hermitage|small house|farm|lonely farm|mountain hut|fisherman's house|beach house|cabin in the woods|hermit's hut|grandma's house|house with smoke from the chimney|shack by the water|cottage|house|barn|hut|shed|farm house|home|shack|little home|farmhouse|a house on its own|"
                   "thatched cottage|tiny house|country house|log house|summer house",
        "tree": "willow|cedar|beech|maple|pine|poplar|cypress|lone pine|weeping willow|ancient tree|solitary oak|chestnut tree|linden|fir|ash tree|acacia|baobab|a tree by itself|banyan|tree|oak|cherry tree|apple tree|palm tree|birch|oak tree|one tree|big tree|lonely tree|old tree|"
                "tree on a hill|a bare tree|pine tree",
    },
    "colour": {
        "red": "scarlet|vermilion|ruby|cherry red|brick red|blood-red|cherry-coloured|wine-red|rose-red|red|in red|crimson|a red one|all red|painted in red|reddish|burgundy|maroon",
        "white": "ivory|chalky|alabaster|cream|cream-coloured|off-white|chalk-white|snowy white|paper-white|lily-white|white|in white|pale|a white one|painted in white|whitish|snow white",
        "blue": "azure|cobalt|sapphire|indigo|teal-blue|aquamarine|baby blue|steel-blue|deep blue|cyan|cobalt blue|blue|in blue|navy|a blue one|painted in blue|turquoise|bluish|royal blue",
        "yellow": "lemon|mustard|canary|lemon-coloured|mustard yellow|sand-coloured|honey-coloured|straw-coloured|amber-yellow|sunflower yellow|yellow|in yellow|golden|a yellow one|painted in yellow|gold|yellowish|blond",
        "green": "olive|jade|mint|moss-coloured|moss green|olive green|jade-green|sea green|forest-green|mint-green|leaf green|green|in green|emerald|a green one|painted in green|dark green|greenish|grass-green",
        "black": "ebony|coal-dark|raven|inky|raven-black|ink-black|coal-black|midnight black|as black as night|sooty|black|in black|jet black|a black one|painted in black|dark as coal|charcoal|blackish",
        "orange": "tangerine|apricot|pumpkin-coloured|amber|terracotta|apricot coloured|marmalade|peach-orange|pumpkin orange|amber-coloured|rusty orange|orange|in orange|ginger|an orange one|painted in orange|rust-orange|carrot-orange",
    },
    "side": {
        "left": "in the left third|toward the left-hand edge|near the left border|leftmost|at the far left|left corner|left-aligned|at the left edge|left foreground|lower left|left|left side|on the left side of the picture|far left|left half|left part|to the left of the image|"
                "placed left|off to the left|left hand side|left of the frame",
        "centre": "in the heart of the picture|at the midpoint|halfway across the frame|smack in the center|in the centre of the picture|right in the center|in the very middle of the scene|perfectly centred|middle of the frame|center of the image|centre|center|middle|in the middle of the image|dead centre|central|centered|right in the centre|"
                  "in the very middle|in the exact centre|centre of the frame",
        "right": "in the right third|toward the right-hand edge|near the right border|rightmost|at the far right|right corner|right-aligned|at the right edge|right foreground|lower right|right|right side|on the right side of the picture|far right|right half|right part|to the right of the image|"
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
    """A caption, in one of three with all words that we have mixed."""
    facts = captions.valid_facts(rng)
    if rng.random() < 0.65:
        return captions.captions(facts, rng, 1)[0]
    return captions.paraphrases(facts, rng, 1, _ALL_WORDS)[0]


def _short(rng: np.random.Generator) -> tuple[str, dict]:
    """One word or phrase of one group, now and then with a request or an ornament."""
    group = _pick(rng, list(MORE))
    value = _pick(rng, list(MORE[group]))
    text = _pick(rng, MORE[group][value])
    if rng.random() < 0.4:
        forms = _ALL_WORDS[group][value]
        forms = forms if isinstance(forms, list) else forms["noun"]
        text = _pick(rng, forms).replace("{c} ", "")
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
            forms = _ALL_WORDS[group][value]
            phrase = _pick(rng, forms[_pick(rng, [form for form in forms if form in ("noun", "prep", "clause")])])
            phrase = phrase.replace("{c} ", "")
        if group == "subject" and "side" in facts and rng.random() < 0.35:
            said["side"] = facts["side"]
            phrase += _pick(rng, [" ", ", "]) + _pick(rng, _ALL_WORDS["side"][facts["side"]] + MORE["side"][facts["side"]])
        if group == "subject" and "colour" in facts and rng.random() < 0.35 and facts["subject"] != "birds":
            said["colour"] = facts["colour"]
            colour = _pick(rng, _ALL_WORDS["colour"][facts["colour"]] + MORE["colour"][facts["colour"]][:1])
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


def _merged(group: str, value: str):
    """The captions' and the held-out words of a value; the held-out ones, which are fewer, twice."""
    caption, held = captions.WORDS[group][value], captions.HELD_OUT[group][value]
    if isinstance(caption, list):
        return caption + 2 * held
    return {form: caption.get(form, []) + 2 * held.get(form, []) for form in {**caption, **held}}


_ALL_WORDS = {group: {value: _merged(group, value) for value in values} for group, values in captions.GROUPS.items()}
_STRANGE_WORDS = dict(_ALL_WORDS, subject={"stranger": {
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
