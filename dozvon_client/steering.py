"""The keys of the live screen: pause, resume, cancel after a question, leave."""

from __future__ import annotations

from dozvon_client.api import Api
from dozvon_client.campaign_words import ENDED, Campaign
from dozvon_client.errors import ClientError

KEYS = "p pause   r resume   c cancel   q leave it running"
QUESTION = "Cancel the campaign for good, and hang up those on the line?   y yes   n no"


class Steering:
    """What the keys do with one campaign.

    Args:
        api: the server.
        path: the campaign's.
    """

    def __init__(self, api: Api, path: str) -> None:
        self._api = api
        self._path = path
        self._asking = False
        self._fault = ""

    def says(self, campaign: Campaign) -> str:
        """The line under the screen."""
        if campaign.get("status") in ENDED:
            return ""
        if self._asking:
            return QUESTION
        without = "p pause   " if campaign.get("status") == "paused" else "r resume   "
        return "   ".join(part for part in (KEYS.replace(without, ""), self._fault) if part)

    def press(self, key: str) -> bool:
        """Do what the key asks for; True to leave the campaign to itself. What the server refuses is told by `says`."""
        self._fault = ""
        if self._asking:
            self._asking = False
            if key == "y":
                self._change("cancel")
        elif key == "q":
            return True
        elif key == "c":
            self._asking = True
        elif key in ("p", "r"):
            self._change("pause" if key == "p" else "resume")
        return False

    def _change(self, verb: str) -> None:
        try:
            self._api.post(f"{self._path}/{verb}")
        except ClientError as error:
            self._fault = error.message
