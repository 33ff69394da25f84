"""Whether a server on this machine answers; no proxy that the environment names is asked."""

import http.client


def answers(host: str, port: int, path: str) -> bool:
    """Whether a GET for `path` is answered with status 200 within a second."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
