"""From a request to the content of its answer: words in the shape that was asked for."""

import json

from sitewright.local.copywriter.composer import compose, words_for
from sitewright.local.copywriter.order_data import OrderData
from sitewright.local.copywriter.protocol import ChatRequest
from sitewright.local.copywriter.schema import fitted


def answer(chat: ChatRequest, data: OrderData | None) -> str:
    """Return the content of the answer: JSON when a schema or JSON was asked for, else a plain sentence.

    Raises SchemaUnanswerable for a schema that no answer holds.
    """
    attempt = sum(message.role == "assistant" for message in chat.messages)
    wording = words_for(data or OrderData(task="page"), turn=attempt)
    draft = compose(data, attempt=attempt) if data else {}
    wanted = chat.response_format.json_schema
    if wanted:
        return json.dumps(fitted(wanted.wanted, draft, wording), ensure_ascii=False)
    if chat.response_format.type == "json_object" or draft:
        return json.dumps(draft, ensure_ascii=False)
    return wording.pick("generic.lead", limit=400)
