"""Every address of the platform, on one page."""

from pathlib import Path

from aiohttp import web

from odr.web import (
    accounts,
    agents,
    agreements,
    appointments,
    cases,
    certificates,
    clauses,
    comparisons,
    confirmation,
    delivery,
    dossier,
    drafts,
    evidence,
    exhibits,
    grievances,
    guests,
    health,
    home,
    identity,
    invitations,
    line_tests,
    lines,
    mediation,
    messages,
    minutes,
    offers,
    own_filings,
    payments,
    readings,
    recordings,
    review,
    rooms,
    samples,
    sandbox,
    sittings,
    statements,
    styleguide,
    submission,
    support,
    surveys,
    triage,
    verification,
    versions,
)
from odr.web import staff as court
from odr.web import video_checks as video


def static(folder: Path) -> list[web.StaticDef]:
    """Scripts, style sheets and images."""
    return [web.static("/static", folder)]


def public() -> list[web.RouteDef]:
    """What anybody may open."""
    return [
        web.get("/", home.show_home),
        web.get("/about", home.show_about),
        web.get("/fees", home.show_fees),
        web.get("/accessibility", home.show_accessibility),
        web.get("/privacy", home.show_privacy),
        web.get("/certificate", certificates.show_certificate),
        web.get("/certificate/root.crt", certificates.send_root),
        web.get("/healthz", health.alive),
        web.get("/readyz", health.ready),
        web.get("/sign-in", accounts.show_sign_in),
        web.post("/sign-in", accounts.send_code),
        web.get("/sign-in/code", accounts.show_code),
        web.post("/sign-in/code", accounts.sign_in),
        web.post("/sign-out", accounts.sign_out),
        web.get("/resume/{token}", accounts.show_link),
        web.post("/resume/{token}", accounts.use_link),
        web.get("/verify", verification.show),
        web.post("/verify", verification.verify),
        web.get("/verify/odr_verify.py", dossier.verifier_file),
        web.get("/verify/trust.json", dossier.trust_keys),
        web.get("/samples/{material}.pdf", samples.send_paper),
        web.get("/forms/{cause}.pdf", samples.send_form),
        web.get("/triage", triage.show),
        web.post("/triage", triage.answer),
        web.get("/triage/result", triage.show_result),
        web.post("/triage/forget", triage.forget),
    ]


def filing() -> list[web.RouteDef]:
    """What the person who files opens."""
    return [
        web.get("/cases/new", drafts.show_new),
        web.post("/cases/new", drafts.start),
        web.get("/cases/{case}/draft", drafts.show_tasks),
        web.get("/cases/{case}/draft/check", drafts.show_answers),
        web.post("/cases/{case}/draft/urgent", drafts.set_urgent),
        web.post("/cases/{case}/draft/device", accounts.link_device),
        web.get("/cases/{case}/authority", agents.show_authority),
        web.post("/cases/{case}/authority", agents.choose),
        web.post("/cases/{case}/authority/paper", agents.take_paper),
        web.post("/cases/{case}/authority/powers", agents.claim),
        web.get("/cases/{case}/draft/complaint", readings.show_camera),
        web.post("/cases/{case}/draft/complaint", readings.photograph),
        web.get("/cases/{case}/readings/{number}", readings.show),
        web.post("/cases/{case}/readings/{number}", readings.confirm),
        web.get("/cases/{case}/readings/{number}/{field}.png", readings.crop),
        web.get("/cases/{case}/readings/{number}/{field}/photo", readings.whole),
        web.get("/cases/{case}/draft/{question}", drafts.show_question),
        web.post("/cases/{case}/draft/{question}", drafts.save),
        web.get("/cases/{case}/spoken", statements.show),
        web.post("/cases/{case}/spoken", statements.tell),
        web.post("/cases/{case}/spoken/answer", statements.answer),
        web.get("/cases/{case}/spoken/voice", statements.send_voice),
        web.get("/cases/{case}/papers", evidence.show),
        web.post("/cases/{case}/papers", evidence.upload),
        web.get("/cases/{case}/papers/{item}", evidence.open_paper),
        web.get("/cases/{case}/papers/{item}/page/{number}", evidence.open_page),
        web.post("/cases/{case}/papers/{item}", evidence.describe),
        web.post("/cases/{case}/papers/{item}/again", evidence.retake),
        web.post("/cases/{case}/papers/{item}/remove", evidence.remove),
        web.post("/cases/{case}/papers/{item}/read", readings.read_paper),
        web.get("/cases/{case}/notice", submission.show_notice),
        web.post("/cases/{case}/notice", submission.read_notice),
        web.get("/cases/{case}/submit", submission.show_submit),
        web.post("/cases/{case}/submit", submission.submit),
        web.get("/cases/{case}/receipt", submission.show_receipt),
        web.get("/cases/{case}/submission.json", submission.send_record),
    ]


def parties() -> list[web.RouteDef]:
    """What a party opens after signing in."""
    return [
        web.get("/me", cases.show_desk),
        web.get("/cases/{case}", cases.show_case),
        web.get("/cases/{case}/dossier", dossier.download),
        web.get("/cases/{case}/documents/{document}", cases.open_document),
        web.get("/cases/{case}/documents/{document}/view", cases.show_document),
        web.get("/cases/{case}/documents/{document}/page/{number}.png", cases.open_page),
        web.get("/me/messages", messages.show),
        web.get("/me/identity", identity.show),
        web.get("/me/identity/{side:front|back}", identity.show_side),
        web.post("/me/identity/{side:front|back}", identity.take_side),
        web.get("/me/identity/crop/{side}/{field}", identity.crop),
        web.get("/me/identity/crop/{side}/{field}/photo", identity.whole),
        web.get("/me/identity/confirm", identity.show_confirm),
        web.post("/me/identity/confirm", identity.confirm),
        web.get("/me/identity/consent", identity.show_consent),
        web.post("/me/identity/consent", identity.consent),
        web.post("/me/identity/photos/forget", identity.forget_photos),
        web.get("/me/identity/face", identity.show_face),
        web.post("/me/identity/face", identity.check_face),
        web.get("/me/identity/network", identity.show_network),
        web.post("/me/identity/network", identity.use_network),
        web.get("/me/identity/staff-check", identity.show_staff_check),
        web.post("/me/identity/staff-check", identity.ask_staff),
        web.get("/cases/{case}/supplement", own_filings.show_supplement),
        web.post("/cases/{case}/supplement", own_filings.resubmit),
        web.post("/cases/{case}/supplement/answer", own_filings.save_answer),
        web.get("/cases/{case}/consent", own_filings.show_consent),
        web.post("/cases/{case}/consent", own_filings.answer_consent),
        web.get("/cases/{case}/decision", own_filings.show_decision),
        web.post("/cases/{case}/insist", own_filings.insist),
        web.get("/cases/{case}/withdraw", own_filings.show_withdrawal),
        web.post("/cases/{case}/withdraw", own_filings.withdraw),
        web.get("/cases/{case}/payment", payments.show),
        web.post("/cases/{case}/payment", payments.start),
    ]


def settling() -> list[web.RouteDef]:
    """The agreement, its confirmation, and what is served."""
    return [
        web.get("/cases/{case}/agreement", agreements.show),
        web.get("/cases/{case}/agreement.json", agreements.state),
        web.get("/cases/{case}/agreement.pdf", agreements.send_pdf),
        web.get("/cases/{case}/agreement/page/{number}.png", agreements.show_page),
        web.get("/cases/{case}/agreement/terms", agreements.show_terms),
        web.post("/cases/{case}/agreement/terms", agreements.save_terms),
        web.post("/cases/{case}/agreement/offer", agreements.offer),
        web.post("/cases/{case}/agreement/call", agreements.call),
        web.post("/cases/{case}/agreement/revise", agreements.revise),
        web.get("/cases/{case}/agreement/versions", versions.compare),
        web.post("/cases/{case}/agreement/read", clauses.mark_read),
        web.post("/cases/{case}/agreement/clauses", clauses.keep_ticks),
        web.post("/cases/{case}/agreement/clauses/{number}/ask", clauses.ask),
        web.post("/cases/{case}/agreement/sign", agreements.sign),
        web.post("/cases/{case}/agreement/code", agreements.enter_code),
        web.post("/cases/{case}/agreement/decline", agreements.decline),
        web.get("/cases/{case}/confirmation", confirmation.show),
        web.post("/cases/{case}/confirmation", confirmation.apply),
        web.post("/cases/{case}/confirmation/withdraw", confirmation.withdraw),
        web.get("/cases/{case}/deliveries", delivery.show),
        web.post("/cases/{case}/deliveries/{delivery}", delivery.acknowledge),
        web.post("/cases/{case}/service-consent", delivery.consent),
    ]


def sittings_and_rooms() -> list[web.RouteDef]:
    """A sitting: invitation, device check, the door, and what the room's page asks and tells."""
    return [
        web.get("/sittings/{sitting}", sittings.show),
        web.get("/sittings/{sitting}/calendar.ics", sittings.calendar),
        web.get("/sittings/{sitting}/check", sittings.show_check),
        web.post("/sittings/{sitting}/check", sittings.keep_check),
        web.post("/sittings/{sitting}/check/ticket", sittings.test_ticket),
        web.get("/sittings/{sitting}/check/ping", sittings.ping),
        web.post("/sittings/{sitting}/check/uplink", sittings.uplink),
        web.post("/sittings/{sitting}/rules", sittings.agree_rules),
        web.post("/sittings/{sitting}/beside", sittings.name_companions),
        web.get("/sittings/{sitting}/room", rooms.show),
        web.get("/sittings/{sitting}/state", rooms.state),
        web.post("/sittings/{sitting}/ticket", rooms.ticket),
        web.post("/sittings/{sitting}/apart", rooms.answer),
        web.post("/sittings/{sitting}/recording", rooms.answer_recording),
        web.post("/sittings/{sitting}/hand", rooms.hand),
        web.post("/sittings/{sitting}/screen", rooms.share),
        web.post("/sittings/{sitting}/chat", rooms.say),
        web.post("/sittings/{sitting}/chat/{line}/release", rooms.release),
        web.post("/sittings/{sitting}/minutes", rooms.write_minutes),
        web.get("/sittings/{sitting}/facts", rooms.facts),
        web.post("/sittings/{sitting}/facts", rooms.state_fact),
        web.post("/sittings/{sitting}/facts/{fact}", rooms.answer_fact),
        web.post("/sittings/{sitting}/host/{act}", rooms.host),
        *exhibits_in_rooms(),
    ]


def minutes_of_sittings() -> list[web.RouteDef]:
    """The minutes and the recording once a sitting is over."""
    here = "/sittings/{sitting}/minutes"
    return [
        web.get(here, minutes.show),
        web.get(f"{here}.pdf", minutes.send_pdf),
        web.get(f"{here}/page/{{number}}.png", minutes.show_page),
        web.post(f"{here}/right", minutes.say_right),
        web.post(f"{here}/correct", minutes.correct),
        web.post(f"{here}/answer/{{correction}}", minutes.answer),
        web.post(f"{here}/facts", minutes.state_fact),
        web.post(f"{here}/facts/{{fact}}", minutes.answer_fact),
        web.post(f"{here}/sign", minutes.sign),
        web.post(f"{here}/code", minutes.enter_code),
        web.post(f"{here}/decline", minutes.decline),
        web.post("/sittings/{sitting}/survey", surveys.answer),
        web.get("/sittings/{sitting}/recordings", recordings.show),
        web.get("/sittings/{sitting}/recordings/{recording}/film", recordings.play),
        web.get("/sittings/{sitting}/recordings/{recording}/film.webm", recordings.download),
    ]


def grievances_about_mediators() -> list[web.RouteDef]:
    """A complaint about a mediator: made, followed, taken back; acknowledged and answered by the head."""
    return [
        web.get("/cases/{case}/grievance", grievances.show),
        web.post("/cases/{case}/grievance", grievances.complain),
        web.get("/me/grievances", grievances.show_mine),
        web.post("/me/grievances/{grievance}/withdraw", grievances.withdraw),
        web.get("/staff/grievances/{grievance}", grievances.show_desk),
        web.post("/staff/grievances/{grievance}/acknowledge", grievances.acknowledge),
        web.post("/staff/grievances/{grievance}/decide", grievances.decide),
    ]


def exhibits_in_rooms() -> list[web.RouteDef]:
    """Evidence in a room: shown, pointed at, marked, added to; and opinions that are given after it."""
    return [
        web.get("/sittings/{sitting}/evidence", exhibits.evidence),
        web.post("/sittings/{sitting}/evidence", exhibits.add),
        web.post("/sittings/{sitting}/evidence/put-away", exhibits.put_away),
        web.post("/sittings/{sitting}/evidence/view", exhibits.steer),
        web.post("/sittings/{sitting}/evidence/point", exhibits.point),
        web.post("/sittings/{sitting}/evidence/wipe", exhibits.wipe),
        web.post("/sittings/{sitting}/evidence/{item}/show", exhibits.present),
        web.post("/sittings/{sitting}/evidence/{item}/mark", exhibits.draw),
        web.post("/sittings/{sitting}/evidence/{item}/disclose", exhibits.disclose),
        web.post("/sittings/{sitting}/evidence/{item}/opinion", exhibits.give_opinion),
        web.post("/sittings/{sitting}/evidence/{item}/time", exhibits.ask_opinion),
        web.post("/sittings/{sitting}/evidence/{item}/original", exhibits.compare_original),
        web.post("/sittings/{sitting}/evidence/{item}/original/take-back", exhibits.take_back_original),
        web.get("/sittings/{sitting}/evidence/{item}/{page}", exhibits.page),
        web.get("/sittings/{sitting}/opinions", exhibits.show_asked),
        web.post("/sittings/{sitting}/opinions/{item}", exhibits.answer_asked),
        web.post("/sittings/{sitting}/opinions/{item}/original", exhibits.record_comparison),
        web.post("/sittings/{sitting}/opinions/{item}/original/take-back", exhibits.take_back_request),
    ]


def video_checks() -> list[web.RouteDef]:
    """A check by video: the person's page, the desk, and what both ask and tell."""
    desk = "/staff/identity/{account}/video"
    return [
        web.get("/me/identity/video", video.show),
        web.get("/me/identity/video/state", video.state),
        web.post("/me/identity/video/ticket", video.ticket),
        web.get(desk, video.show_desk),
        web.post(desk, video.open_desk),
        web.get(f"{desk}/state", video.state),
        web.post(f"{desk}/ticket", video.ticket),
        web.post(f"{desk}/prompt", video.ask),
        web.post(f"{desk}/verdict", video.decide),
        web.post(f"{desk}/end", video.end),
    ]


def mediations() -> list[web.RouteDef]:
    """The invitation, read before signing in; the mediation of its parties and of its mediator."""
    return [
        web.get("/invitations/{token}", invitations.show),
        web.post("/invitations/{token}/code", invitations.send_code),
        web.get("/invitations/{token}/code", invitations.show_code),
        web.post("/invitations/{token}/code/check", invitations.sign_in),
        web.post("/invitations/{token}/accept", invitations.accept),
        web.post("/invitations/{token}/refuse", invitations.refuse),
        web.get("/invitations/{token}/guardian", invitations.show_guardian),
        web.post("/invitations/{token}/guardian", invitations.answer_as_guardian),
        web.get("/invitations/{token}/agent", invitations.show_paper),
        web.post("/invitations/{token}/agent", invitations.bring_paper),
        web.get("/cases/{case}/mediation", mediation.show),
        web.post("/cases/{case}/mediation/choose", mediation.choose),
        web.post("/cases/{case}/mediation/disclosure", mediation.answer_disclosure),
        web.post("/cases/{case}/mediation/end", mediation.end),
        web.get("/cases/{case}/negotiation", offers.show),
        web.get("/cases/{case}/negotiation/new", offers.show_new),
        web.post("/cases/{case}/negotiation/new", offers.make),
        web.post("/cases/{case}/negotiation/{offer}", offers.answer),
        web.post("/cases/{case}/negotiation/{offer}/withdraw", offers.withdraw),
        web.post("/cases/{case}/comparisons", comparisons.ask),
        web.post("/cases/{case}/comparisons/{comparison}/{act}", comparisons.act),
        web.get("/staff/mediation/{case}", mediation.show_desk),
        web.post("/staff/mediation/{case}/{act}", mediation.act),
    ]


def representation() -> list[web.RouteDef]:
    """Who acts for a party in a case that is under way."""
    return [
        web.get("/cases/{case}/agents", appointments.show),
        web.post("/cases/{case}/agents", appointments.appoint),
        web.post("/cases/{case}/agents/{agent}/signs", appointments.leave_signing),
        web.post("/cases/{case}/agents/{agent}/end", appointments.end),
        web.post("/cases/{case}/join", appointments.join),
        web.get("/appointments/{agent}", appointments.show_offer),
        web.post("/appointments/{agent}", appointments.answer_offer),
    ]


def staff() -> list[web.RouteDef]:
    """What the court's and the mediators' people open."""
    return [
        web.get("/staff", court.show),
        web.get("/staff/identity/{account}", identity.show_check),
        web.get("/staff/identity/{account}/{side:front|back}", identity.card_photo),
        web.post("/staff/identity/{account}", identity.decide),
        web.get("/staff/confirmation/{case}", confirmation.show_desk),
        web.post("/staff/confirmation/{case}/{act}", confirmation.decide),
        web.get("/staff/spoken/{case}", statements.show_desk),
        web.post("/staff/spoken/{case}", statements.write),
        web.get("/staff/spoken/{case}/voice", statements.send_voice),
        web.get("/staff/cases/{case}", review.show_case),
        web.get("/staff/cases/{case}/card/{side:front|back}", identity.case_photo),
        web.get("/staff/cases/{case}/agents", agents.show_agents),
        web.post("/staff/cases/{case}/agents/{agent}", agents.check),
        web.post("/staff/cases/{case}/agents/{agent}/refuse", agents.refuse),
        web.post("/staff/cases/{case}/supplement", review.ask_supplement),
        web.post("/staff/cases/{case}/judge", review.reassign),
        web.post("/staff/cases/{case}/{act}", review.decide),
    ]


def guest_seats() -> list[web.RouteDef]:
    """Guests of a sitting: asked by its people, and their own way in, read before signing in."""
    return [
        web.get("/sittings/{sitting}/guests", guests.show),
        web.post("/sittings/{sitting}/guests", guests.invite),
        web.post("/sittings/{sitting}/guests/{guest}/withdraw", guests.withdraw),
        web.post("/sittings/{sitting}/guests/{guest}/consent", guests.agree),
        web.get("/guests/{token}", guests.show_invitation),
        web.post("/guests/{token}/code", guests.send_code),
        web.get("/guests/{token}/code", guests.show_code),
        web.post("/guests/{token}/code/check", guests.sign_in),
        web.post("/guests/{token}/answer", guests.answer),
    ]


def support_desk() -> list[web.RouteDef]:
    """Help with devices: the desk of technical support, and the person it helps."""
    desk, person = "/staff/support/{sitting}/{account}", "/sittings/{sitting}"
    return [
        web.get("/staff/support", support.show_board),
        web.get("/staff/support/board", support.board),
        web.post("/staff/support/calls/{call}/done", support.finish_call),
        web.get(desk, support.show_person),
        web.get(f"{desk}/line", support.person),
        web.post(f"{desk}/message", support.write),
        web.post(f"{desk}/voice", support.propose_voice),
        web.post(f"{desk}/test", line_tests.open_desk),
        web.get(f"{desk}/test", line_tests.show_desk),
        web.get(f"{desk}/test/state", line_tests.state),
        web.post(f"{desk}/test/ticket", line_tests.ticket),
        web.post(f"{desk}/test/prompt", line_tests.ask),
        web.post(f"{desk}/test/end", line_tests.end),
        web.get(f"{person}/test", line_tests.show),
        web.get(f"{person}/test/state", line_tests.state),
        web.post(f"{person}/test/ticket", line_tests.ticket),
        web.get(f"{person}/lines", lines.show),
        web.get(f"{person}/help", support.show_help),
        web.get(f"{person}/help/state", support.help_state),
        web.post(f"{person}/help", support.ask),
        web.post(f"{person}/help/withdraw", support.withdraw),
        web.post(f"{person}/help/read", support.mark_read),
        web.post(f"{person}/help/pictures", support.choose_pictures),
    ]


def callbacks() -> list[web.RouteDef]:
    """Where outside systems report; each proves itself by its signature."""
    return [web.post("/callbacks/payments", payments.callback)]


def drawn_papers(folder: Path) -> list[web.StaticDef]:
    """The drawn papers of the invented citizens."""
    folder.mkdir(parents=True, exist_ok=True)
    return [web.static("/sandbox/samples", folder)]


def sandboxed() -> list[web.RouteDef]:
    """What exists only in sandbox mode."""
    return [
        web.get("/sandbox/messages", sandbox.show_messages),
        web.get("/sandbox/network-identity", sandbox.show_network_app),
        web.post("/sandbox/network-identity", sandbox.give_certificate),
        web.get("/sandbox/citizens", sandbox.show_citizens),
        web.get("/sandbox/payments/{order}", sandbox.show_order),
        web.post("/sandbox/payments/{order}", sandbox.decide_order),
        web.get("/styleguide", styleguide.show),
    ]
