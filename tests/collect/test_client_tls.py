"""The client trusts whom it was told to trust, and says in one sentence why it does not trust another."""

import socket
import ssl
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from fake_proxmox import FakeProxmox, certificates
from fake_proxmox.asking import client_of
from pve_backup_report.collect.authorization import Authorization
from pve_backup_report.collect.client import ApiClient, ApiServer
from pve_backup_report.collect.tls import Trust, presented_fingerprint
from pve_backup_report.model.answer import Answer, AnswerKind

DATA = {"version": "9.2.11"}
OTHER = ":".join(["AB"] * 32)


@pytest.fixture
def fake() -> Iterator[FakeProxmox]:
    with FakeProxmox({"/version": DATA}) as server:
        yield server


def ask(fake: FakeProxmox, trust: Trust, prefix: str = "PVE") -> Answer:
    with client_of(fake, trust=trust, prefix=prefix) as client:
        return client.get("/version")


def refusal(fake: FakeProxmox, trust: Trust, prefix: str = "PVE") -> str:
    """The sentence of a refusal, behind the server's name."""
    answer = ask(fake, trust, prefix)
    assert answer.kind is AnswerKind.TLS
    assert answer.status is None
    start, _, sentence = str(answer.error).partition(": ")
    assert start == f"127.0.0.1:{fake.port}"
    assert fake.requests == (), "the token was sent to a server that is not trusted"
    return sentence


def test_certificates_are_checked_unless_told_otherwise(fake: FakeProxmox) -> None:
    sentence = refusal(fake, Trust())
    assert sentence.startswith("the certificate is signed by an authority that is not known here.")
    assert "Set PVE_CA_BUNDLE to" in sentence
    assert f"PVE_TLS_FINGERPRINT={fake.fingerprint}" in sentence


def test_advice_names_the_settings_of_the_server_that_was_asked(fake: FakeProxmox) -> None:
    sentence = refusal(fake, Trust(), "PBS01")
    assert "PBS01_CA_BUNDLE" in sentence
    assert "PBS01_TLS_FINGERPRINT" in sentence
    assert "PVE" not in sentence


def test_a_ca_file_is_trusted(fake: FakeProxmox) -> None:
    assert ask(fake, Trust(ca_bundle=fake.ca_bundle)).data == DATA


def test_an_empty_directory_of_authorities_trusts_nobody(fake: FakeProxmox, tmp_path: Path) -> None:
    assert "not signed by an authority in PVE_CA_BUNDLE" in refusal(fake, Trust(ca_bundle=tmp_path))


def test_the_authority_of_another_server_is_not_enough(fake: FakeProxmox, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(certificates.of_proxmox().authority)
    assert refusal(fake, Trust(ca_bundle=file)).startswith(
        "the certificate is not signed by an authority in PVE_CA_BUNDLE. Correct that file, or set PVE_TLS_FINGERPRINT="
    )


def test_the_authority_that_a_cluster_makes_for_itself_is_enough() -> None:
    with FakeProxmox({"/version": DATA}, certificate=certificates.of_proxmox()) as fake:
        assert ask(fake, Trust(ca_bundle=fake.ca_bundle)).data == DATA
        flags = Trust(ca_bundle=fake.ca_bundle).context().verify_flags
        assert not flags & ssl.VERIFY_X509_STRICT  # the default since Python 3.13 would refuse it


def test_the_servers_own_certificate_serves_as_ca_file(fake: FakeProxmox, tmp_path: Path) -> None:
    file = tmp_path / "own.pem"
    file.write_text(fake.certificate.own)
    assert ask(fake, Trust(ca_bundle=file)).data == DATA


def test_a_self_signed_certificate_is_called_so_and_can_be_trusted() -> None:
    with FakeProxmox({"/version": DATA}, certificate=certificates.self_signed()) as fake:
        assert refusal(fake, Trust()).startswith("the certificate is self-signed. Set PVE_CA_BUNDLE to it, or PVE_TLS")
        assert ask(fake, Trust(ca_bundle=fake.ca_bundle)).data == DATA


@pytest.mark.parametrize(
    ("certificate", "told"),
    [
        (
            certificates.wrong_host,
            "the certificate is made out for another host name. Use a name that it holds in PVE_",
        ),
        (certificates.expired, "the certificate has expired."),
        (certificates.not_yet_valid, "the certificate is not valid yet."),
    ],
)
def test_each_fault_of_a_certificate_has_its_sentence(certificate: object, told: str) -> None:
    assert callable(certificate)
    with FakeProxmox({"/version": DATA}, certificate=certificate()) as fake:
        assert refusal(fake, Trust(ca_bundle=fake.ca_bundle)).startswith(told)


@pytest.mark.parametrize(
    "certificate",
    [certificates.good, certificates.wrong_host, certificates.expired, certificates.self_signed],
)
@pytest.mark.parametrize("spell", [str.upper, str.lower, lambda text: text.replace(":", "")])
@pytest.mark.parametrize("verify", [True, False])
def test_a_fingerprint_takes_the_place_of_authority_name_and_dates(
    certificate: object, spell: object, *, verify: bool
) -> None:
    assert callable(certificate)
    assert callable(spell)
    with FakeProxmox({"/version": DATA}, certificate=certificate()) as fake:
        assert ask(fake, Trust(verify=verify, fingerprint=spell(fake.fingerprint))).data == DATA


@pytest.mark.parametrize("verify", [True, False])
def test_another_fingerprint_is_refused_and_the_one_shown_is_told(fake: FakeProxmox, *, verify: bool) -> None:
    sentence = refusal(fake, Trust(verify=verify, fingerprint=OTHER))
    assert sentence.startswith(
        f"the server shows the SHA-256 fingerprint {fake.fingerprint}, which is not the one in PVE_TLS_FINGERPRINT."
    )


def test_a_fingerprint_beside_a_ca_file_must_hold_as_well(fake: FakeProxmox, tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_bytes(certificates.of_proxmox().authority)
    assert ask(fake, Trust(ca_bundle=fake.ca_bundle, fingerprint=fake.fingerprint)).data == DATA
    assert "which is not the one" in refusal_after(fake, Trust(ca_bundle=fake.ca_bundle, fingerprint=OTHER))
    assert "not signed by" in refusal_after(fake, Trust(ca_bundle=file, fingerprint=fake.fingerprint))


def refusal_after(fake: FakeProxmox, trust: Trust) -> str:
    """The sentence of a refusal on a fake that has answered before."""
    before = len(fake.requests)
    answer = ask(fake, trust)
    assert answer.kind is AnswerKind.TLS
    assert len(fake.requests) == before
    return str(answer.error)


@pytest.mark.parametrize("text", ["", "AB:CD", "AB" * 20, "ZZ" * 32, "AB" * 33])
def test_a_fingerprint_that_is_not_sha256_is_a_mistake(fake: FakeProxmox, text: str) -> None:
    with pytest.raises(ValueError, match="PBS02_TLS_FINGERPRINT must be a SHA-256 fingerprint"):
        client_of(fake, trust=Trust(fingerprint=text), prefix="PBS02")


@pytest.mark.parametrize("content", [None, b"no certificate in here\n"])
def test_a_ca_file_that_cannot_be_used_is_a_mistake(fake: FakeProxmox, tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "ca.pem"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ValueError, match="PVE_CA_BUNDLE cannot be read, or holds no certificate"):
        client_of(fake, trust=Trust(ca_bundle=file))


def test_verification_can_be_turned_off_and_no_library_grumbles_about_it(fake: FakeProxmox) -> None:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert ask(fake, Trust(verify=False)).data == DATA
    assert caught == []


def test_a_port_without_tls_is_told_and_sees_no_token() -> None:
    with FakeProxmox({"/version": DATA}, tls=False) as fake:
        sentence = refusal(fake, Trust())
    assert sentence == "this port does not speak TLS (plain HTTP?). Correct the port in PVE_API_URL"


def test_tls_older_than_1_2_is_refused() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # that Python calls it old is the point
        old = ssl.TLSVersion.TLSv1_1
        fake = FakeProxmox({"/version": DATA}, newest_tls=old)
    with fake:
        sentence = refusal(fake, Trust(ca_bundle=fake.ca_bundle))
    assert sentence == "the server offers only TLS versions older than 1.2, which are not safe. Update it"


def test_tls_1_2_is_spoken() -> None:
    with FakeProxmox({"/version": DATA}, newest_tls=ssl.TLSVersion.TLSv1_2) as fake:
        assert ask(fake, Trust(ca_bundle=fake.ca_bundle)).data == DATA


def test_a_server_that_never_shakes_hands_is_unreachable() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        server = ApiServer(
            (f"https://127.0.0.1:{deaf.getsockname()[1]}",), Authorization.for_pve("a@pve!b", "secret"), timeout_s=0.2
        )
        with ApiClient(server) as client:
            answer = client.get("/version")
    assert answer.kind is AnswerKind.UNREACHABLE
    assert "no connection within 0.2 s" in str(answer.error)


def test_a_server_that_shows_nothing_has_no_fingerprint(fake: FakeProxmox) -> None:
    assert presented_fingerprint("127.0.0.1", fake.port, 2) == fake.fingerprint
    assert presented_fingerprint("127.0.0.1", 1, 2) is None
    with FakeProxmox(tls=False) as plain:
        assert presented_fingerprint("127.0.0.1", plain.port, 2) is None
