"""Request and response of the FastAPI servers."""

from pydantic import BaseModel, Field

MAX_TEXT_CHARS = 20_000


class TextRequest(BaseModel):
    """One text."""

    text: str = Field(min_length=1, max_length=MAX_TEXT_CHARS)


class SentimentResponse(BaseModel):
    """Its label, with the score of each label."""

    label: str
    score: float
    scores: dict[str, float]
