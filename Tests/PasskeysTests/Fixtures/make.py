"""Makes the passkeys of the tests and what they sign, in the form in which a browser would send it.

    pip install fido2==2.2.1 cryptography==50.0.2
    python make.py        # writes passkeys.json beside itself

Everything is as another implementation does it: keys and signatures are cryptography's; COSE keys, authenticator data,
attestation objects and the JSON documents are fido2's; and fido2's own server must accept each before it is written.
The keys follow from seeds, and signatures are deterministic: running it again changes nothing.
"""

import hashlib
import json
import pathlib
import random

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from fido2.cose import ES256, RS256, EdDSA
from fido2.server import Fido2Server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationObject,
    AttestedCredentialData,
    AuthenticationResponse,
    AuthenticatorAssertionResponse,
    AuthenticatorAttestationResponse,
    AuthenticatorData,
    CollectedClientData,
    PublicKeyCredentialRpEntity,
    RegistrationResponse,
)

HERE = pathlib.Path(__file__).parent
PARTY = PublicKeyCredentialRpEntity(id="pictures.example", name="Pictures")
ORIGINS = ["https://pictures.example", "https://www.pictures.example"]
FLAG = AuthenticatorData.FLAG


def some_bytes(purpose, count=32):
    return hashlib.shake_256(purpose.encode()).digest(count)


class EllipticCurve:
    cose = ES256

    def __init__(self, name):
        self.private = ec.derive_private_key(int.from_bytes(some_bytes(name, 31)), ec.SECP256R1())

    def sign(self, message):
        return self.private.sign(message, ec.ECDSA(hashes.SHA256(), deterministic_signing=True))


class Edwards:
    cose = EdDSA

    def __init__(self, name):
        self.private = ed25519.Ed25519PrivateKey.from_private_bytes(some_bytes(name))

    def sign(self, message):
        return self.private.sign(message)


class RSA:
    cose = RS256
    exponent = 65_537

    def __init__(self, name):
        generator = random.Random(name)
        p, q = self.prime(generator), self.prime(generator)
        d = pow(self.exponent, -1, (p - 1) * (q - 1))
        public = rsa.RSAPublicNumbers(self.exponent, p * q)
        self.private = rsa.RSAPrivateNumbers(
            p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), public
        ).private_key()

    @classmethod
    def prime(cls, generator, bits=1_024):
        """Good enough for tests: the key is no secret."""
        while True:
            # The two highest bits are set, so that the product of two has its full length.
            candidate = generator.getrandbits(bits) | 3 << (bits - 2) | 1
            if all(pow(base, candidate - 1, candidate) == 1 for base in (2, 3, 5, 7)):
                if (candidate - 1) % cls.exponent:
                    return candidate

    def sign(self, message):
        return self.private.sign(message, padding.PKCS1v15(), hashes.SHA256())


def client_data(ceremony, challenge, origin):
    # Browsers add members that do not exist, so that nobody compares the text as a whole.
    return CollectedClientData.create(ceremony, challenge, origin, other_keys_can_be_added_here="do not compare")


def passkey(name, make, flags, counts, transports, origin, fmt="none", registered_with=None, signed_with=None):
    key = make(name)
    public = key.cose.from_cryptography_key(key.private.public_key())
    party = hashlib.sha256(PARTY.id.encode()).digest()
    identifier = some_bytes(name + " identifier", 16 if "synced" in name else 48)
    user = some_bytes(name + " user", 24)
    server = Fido2Server(PARTY, verify_origin=lambda given: given in ORIGINS)

    challenge = some_bytes(name + " registration")
    credential = AttestedCredentialData.create(some_bytes(name + " model", 16), identifier, public)
    extended = FLAG.ED if registered_with else FLAG(0)
    authenticator_data = AuthenticatorData.create(
        party, flags | FLAG.AT | extended, counts[0], credential, registered_with
    )
    collected = client_data(CollectedClientData.TYPE.CREATE, challenge, origin)
    statement = {}
    if fmt == "packed":
        statement = {"alg": key.cose.ALGORITHM, "sig": key.sign(authenticator_data + collected.hash)}
    registration = RegistrationResponse(
        raw_id=identifier,
        response=AuthenticatorAttestationResponse(
            client_data=collected, attestation_object=AttestationObject.create(fmt, authenticator_data, statement)
        ),
    )
    server.register_complete({"challenge": websafe_encode(challenge), "user_verification": None}, dict(registration))
    registration = document(registration)
    registration["response"] |= {
        "transports": transports,
        "authenticatorData": websafe_encode(authenticator_data),
        "publicKeyAlgorithm": key.cose.ALGORITHM,
    }

    assertions = []
    for count in counts[1:]:
        challenge = some_bytes(f"{name} assertion {len(assertions)}")
        extended = FLAG.ED if signed_with else FLAG(0)
        authenticator_data = AuthenticatorData.create(party, flags | extended, count, extensions=signed_with)
        collected = client_data(CollectedClientData.TYPE.GET, challenge, origin)
        assertion = AuthenticationResponse(
            raw_id=identifier,
            response=AuthenticatorAssertionResponse(
                client_data=collected,
                authenticator_data=authenticator_data,
                signature=key.sign(authenticator_data + collected.hash),
                user_handle=user,
            ),
        )
        state = {"challenge": websafe_encode(challenge), "user_verification": None}
        server.authenticate_complete(state, [credential], dict(assertion))
        assertions.append(
            {"challenge": websafe_encode(challenge), "response": text(document(assertion)), "signCount": count}
        )

    return {
        "name": name,
        "user": websafe_encode(user),
        "credentialID": websafe_encode(identifier),
        "publicKey": websafe_encode(credential[18 + len(identifier):]),
        "isBackedUp": bool(flags & FLAG.BS),
        "transports": transports,
        "registration": {
            "challenge": websafe_encode(some_bytes(name + " registration")),
            "response": text(registration),
            "signCount": counts[0],
        },
        "assertions": assertions,
    }


def document(response):
    return json.loads(json.dumps(dict(response))) | {"clientExtensionResults": {"credProps": {"rk": True}}}


def text(document):
    return json.dumps(document, separators=(",", ":"))


def main():
    person = FLAG.UP | FLAG.UV
    passkeys = [
        passkey("ES256, synced", EllipticCurve, person | FLAG.BE | FLAG.BS, [0, 0, 0], ["hybrid", "internal"],
                ORIGINS[0]),
        passkey("ES256, a security key", EllipticCurve, person, [7, 8, 4_294_967_295], ["nfc", "usb"], ORIGINS[1],
                fmt="packed"),
        passkey("ES256, presence only", EllipticCurve, FLAG.UP | FLAG.BE, [0, 1], [], ORIGINS[0]),
        passkey("EdDSA, synced", Edwards, person | FLAG.BE | FLAG.BS, [0, 0], ["internal"], ORIGINS[0],
                registered_with={"credProtect": 2}),
        passkey("EdDSA, a security key", Edwards, person, [1, 2], ["usb"], ORIGINS[0], fmt="packed",
                registered_with={"credProtect": 3, "hmac-secret": True}, signed_with={"hmac-secret": b"\x01" * 32}),
        passkey("RS256, a laptop", RSA, person, [0, 1, 2], ["internal"], ORIGINS[1]),
    ]
    fixture = {
        "relyingParty": {"id": PARTY.id, "name": PARTY.name, "origins": ORIGINS},
        "passkeys": passkeys,
    }
    (HERE / "passkeys.json").write_text(json.dumps(fixture, indent=2) + "\n")


if __name__ == "__main__":
    main()
