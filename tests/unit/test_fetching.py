"""Fetching by address: what is refused and why, against a server of the tests' own on this machine."""

from __future__ import annotations

import gzip
import ipaddress
import itertools
import json
import os
import shutil
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner, Result

from index.errors import InputRefused
from index.fetching import connecting
from index.fetching.addresses import Network, why_not_public
from index.fetching.bodies import read_body
from index.fetching.client import Client, Fetched, Gone, Unchanged
from index.fetching.connecting import Limits
from index.fetching.pacing import LONGEST_WAIT, Pacing, retry_after
from index.fetching.robots import read_robots
from index.testing import HashEmbedder
from qa_service import bootstrap
from qa_service.cli import build

LOOPBACK = (ipaddress.ip_network("127.0.0.0/8"),)
SENTENCES = (
    "The {place} council voted on Tuesday to reopen the ferry line across the estuary after nine years. ",
    "Deputy mayor Ilse Varga said the first boat would leave the old quay at six in the morning on 1 May. ",
    "Tickets will cost two crowns, and schoolchildren travel free of charge until the end of the year. ",
    "The line was closed when the pier was found to be unsafe, and repairs were paid for by the province. ",
)


def page(place: str, canonical: str | None = None) -> bytes:
    """A news page with one article about a place."""
    link = f'<link rel="canonical" href="{canonical}">' if canonical else ""
    paragraphs = "".join(f"<p>{sentence.format(place=place)}</p>" for sentence in SENTENCES * 2)
    return (
        f"<!doctype html><html lang='en'><head><title>Ferry returns to {place}</title>{link}"
        "<meta property='og:type' content='article'><meta property='article:published_time' content='2024-04-02T09:00Z'>"
        f"</head><body><article><h1>Ferry returns to {place}</h1>{paragraphs}</article></body></html>"
    ).encode()


Handle = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Site:
    """A server in a thread: each path has bytes, or a function that answers."""

    paths: dict[str, bytes | Handle] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    url: str = ""
    server: ThreadingHTTPServer = field(init=False)

    def paths_asked(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


def answer(status: int, headers: dict[str, str] | None = None, body: bytes = b"", *, kind: str = "text/html") -> Handle:
    def handle(request: BaseHTTPRequestHandler) -> None:
        request.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **(headers or {})}.items():
            request.send_header(name, value)
        request.end_headers()
        request.wfile.write(body)

    return handle


def redirect(to: str, status: int = 302) -> Handle:
    return answer(status, {"Location": to})


@pytest.fixture
def site() -> Iterator[Site]:
    made = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            made.asked.append((self.path, {name.lower(): value for name, value in self.headers.items()}))
            found = made.paths.get(self.path)
            try:
                if found is None:
                    answer(404)(self)
                elif isinstance(found, bytes):
                    answer(200, body=found)(self)
                else:
                    found(self)
            except OSError:
                pass  # the client has had enough

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class's name
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: Any, client_address: Any) -> None:
            pass  # a client that does not trust the certificate

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    made.server = server
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    yield made
    server.shutdown()
    server.server_close()


def client(
    *, network: Network | None = None, limits: Limits | None = None, pacing: Pacing | None = None, **given: Any
) -> Client:
    return Client(
        contact=given.get("contact", "mailto:desk@herald.example"),
        pacing=pacing or Pacing(seconds=0.0),
        limits=limits or Limits(max_bytes=200_000, connect_seconds=2, total_seconds=3),
        network=network or Network(allowed_networks=LOOPBACK, ports=None),
    )


def refusal(url: str, **given: Any) -> str:
    with pytest.raises(InputRefused) as refused:
        client(**given).fetch(url)
    return str(refused.value)


# ------------------------------------------------------------------------------------------------------ addresses


@pytest.mark.parametrize(
    "address",
    "127.0.0.1 10.1.2.3 172.16.0.1 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200 0.0.0.0 0.1.2.3 224.0.0.1 240.0.0.1"
    " 255.255.255.255 192.0.0.1 192.0.2.1 198.18.0.1 198.51.100.1 203.0.113.9 168.63.129.16 192.88.99.1"
    " ::1 :: ::ffff:127.0.0.1 ::ffff:8.8.8.8 ::127.0.0.1 fe80::1 fc00::1 fd00:ec2::254 ff02::1 64:ff9b::7f00:1"
    " 64:ff9b:1::1 2002:7f00:1:: 2001::1 2001:db8::1 fec0::1 100::1".split(),
)
def test_what_is_not_public_is_not_reached(address: str) -> None:
    assert why_not_public(ipaddress.ip_address(address)) is not None


@pytest.mark.parametrize(
    "address", "8.8.8.8 93.184.216.34 1.1.1.1 2606:4700:4700::1111 2a00:1450:4001:80b::200e".split()
)
def test_what_is_public_is(address: str) -> None:
    assert why_not_public(ipaddress.ip_address(address)) is None


@given(st.ip_addresses(v=4))
def test_an_address_in_a_disguise_is_never_reached(address: ipaddress.IPv4Address) -> None:
    for disguise in (f"::ffff:{address}", f"64:ff9b::{address}", f"::{address}"):
        assert why_not_public(ipaddress.ip_address(disguise)) is not None


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("file:///etc/passwd", "file is neither http nor https"),
        ("ftp://news.example/a", "ftp is neither"),
        ("//news.example/a", "no scheme"),
        ("gopher://127.0.0.1:6379/_x", "gopher is neither"),
        ("http://user:pw@news.example/", "user name or a password"),
        ("http://news.example@127.0.0.1/", "user name or a password"),
        ("http://news.example:22/", "port 22"),
        ("http://news.example:99999/", "Port out of range"),
        ("http:///a", "names no host"),
        ("http://news.example/a b", "white space"),
        ("http://news.example\\@127.0.0.1/", "backslash"),
        ("http://news.example/\r\nHost: x", "white space"),
        ("http://exa%6dple.test/", "only this machine could mean"),
        ("http://exa;mple.test/", "host that cannot exist"),
        ("http://[::1/", "Invalid IPv6"),
        ("http://[fe80::1%25eth0]/", "only this machine could mean"),
        (f"http://news.example/{'a' * 3000}", "over 2,048 characters"),
        ("http://127.0.0.1/", "the address 127.0.0.1, which is loopback"),
        ("http://[::1]/", "the address ::1, which is loopback"),
        ("http://[::ffff:7f00:1]/", "disguise"),
        ("https://169.254.169.254/latest/meta-data/", "link-local"),
        ("http://localhost/", "localhost has the address"),
    ],
)
def test_no_address_that_may_not_be_fetched(url: str, reason: str) -> None:
    assert reason in refusal(url, network=Network())


@pytest.mark.parametrize("host", ["2130706433", "0x7f.1", "017700000001", "127.1"])
def test_numbers_that_the_system_reads_as_loopback(host: str) -> None:
    def look_up(name: str, port: int) -> list[str]:
        assert name == host
        return [socket.inet_ntoa(socket.inet_aton(name))]

    assert "127.0.0.1, which is loopback" in refusal(f"http://{host}/", network=Network(look_up=look_up))


@pytest.mark.parametrize("address", ["10.0.0.8", "192.168.1.1", "169.254.169.254", "::1", "fe80::1%eth0", "nonsense"])
def test_a_name_with_one_private_address_among_public_ones(address: str) -> None:
    network = Network(look_up=lambda host, port: ["93.184.216.34", address])
    assert f"news.example has the address {address}" in refusal("http://news.example/", network=network)


def test_a_name_that_changes_between_check_and_connection(site: Site) -> None:
    """Each connection goes to an address of the very answer that was checked: no second question is asked."""
    site.paths["/a"] = page("Tolmere")
    answers: Iterator[list[str]] = itertools.chain([["127.0.0.1"], ["127.0.0.1"]], itertools.repeat(["10.9.9.9"]))
    asked: list[str] = []

    def look_up(host: str, port: int) -> list[str]:
        asked.append(host)
        return next(answers)

    port = site.url.rsplit(":", 1)[1]
    one = client(network=Network(allowed_networks=LOOPBACK, ports=None, look_up=look_up))
    assert isinstance(one.fetch(f"http://news.example:{port}/a"), Fetched)
    assert asked == ["news.example"] * 2, "once for robots.txt, once for the page: what is checked is what is used"
    assert site.asked[-1][1]["host"] == f"news.example:{port}"
    with pytest.raises(InputRefused, match=r"10\.9\.9\.9, which is private"):
        one.fetch(f"http://news.example:{port}/a")
    assert site.paths_asked() == ["/a"]


@pytest.mark.skipif(shutil.which("openssl") is None, reason="makes a certificate with openssl")
def test_https_is_for_the_name_not_the_address(site: Site, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The certificate has to be one of the name, by somebody this system trusts."""
    names = "subjectAltName=DNS:news.example"
    made = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=x -addext {names} -keyout key.pem -out cert.pem"
    subprocess.run(["openssl", *made.split()], cwd=tmp_path, check=True, capture_output=True)
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    asked: list[str] = []
    server_side.sni_callback = lambda _, name, __: asked.append(name)
    site.server.socket = server_side.wrap_socket(site.server.socket, server_side=True)
    site.paths["/a"] = page("Tolmere")
    network = Network(allowed_networks=LOOPBACK, ports=None, look_up=lambda host, port: ["127.0.0.1"])
    port = site.server.server_port
    assert "certificate verify failed" in refusal(f"https://news.example:{port}/a", network=network)
    trusting = ssl.create_default_context(cafile=tmp_path / "cert.pem")
    monkeypatch.setattr(connecting, "_trust", lambda: trusting)
    assert isinstance(client(network=network).fetch(f"https://news.example:{port}/a"), Fetched)
    assert set(asked) == {"news.example"}
    assert "mismatch" in refusal(f"https://other.example:{port}/a", network=network)
    assert site.paths_asked() == ["/a"]


def test_names_in_any_script() -> None:
    assert Network().target("https://BÜCHER.example./ä?q=ü#x").url == "https://xn--bcher-kva.example/%C3%A4?q=%C3%BC"


# ------------------------------------------------------------------------------------------------------ redirects


@pytest.mark.parametrize(
    ("to", "reason"),
    [
        ("http://169.254.169.254/latest/meta-data/", "link-local"),
        ("file:///etc/passwd", "file is neither"),
        ("http://[::1]/", "::1, which is loopback"),
        ("http://10.0.0.1/", "private"),
        ("http://a:b@news.example/", "user name"),
        ("//[::ffff:10.0.0.1]/x", "disguise"),
        ("http://[/", "which is no address"),
    ],
)
def test_no_redirect_leads_inside(site: Site, to: str, reason: str) -> None:
    site.paths["/a"] = redirect(to)
    assert reason in refusal(f"{site.url}/a")
    assert site.paths_asked() == ["/a"]


def test_redirects_are_followed_and_counted(site: Site) -> None:
    for number in range(6):
        site.paths[f"/{number}"] = redirect(f"/{number + 1}", 301 if number % 2 else 307)
    site.paths["/6"] = page("Tolmere")
    found = client().fetch(f"{site.url}/1")
    assert isinstance(found, Fetched)
    assert found.url == f"{site.url}/1"
    assert found.validators.final_url == f"{site.url}/6"
    assert "redirects more than 5 times" in refusal(f"{site.url}/0")


def test_redirects_in_a_circle_or_to_nowhere(site: Site) -> None:
    site.paths["/a"], site.paths["/b"], site.paths["/c"] = redirect("/b"), redirect("/a#x"), answer(302)
    assert "in a circle" in refusal(f"{site.url}/a")
    assert "without saying where to" in refusal(f"{site.url}/c")


def test_a_redirect_to_what_robots_forbids(site: Site) -> None:
    site.paths["/robots.txt"] = b"User-agent: *\nDisallow: /private/"
    site.paths["/a"], site.paths["/private/b"] = redirect("/private/b"), page("Tolmere")
    assert "robots.txt (Disallow: /private/)" in refusal(f"{site.url}/a")
    assert site.paths_asked() == ["/a"]


# --------------------------------------------------------------------------------------------------------- limits


def endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    while True:
        request.wfile.write(b"<p>more" * 1000)


def dripping(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    for _ in range(200):
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.05)


def dripping_header(request: BaseHTTPRequestHandler) -> None:
    request.wfile.write(b"HTTP/1.1 200 OK\r\nX-Long: ")
    for _ in range(200):
        request.wfile.write(b"x")
        request.wfile.flush()
        time.sleep(0.05)


@pytest.mark.parametrize(
    ("handle", "reason"),
    [
        (endless, "has over 200,000 bytes"),
        (dripping, "took over 1 s"),
        (dripping_header, "took over 1 s"),
        (lambda request: time.sleep(3), "took over 1 s"),
        (answer(200, {"Content-Encoding": "gzip"}, gzip.compress(bytes(50_000_000))), "has over 200,000 bytes"),
        (answer(200, {"Content-Encoding": "deflate"}, zlib.compress(bytes(50_000_000))), "has over 200,000 bytes"),
        (answer(200, {"Content-Encoding": "br"}, b"x"), "compressed with 'br'"),
        (answer(200, {"Content-Encoding": "gzip, gzip"}, b"x"), "not asked for"),
        (answer(200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 9999)[:-20]), "cut off"),
        (answer(200, {"Content-Encoding": "gzip"}, b"no gzip at all"), "is damaged"),
        (answer(200, {"Content-Length": "9999"}, b"short"), "could not be fetched"),
        (lambda request: request.wfile.write(b"nonsense\r\n\r\n"), "could not be fetched"),
        (answer(500), "status 500"),
        (answer(401), "status 401"),
    ],
)
def test_no_answer_takes_more_than_it_may(site: Site, handle: Handle, reason: str) -> None:
    site.paths["/a"] = handle
    began = time.monotonic()
    assert reason in refusal(f"{site.url}/a", limits=Limits(max_bytes=200_000, total_seconds=1.0))
    assert time.monotonic() - began < 2.5


def test_a_host_that_does_not_answer(site: Site) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    assert "could not be fetched" in refusal(f"http://127.0.0.1:{port}/")


@given(st.binary(max_size=300_000), st.integers(1, 5000), st.sampled_from(["", "gzip", "zlib", "raw"]))
def test_bodies_come_out_as_they_went_in(body: bytes, piece: int, how: str) -> None:
    raw = zlib.compressobj(wbits=-15)
    sent = {
        "": lambda: body,
        "gzip": lambda: gzip.compress(body[:100]) + gzip.compress(body[100:]),
        "zlib": lambda: zlib.compress(body),
        "raw": lambda: raw.compress(body) + raw.flush(),
    }[how]()
    pieces = [sent[at : at + piece] for at in range(0, len(sent), piece)]
    encoding = {"": "", "gzip": "gzip", "zlib": "deflate", "raw": "deflate"}[how]
    if how == "raw" and sent[:1] and sent[0] & 0x0F == 8:
        return  # looks like zlib; a server that sends this is misread by everyone
    assert read_body(pieces, encoding, 400_000) == body


# --------------------------------------------------------------------------------------------------------- robots

ROBOTS = b"""\xef\xbb\xbf# none
User-agent: other
User-agent: QA-Service
Sitemap: https://news.example/map.xml
Disallow: /private/
Allow: /private/press/
Disallow: /*.pdf$
Disallow: /search?q=
Crawl-delay: 7
Disallow:

User-agent: *
Disallow: /
"""


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        ("/", True),
        ("/private/a", False),
        ("/private/press/a", True),
        ("/a/report.pdf", False),
        ("/a/report.pdf?x", True),
        ("/search?q=tax", False),
        ("/search", True),
        ("/%70rivate/a", False),
        ("/robots.txt", True),
    ],
)
def test_the_longest_rule_decides(path: str, allowed: bool) -> None:
    rules = read_robots(ROBOTS, "qa-service")
    assert (rules.forbids(path) is None) == allowed
    assert rules.crawl_delay == 7
    assert read_robots(ROBOTS, "someone").forbids("/x") == "/"
    assert read_robots(b"", "qa-service").forbids("/x") is None


@given(st.binary(max_size=400), st.text(max_size=50))
def test_no_robots_file_breaks_it(data: bytes, path: str) -> None:
    read_robots(b"User-agent: *\n" + data, "qa-service").forbids(f"/{path}")


def test_many_stars_take_no_time() -> None:
    rules = read_robots(b"User-agent: *\nDisallow: /" + b"*a" * 2000 + b"$", "qa-service")
    began = time.monotonic()
    rules.forbids("/" + "a" * 1900 + "b")
    assert time.monotonic() - began < 0.5


@pytest.mark.parametrize("status", [500, 503, 429])
def test_a_site_that_cannot_say_what_it_allows_is_left_alone(site: Site, status: int) -> None:
    site.paths["/robots.txt"], site.paths["/a"] = answer(status), page("Tolmere")
    one = client()
    for _ in range(2):
        with pytest.raises(InputRefused, match=f"status {status}, so nothing of {site.url} is fetched for now"):
            one.fetch(f"{site.url}/a")
    assert [path for path, _ in site.asked] == ["/robots.txt"]


def test_a_site_without_robots_allows_everything(site: Site) -> None:
    site.paths["/a"], site.paths["/robots.txt"] = page("Tolmere"), answer(403)
    assert isinstance(client().fetch(f"{site.url}/a"), Fetched)
    assert "qa-service/" in site.asked[0][1]["user-agent"]
    assert "(+mailto:desk@herald.example)" in site.asked[1][1]["user-agent"]


# ---------------------------------------------------------------------------------------------------------- pace


@dataclass
class FakeTime:
    now: float = 0.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    def pacing(self, seconds: float) -> Pacing:
        return Pacing(seconds=seconds, clock=lambda: self.now, sleep=self.sleep)


def test_a_host_is_asked_at_its_pace(site: Site) -> None:
    site.paths["/robots.txt"] = b"User-agent: *\nCrawl-delay: 7"
    site.paths["/a"] = site.paths["/b"] = page("Tolmere")
    clock = FakeTime()
    one = client(pacing=clock.pacing(2.0))
    for path in "aba":
        one.fetch(f"{site.url}/{path}")
    assert clock.slept == [2.0, 7.0, 7.0], "the first wait is from before the delay was known"


def test_a_host_that_asks_to_wait_is_asked_once_more(site: Site) -> None:
    clock = FakeTime()
    answers = iter([answer(503, {"Retry-After": "30"}), answer(200, body=page("Tolmere"))])

    def handle(request: BaseHTTPRequestHandler) -> None:
        next(answers)(request)

    site.paths["/a"] = handle
    assert isinstance(client(pacing=clock.pacing(1.0)).fetch(f"{site.url}/a"), Fetched)
    assert clock.slept == [1.0, 30.0]
    site.paths["/b"] = answer(429, {"Retry-After": "4000"})
    assert "left alone for another 4000 s" in refusal(f"{site.url}/b", pacing=clock.pacing(1.0))
    site.paths["/c"] = answer(429)
    assert "asks to be left alone" in refusal(f"{site.url}/c", pacing=clock.pacing(1.0))
    assert max(clock.slept) <= LONGEST_WAIT


@pytest.mark.parametrize(("value", "seconds"), [("5", 5.0), (None, None), ("soon", None), ("-3", None), ("²", None)])
def test_retry_after(value: str | None, seconds: float | None) -> None:
    assert retry_after(value) == seconds


def test_retry_after_a_date() -> None:
    from datetime import UTC, datetime

    assert retry_after("Tue, 02 Apr 2024 10:00:30 GMT", datetime(2024, 4, 2, 10, tzinfo=UTC)) == 30.0


def test_only_a_change_is_asked_for(site: Site) -> None:
    def handle(request: BaseHTTPRequestHandler) -> None:
        if request.headers.get("If-None-Match") == '"v1"':
            answer(304)(request)
        else:
            answer(200, {"ETag": '"v1"', "Last-Modified": "Tue, 02 Apr 2024 10:00:00 GMT"}, page("Tolmere"))(request)

    site.paths["/a"] = handle
    one = client()
    found = one.fetch(f"{site.url}/a")
    assert isinstance(found, Fetched)
    assert one.fetch(f"{site.url}/a", found.validators) == Unchanged(url=f"{site.url}/a")
    assert site.asked[-1][1]["if-modified-since"] == "Tue, 02 Apr 2024 10:00:00 GMT"
    assert one.fetch(f"{site.url}/none") == Gone(url=f"{site.url}/none", status=404)


# -------------------------------------------------------------------------------------------------- the commands

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    for name in [name for name in os.environ if name.startswith("QA_")]:
        monkeypatch.delenv(name)
    monkeypatch.setattr(bootstrap, "open_embedder", lambda settings: HashEmbedder())
    monkeypatch.setattr(bootstrap, "open_client", lambda settings, sleep=time.sleep: client())

    def command(*arguments: str) -> Result:
        return CliRunner().invoke(build(), [*arguments, "--data-dir", str(tmp_path / "data")])

    return command


def test_fetch_stores_pages_and_asks_only_for_changes(site: Site, run: Run) -> None:
    site.paths["/a"] = answer(200, {"ETag": '"1"'}, page("Tolmere"))
    first = run("fetch", f"{site.url}/a", "--json")
    assert first.exit_code == 0, first.output
    assert json.loads(first.stdout)["ingested"] == 1
    shown = json.loads(run("show", f"{site.url}/a", "--json").stdout)
    assert shown["url"] == f"{site.url}/a"
    assert shown["published"]["date"].startswith("2024-04-02")

    site.paths["/a"] = lambda request: answer(304 if request.headers.get("If-None-Match") == '"1"' else 500)(request)
    again = json.loads(run("fetch", f"{site.url}/a", "--json").stdout)
    assert (again["fetched"], again["not_changed"], again["refused"]) == (0, 1, [])

    # Deleted here, it is fetched in full when asked for again.
    assert run("delete", f"{site.url}/a").exit_code == 0
    assert json.loads(run("verify", "--absent", f"{site.url}/a", "--json").stdout)["absent"]
    site.paths["/a"] = page("Tolmere")
    assert json.loads(run("fetch", f"{site.url}/a", "--json").stdout)["ingested"] == 1


def test_what_a_list_names_is_fetched(site: Site, run: Run) -> None:
    places = {f"/{place.lower()}": place for place in ("Tolmere", "Ashby", "Weir")}
    site.paths |= {path: page(place) for path, place in places.items()}
    entries = "".join(f"<url><loc>{site.url}{path}</loc></url>" for path in places)
    namespace = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    site.paths["/map.xml"] = answer(200, body=f"<urlset {namespace}>{entries}</urlset>".encode(), kind="text/xml")
    index = f"<sitemapindex {namespace}><sitemap><loc>{site.url}/map.xml</loc></sitemap></sitemapindex>"
    site.paths["/index.xml"] = answer(200, body=index.encode(), kind="application/xml")
    found = run("fetch", f"{site.url}/index.xml", f"{site.url}/missing", "--json")
    told = json.loads(found.stdout)
    assert found.exit_code == 1
    assert (told["ingested"], told["fetched"], told["gone"]) == (3, 5, [f"{site.url}/missing"])
    assert told["refused"] == [{"input": f"{site.url}/missing", "reason": "is not there (status 404)"}]


def test_ingest_fetch_reads_lists_in_files(site: Site, run: Run, tmp_path: Path) -> None:
    site.paths["/a"] = page("Tolmere")
    (tmp_path / "map.xml").write_text(f"<urlset><url><loc>{site.url}/a</loc></url></urlset>")
    (tmp_path / "feed.xml").write_text(
        f"<rss version='2.0'><channel><title>x</title><item><title>t</title><link>{site.url}/a</link></item></channel></rss>"
    )
    told = json.loads(run("ingest", "--fetch", str(tmp_path / "map.xml"), str(tmp_path / "feed.xml"), "--json").stdout)
    assert (told["ingested"], told["fetched"]) == (1, 1)
    (tmp_path / "page.html").write_bytes(page("Weir"))
    refused = run("ingest", "--fetch", str(tmp_path / "page.html"))
    assert refused.exit_code == 1
    assert "neither a feed nor a sitemap" in refused.stderr


def test_a_page_that_is_gone(site: Site, run: Run) -> None:
    site.paths["/a"] = page("Tolmere")
    run("fetch", f"{site.url}/a")
    del site.paths["/a"]
    told = run("fetch", f"{site.url}/a")
    assert told.exit_code == 1
    assert f"what it gave stays: {site.url}/a" in told.stderr
    assert run("show", f"{site.url}/a").exit_code == 0
    assert json.loads(run("fetch", "--gone", "delete", f"{site.url}/a", "--json").stdout)["withdrawn"] == 1
    assert run("show", f"{site.url}/a").exit_code != 0


def test_no_page_takes_the_place_of_another_sites_article(site: Site, run: Run) -> None:
    site.paths["/evil"] = page("Tolmere", canonical="https://herald.example/ferry")
    assert json.loads(run("fetch", f"{site.url}/evil", "--json").stdout)["ingested"] == 1
    assert run("show", "https://herald.example/ferry").exit_code != 0
    assert run("show", f"{site.url}/evil").exit_code == 0


def test_other_things_than_pages_are_refused_by_type(site: Site, run: Run) -> None:
    site.paths["/a.pdf"] = answer(200, body=b"%PDF-1.4 ...", kind="application/pdf")
    site.paths["/a.txt"] = answer(200, body=b"Plain words.", kind="text/plain")
    told = run("fetch", f"{site.url}/a.pdf", f"{site.url}/a.txt")
    assert "application/pdf, which is not read" in told.stderr
    assert "text/plain, which is not read" in told.stderr


def test_a_watched_feed_stores_what_is_new(site: Site, run: Run) -> None:
    def feed(*places: str) -> bytes:
        items = "".join(
            f"<item><title>Ferry returns to {place}</title><link>{site.url}/{place}</link>"
            f"<description>{SENTENCES[0].format(place=place)}</description></item>"
            for place in places
        )
        return f"<rss version='2.0'><channel><title>Herald</title>{items}</channel></rss>".encode()

    def handle(request: BaseHTTPRequestHandler) -> None:
        tag, body = now
        is_known = request.headers.get("If-None-Match") == tag
        answer(304 if is_known else 200, {"ETag": tag}, b"" if is_known else body, kind="text/xml")(request)

    site.paths["/feed"] = handle
    now = ('"1"', feed("Tolmere", "Ashby"))
    watch = ("watch", "--feed", f"{site.url}/feed", "--once", "--json")
    assert json.loads(run(*watch).stdout)["ingested"] == 2
    assert run(*watch).stdout == ""
    now = ('"2"', feed("Tolmere", "Ashby", "Weir"))
    told = json.loads(run(*watch).stdout)
    assert (told["ingested"], told["unchanged"]) == (1, 2)


def test_the_command_itself_reaches_nothing_inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, site: Site) -> None:
    """Without the tests' allowance, no setting opens the way to this machine."""
    monkeypatch.setattr(bootstrap, "open_embedder", lambda settings: HashEmbedder())
    monkeypatch.setenv("QA_FETCH_PORTS", site.url.rsplit(":", 1)[1])
    told = CliRunner().invoke(build(), ["fetch", f"{site.url}/a", "--data-dir", str(tmp_path)])
    assert told.exit_code == 1
    assert "which is loopback: only public addresses are fetched" in told.stderr
    assert site.asked == []


@pytest.mark.parametrize("arguments", [["fetch", "https://news.example/"], ["ingest", "--fetch", "map.xml"]])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, arguments: list[str]) -> None:
    hidden = "import sys; sys.modules['httpcore2'] = None; from qa_service.cli import main; main()"
    command = [sys.executable, "-c", hidden, *arguments, "--data-dir", str(tmp_path / "data")]
    done = subprocess.run(
        command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 2
    assert done.stderr == "qa-service: fetching needs the extra fetch: pip install 'qa-service[fetch]'\n"
