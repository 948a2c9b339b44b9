from __future__ import annotations

import json
import socket
import struct
from typing import TYPE_CHECKING

import pytest

from tests.gateway.caller import Caller, read_all

if TYPE_CHECKING:
    from yourouter_cli.sandbox.server import Sandbox

BODY = json.dumps({"model": "echo", "messages": [{"role": "user", "content": "hi"}]}).encode()
HEAD = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer k\r\n"


def sized(body: bytes) -> bytes:
    """Return *body* behind the header that says how long it is."""
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


class TestKeepAlive:
    def test_many_requests_share_one_connection(self, caller: Caller) -> None:
        """A connection stays open after whole answers, streams and rejections."""
        connection = caller.connect()
        statuses = []
        for model, stream in [("echo", False), ("echo", True), ("nobody", False), ("echo", False)]:
            body = json.dumps({**json.loads(BODY), "model": model, "stream": stream})
            connection.request("POST", "/v1/chat/completions", body, {"x-api-key": "k"})
            response = connection.getresponse()
            response.read()
            statuses.append((response.status, response.getheader("connection")))
        connection.close()

        expected = [(status, "keep-alive") for status in (200, 200, 404, 200)]
        assert expected == statuses

    def test_requests_may_be_sent_ahead(self, caller: Caller) -> None:
        """Two requests in one packet are answered one after the other."""
        last = HEAD + b"Connection: close\r\n" + sized(BODY)

        received = read_all(caller.raw(HEAD + sized(BODY) + last))

        assert 2 == received.count(b"HTTP/1.1 200 OK\r\n")
        assert received.count(b"connection: keep-alive") == received.count(b"connection: close")

    def test_http_1_0_is_answered_without_chunks(self, caller: Caller) -> None:
        """An old client gets a stream that ends with the connection."""
        body = json.dumps({**json.loads(BODY), "stream": True}).encode()

        received = read_all(caller.raw(HEAD.replace(b"1.1", b"1.0") + sized(body)))

        head, _, stream = received.partition(b"\r\n\r\n")
        assert b"transfer-encoding" not in head
        assert b"connection: close" in head
        assert stream.startswith(b"data: {")
        assert stream.endswith(b"data: [DONE]\n\n")

    def test_every_event_is_a_chunk_of_its_own(self, caller: Caller) -> None:
        """A stream is not collected: each event is sent when it is there."""
        body = json.dumps({**json.loads(BODY), "stream": True}).encode()

        received = read_all(caller.raw(HEAD + b"Connection: close\r\n" + sized(body)))

        _, _, rest = received.partition(b"\r\n\r\n")
        chunks = []
        while rest:
            size, _, rest = rest.partition(b"\r\n")
            chunks.append(rest[: int(size, 16)])
            rest = rest[int(size, 16) + 2 :]
        assert 5 == len(chunks)  # the role, the word, the end, [DONE], the last chunk
        assert [b"data: "] * 4 == [chunk[:6] for chunk in chunks[:4]]
        assert b"" == chunks[4]


class TestBodies:
    def test_chunked_bodies_are_put_together(self, caller: Caller, sandbox: Sandbox) -> None:
        """A chunked request body arrives whole, chunk extensions and trailers left aside."""
        chunks = b"".join(b"%x;a=b\r\n%b\r\n" % (1, BODY[at : at + 1]) for at in range(len(BODY)))
        head = HEAD + b"Connection: close\r\nTransfer-Encoding: chunked\r\n\r\n"

        received = read_all(caller.raw(head + chunks + b"0\r\nX-Trailer: 1\r\n\r\n"))

        assert received.startswith(b"HTTP/1.1 200 OK\r\n")
        assert [BODY] == [seen.body for seen in sandbox.requests]

    def test_a_client_that_waits_is_told_to_continue(self, caller: Caller) -> None:
        """`Expect: 100-continue` is answered before the body is read."""
        length = b"Content-Length: %d\r\n\r\n" % len(BODY)
        client = caller.raw(HEAD + b"Connection: close\r\nExpect: 100-continue\r\n" + length)

        assert b"HTTP/1.1 100 Continue\r\n\r\n" == client.recv(100)
        client.sendall(BODY)
        assert read_all(client).startswith(b"HTTP/1.1 200 OK\r\n")

    @pytest.mark.parametrize("expect", [b"", b"Expect: 100-continue\r\n"])
    def test_too_large_a_body_is_refused_before_it_is_read(
        self, caller: Caller, expect: bytes
    ) -> None:
        """A body over 64 MB is 413, and the client is not told to send it."""
        client = caller.raw(HEAD + expect + b"Content-Length: 67108865\r\n\r\n")
        client.shutdown(socket.SHUT_WR)

        received = read_all(client)

        assert received.startswith(b"HTTP/1.1 413 Content Too Large\r\n")
        assert b"larger than 64 MB" in received

    def test_a_large_body_is_read(self, caller: Caller) -> None:
        """A body of some megabytes is no problem."""
        answer = caller.chat("length", "word " * 1_000_000)

        assert 200 == answer.status
        assert 1_000_000 == answer.json["usage"]["prompt_tokens"]


BAD_REQUESTS = {
    b"GARBAGE\r\n\r\n": 400,
    b"GET /healthz\r\n\r\n": 400,
    b"G=T /healthz HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"GET healthz HTTP/1.1\r\nHost: x\r\n\r\n": 400,
    b"GET /healthz HTTP/2.0\r\nHost: x\r\n\r\n": 505,
    b"GET /healthz HTTP/1.1\r\n\r\n": 400,
    b"GET /healthz HTTP/1.1\r\nHost x\r\n\r\n": 400,
    b"GET /healthz HTTP/1.1\r\nHost : x\r\n\r\n": 400,
    b"GET /healthz HTTP/1.1\r\nHost: x\r\n folded\r\n\r\n": 400,
    HEAD + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\n": 400,
    HEAD + b"Content-Length: -1\r\n\r\n": 400,
    HEAD + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n": 400,
    HEAD + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n": 400,
    HEAD + b"Transfer-Encoding: gzip\r\n\r\n": 501,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n": 400,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n": 400,
    HEAD + b"Transfer-Encoding: chunked\r\n\r\nfffffffff\r\n": 413,
    HEAD + b"Content-Length: 5\r\n\r\nabc": 400,
    b"GET /healthz HTTP/1.1\r\nHost: x": 400,
    b"GET /" + b"a" * 70_000: 431,
}


class TestBadRequests:
    @pytest.mark.parametrize("data", BAD_REQUESTS, ids=lambda data: repr(data[-40:]))
    def test_what_is_no_request_gets_a_clean_error(self, caller: Caller, data: bytes) -> None:
        """A malformed request is answered in JSON, and the connection is closed."""
        client = caller.raw(data)
        client.shutdown(socket.SHUT_WR)

        received = read_all(client)

        head, _, body = received.partition(b"\r\n\r\n")
        assert b"HTTP/1.1 %d " % BAD_REQUESTS[data] == head[:13]
        assert b"connection: close" in head
        assert "invalid_request_error" == json.loads(body)["error"]["type"] or (
            BAD_REQUESTS[data] > 500
        )

    def test_a_silent_visitor_is_no_error(self, caller: Caller, sandbox: Sandbox) -> None:
        """A connection that is closed without a request leaves no trace."""
        client = caller.raw(b"")
        client.shutdown(socket.SHUT_WR)

        assert b"" == read_all(client)
        assert [] == sandbox.requests

    def test_a_client_that_resets_harms_nobody(self, caller: Caller) -> None:
        """A client that goes away in the middle of a stream leaves the sandbox in service."""
        body = json.dumps({**json.loads(BODY), "model": "slow:5", "stream": True}).encode()
        client = caller.raw(HEAD + sized(body))
        client.recv(10)
        client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        client.close()

        assert 200 == caller.chat("echo").status

    def test_the_absolute_form_is_understood(self, caller: Caller) -> None:
        """A request line that names the server, as for a proxy, is answered all the same."""
        request = b"GET http://x/healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

        assert read_all(caller.raw(request)).endswith(b'{"status":"ok"}')


class TestRoutes:
    def test_health_needs_no_key(self, sandbox: Sandbox) -> None:
        """GET /healthz says that the sandbox is up, to everybody."""
        answer = Caller(sandbox, key="").get("/healthz")

        assert (200, {"status": "ok"}) == (answer.status, answer.json)

    @pytest.mark.parametrize("path", ["/", "/v1", "/chat/completions", "/v1/chat/completions/x"])
    def test_an_unknown_path_is_404(self, caller: Caller, path: str) -> None:
        """Where nothing is, the OpenAI-shaped error says so."""
        answer = caller.post(path, {})

        assert 404 == answer.status
        assert "unknown_url" == answer.error["code"]
        assert path in answer.error["message"]

    @pytest.mark.parametrize(
        ("method", "path", "allowed"),
        [
            ("GET", "/v1/chat/completions", "POST"),
            ("POST", "/v1/models", "GET"),
            ("PUT", "/api/v3/contents/generations/tasks", "GET, POST"),
            ("POST", "/api/v3/contents/generations/tasks/cgt-1", "GET, DELETE"),
            ("HEAD", "/healthz", "GET"),
        ],
    )
    def test_a_wrong_method_is_405(
        self, caller: Caller, method: str, path: str, allowed: str
    ) -> None:
        """A method that a path does not know is 405 and names those it does."""
        answer = caller.ask(method, path)

        assert (405, allowed) == (answer.status, answer.headers["allow"])

    @pytest.mark.parametrize(
        ("key", "status", "code"),
        [
            ("", 401, "invalid_api_key"),
            ("bad-one", 401, "invalid_api_key"),
            ("denied-one", 403, "permission_denied"),
            ("broke-one", 402, "insufficient_balance"),
            ("quota-one", 429, "insufficient_quota"),
        ],
    )
    def test_a_key_is_refused_by_its_first_letters(
        self, sandbox: Sandbox, key: str, status: int, code: str
    ) -> None:
        """No key, and keys with a telling beginning, are refused."""
        answer = Caller(sandbox, key).chat("echo")

        assert (status, code) == (answer.status, answer.error["code"])

    @pytest.mark.parametrize("name", ["x-api-key", "x-goog-api-key"])
    def test_a_key_may_come_in_other_headers(self, sandbox: Sandbox, name: str) -> None:
        """What the SDKs of the upstreams send is understood as a key."""
        caller = Caller(sandbox, key="")

        assert 200 == caller.get("/v1/models", **{name: "sk-1"}).status
        assert 401 == caller.get("/v1/models", **{name: "bad"}).status

    @pytest.mark.parametrize(
        ("path", "expected"),
        [
            ("/v1/messages", {"type": "authentication_error"}),
            (
                "/v1/projects/cognition/locations/us/publishers/google/models/e:generateContent",
                {"code": 401, "status": "UNAUTHENTICATED"},
            ),
            (
                "/api/v3/contents/generations/tasks",
                {"code": "AuthenticationError", "type": "Unauthorized"},
            ),
        ],
    )
    def test_each_wire_has_its_own_error(
        self, sandbox: Sandbox, path: str, expected: dict[str, object]
    ) -> None:
        """A refusal has the shape of the API that was called."""
        answer = Caller(sandbox, "bad").post(path, {})

        assert 401 == answer.status
        assert expected.items() <= answer.error.items()

    def test_vendors_are_an_open_set_but_for_one(self, caller: Caller) -> None:
        """Any vendor is accepted, only `bad-vendor` is refused."""
        body = json.loads(BODY)

        good = caller.post("/v1/chat/completions", body, vendor="volcengine")
        bad = caller.post("/v1/chat/completions", body, vendor="bad-vendor")

        assert "fp_sandbox_volcengine" == good.json["system_fingerprint"]
        assert (400, "vendor") == (bad.status, bad.error["param"])


class TestModels:
    def test_the_list_has_every_model(self, caller: Caller) -> None:
        """GET /v1/models lists the models in the OpenAI shape."""
        listing = caller.get("/v1/models").json

        names = [model["id"] for model in listing["data"]]
        assert "list" == listing["object"]
        assert {"sandbox/echo", "sandbox/embed", "sandbox/video"} <= set(names)
        assert sorted(set(names)) == sorted(names)
        first = {"object": "model", "created": 1_700_000_000, "owned_by": "sandbox"}
        assert {"id": "sandbox/echo", **first} == listing["data"][0]

    @pytest.mark.parametrize("name", ["sandbox/echo", "sandbox%2Fecho", "echo"])
    def test_one_model_can_be_shown(self, caller: Caller, name: str) -> None:
        """GET /v1/models/ID shows one model, whichever way it is spelled."""
        assert "sandbox/echo" == caller.get(f"/v1/models/{name}").json["id"]

    def test_an_unknown_model_cannot(self, caller: Caller) -> None:
        """A model that does not exist is 404."""
        answer = caller.get("/v1/models/gpt-4o")

        assert (404, "model_not_found") == (answer.status, answer.error["code"])
