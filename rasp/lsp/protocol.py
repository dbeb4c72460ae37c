"""Answers clients that violate the protocol: with an error, never with a Python traceback."""

from __future__ import annotations

from typing import Any, NamedTuple

from lsprotocol import types
from pygls.exceptions import (
    JsonRpcException,
    JsonRpcInvalidParams,
    JsonRpcInvalidRequest,
    JsonRpcServerNotInitialized,
)
from pygls.protocol import LanguageServerProtocol


class Malformed(NamedTuple):
    """A request whose parameters cannot be read."""

    id: int | str


class Protocol(LanguageServerProtocol):
    """As in pygls, with an error for each request before `initialize` and after `shutdown`, and for a second one to
    initialize.
    """

    _begun = False

    @property
    def was_shut_down(self) -> bool:
        """Whether the client has asked the server to shut down, as it should before it ends it."""
        return self._shutdown

    def structure_message(self, data: dict[str, Any]) -> Any:
        """As in pygls; a request with wrong parameters becomes a `Malformed`, so that it gets an answer."""
        try:
            return super().structure_message(data)
        except JsonRpcException:
            if "method" in data and isinstance(data.get("id"), int | str):
                return Malformed(data["id"])
            raise

    def handle_message(self, message: Any) -> None:
        """Answers a message, or refuses it. Raises JsonRpcInvalidRequest for anything but a message."""
        if isinstance(message, Malformed):
            refused = JsonRpcInvalidParams("the parameters are not those of this request")
            self._send_response(message.id, error=refused.to_response_error())
            return
        if not hasattr(message, "jsonrpc"):
            raise JsonRpcInvalidRequest("this is no message of JSON-RPC")
        method = getattr(message, "method", None)
        refusal = self._refusal(method)
        if refusal is None:
            self._begun = self._begun or method == types.INITIALIZE
            super().handle_message(message)
            self._forget_done()
        elif hasattr(message, "id"):  # a notification gets no answer
            self._send_response(message.id, error=refusal.to_response_error())

    def _forget_done(self) -> None:
        """Drops the futures of notifications, which pygls keeps."""
        for key in [key for key, future in self._request_futures.items() if future.done()]:
            del self._request_futures[key]

    def _refusal(self, method: str | None) -> JsonRpcException | None:
        """The error that refuses a method in the current state, if any; None for the answer of a client."""
        if method in (None, types.EXIT):
            return None
        if self._shutdown:
            return JsonRpcInvalidRequest("the server shuts down")
        if not self._begun and method != types.INITIALIZE:
            return JsonRpcServerNotInitialized("the first request is `initialize`")
        if self._begun and method == types.INITIALIZE:
            return JsonRpcInvalidRequest("the server is initialized already")
        return None

    def _send_response(
        self, msg_id: str | int, result: Any | None = None, error: types.ResponseError | None = None
    ) -> None:
        """As in pygls, which would send the traceback of an unexpected error as its `data`."""
        if error is not None and error.data is not None:
            error = types.ResponseError(error.code, error.message)
        super()._send_response(msg_id, result, error)
