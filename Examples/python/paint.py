"""Three requests with the official OpenAI client: an edit, a generation, and a stream of partial images.

    pip install openai
    HEATSINK_KEY=hs_… python3 paint.py photo.jpg
"""

from __future__ import annotations

import base64
import os
import sys
from pathlib import Path

from openai import OpenAI


def save(name: str, encoded: str | None) -> None:
    """Writes one picture of an answer to a file."""
    if encoded is None:
        raise ValueError(f"the answer has no picture for {name}")
    Path(name).write_bytes(base64.b64decode(encoded))
    print("saved", name)


def edit(client: OpenAI, photo: Path) -> None:
    """Paints a photo. The prompt chooses the style; `revised_prompt` says which one it was."""
    with photo.open("rb") as file:
        answer = client.images.edit(image=file, prompt="pencil and wash", quality="high")
    for picture in answer.data or []:
        print(picture.revised_prompt)
        save("edited.png", picture.b64_json)


def generate(client: OpenAI) -> None:
    """Paints from words. The same seed gives the same picture; `seed` is a field of Heatsink, hence `extra_body`."""
    answer = client.images.generate(
        prompt="a lighthouse at dusk, first snow", output_format="webp", extra_body={"seed": 7}
    )
    for picture in answer.data or []:
        save("generated.webp", picture.b64_json)


def stream(client: OpenAI) -> None:
    """Shows a picture while it is painted. The number of partial images may be lower than requested."""
    events = client.images.generate(
        prompt="a windmill in a meadow, summer", stream=True, partial_images=2, quality="max"
    )
    with events as pictures:
        for event in pictures:
            if event.type == "image_generation.partial_image":
                save(f"partial-{event.partial_image_index}.png", event.b64_json)
            elif event.type == "image_generation.completed":
                save("completed.png", event.b64_json)


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit("usage: paint.py PHOTO")
    client = OpenAI(
        base_url=os.environ.get("HEATSINK_URL", "http://127.0.0.1:8080") + "/v1",
        api_key=os.environ["HEATSINK_KEY"],
    )
    edit(client, Path(sys.argv[1]))
    generate(client)
    stream(client)


if __name__ == "__main__":
    main()
