"""``/v1/results``: recorded results, listed, looked up, erased and corrected."""

from http import HTTPStatus

from windvane.api.examples import MODEL_ID, RESULT_ID, SCORES
from windvane.api.problems import (
    FieldRuleError,
    LogUnavailableError,
    MalformedRequestError,
    ResultDamagedError,
    ResultNotFoundError,
)
from windvane.api.route import BODY_ERRORS, Lazy, Route
from windvane.result_log.record import ResultRecord

ONE_RESULT = "/v1/results/<result_id>"
ERRORS = (MalformedRequestError, ResultNotFoundError, FieldRuleError, LogUnavailableError)
WHOSE_RESULTS = (
    "An API key reads, corrects and erases the results of all keys, unless its client is limited "
    "to its own results. To a limited client those of others are as unknown ones."
)
KEPT_ANSWERS = (
    "An answer that is kept for an Idempotency-Key stays for its day: label, scores and result id, "
    "never the text or the subject."
)
ID_PARAMETER = Lazy("windvane.api.results.result_parameters:ID_PARAMETER")
RECORD_EXAMPLE = {
    "result_id": RESULT_ID,
    "created_at": "2026-11-22T21:50:10.255Z",
    "label": "positive",
    "score": 0.98,
    "scores": SCORES,
    "tokens": 5,
    "chars": 9,
    "model": MODEL_ID,
    "route": "/sentiment",
    "expires_at": 1_798_062_610,
    "client": "mobile-app",
    "subject_hash": "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069",
}

RESULT_ROUTES = (
    Route(
        method="GET",
        path="/v1/results",
        handler=Lazy("windvane.api.results.result_handlers:list_results"),
        is_slow=True,
        summary="What was answered, newest first",
        description="A page may be short, or empty, and still have a cursor. "
        f"Where results are not recorded the answer is 404. {WHOSE_RESULTS}",
        parameters=Lazy("windvane.api.results.result_parameters:QUERY_PARAMETERS"),
        response=Lazy("windvane.api.results.result_schemas:ResultList"),
        response_example={"results": [RECORD_EXAMPLE], "cursor": RESULT_ID},
        errors=ERRORS,
    ),
    Route(
        method="DELETE",
        path="/v1/results",
        handler=Lazy("windvane.api.results.result_handlers:delete_results"),
        is_slow=True,
        summary="Erase all results of a person, for good",
        description="As many as eight seconds allow: repeat the request while `remaining` is "
        f"true. {KEPT_ANSWERS} {WHOSE_RESULTS}",
        parameters=Lazy("windvane.api.results.result_parameters:DELETION_PARAMETERS"),
        response=Lazy("windvane.api.results.result_schemas:ErasedResults"),
        response_example={"deleted": 3, "remaining": False},
        errors=ERRORS,
    ),
    Route(
        method="GET",
        path=ONE_RESULT,
        handler=Lazy("windvane.api.results.result_handlers:read_result"),
        is_slow=True,
        summary="What was answered, until it expires",
        description=WHOSE_RESULTS,
        parameters=(ID_PARAMETER,),
        response=ResultRecord,
        response_example=RECORD_EXAMPLE,
        errors=(*ERRORS, ResultDamagedError),
    ),
    Route(
        method="DELETE",
        path=ONE_RESULT,
        handler=Lazy("windvane.api.results.result_handlers:delete_result"),
        is_slow=True,
        summary="Erase what was answered, for good",
        description=f"{KEPT_ANSWERS} {WHOSE_RESULTS}",
        parameters=(ID_PARAMETER,),
        status=HTTPStatus.NO_CONTENT,
        errors=ERRORS,
    ),
    Route(
        method="POST",
        path=f"{ONE_RESULT}/feedback",
        handler=Lazy("windvane.api.results.result_handlers:set_feedback"),
        is_slow=True,
        summary="Say which label is right",
        description="The label is one of those in the result's scores. The last one said stays. "
        f"{WHOSE_RESULTS}",
        parameters=(ID_PARAMETER,),
        request=Lazy("windvane.api.results.result_schemas:FeedbackRequest"),
        request_example={"label": "neutral"},
        response=ResultRecord,
        response_example={**RECORD_EXAMPLE, "feedback_label": "neutral"},
        errors=(*BODY_ERRORS, ResultNotFoundError, ResultDamagedError, LogUnavailableError),
    ),
)
