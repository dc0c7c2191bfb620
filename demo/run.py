"""What `make demo` runs: the service on a fresh folder, a sound, a list, a campaign over real SIP and RTP, and its outcomes.

Exits 0 only when every subscriber's outcome is the expected one.
"""

from __future__ import annotations

import secrets
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from demo import expected
from demo.service import READY_WAIT_S, Service, ServiceFailed
from dozvon_client.api import Api, path_to
from dozvon_client.campaign_words import summary
from dozvon_client.cli import let_everything_be_printed
from dozvon_client.command import Context
from dozvon_client.commands.audio import upload_sound
from dozvon_client.commands.callbases import upload_list
from dozvon_client.errors import ClientError
from dozvon_client.output import Column, Output, table
from dozvon_client.report import report_parts
from dozvon_client.session import Session
from dozvon_client.token_file import TokenFile
from dozvon_client.watch import Watch
from dozvon_client.wire import Wire

HERE = Path(__file__).resolve().parent
CAMPAIGN_MOST_S = 120.0
COLUMNS = (
    Column("Subscriber", "name"),
    Column("Number", "number"),
    Column("Expected", "expected"),
    Column("Seen", "seen"),
    Column("SIP", "sip_code", True),
    Column("Heard, ms", "played_ms", True),
    Column("Key", "digits"),
    Column("As expected", "fits"),
)


class DemoFailed(Exception):
    """The demo ended, but not as it must."""


def main() -> int:
    """Run the demo; gives the exit code."""
    let_everything_be_printed()
    out = Output()
    folder = Path(tempfile.mkdtemp(prefix="dozvon-demo-"))
    password = secrets.token_urlsafe(18)
    service = Service(folder, {"ADMIN_LOGIN": "admin", "ADMIN_PASSWORD": password})
    try:
        _demo(service, folder, password, out)
        worked = True
    except (DemoFailed, ServiceFailed, ClientError) as error:
        out.note(f"\nThe demo failed: {error}")
        worked = False
    except KeyboardInterrupt:
        out.note("\nInterrupted.")
        worked = False
    finally:
        stopped = service.stop()
    if worked and stopped != 0:
        out.note(f"The demo went well, but the service did not stop as it must (exit code {stopped}).")
        worked = False
    if not worked:
        out.note(f"The service's log is {service.log}")
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


def _demo(service: Service, folder: Path, password: str, out: Output) -> None:
    out.show(None, "Starting the service ...")
    url = service.url()
    wire = Wire(url, out.note)
    try:
        api = Api(wire, Session(wire, TokenFile(folder / "tokens.json")))
        _wait_ready(api, service)
        out.show(None, f"It listens on {url}; {url}/docs is its documentation.")
        api.session.login("admin", password)
        campaign = _dial(Context(api, out))
        _compare(api, campaign, out)
    finally:
        wire.close()


def _wait_ready(api: Api, service: Service) -> None:
    deadline = time.monotonic() + READY_WAIT_S
    while True:
        try:
            api.health()
            return
        except ClientError:
            service.check()
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _dial(context: Context) -> dict[str, Any]:
    """Upload the sound and the list, dial, and wait for the end; gives the campaign."""
    sound = upload_sound(context, HERE / "message.wav")
    context.out.show(None, f"Uploaded the sound {sound['name']}, {sound['duration_ms'] / 1000:.1f} s.")
    callbase = upload_list(context, HERE / "people.csv")
    context.out.show(None, "Uploaded the list of subscribers:", *report_parts(callbase["report"]))
    wrong = {name: count for name, count in expected.REPORT.items() if callbase["report"].get(name) != count}
    if wrong:
        raise DemoFailed(f"the report of the list should say {wrong}.")
    body = {"gateway_id": "sandbox", "audio_id": sound["id"], "callbase_id": callbase["id"]}
    campaign = context.api.post("/dial", {**body, "name": "Demo", "ring_timeout_s": 8})
    context.out.show(None, "Dialling through the sandbox gateway ...")
    deadline = time.monotonic() + CAMPAIGN_MOST_S

    def sleep(seconds: float) -> None:
        if time.monotonic() > deadline:
            raise DemoFailed(f"the campaign did not end within {CAMPAIGN_MOST_S:.0f} s.")
        time.sleep(seconds)

    return Watch(context.api, context.out, poll_s=0.5, sleep=sleep).until_end(campaign["id"])


def _compare(api: Api, campaign: dict[str, Any], out: Output) -> None:
    path = path_to("campaigns", campaign["id"])
    rows = expected.rows(api.pages(f"{path}/targets", 0)["items"], api.pages(f"{path}/calls", 0)["items"])
    out.show(None, table(rows, COLUMNS), summary(campaign))
    wrong = [row for row in rows if not row["fits"]]
    if wrong or len(rows) != expected.REPORT["accepted"]:
        raise DemoFailed(f"{len(wrong)} of {len(rows)} outcomes are not the expected ones.")
    out.show(None, f"All {len(rows)} outcomes are the expected ones.")


if __name__ == "__main__":
    sys.exit(main())
