"""Rules that rewrite texts before a tokenizer's own normalizer, by the disturbance they undo."""

from tokenizers import Regex
from tokenizers.normalizers import Normalizer, Replace

MENTION = r"(?<!\w)@[A-Za-z_]\w*"
"""A user's name; not an e-mail address, nor an hour (@4pm)."""
MASKED_MENTION = "@user"
LINK = r"""(?:[hH][tT]{2}[pP][sS]?://|[wW]{3}\.)[^\s<>"]*[^\s<>".,;:!?)\]}'…]"""
"""An address, without the punctuation behind it."""
MASKED_LINK = "http"


def mask_links_and_mentions() -> list[Normalizer]:
    """Mask links and names of users as TweetEval does, whose tweets the default model learned."""
    return [Replace(Regex(LINK), MASKED_LINK), Replace(Regex(MENTION), MASKED_MENTION)]
