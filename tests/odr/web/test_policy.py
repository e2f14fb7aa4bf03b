"""What a page may load."""

from odr.web.middlewares import policy


def test_a_page_runs_nothing_that_stands_in_itself() -> None:
    rules = dict(rule.split(" ", 1) for rule in policy("court.example", secure=True).split("; "))
    assert rules["script-src"] == rules["style-src"] == "'self'"
    assert "unsafe" not in str(rules)


def test_only_the_worker_of_the_face_mesh_may_compile_webassembly() -> None:
    mesh = policy("court.example", secure=True, path="/static/dist/js/identity/mesh-A1B2C3D4.js")
    assert "script-src 'self' 'wasm-unsafe-eval';" in mesh
    for path in ("/me/identity/face", "/static/dist/js/identity/liveness-A1.js", "/static/x/mesh.js"):
        assert "script-src 'self';" in policy("court.example", secure=True, path=path)


def test_sockets_go_to_the_same_host_by_the_same_safety() -> None:
    assert "connect-src 'self' wss://court.example:8443;" in policy("court.example:8443", secure=True)
    assert "connect-src 'self' ws://localhost:8080;" in policy("localhost:8080", secure=False)


def test_a_strange_host_adds_nothing_to_the_policy() -> None:
    assert "connect-src 'self';" in policy("x; script-src *", secure=True)
