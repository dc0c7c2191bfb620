"""The table of behaviours: what gateways do, and what must become of a call to each of them."""

from __future__ import annotations

from tests.interop import checks, pressing
from tests.interop import raw_gateways as py
from tests.interop.refusals import REFUSALS
from tests.interop.rows import Row, answered, ended, piped, proxied, raw, sipp

_DIGEST = {"username": "alice", "password": "secret"}

BEFORE_THE_ANSWER: tuple[Row, ...] = (
    ended("trying_then_silence", "no_answer", 487, hangup_by="service", check=checks.cancelled, slow=True),
    ended("rings_then_silence", "no_answer", 487, hangup_by="service", check=checks.cancelled, slow=True),
    answered("answers_at_once", check=checks.did_not_ring),
    answered("answers_after_100_ms", check=checks.did_not_ring),
    answered("answers_in_one_burst"),
    answered("early_media_ringback", during=checks.ringback, check=checks.silent_before_the_answer),
    answered("rings_183_rings"),
    answered("rings_with_media_180"),
    answered("late_199"),
    answered("early_media_of_another_branch", check=checks.nothing_elsewhere_after_the_answer),
    answered("early_media_moves_with_the_answer", heard="", check=checks.whole_at_either_port),
    answered("prack_of_180", check=checks.pracked),
    answered("prack_of_183_with_media", check=checks.pracked),
    answered("stale_nonce_407", settings=_DIGEST, check=checks.asked_three_times),
    ended("challenges_401_for_ever", None, 401, settings=_DIGEST, heard="none", check=checks.credentials_stop_the_gateway, slow=True),
    answered("wants_longer_sessions_422", check=checks.asked_with_the_interval),
    ended("full_503_retry_after", "failed", 503, numbers=2, heard="", check=checks.waited_as_told, slow=True),
    ended("busy_crosses_cancel", "busy", 486, q850=17, hangup_by="callee", slow=True),
    ended("cancel_crosses_the_answer", "partial", 200, heard="none", check=checks.one_bye, slow=True),
    ended(
        "refuses_again_and_again",
        "busy",
        486,
        raw(py.RefusesAgainAndAgain),
        does=py.RefusesAgainAndAgain.__doc__,
        check=checks.acked_thrice,
    ),
    ended("folded_reason", "busy", 486, raw(py.FoldsItsReason), does=py.FoldsItsReason.__doc__, q850=17, hangup_by="callee"),
)

ANSWERS: tuple[Row, ...] = (
    answered("answers_in_another_order", check=checks.in_pcmu),
    answered("answers_with_pcmu_only", check=checks.in_pcmu),
    ended("answers_with_none_of_ours", "failed", 488, hangup_by="service", heard="none", check=checks.one_bye),
    ended("answers_with_media_refused", "failed", 488, hangup_by="service", heard="none", check=checks.one_bye),
    ended("answers_without_sdp", "failed", 488, hangup_by="service", heard="none", check=checks.one_bye),
    answered("answers_recvonly"),
    answered("answers_without_rtpmap"),
    answered("answers_with_address_at_the_media"),
    answered("answers_with_more_than_was_offered"),
    answered("answers_with_ptime_30", check=checks.packets_of_30_ms),
    answered("two_branches_answer", raw(py.TwoBranchesAnswer), does=py.TwoBranchesAnswer.__doc__, check=checks.second_branch_is_hung_up),
    answered("loses_the_ack", raw(py.LosesTheAck), does=py.LosesTheAck.__doc__, check=checks.acked_thrice),
    answered("sends_everything_twice", raw(py.SendsEverythingTwice), does=py.SendsEverythingTwice.__doc__),
    answered("answer_overtakes_the_ringing", raw(py.AnswerOvertakesTheRinging), does=py.AnswerOvertakesTheRinging.__doc__),
    answered(
        "sends_rtp_from_another_port",
        sipp("answers_at_once"),
        does="Its sound comes from another port than the SDP names (symmetric RTP).",
        heard="",
        during=checks.talks_from_elsewhere,
        check=checks.whole_at_either_port,
    ),
    answered(
        "sends_rtp_all_the_time",
        sipp("answers_at_once"),
        does="Its sound comes from the port that the SDP names, all the time.",
        during=checks.talks,
    ),
    answered("never_sends_rtp", sipp("answers_at_once"), does="No sound ever comes from it."),
)

WITHIN_THE_CALL: tuple[Row, ...] = (
    ended("hangs_up_in_mid_message", "partial", 200, q850=16, hangup_by="callee"),
    ended("hangs_up_at_once", "partial", 200, hangup_by="callee", heard="none"),
    ended("bye_through_three_proxies", "partial", 200, hangup_by="callee", check=checks.all_vias_came_back),
    answered("holds_and_unholds", heard="", check=checks.whole_but_for_the_hold),
    answered("holds_with_address_0", heard="", check=checks.whole_but_for_the_hold),
    answered("holds_by_update", heard="", check=checks.whole_but_for_the_hold_by_update),
    answered("reinvites_at_once", heard="", check=checks.went_on),
    answered("adds_video", heard="", check=checks.went_on),
    answered("wants_none_of_ours_in_mid_call", check=checks.reinvite_refused),
    answered("goes_over_to_fax", check=checks.reinvite_refused),
    answered("moves_its_media", sipp("moves_its_media", other_host="127.0.0.2"), heard="", check=checks.went_on_elsewhere),
    answered("asks_for_an_offer", heard="", check=checks.went_on),
    answered("changes_the_codec", heard="", check=checks.went_over_to_pcmu),
    answered("refreshes_by_update", check=checks.update_accepted),
    answered("refreshes_by_reinvite", heard="", check=checks.went_on),
    answered("wants_us_to_refresh"),
    answered("asks_options_within_the_call", check=checks.options_answered),
    answered("sends_info_within_the_call"),
    answered("refers_us_elsewhere", sipp("refers_us_elsewhere", redirect_to="127.0.0.1:9"), check=checks.no_call_elsewhere),
    ended("says_bye_in_lower_case", "partial", 200, hangup_by="callee"),
    answered("calls_us_back_without_sdp", raw(py.CallsUsBack), does=py.CallsUsBack.__doc__, check=checks.invite_refused),
    answered("replaces_our_call", raw(py.ReplacesOurCall), does=py.ReplacesOurCall.__doc__, check=checks.invite_refused),
    answered("loses_the_bye", raw(py.LosesTheBye), does=py.LosesTheBye.__doc__, check=checks.bye_repeated),
    answered(
        "no_answer_to_the_bye", raw(py.DoesNotAnswerTheBye), does=py.DoesNotAnswerTheBye.__doc__, check=checks.bye_repeated, slow=True
    ),
    answered("does_not_know_the_call_at_bye", check=checks.one_bye),
)

_COLLECTS_2, _COLLECTS_1 = {"collect_digits": 2}, {"collect_digits": 1}

KEYS: tuple[Row, ...] = (
    answered(
        "presses_keys",
        sipp("answers_at_once"),
        does="Two keys as RFC 4733 has them.",
        fields=_COLLECTS_2,
        during=pressing.usual,
        check=checks.pressed_1_and_5,
    ),
    answered(
        "loses_the_ends_of_keys",
        sipp("answers_at_once"),
        does="Two keys whose end packets are lost.",
        fields=_COLLECTS_2,
        during=pressing.only_starts,
        check=checks.pressed_1_and_5,
    ),
    answered(
        "loses_all_but_the_end_of_keys",
        sipp("answers_at_once"),
        does="Two keys of which only the last packet arrives.",
        fields=_COLLECTS_2,
        during=pressing.only_ends,
        check=checks.pressed_1_and_5,
    ),
    answered(
        "doubles_the_packets_of_keys",
        sipp("answers_at_once"),
        does="The same key twice, each packet doubled.",
        fields=_COLLECTS_2,
        during=pressing.doubled,
        check=checks.pressed_1_twice,
    ),
    answered(
        "answers_101_for_keys",
        sipp("answers_at_once", telephone_event=101),
        does="Takes the payload type 101 for keys whatever was offered.",
        fields=_COLLECTS_2,
        during=pressing.usual,
        check=checks.pressed_1_and_5,
    ),
    answered(
        "presses_keys_as_tones",
        sipp("answers_without_rtpmap"),
        does="Takes no telephone-event; keys come as tones in the sound.",
        fields=_COLLECTS_2,
        during=pressing.as_tones,
        check=checks.pressed_1_and_5,
    ),
    answered("tells_a_key_by_info_relay", fields=_COLLECTS_1, check=checks.info_accepted),
    answered("tells_a_key_by_info", fields=_COLLECTS_1, check=checks.info_accepted),
    ended(
        "hangs_up_right_behind_a_key",
        "partial",
        200,
        raw(py.HangsUpRightBehindAKey),
        does=py.HangsUpRightBehindAKey.__doc__,
        hangup_by="callee",
        fields=_COLLECTS_1,
        check=checks.pressed_5,
    ),
)

HEADERS: tuple[Row, ...] = (
    answered("compact_headers"),
    answered("folded_headers", raw(py.FoldsItsHeaders), does=py.FoldsItsHeaders.__doc__),
    answered("mixed_case_headers"),
    answered("large_and_unknown_headers"),
    answered("record_routes", check=checks.routed),
    answered("says_no_phrase"),
    answered("contact_with_name_and_parameters", check=checks.bye_to_that_contact),
    answered("bare_contact"),
    answered("sees_us_behind_nat"),
)

TRANSPORTS: tuple[Row, ...] = (
    answered("over_tcp", sipp("answers_in_one_burst", "tcp"), does="SIP over TCP."),
    answered("tcp_split", piped("split"), does="SIP over TCP, each message in pieces of 23 bytes."),
    answered("tcp_joined", piped("joined"), does="SIP over TCP, 100, 180 and 200 in one piece."),
    answered(
        "tcp_closed_in_mid_call",
        piped("closed"),
        does="The TCP connection is closed in mid-message; the BYE takes a new one.",
        check=checks.second_connection,
    ),
    answered("kamailio_udp", proxied("answers_after_100_ms", "udp"), does="Kamailio in front, UDP."),
    answered("kamailio_tcp", proxied("answers_after_100_ms", "tcp"), does="Kamailio in front, TCP towards us, UDP behind."),
    answered("kamailio_tls", proxied("answers_after_100_ms", "tls"), does="Kamailio in front, TLS towards us, UDP behind."),
    answered(
        "kamailio_digest_tls",
        proxied("answers_after_100_ms", "tls", auth=True),
        settings=_DIGEST,
        does="Kamailio in front, TLS, and it asks for credentials.",
    ),
    ended(
        "kamailio_busy",
        "busy",
        486,
        proxied("refuses_486_busy_here", "tcp", headers="Reason: Q.850;cause=17"),
        q850=17,
        does="Kamailio hands on a 486 with a Reason.",
    ),
)

CALLS: tuple[Row, ...] = (*BEFORE_THE_ANSWER, *ANSWERS, *WITHIN_THE_CALL, *KEYS, *HEADERS, *TRANSPORTS)
TABLE: tuple[Row, ...] = (*CALLS, *REFUSALS)
