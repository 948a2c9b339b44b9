from __future__ import annotations

import hashlib
import json
import socket
import subprocess
import sys
import threading
import time
from io import StringIO

import pytest

from tests.gateway.caller import Caller, read_all
from yourouter_cli.sandbox.server import Sandbox

STALLED = {"model": "stall", "stream": True, "messages": [{"role": "user", "content": "hi"}]}


class TestLife:
    def test_it_starts_and_stops_and_starts(self) -> None:
        """A sandbox has a base URL while it runs, and can be started again."""
        sandbox = Sandbox()
        for _ in range(2):
            with sandbox:
                assert sandbox.base_url.startswith("http://127.0.0.1:")
                assert sandbox.base_url.endswith("/v1")
                assert 200 == Caller(sandbox).get("/v1/models").status
            with pytest.raises(RuntimeError, match="not running"):
                _ = sandbox.base_url

    def test_it_starts_only_once(self) -> None:
        """Starting a sandbox that runs is a mistake."""
        with Sandbox() as sandbox, pytest.raises(RuntimeError, match="running already"):
            sandbox.start()

    def test_it_stops_where_loopback_is_down(self) -> None:
        """A machine that cannot reach itself can still stop a sandbox that nobody can visit."""
        isolated = ["unshare", "--net", "--map-root-user"]
        try:
            subprocess.run([*isolated, "true"], check=True, capture_output=True, timeout=10)
        except (OSError, subprocess.SubprocessError):
            pytest.skip("no network namespace can be made here")
        program = "from yourouter_cli.sandbox.server import Sandbox; Sandbox().start().stop()"

        subprocess.run([*isolated, sys.executable, "-c", program], check=True, timeout=10)

    def test_stopping_twice_does_no_harm(self) -> None:
        """A stopped sandbox can be stopped."""
        sandbox = Sandbox().start()
        sandbox.stop()
        sandbox.stop()

        with pytest.raises(RuntimeError, match="not running"):
            _ = sandbox.base_url

    def test_the_port_is_free_afterwards(self) -> None:
        """After the stop nobody listens, and the port can be taken again."""
        with Sandbox() as first:
            port = Caller(first).address.port or 0
        with pytest.raises(ConnectionRefusedError):
            socket.create_connection(("127.0.0.1", port))
        with Sandbox(port=port) as second:
            assert 200 == Caller(second).get("/healthz").status

    def test_a_wildcard_address_is_reached_by_loopback(self) -> None:
        """The base URL of a sandbox on all addresses can be used on this machine."""
        with Sandbox(host="0.0.0.0") as sandbox:
            assert sandbox.base_url.startswith("http://127.0.0.1:")
            assert 200 == Caller(sandbox).get("/healthz").status

    def test_it_stops_at_once_whoever_waits(self) -> None:
        """Idle, slow and stalled connections do not hold the stop up."""
        seconds = min(self.seconds_to_stop() for _ in range(3))

        assert seconds < 0.1
        assert [] == [thread for thread in threading.enumerate() if "sandbox" in thread.name]

    def seconds_to_stop(self) -> float:
        """Return how long it takes to stop while an idle, a stalled and a slow client wait."""
        sandbox = Sandbox().start()
        body = json.dumps(STALLED).encode()
        clients = [Caller(sandbox).raw(b"")]
        for data in (body, body.replace(b'"stall"', b'"slow:60000"')):
            head = b"POST /v1/chat/completions HTTP/1.1\r\nHost: x\r\nx-api-key: k\r\n"
            length = b"Content-Length: %d\r\n\r\n" % len(data)
            clients.append(Caller(sandbox).raw(head + length + data))
            assert clients[-1].recv(1)
        begun = time.perf_counter()
        sandbox.stop()
        seconds = time.perf_counter() - begun
        for client in clients:
            client.close()
        return seconds

    def test_it_never_keeps_the_process_alive(self) -> None:
        """A process that forgets to stop its sandbox ends all the same, without a warning."""
        program = (
            "from yourouter_cli.sandbox.server import Sandbox\n"
            "import socket\n"
            "s = Sandbox().start()\n"
            "port = int(s.base_url.split(':')[2].split('/')[0])\n"
            "c = socket.create_connection(('127.0.0.1', port))\n"
            "c.sendall(b'GET /healthz HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n')\n"
            "print(c.recv(15).decode())\n"
            "c.close()\n"
        )

        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, timeout=20, check=True, text=True
        )

        assert ("HTTP/1.1 200 OK\n", "") == (done.stdout, done.stderr)

    def test_serve_forever_ends_with_the_stop(self) -> None:
        """Serving blocks until somebody stops the sandbox."""
        sandbox = Sandbox().start()
        server = threading.Thread(target=sandbox.serve_forever)
        server.start()
        assert 200 == Caller(sandbox).get("/healthz").status

        sandbox.stop()
        server.join(5)

        assert not server.is_alive()

    def test_many_clients_are_served_at_once(self) -> None:
        """Twenty slow answers take hardly longer than one."""
        statuses: list[int] = []
        with Sandbox(latency=0.2) as sandbox:
            caller = Caller(sandbox)
            threads = [
                threading.Thread(target=lambda: statuses.append(caller.chat("echo").status))
                for _ in range(20)
            ]
            begun = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - begun

        assert [200] * 20 == statuses
        assert 0.2 <= seconds < 2

    def test_it_loads_nothing_large(self) -> None:
        """Importing the server loads neither another part of the program nor a large module."""
        program = (
            "import sys, yourouter_cli.sandbox.server\n"
            "print(*sorted(name for name in sys.modules if name.startswith('yourouter_cli')\n"
            "      or name in {'http', 'email', 'asyncio', 'dataclasses', 'hashlib', 'ssl'}))\n"
        )

        loaded = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, timeout=20, check=True, text=True
        ).stdout.split()

        names = ("exchange", "failures", "fields", "framing", "memory", "routes", "server")
        parts = ["yourouter_cli", "yourouter_cli.sandbox"]
        assert parts + [f"yourouter_cli.sandbox.{name}" for name in names] == loaded


class TestMemory:
    def test_it_remembers_what_it_was_asked(self) -> None:
        """Every request can be looked at afterwards."""
        with Sandbox() as sandbox:
            caller = Caller(sandbox)
            caller.chat("echo", "hello")
            caller.generate("sandbox/think")
            caller.get("/v1/models?a=1&a=2")
            first, second, third = sandbox.requests

        assert ("POST", "/v1/chat/completions") == (first.method, first.path)
        assert "Bearer sk-test" == first.headers["authorization"]
        assert "hello" == first.json["messages"][0]["content"]
        assert hashlib.sha256(first.body).hexdigest() == first.body_sha256
        assert second.path.endswith("/models/sandbox/think:generateContent")
        assert {"a": ("1", "2")} == third.query
        assert (None, None) == (third.json, third.model)
        assert ["echo", "sandbox/think"] == sandbox.models_asked

    def test_of_a_large_body_it_keeps_the_beginning(self) -> None:
        """Of a body over 1 MB only the size, the hash, the model and the first bytes are kept."""
        with Sandbox() as sandbox:
            Caller(sandbox).chat("length", "x" * 2_000_000)
            (seen,) = sandbox.requests

        whole = b'{"model": "length", "messages": [{"role": "user", "content": "'
        whole += b"x" * 2_000_000 + b'"}]}'
        assert whole[:1024] == seen.body
        assert (len(whole), "length", None) == (seen.body_length, seen.model, seen.json)
        assert hashlib.sha256(whole).hexdigest() == seen.body_sha256

    def test_old_bodies_give_way_to_new_ones(self) -> None:
        """All bodies together take no more than 16 MB."""
        with Sandbox() as sandbox:
            for _ in range(20):
                Caller(sandbox).chat("length", "x" * 1_000_000)
            seen = sandbox.requests

        assert sum(len(request.body) for request in seen) < 17_000_000
        assert ["length"] * 20 == [request.model for request in seen]
        assert (None, 1_000_000) == (seen[0].json, len(seen[-1].json["messages"][0]["content"]))


class TestLog:
    def test_each_request_is_a_line(self) -> None:
        """The log has one JSON object for each request, and never a key."""
        log = StringIO()
        with Sandbox(log=log, clock=lambda: 1_700_000_000.25) as sandbox:
            caller = Caller(sandbox, "sk-canary")
            sent = len(caller.chat("echo").body)
            caller.chat("nobody", stream=True)
            caller.post("/v1/models?key=sk-canary", {}, **{"x-api-key": "sk-canary"})
            read_all(caller.raw(b"nothing\r\n\r\n"))

        lines = [json.loads(line) for line in log.getvalue().splitlines()]
        lines.sort(key=lambda line: line["status"])  # a line is written when its client has gone
        keys = ["time", "method", "path", "model", "status", "bytes", "ms"]
        assert [keys] * len(lines) == [list(line) for line in lines]
        assert "2023-11-14T22:13:20.250Z" == lines[0]["time"]
        chat = ["POST", "/v1/chat/completions", "echo", 200, sent]
        assert chat == list(lines[0].values())[1:6]
        assert [200, 400, 404, 405] == [line["status"] for line in lines]
        assert "canary" not in log.getvalue()

    def test_a_cut_reply_is_logged_too(self) -> None:
        """A connection that is reset before the answer has no status in the log."""
        log = StringIO()
        with Sandbox(log=log) as sandbox, pytest.raises(ConnectionError):
            Caller(sandbox).chat("reset:0")

        assert None is json.loads(log.getvalue())["status"]
